"""What stands around a goal is told by one question, each kind of record for itself."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import User
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.files.models import Evidence, StoredFile
from jiheng.registers.subjects.models import ContentChange, SubjectYear
from jiheng.stages.goals.around import around
from jiheng.stages.goals.models import (
    AgreedMoney,
    Goal,
    GoalReview,
    KeyReview,
    ReviewSession,
    SessionItem,
    SubmittedFindings,
    SubmittedVersion,
)
from jiheng.stages.goals.services import start_goal
from tests.make import make_county, make_subject

pytestmark = pytest.mark.django_db

DAY = date(2022, 11, 1)


@pytest.fixture
def goal() -> Goal:
    with clock.at(DAY):
        county = make_county()
        return start_goal(year=make_subject(county), person=county.person("unit_project"))


def _submitted(goal: Goal, number: int) -> SubmittedVersion:
    return SubmittedVersion.objects.create(
        subject_year=goal.subject_year, revision=1, round=number, submitted_on=DAY, submitted_by="甲", content_hash="0"
    )


def _session(goal: Goal) -> None:
    meeting = ReviewSession.objects.create(
        place=goal.place, state="open", created_at=clock.now(), moved_at=clock.now(), cycle=goal.cycle, title="会审",
        held_on=DAY, begins_at=time(9), chair=User.objects.order_by("pk")[0], chair_name="甲", convened_by="甲",
    )  # fmt: skip
    SessionItem.objects.create(session=meeting, goal=goal, position=1)


def _file(goal: Goal, *, withdrawn: bool = False) -> None:
    kept = StoredFile.objects.create(digest="0" * 64, size=1, kind="pdf", content="files/none")
    Evidence.objects.create(
        place=goal.place, subject=subject_key(goal), name="佐证.pdf", file=kept, uploaded_at=clock.now(),
        uploaded_by="甲", withdrawn=withdrawn,
    )  # fmt: skip


def _changed(goal: Goal, number: int, answer: str = "") -> None:
    ContentChange.objects.create(
        subject_year=goal.subject_year, number=number, before={}, after={}, reason="调整", document="文件",
        made_at=clock.now(), made_by="甲", answer=answer,
    )  # fmt: skip


def _findings(goal: Goal, revision: int) -> None:
    SubmittedFindings.objects.create(
        subject_year=goal.subject_year, revision=revision, submitted_on=DAY, content_hash="0"
    )


def _agreed(goal: Goal, revision: int) -> None:
    AgreedMoney.objects.create(
        subject_year=goal.subject_year, revision=revision, asked_fen=2, agreed_fen=1, reason="核减", clause="某条",
        decided_by="甲", decided_on=DAY,
    )  # fmt: skip


def _revised(goal: Goal) -> None:
    copy = Goal.objects.get(pk=goal.pk)
    copy.pk, copy.revision, copy.current = None, 2, False
    copy._state.adding = True
    copy.save()


def _listed(goal: Goal) -> None:
    KeyReview.objects.create(
        place=goal.place, cycle=goal.cycle, subject_year=goal.subject_year, source="leaders", reason="重点",
        due=DAY, listed_by="甲", listed_on=DAY,
    )  # fmt: skip


def _reviewed(goal: Goal) -> None:
    GoalReview.objects.create(goal=goal, side="finance", reviewer="甲", reviewed_on=DAY, content_hash="0", total=90)


def _policy(goal: Goal, state: str) -> None:
    SubjectYear.objects.filter(pk=goal.subject_year_id).update(kind="policy", library_state=state)


KINDS: dict[str, Callable[[Goal], Any]] = {
    "revisions": _revised,
    "versions": lambda goal: [_submitted(goal, number) for number in (1, 2)],
    "findings": lambda goal: _findings(goal, 1),
    "reviews": _reviewed,
    "sessions": _session,
    "key_review": _listed,
    "agreed": lambda goal: _agreed(goal, 1),
    "changes": lambda goal: _changed(goal, 1),
    "files": _file,
    "policies": lambda goal: _policy(goal, "candidate"),
}


def test_each_kind_is_told_and_no_other(goal: Goal) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert not any(vars(around(goal)).values())
    assert len(asked) == 1
    assert set(KINDS) == set(vars(around(goal)))
    told: set[str] = set()
    for kind, happens in KINDS.items():
        happens(goal)
        told.add(kind)
        assert {key for key, there in vars(around(goal)).items() if there} == told


def test_what_counts_for_another_revision_or_no_longer_is_not_told(goal: Goal) -> None:
    _submitted(goal, 1)
    _findings(goal, 2)
    _agreed(goal, 2)
    _changed(goal, 1, answer="unaffected")
    _file(goal, withdrawn=True)
    _policy(goal, "refused")
    assert not any(vars(around(goal)).values())
