"""Findings of the checks: disputed by the unit, answered by reviewers, kept at submission, measured by last year."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.web.alike import ONE_BY_ONE
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.services import open_cycle
from jiheng.rules.money import format_wan
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.facts import Found, all_findings, findings_of, risks_of
from jiheng.stages.goals.models import FindingDispute, Goal, GoalIndicator, SubmittedFindings
from jiheng.stages.goals.pages import Alike, gathered
from jiheng.stages.goals.services import answer_dispute, dispute_finding, start_goal, submit_goal
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


@pytest.fixture
def goal(county: make.County) -> Goal:
    """A draft whose satisfaction is asked too low and whose objective says nothing of how much."""
    found = make.make_goal(county, make.make_subject(county))
    GoalIndicator.objects.filter(pk=_satisfaction(found).pk).update(target_text="≥60%", value=Decimal(60), operator=">=", unit="%")
    return found


def _satisfaction(goal: Goal) -> GoalIndicator:
    return goal.indicators.get(name__contains="满意")


def low(goal: Goal) -> Found:
    return next(one for one in all_findings(goal) if one.check == "satisfaction_floor")


def say(county: make.County, goal: Goal, reason: str = "服务对象是执法相对人，历年都在六成左右") -> None:
    dispute_finding(goal=goal, key=low(goal).key, person=county.person("unit_project"), reason=reason)


def answer(county: make.County, goal: Goal, role: str, said: str = "upheld") -> None:
    answer_dispute(goal=goal, key=low(goal).key, person=county.person(role), answer=said, reason="情况属实")


@pytest.mark.feature("3.16")
def test_finding_names_place_clause_example_and_a_text_to_take(goal: Goal) -> None:
    found = low(goal)
    assert (found.severity, found.row, found.column) == ("warn", _satisfaction(goal).position, "target_text")
    assert found.suggested == "≥80%"
    assert found.good
    assert found.clause
    assert found.label == "满意度不低于规定"


@pytest.mark.feature("3.16")
def test_dispute_that_is_upheld_sets_the_finding_aside_for_good(county: make.County, goal: Goal) -> None:
    say(county, goal)
    assert low(goal) in findings_of(goal)
    answer(county, goal, "department_reviewer")
    assert "satisfaction_floor" not in {one.check for one in findings_of(goal)}
    assert not [one for one in risks_of(goal) if "满意度" in one.message]
    told = FindingDispute.objects.get()
    assert (told.answer, told.answer_reason, told.asked_on, told.answered_on) == ("upheld", "情况属实", told.asked_on, told.asked_on)
    assert first_break(county.place.pk) is None
    # What is said of another value is another finding.
    GoalIndicator.objects.filter(pk=_satisfaction(goal).pk).update(target_text="≥50%", value=Decimal(50))
    assert low(goal).dispute is None


def test_dispute_that_is_not_upheld_leaves_the_finding(county: make.County, goal: Goal) -> None:
    say(county, goal)
    answer(county, goal, "division", "kept")
    assert low(goal) in findings_of(goal)
    with pytest.raises(Refused, match="已经答复"):
        answer(county, goal, "performance_office")


def test_dispute_is_refused_with_its_reason(county: make.County, goal: Goal) -> None:
    with pytest.raises(Refused, match="须写明理由"):
        say(county, goal, "  ")
    with pytest.raises(Refused, match="填写"):
        dispute_finding(goal=goal, key=low(goal).key, person=county.person("division"), reason="不对")
    with pytest.raises(Refused, match="变化"):
        dispute_finding(goal=goal, key="0" * 32, person=county.person("unit_project"), reason="不对")
    say(county, goal)
    with pytest.raises(Refused, match="已经申辩过"):
        say(county, goal)
    with pytest.raises(Refused, match="答复"):
        answer(county, goal, "unit_project")


def test_sums_and_empty_cells_are_not_open_to_dispute(county: make.County, goal: Goal) -> None:
    GoalIndicator.objects.filter(goal=goal).update(weight=1)
    found = next(one for one in all_findings(goal) if one.check == "weight_sum")
    with pytest.raises(Refused, match="不能申辩"):
        dispute_finding(goal=goal, key=found.key, person=county.person("unit_project"), reason="不对")


def test_only_the_performance_office_sets_aside_what_stops_a_goal(county: make.County, goal: Goal) -> None:
    GoalIndicator.objects.filter(pk=_satisfaction(goal).pk).update(target_text="≥160%", value=Decimal(160))
    found = next(one for one in all_findings(goal) if one.check == "percent_above_100")
    dispute_finding(goal=goal, key=found.key, person=county.person("unit_project"), reason="按折算口径")
    with pytest.raises(Refused, match="绩效管理股"):
        answer_dispute(goal=goal, key=found.key, person=county.person("division"), answer="upheld", reason="属实")
    answer_dispute(goal=goal, key=found.key, person=county.person("performance_office"), answer="upheld", reason="属实")
    assert "percent_above_100" not in {one.check for one in findings_of(goal)}


def test_what_was_found_at_submission_is_kept_and_cannot_be_changed(county: make.County, goal: Goal) -> None:
    say(county, goal)
    for role in ("unit_project", "unit_finance"):
        submit_goal(goal=goal, person=county.person(role))
    kept = SubmittedFindings.objects.get(subject_year=goal.subject_year, revision=1)
    line = next(one for one in kept.findings if one["check"] == "satisfaction_floor")
    assert line["dispute"].startswith("服务对象")
    with pytest.raises(DatabaseError), transaction.atomic():
        SubmittedFindings.objects.update(findings=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        FindingDispute.objects.update(reason="")


@pytest.mark.feature("3.06")
def test_money_cut_with_outputs_unchanged_is_named_against_last_year(county: make.County) -> None:
    year = make.make_subject(county)
    before = make.make_goal(county, year, "approved")
    cycle = open_cycle(place=county.place, budget_year=make.BUDGET_YEAR + 1, person=county.person("bureau_leader"))
    after = make.make_subject(county, cycle=cycle, code=year.subject.code, name=year.name)
    goal = start_goal(year=after, person=county.person("unit_project"))
    goal.fiscal_fen, goal.other_fen = (before.fiscal_fen + before.other_fen) // 2, 0
    assert "money_and_outputs" in {one.check for one in findings_of(goal)}
    goal.fiscal_fen = before.fiscal_fen + before.other_fen
    assert "money_and_outputs" not in {one.check for one in findings_of(goal)}
    assert all(stage.outcomes([year]) == {} for stage in stages())


def test_dispute_and_answer_on_their_pages(client: Client, county: make.County, goal: Goal) -> None:
    make.sign_in(client, county.person("unit_project"))
    assert "不合实际？申辩" in client.get(reverse("goals:edit", args=[goal.pk])).content.decode()
    address = reverse("goals:dispute", args=[goal.pk, low(goal).key])
    assert "满意度不低于规定" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "历年都在六成左右"}).status_code == 302
    make.sign_in(client, county.person("performance_office"))
    assert "历年都在六成左右" in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
    address = reverse("goals:answer", args=[goal.pk, low(goal).key])
    assert client.post(address, {"answer": "upheld", "reason": ""}).status_code == 422
    assert client.post(address, {"answer": "upheld", "reason": "属实"}).status_code == 302
    assert "已采纳申辩 1 条" in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()


@pytest.mark.feature("3.18")
def test_value_that_last_years_result_beat_by_far_must_be_justified(county: make.County) -> None:
    year = make.make_subject(county)
    before = make.make_goal(county, year, "approved")
    row = before.indicators.filter(operator=">=", value__gt=0).exclude(unit="%").first()
    assert row is not None
    assert row.value is not None
    made = SelfEvaluation.objects.create(
        place=county.place, state="draft", created_at=clock.now(), cycle=county.cycle, work_year=make.BUDGET_YEAR + 1,
        subject_year=year, goal=before,
    )  # fmt: skip
    SelfLine.objects.create(evaluation=made, indicator=row, actual=row.value * 2)
    cycle = open_cycle(place=county.place, budget_year=make.BUDGET_YEAR + 1, person=county.person("bureau_leader"))
    after = make.make_subject(county, cycle=cycle, code=year.subject.code, name=year.name)
    goal = start_goal(year=after, person=county.person("unit_project"))
    assert "beaten_last_year" not in {one.check for one in findings_of(goal)}  # not yet signed by the unit
    SelfEvaluation.objects.filter(pk=made.pk).update(state="submitted")
    assert [one.row for one in findings_of(goal) if one.check == "beaten_last_year"] == [row.position]


@pytest.mark.feature("3.16")
def test_halves_that_do_not_agree_stand_together_before_both_sign(client: Client, county: make.County, goal: Goal) -> None:
    told = f"{goal.subject_year.name}总投资99999万元，"
    Goal.objects.filter(pk=goal.pk).update(objective=told + goal.objective)
    goal.refresh_from_db()
    assert [one.check for one in findings_of(goal) if one.halves] == ["objective_money"]
    for role in ("unit_project", "unit_finance"):
        make.sign_in(client, county.person(role))
        page = client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
        assert page.count("资金和目标对不上 1 处") == 2  # beside the signatures and above the findings
        assert page.count("年度目标写“总投资99999万元”") == 1
    Goal.objects.filter(pk=goal.pk).update(objective=goal.objective.removeprefix(told))
    assert "资金和目标对不上" not in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()


@pytest.mark.feature("3.16")
def test_money_beyond_what_the_project_asks_for_is_named_until_an_adjustment(goal: Goal) -> None:
    def told() -> list[tuple[str, str]]:
        return [(one.severity, one.message) for one in findings_of(goal) if one.check == "asked_money"]

    asked = goal.subject_year.requested_fen
    assert not told()
    goal.fiscal_fen = asked + 1_000_000
    assert told() == [("warn", f"财政拨款{format_wan(asked + 1_000_000)}万元，项目申报{format_wan(asked)}万元，多1.00万元")]
    goal.fiscal_fen = asked - 1_000_000
    assert [severity for severity, _ in told()] == ["note"]
    goal.revision = 2
    assert not told()


@pytest.mark.feature("3.16")
def test_what_one_check_finds_in_many_rows_is_told_once(client: Client, county: make.County, goal: Goal) -> None:
    rows = list(goal.indicators.order_by("position"))
    assert len(rows) > ONE_BY_ONE
    goal.indicators.update(library=None, free_reason="")
    make.sign_in(client, county.person("unit_project"))
    page = client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
    assert f"<strong>自拟指标的理由</strong>：{len(rows)} 处，第 1–{len(rows)} 行。" in page
    goal.indicators.filter(pk__in=[row.pk for row in rows[ONE_BY_ONE:]]).update(free_reason="本项目特有")
    page = client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
    assert "<strong>自拟指标的理由</strong>" not in page
    assert page.count("没有说明自拟理由。") == ONE_BY_ONE


def test_rows_are_told_in_spans() -> None:
    def found(row: int | None) -> Found:
        return Found("没有单位", "", "填写单位", row=row, check="measurable")

    assert Alike([found(row) for row in (1, 3, 4, 5, 9)]).rows == "1、3–5、9"
    assert Alike([found(None)]).rows == ""
    some, other = found(1), Found("超出", "", "改", row=2, check="low_rate")
    assert [len(one.findings) for one in gathered([some, other, some, some, some])] == [4, 1]
