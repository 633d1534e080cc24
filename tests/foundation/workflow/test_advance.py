"""`advance`: one winner, every signature kept, four eyes, and never a state without its entry."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import Overtaken, Refused, actors_of, advance, standing_signatures
from jiheng.foundation.workflow.models import Signature
from jiheng.rules.workflow import Workflow
from jiheng.stages.goals.models import Goal
from tests.make import County, make_county, make_organisation, make_person, make_place, make_subject
from tests.threads import all_at_once, names_of

HASH, OTHER_HASH = "a" * 64, "b" * 64
WORKFLOW = Workflow.parse(
    {
        "key": "trial",
        "label": "试验",
        "cite": {"source": "law", "clause": "第三条"},
        "start": "draft",
        "final": ["approved"],
        "states": {
            "draft": {"label": "草拟"},
            "review": {"label": "审核中"},
            "approved": {"label": "已批复", "tone": "green"},
        },
        "steps": [
            {
                "action": "submit",
                "label": "提交",
                "from": "draft",
                "to": "review",
                "by": ["unit_project", "unit_finance"],
                "all_must_sign": True,
            },
            {
                "action": "return",
                "label": "退回",
                "from": "review",
                "to": "draft",
                "by": ["department_reviewer", "unit_finance"],
                "comment": True,
                "not_same_person_as": ["submit"],
            },
            {
                "action": "approve",
                "label": "批复",
                "from": "review",
                "to": "approved",
                "by": ["bureau_leader"],
                "not_same_person_as": ["submit"],
                "cite": {"source": "law", "clause": "第九条"},
            },
        ],
    }
)


def make_case(county: County, state: str = "draft") -> Goal:
    year = make_subject(county)
    return Goal.objects.create(
        place=county.place, state=state, created_at=clock.now(), cycle=county.cycle, subject_year=year, scope="project"
    )


def step(case: Goal, action: str, person: Person, **more: Any) -> None:
    advance(case, workflow=WORKFLOW, action=action, person=person, **more)


def stands(case: Goal) -> tuple[str, int]:
    found = Goal.objects.get(pk=case.pk)
    return found.state, found.version


def entries() -> list[str]:
    return list(Entry.objects.filter(action__startswith="trial.").values_list("action", flat=True))


@pytest.mark.django_db
class TestOneAfterAnother:
    """Without a race."""

    @pytest.fixture
    def county(self) -> County:
        return make_county()

    def test_step_writes_state_signature_and_entry(self, county: County) -> None:
        case, leader = make_case(county, "review"), county.person("bureau_leader")
        step(case, "approve", leader, comment="同意", content_hash=HASH)
        assert stands(case) == ("approved", 1)
        assert (case.state, case.version) == ("approved", 1)
        signature = Signature.objects.get()
        assert (signature.user_id, signature.role, signature.content_hash) == (
            leader.user_id, "bureau_leader", HASH,
        )  # fmt: skip
        entry = Entry.objects.get(action="trial.approve")
        assert entry.subject == f"goals.goal:{case.pk}"
        sealed = entry.detail.pop("sealed")
        assert entry.detail == {
            "from": "审核中", "to": "已批复", "comment": "同意", "signed": HASH, "moved": True,
        }  # fmt: skip
        assert sealed["state"] == "approved"
        assert sealed["record"]
        assert sealed["signatures"]
        assert "第九条" in entry.clause
        assert first_break(county.place.pk) is None

    def test_two_must_sign_and_the_second_moves(self, county: County) -> None:
        case = make_case(county)
        step(case, "submit", county.person("unit_project"), content_hash=HASH)
        assert stands(case) == ("draft", 1)
        assert [one.role for one in standing_signatures(case)] == ["unit_project"]
        step(case, "submit", county.person("unit_finance"), content_hash=HASH)
        assert stands(case) == ("review", 2)
        assert standing_signatures(case) == []

    def test_signature_is_void_when_the_content_changed(self, county: County) -> None:
        case = make_case(county)
        step(case, "submit", county.person("unit_project"), content_hash=HASH)
        step(case, "submit", county.person("unit_finance"), content_hash=OTHER_HASH)
        assert stands(case)[0] == "draft"
        step(case, "submit", county.person("unit_project"), content_hash=OTHER_HASH)
        assert stands(case)[0] == "review"

    def test_old_signatures_do_not_count_after_a_return(self, county: County) -> None:
        case = make_case(county)
        for role in ("unit_project", "unit_finance"):
            step(case, "submit", county.person(role), content_hash=HASH)
        step(case, "return", county.person("department_reviewer"), comment="请补充")
        assert stands(case)[0] == "draft"
        step(case, "submit", county.person("unit_project"), content_hash=HASH)
        assert stands(case)[0] == "draft"

    def test_one_person_with_two_offices_does_not_sign_twice(self, county: County) -> None:
        case, clerk = make_case(county), county.person("unit_project")
        second = Appointment.objects.get(pk=county.person("unit_finance").appointment_id)
        second.user_id = clerk.user_id
        second.save()
        step(case, "submit", clerk, content_hash=HASH)
        with pytest.raises(Refused, match="不能再签第二次"):
            step(case, "submit", person_of(Appointment.objects.get(pk=second.pk)), content_hash=HASH)
        assert stands(case) == ("draft", 1)

    def test_drafter_does_not_review_even_under_another_office(self, county: County) -> None:
        case, clerk = make_case(county), county.person("unit_project")
        step(case, "submit", clerk, content_hash=HASH)
        step(case, "submit", county.person("unit_finance"), content_hash=HASH)
        office = Appointment.objects.get(pk=county.person("bureau_leader").appointment_id)
        office.user_id = clerk.user_id
        office.save()
        with pytest.raises(Refused, match="提交"):
            step(case, "approve", person_of(Appointment.objects.get(pk=office.pk)), content_hash=HASH)
        assert stands(case)[0] == "review"
        assert clerk.user_id in actors_of(case)["submit"]

    def test_version_that_was_seen_earlier_is_overtaken(self, county: County) -> None:
        case = make_case(county, "review")
        with pytest.raises(Overtaken):
            step(case, "approve", county.person("bureau_leader"), version=case.version + 1)
        stale = Goal.objects.get(pk=case.pk)
        step(case, "return", county.person("department_reviewer"), comment="请补充")
        with pytest.raises(Overtaken):
            step(stale, "approve", county.person("bureau_leader"))
        assert stands(case) == ("draft", 1)
        assert entries() == ["trial.return"]

    def test_refusal_gives_every_reason_with_its_clause_and_writes_nothing(self, county: County) -> None:
        case = make_case(county, "review")
        with pytest.raises(Refused) as refused:
            step(case, "return", county.person("department_reviewer"))
        assert [(one.where, "第三条" in one.clause) for one in refused.value.refusals] == [("comment", True)]
        assert (stands(case), Signature.objects.count(), entries()) == (("review", 0), 0, [])

    def test_person_of_another_place_moves_nothing(self, county: County) -> None:
        case = make_case(county, "review")
        foreign = make_person(
            make_organisation(make_place("elsewhere", "邻县"), "bureau", "邻县财政局"), "bureau_leader"
        )
        with pytest.raises(Refused, match="本地区"):
            step(case, "approve", foreign)
        assert stands(case) == ("review", 0)

    def test_act_that_fails_later_leaves_neither_state_nor_entry(self, county: County) -> None:
        case, leader = make_case(county, "review"), county.person("bureau_leader")

        def fails_late() -> None:
            with act(leader):
                step(case, "approve", leader)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails_late()
        assert (stands(case), Signature.objects.count(), entries()) == (("review", 0), 0, [])

    def test_entry_that_cannot_be_written_takes_the_state_back(self, county: County) -> None:
        case, leader = make_case(county, "review"), county.person("bureau_leader")
        taken = Entry.objects.order_by("-number").values_list("number", flat=True)[0]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_head SET number = %s", [taken - 1])
        with pytest.raises(DatabaseError), transaction.atomic():
            step(case, "approve", leader)
        assert stands(case) == ("review", 0)

    @pytest.mark.parametrize("role", ["unit_head", "treasury", "congress", "system_admin", "agency"])
    def test_role_that_the_table_does_not_name_moves_nothing(self, county: County, role: str) -> None:
        case = make_case(county, "review")
        with pytest.raises(Refused, match="不能办理"):
            step(case, "approve", county.person(role))
        assert stands(case) == ("review", 0)

    def test_given_signature_is_changed_by_nobody(self, county: County) -> None:
        case = make_case(county)
        step(case, "submit", county.person("unit_project"), content_hash=HASH)
        changes: list[dict[str, Any]] = [
            {"content_hash": OTHER_HASH},
            {"user_id": county.person("treasury").user_id},
            {"at": clock.now()},
            {"comment": "别的意见"},
        ]
        for change in changes:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                Signature.objects.update(**change)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Signature.objects.all().delete()
        Signature.objects.update(used=True)


@pytest.mark.concurrency
@pytest.mark.usefixtures("committed")
class TestAtTheSameMoment:
    """With real transactions in threads."""

    @pytest.fixture
    def county(self, committed: None) -> County:
        return make_county()

    def test_of_six_leaders_one_wins(self, county: County) -> None:
        case = make_case(county, "review")
        leaders = [county.person("bureau_leader"), *(county.second("bureau_leader") for _ in range(5))]
        seen = [Goal.objects.get(pk=case.pk) for _ in leaders]
        deeds = [
            lambda mine=mine, leader=leader: step(mine, "approve", leader)
            for mine, leader in zip(seen, leaders, strict=True)
        ]
        answers = all_at_once(*deeds)
        assert names_of(answers) == ["Overtaken"] * 5 + ["done"]
        assert stands(case) == ("approved", 1)
        winner = leaders[answers.index(None)]
        assert [one.user_id for one in Signature.objects.all()] == [winner.user_id]
        assert [one.actor for one in Entry.objects.filter(action="trial.approve")] == [str(winner)]
        assert first_break(county.place.pk) is None

    def test_two_signers_are_both_kept(self, county: County) -> None:
        case = make_case(county)

        def sign(role: str) -> None:
            for _ in range(10):
                mine = Goal.objects.get(pk=case.pk)
                try:
                    return step(mine, "submit", county.person(role), content_hash=HASH)
                except Overtaken:
                    continue
            raise AssertionError("never got through")

        answers = all_at_once(lambda: sign("unit_project"), lambda: sign("unit_finance"))
        assert names_of(answers) == ["done", "done"]
        assert stands(case) == ("review", 2)
        assert {one.role for one in Signature.objects.all()} == {"unit_project", "unit_finance"}
        assert [one.detail["moved"] for one in Entry.objects.filter(action="trial.submit")] == [False, True]

    def test_approval_and_return_at_once_leave_one_of_them(self, county: County) -> None:
        case = make_case(county, "review")
        mine, theirs = Goal.objects.get(pk=case.pk), Goal.objects.get(pk=case.pk)
        leader, reviewer = county.person("bureau_leader"), county.person("department_reviewer")
        answers = all_at_once(
            lambda: step(mine, "approve", leader), lambda: step(theirs, "return", reviewer, comment="请补充")
        )
        assert names_of(answers) == ["Overtaken", "done"]
        assert stands(case)[1] == 1
        assert len(entries()) == 1

    def test_two_long_acts_wait_for_each_other_only_at_their_end(self, county: County) -> None:
        """Acts that move the same cases in turn would block each other if the chain's head were locked first."""
        cases = [make_case(county, "review") for _ in range(6)]
        leaders = [county.person("bureau_leader"), county.second("bureau_leader")]

        def long_act(person: Person, mine: list[Goal]) -> None:
            with act(person):
                for case in mine:
                    step(case, "approve", person)
                    record("trial.note", case)

        halves = [cases[:3], cases[3:]]
        deeds = [
            lambda one=one, half=half: long_act(one, half) for one, half in zip(leaders, halves, strict=True)
        ]
        assert names_of(all_at_once(*deeds)) == ["done", "done"]
        found = list(Entry.objects.filter(action__startswith="trial.").order_by("number"))
        assert len(found) == 12
        actors = [one.actor for one in found]
        assert actors in ([str(leaders[0])] * 6 + [str(leaders[1])] * 6, [str(leaders[1])] * 6 + [str(leaders[0])] * 6)
        assert first_break(county.place.pk) is None
