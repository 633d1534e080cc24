"""What stands around a goal, told by one question: most goals have little of it, and asking for nothing costs the same."""

from dataclasses import dataclass

from django.db import connection, models

from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.files.models import Evidence
from jiheng.registers.subjects.models import ContentChange, SubjectYear
from jiheng.stages.goals.models import (
    AgreedMoney,
    Goal,
    GoalReview,
    KeyReview,
    SessionItem,
    SubmittedFindings,
    SubmittedVersion,
)
from jiheng.stages.goals.policy_form import KIND as POLICY


@dataclass(frozen=True)
class Around:
    """Which records there are besides the goal's own rows: whoever shows them need not ask for those that are not.

    `versions`: it was handed in more than once; `changes`: of the content, which nobody answered.
    """

    revisions: bool
    versions: bool
    findings: bool
    reviews: bool
    sessions: bool
    key_review: bool
    agreed: bool
    changes: bool
    files: bool
    policies: bool


def _held(model: type[models.Model], where: str) -> str:
    return f"EXISTS(SELECT 1 FROM {model._meta.db_table} WHERE {where})"  # noqa: S608 -- nothing that anybody typed


YEAR, REVISION, GOAL = "subject_year_id = %(year)s", "revision = %(revision)s", "goal_id = %(goal)s"
_ASKED = {
    "revisions": _held(Goal, f"{YEAR} AND id <> %(goal)s"),
    "versions": f"(SELECT COUNT(*) FROM {SubmittedVersion._meta.db_table} WHERE {YEAR}) > 1",  # noqa: S608 -- as above
    "findings": _held(SubmittedFindings, f"{YEAR} AND {REVISION}"),
    "reviews": _held(GoalReview, GOAL),
    "sessions": _held(SessionItem, GOAL),
    "key_review": _held(KeyReview, YEAR),
    "agreed": _held(AgreedMoney, f"{YEAR} AND {REVISION}"),
    "changes": _held(ContentChange, f"{YEAR} AND answer = ''"),
    "files": _held(Evidence, "subject = %(subject)s AND NOT withdrawn"),
    "policies": _held(SubjectYear, "cycle_id = %(cycle)s AND kind = %(policy)s AND library_state <> 'refused'"),
}
# Written out: building ten subqueries anew for every page takes ten times as long as their answer.
_SQL = "SELECT " + ", ".join(_ASKED.values())


def around(goal: Goal) -> Around:
    """Ask once for everything."""
    said: dict[str, int | str] = {
        "year": goal.subject_year_id,
        "goal": goal.pk,
        "revision": goal.revision,
        "subject": subject_key(goal),
        "cycle": goal.cycle_id,
        "policy": POLICY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, said)
        return Around(**dict(zip(_ASKED, map(bool, cursor.fetchone()), strict=True)))
