"""What the appraisal decided holds for the goal: conditions stop the approval, a missing or negative conclusion the start."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.dashboards.metrics.late import goals as late_goals
from jiheng.channels.dashboards.scope import Scope
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, book_by_hand, post_all
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.services import (
    ConditionData,
    conclude_appraisal,
    meet_condition,
    save_bureau_lines,
)
from jiheng.stages.goals.services import approve_goal, move_many, release_refusals, start_goal
from jiheng.stages.goals.stage import STAGE
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


@pytest.mark.feature("2.03")
def test_a_conclusion_is_not_changed_once_the_goal_stands_on_it(county: make.County) -> None:
    year, office = new_project(county), county.person("performance_office")
    appraisal = make.make_appraisal(county, year, state="scored")
    before = Appraisal.objects.get(pk=appraisal.pk)  # a page that was opened before and stayed open
    asked = appraisal.asked_fen
    conclude_appraisal(appraisal=appraisal, conclusion="supported", agreed_fen=asked, reason="", person=office)
    year.refresh_from_db()
    goal = make.make_goal(county, year, "approved")
    entries = Entry.objects.count()
    other: dict[str, Any] = {"conclusion": "not_supported", "agreed_fen": 0, "reason": "批复以后认为不应支持", "person": office}
    with pytest.raises(Refused, match="不能作出评估结论") as refused:
        conclude_appraisal(appraisal=appraisal, **other)
    assert [one.clause for one in refused.value.refusals] == [clause_in(year.cycle, "workflows.appraisal")]
    with pytest.raises(Overtaken):
        conclude_appraisal(appraisal=before, **other)
    with pytest.raises(Refused) as refused:
        save_bureau_lines(appraisal=appraisal, points={"need": Decimal(0)}, missing={"need": "无"}, person=office)
    assert {bool(one.clause) for one in refused.value.refusals} == {True}
    kept = Appraisal.objects.get(pk=appraisal.pk)
    assert (kept.conclusion, kept.agreed_fen, kept.version) == ("supported", asked, appraisal.version)
    goal.refresh_from_db()
    assert (goal.state, Entry.objects.count()) == ("approved", entries)
    assert proved_records(county.place.pk).lines == []
    # Whoever writes past the system is found.
    Appraisal.objects.filter(pk=appraisal.pk).update(conclusion="not_supported", agreed_fen=0)
    assert proved_records(county.place.pk).lines != []


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
    release_refusals(postings[:1])
    for some in (postings[:1], postings):
        for one in some:
            one.year.refresh_from_db()
        with django_assert_num_queries(5):
            assert len(release_refusals(some)) == 2 * len(some)


# --- what cannot be filled in is not offered


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("", "须先做事前评估"),
        ("department", "事前评估还没有结论"),
        ("not_supported", "结论为“不予支持”"),
    ],
)
def test_a_goal_that_the_appraisal_blocks_is_not_offered_but_explained(
    county: make.County, stage: str, said: str
) -> None:
    year, unit = new_project(county), county.person("unit_project")
    url = reverse("appraisal:gate", args=[year.pk])
    if stage == "not_supported":
        url = reverse("appraisal:detail", args=[concluded(county, year, stage).pk])
    elif stage:
        url = reverse("appraisal:detail", args=[make.make_appraisal(county, year, state=stage).pk])
    assert STAGE.todos(unit) == []
    (told,) = STAGE.watching(unit)
    assert (told.title, told.url, told.due) == (f"{year.name}：绩效目标暂不能填报", url, None)
    assert said in told.detail
    with pytest.raises(Refused, match=said) as refused:
        start_goal(year=year, person=unit)
    assert "盐池县" in refused.value.refusals[0].clause
    client = make.sign_in(Client(), unit, county.cycle)
    page = client.get(reverse("goals:list")).content.decode()
    assert said in page
    assert f'href="{url}"' in page
    assert reverse("goals:start", args=[year.pk]) not in page
    page = client.get(reverse("goals:start", args=[year.pk])).content.decode()
    assert "现在不能填报" in page
    assert 'name="from"' not in page


def test_a_draft_whose_project_was_refused_waits_for_nobody(county: make.County) -> None:
    year, unit = make.make_subject(county), county.person("unit_project")
    make.make_goal(county, year)
    assert [one.verb for one in STAGE.todos(unit)] == ["核对并签署"]
    concluded(county, year, "not_supported")
    assert STAGE.todos(unit) == []
    assert ["不予支持" in one.detail for one in STAGE.watching(unit)] == [True]


def test_a_supported_project_is_offered_even_with_open_conditions(county: make.County) -> None:
    year, unit = new_project(county), county.person("unit_project")
    concluded(county, year, "supported_after_revision", "补充测算明细")
    assert [one.verb for one in STAGE.todos(unit)] == ["填报绩效目标"]
    assert STAGE.watching(unit) == []


def test_what_the_appraisal_holds_back_is_not_late(county: make.County) -> None:
    new_project(county)
    make.make_subject(county, name="延续项目")
    with clock.at(date(2023, 6, 1)):
        assert len(late_goals(Scope(county.person("performance_office"), county.cycle))) == 1
