"""What the appraisal decided holds for the goal: conditions stop the approval, a missing or negative conclusion the start."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, book_by_hand, gate_refusals, post_all
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.services import ConditionData, conclude_appraisal, meet_condition
from jiheng.stages.goals.services import approve_goal, move_many
from tests import make

pytestmark = pytest.mark.django_db
WEAK = ("policy_fit", "duty_fit", "need", "public_scope", "input_output")


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def concluded(county: make.County, year: SubjectYear, conclusion: str, *conditions: str) -> Appraisal:
    """An appraisal of the year with this conclusion, the whole amount agreed (nothing when refused)."""
    found = make.make_appraisal(county, year, state="scored", lost=WEAK if conclusion != "supported" else ())
    conclude_appraisal(
        appraisal=found,
        conclusion=conclusion,
        agreed_fen=0 if conclusion == "not_supported" else found.asked_fen,
        reason="依据和测算须补充，详见评估意见",
        person=county.person("performance_office"),
        conditions=[ConditionData(text, clock.today() + timedelta(days=30)) for text in conditions],
    )
    year.refresh_from_db()
    return found


def new_project(county: make.County) -> SubjectYear:
    return make.make_subject(county, change="new", name="数字课堂建设项目")


# --- conditions that are not met


@pytest.mark.feature("2.03")
def test_unmet_conditions_stop_the_approval_with_the_budget_but_not_the_work_before(county: make.County) -> None:
    year, leader = new_project(county), county.person("bureau_leader")
    appraisal = concluded(county, year, "supported_after_revision", "补充测算明细", "完善绩效目标")
    goal = make.make_goal(county, year, "reviewed")
    with pytest.raises(Refused) as refused:
        approve_goal(goal=goal, person=leader)
    assert [one.where for one in refused.value.refusals] == ["conditions", "conditions"]
    first = refused.value.refusals[0]
    assert "“补充测算明细”尚未完成" in first.message
    assert "不得批复绩效目标" in first.message
    assert "盐池县" in first.clause
    assert "登记完成情况" in first.remedy
    outcome = move_many(goals=[goal], person=leader, action="approve")
    assert (outcome.done, len(outcome.refused)) == ([], 1)
    one, two = appraisal.conditions.all()
    office = county.person("performance_office")
    meet_condition(condition=one, person=office, proof="已补充")
    with pytest.raises(Refused, match="完善绩效目标"):
        approve_goal(goal=goal, person=leader)
    meet_condition(condition=two, person=office, proof="已完善")
    approve_goal(goal=goal, person=leader)
    assert goal.state == "approved"


def test_the_page_says_beside_the_button_what_must_be_done_first(county: make.County) -> None:
    year = new_project(county)
    appraisal = concluded(county, year, "supported_after_revision", "补充测算明细")
    goal = make.make_goal(county, year, "reviewed")
    client = make.sign_in(Client(), county.person("bureau_leader"), county.cycle)
    page = client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
    assert "批复前须完成" in page
    assert "“补充测算明细”尚未完成" in page
    assert reverse("appraisal:detail", args=[appraisal.pk]) + "#conditions" in page
    told = {"action": "approve", "version": goal.version}
    answer = client.post(reverse("goals:act", args=[goal.pk]), told)
    assert answer.status_code == 422
    assert "“补充测算明细”尚未完成" in answer.content.decode()
    meet_condition(condition=appraisal.conditions.get(), person=county.person("division"), proof="已补充")
    assert "批复前须完成" not in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()


# --- no conclusion, no budget


def first_budget(year: SubjectYear) -> Posting:
    return Posting(year, "initial", 50_000_000, date(2022, 10, 10), note="年初预算批复", reference="测财预〔2022〕1号")


@pytest.mark.feature("2.03")
def test_no_budget_without_conclusion_by_any_road(county: make.County) -> None:
    year, treasury = new_project(county), county.person("treasury")
    make.make_promise(year)
    for road in (
        lambda: post_all(postings=[first_budget(year)], person=treasury),
        lambda: book_by_hand(posting=first_budget(year), person=treasury),
    ):
        with pytest.raises(Refused, match="不得安排预算：没有事前绩效评估结论") as refused:
            road()
        assert any("盐池县" in one.clause for one in refused.value.refusals)
    assert not LedgerEntry.objects.exists()
    concluded(county, year, "supported")
    post_all(postings=[first_budget(year)], person=treasury)
    assert LedgerEntry.objects.get().amount_fen == 50_000_000


def test_no_budget_for_what_was_refused_or_whose_conditions_are_open(county: make.County) -> None:
    refused, waiting = new_project(county), make.make_subject(county, change="new", name="智慧校园建设项目")
    for year in (refused, waiting):
        make.make_promise(year)
    concluded(county, refused, "not_supported")
    concluded(county, waiting, "supported_after_revision", "补充测算明细")
    with pytest.raises(Refused) as caught:
        post_all(postings=[first_budget(refused), first_budget(waiting)], person=county.person("treasury"))
    said = [one.message for one in caught.value.refusals]
    assert "结论为“不予支持”" in said[0]
    assert "须完善事项“补充测算明细”尚未完成" in said[1]
    assert not LedgerEntry.objects.exists()


def test_the_gate_asks_as_many_questions_for_many_projects_as_for_one(
    county: make.County, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    years = [make.make_subject(county, change="new") for _ in range(8)]
    postings = [first_budget(one) for one in SubjectYear.objects.filter(pk__in=[year.pk for year in years])]
    gate_refusals(postings[:1])
    for some in (postings[:1], postings):
        for one in some:
            one.year.refresh_from_db()
        with django_assert_num_queries(4):
            assert len(gate_refusals(some)) == 2 * len(some)
