"""What is public, what is due and not yet public."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import granted_in, rules_at, window
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.goals.models import Goal

WINDOWS = {"goal": "goals_publish", "self_evaluation": "results_publish", "evaluation": "results_publish"}


def standing_publication(kind: str, year: SubjectYear) -> Publication | None:
    """Return the publication of this kind that stands for a subject and year, not replaced or withdrawn."""
    found = Publication.objects.filter(
        kind=kind, subject_uuid=year.subject.uuid, budget_year=year.budget_year, withdrawn_at__isnull=True
    )
    return found.filter(replaced_by__isnull=True).first()


CHANGED = "内容与公开时的摘要不符，公开后在数据库中被改动"
UNPROVEN = "审计链中没有它的公开记录，不是经系统公开的"
RESEALED = "内容和摘要都与审计链中的公开记录不符，公开后在数据库中被改动"


def whole(publication: Publication) -> bool:
    """Return whether the content is what the publication's own digest was made of; asks no database."""
    return content_hash(publication.content) == publication.digest


def altered(publications: Iterable[Publication]) -> dict[int, str]:
    """Return, of some publications, those that are not as they were published, and why, by their ids.

    The content is held against the digest beside it, and that against the digest and the title which the chain
    noted when it was published. One query for a thousand of them.
    """
    asked = list(publications)
    noted: dict[str, dict[str, Any]] = {}
    for start in range(0, len(asked), 1000):
        some = [subject_key(one) for one in asked[start : start + 1000]]
        rows = Entry.objects.filter(subject__in=some, action="disclosure.publish")
        noted.update(rows.values_list("subject", "detail"))
    found = {}
    for one in asked:
        proof = noted.get(subject_key(one))
        if not whole(one):
            found[one.pk] = CHANGED
        elif proof is None:
            found[one.pk] = UNPROVEN
        elif proof.get("digest") != one.digest or proof.get("title", one.title) != one.title:
            found[one.pk] = RESEALED
    return found


def broken_publications(place_id: int) -> list[str]:
    """Return in words every publication of a place that was changed or deleted after it was published."""
    kept = list(Publication.objects.filter(place_id=place_id).order_by("pk"))
    reasons = altered(kept)
    lines = [f"公开内容 {one.number}“{one.title}”：{reasons[one.pk]}" for one in kept if one.pk in reasons]
    known, label = {subject_key(one) for one in kept}, f"{Publication._meta.label_lower}:"
    noted = Entry.objects.filter(place_id=place_id, action="disclosure.publish", subject__startswith=label)
    gone = [detail for subject, detail in noted.values_list("subject", "detail") if subject not in known]
    return lines + [f"公开内容 {detail.get('number', '')}：审计链记有公开，数据库中已被删除" for detail in gone]


def due_on(cycle: Cycle, kind: str) -> date | None:
    """Return the day by which publications of a kind are due in the cycle, for who has no extension."""
    found = window(cycle, WINDOWS[kind])
    return found.due if found else None


def due_for(
    usual: date | None, kind: str, year: SubjectYear, given: Mapping[int, Mapping[str, date]]
) -> date | None:
    """Return the day by which a publication is due for a subject: the usual one, or later where more time was given.

    单位或其主管部门经批准延期公开的，按延长后的期限。`given` holds the extensions of all bodies.
    """
    if usual is None:
        return None
    own = (given.get(body, {}).get(WINDOWS[kind], usual) for body in (year.unit_id, year.department_id))
    return max(usual, *own)


@dataclass(frozen=True)
class Unpublished:
    """One record that may be published and is not: due when, how late."""

    source: Goal | SelfEvaluation | Evaluation
    kind: str
    label: str
    due: date | None

    @property
    def overdue(self) -> bool:
        """Whether the day has passed."""
        return self.due is not None and self.due < clock.today()


def unpublished_goals(cycle: Cycle) -> QuerySet[Goal]:
    """Return approved goals without a standing publication of their present revision."""
    public = Publication.objects.filter(
        kind="goal",
        withdrawn_at__isnull=True,
        subject_uuid=OuterRef("subject_year__subject__uuid"),
        budget_year=OuterRef("subject_year__budget_year"),
        published_at__gte=OuterRef("moved_at"),
    )
    found = Goal.objects.filter(cycle=cycle, state="approved", current=True).exclude(Exists(public))
    return found.select_related("subject_year__subject", "subject_year__unit", "subject_year__department")


def unpublished_self_evaluations(cycle: Cycle) -> QuerySet[SelfEvaluation]:
    """Return accepted or re-checked self-evaluations that are not public."""
    public = Publication.objects.filter(
        kind="self_evaluation",
        withdrawn_at__isnull=True,
        subject_uuid=OuterRef("subject_year__subject__uuid"),
        budget_year=OuterRef("subject_year__budget_year"),
    )
    found = SelfEvaluation.objects.filter(cycle=cycle, state__in=("accepted", "rechecked"))
    return found.exclude(Exists(public)).select_related(
        "subject_year__subject", "subject_year__unit", "subject_year__department", "goal"
    )


def unpublished_evaluations(cycle: Cycle) -> QuerySet[Evaluation]:
    """Return confirmed evaluations that are not public."""
    public = Publication.objects.filter(
        kind="evaluation",
        withdrawn_at__isnull=True,
        subject_uuid=OuterRef("subject_year__subject__uuid"),
        budget_year=OuterRef("subject_year__budget_year"),
        published_at__gte=OuterRef("moved_at"),
    )
    found = Evaluation.objects.filter(cycle=cycle, state="confirmed").exclude(Exists(public))
    return found.select_related("subject_year__subject", "subject_year__unit", "subject_year__department")


def waiting(cycle: Cycle) -> tuple[int, date | None]:
    """Return how much of the cycle may be published and is not, and the first day by which some of it is due."""
    if granted_in(cycle.pk):  # somebody has more time: the days differ from body to body
        found = due_list(cycle)
        return len(found), min((one.due for one in found if one.due is not None), default=None)
    numbers = {
        "goal": unpublished_goals(cycle).count(),
        "self_evaluation": unpublished_self_evaluations(cycle).count(),
        "evaluation": unpublished_evaluations(cycle).count(),
    }
    days = [due_on(cycle, kind) for kind, number in numbers.items() if number]
    return sum(numbers.values()), min((day for day in days if day is not None), default=None)


def due_seen(cycle: Cycle, person: Person) -> list[Unpublished]:
    """Return what of the due list the person may see: what is not public yet is not for everybody."""
    return due_list(cycle, within(person, "subject_year__"))


def due_list(cycle: Cycle, only: Q | None = None) -> list[Unpublished]:
    """Return everything of the cycle that may be published and is not (`only` narrows it), the latest due first."""
    found: list[Unpublished] = []
    given = granted_in(cycle.pk)
    for kind, label, records in (
        ("goal", "绩效目标", unpublished_goals(cycle)),
        ("self_evaluation", "绩效自评", unpublished_self_evaluations(cycle)),
        ("evaluation", "绩效评价", unpublished_evaluations(cycle)),
    ):
        usual = due_on(cycle, kind)
        rows = records if only is None else records.filter(only)
        found += [Unpublished(one, kind, label, due_for(usual, kind, one.subject_year, given)) for one in rows]
    return sorted(found, key=lambda one: (one.due or date.max, one.kind, one.source.pk))


def publication_day(approved: date, cycle: Cycle) -> date:
    """Return the last day of the statutory clock that starts with an approval (预算法第十四条)."""
    return approved + timedelta(days=int(rules_at(cycle).value("publication_days").value))


def published_count(cycle: Cycle) -> int:
    """Return how many publications of the cycle's budget year stand."""
    found = Publication.objects.filter(place_id=cycle.place_id, budget_year=cycle.budget_year)
    return found.filter(withdrawn_at__isnull=True, replaced_by__isnull=True).count()


FIGURES = {
    "initial": "年初预算数",
    "budget": "全年预算数",
    "executed": "全年执行数",
    "money": "资金总额",
    "fiscal": "财政资金",
    "other": "其他资金",
    "execution_points": "预算执行得分",
    "total": "得分",
    "recheck_total": "复核得分",
}


def figures_of(publication: Publication) -> list[tuple[str, str]]:
    """Return the numbers that a publication tells, as label and text: money, scores, values of indicators."""
    content = publication.content
    found = []
    for key, label in FIGURES.items():
        told = content.get(key)
        text = str(told["text"] if isinstance(told, dict) else told or "")
        if text:
            found.append((label, text))
    for row in content.get("indicators", []):
        value = str(row.get("actual") or row.get("target", ""))
        if any(sign.isdigit() for sign in value):
            found.append((row["name"], f"{value}{row.get('unit', '')}"))
    return found + [(row["name"], row["points"]) for row in content.get("scores", []) if row.get("points")]
