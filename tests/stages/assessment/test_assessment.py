"""Assessment of departments: from the record alone, facts from outside with source, veto, confirmed once."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.cycles.models import Extension
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.proposing import propose
from jiheng.registers.indicators.services import load_library
from jiheng.stages.assessment.access import visible_assessments
from jiheng.stages.assessment.facts import year_records
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.assessment.queries import card_groups, card_lines, grade_label, most_lost, ranked
from jiheng.stages.assessment.services import (
    FactData,
    assess_departments,
    confirm_all,
    confirm_assessment,
    record_fact,
    withdraw_fact,
)
from jiheng.stages.assessment.stage import todos
from jiheng.stages.results.services import accept_rectification, report_rectification
from tests.made_results import make_budgeted, make_order, make_result, prove
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in

CONCLUDING = date(2024, 11, 10)
MINUS = FactData("minus", "supervision_findings", "两处问题", "审计报告 2024 年第 7 号", Decimal(2))
VETO = FactData("veto", "false_data", "自评数据经查不实", "审计报告 2024 年第 8 号")


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def worked(county: County) -> County:
    """Department 0: one goal in time and paid 80 of 100; department 1: a project without a goal, paid nothing."""
    with clock.at(date(2022, 10, 20)):
        first = make_subject(county)
        make_goal(county, first, "approved")
        second = make_subject(county, unit=2)
    with clock.at(date(2023, 1, 31)):
        for year in (first, second):
            make_budget(county, year)
        make_budget(county, first, 80_000_000, kind="payment", day=date(2023, 6, 1))
    return county


def compute(county: County) -> dict[int, Assessment]:
    with clock.at(CONCLUDING):
        made = assess_departments(cycle=county.cycle, person=county.person("performance_office"))
    return {county.departments.index(one.department): one for one in made}


def points(assessment: Assessment) -> dict[str, Decimal | None]:
    return {one.item: one.points for one in assessment.lines.all()}


@pytest.mark.feature("8.02")
def test_points_come_from_the_record_and_each_says_why(worked: County) -> None:
    made = compute(worked)
    one, two = points(made[0]), points(made[1])
    assert one["goals_on_time"] == 8
    assert two["goals_on_time"] == 0  # it should have had a goal and had none
    assert one["execution_rate"] == Decimal("12.00")  # 80 of 100 of 15 points
    assert two["execution_rate"] == 0
    assert one["rectification_closed"] is None  # nothing to put right: does not apply
    line = made[0].lines.get(item="execution_rate")
    assert (line.value, line.fact) == (Decimal("80.0000"), "预算100.00万元，支出80.00万元")
    assert "12" in line.calculation
    groups = card_groups(made[0])
    assert sum(group.given for group in groups) == sum(filter(None, one.values()))
    worst = most_lost(card_groups(made[1]))[0]
    assert worst.lost == max(one.lost for one in card_lines(made[1]) if one.lost is not None)


def test_the_total_is_converted_for_what_does_not_apply(worked: County) -> None:
    made = compute(worked)[0]
    applying = [one for one in card_lines(made) if one.applies]
    given = sum((one.line.points or Decimal(0) for one in applying if one.line), Decimal(0))
    full = sum(one.row.item.points for one in applying)
    assert made.total == (given * 100 / full).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    assert made.calculation


def test_more_time_counts_and_what_is_not_due_yet_is_not_judged(county: County) -> None:
    with clock.at(date(2022, 11, 10)):
        make_goal(county, make_subject(county), "department")
    department = county.departments[0].pk
    assert year_records(county.cycle)[department].goals_on_time.done == 0
    Extension.objects.create(
        cycle=county.cycle, item="goals_submit", organisation=county.units[0], due=date(2022, 11, 10), reason="停电"
    )
    record = year_records(county.cycle)[department]
    assert (record.goals_on_time.done, record.goals_on_time.due) == (1, 1)
    with clock.at(date(2022, 9, 15)):  # before the last day nothing is late
        late = make_subject(county, unit=2)
        assert late.department_id not in year_records(county.cycle) or (
            year_records(county.cycle)[late.department_id].goals_on_time.due == 0
        )


def test_rectification_counts_when_closed_in_time_or_overdue(county: County) -> None:
    done = make_order(county, make_result(county, make_budgeted(county)))
    make_order(county, make_result(county, make_budgeted(county, unit=2)))
    prove(county, done)
    with clock.at(date(2024, 8, 1)):
        report_rectification(
            rectification=done, measure="调配", outcome="已调配", person=county.person("unit_project")
        )
        accept_rectification(rectification=done, note="属实", person=county.person("performance_office"))
        record = year_records(county.cycle)
        assert record[county.departments[0].pk].rectified.done == 1
        assert record[county.departments[1].pk].rectified.due == 0  # still has time
    with clock.at(CONCLUDING):
        assert year_records(county.cycle)[county.departments[1].pk].rectified.due == 1


@pytest.mark.feature("8.01")
def test_plus_minus_and_veto_move_the_result(worked: County) -> None:
    office, cycle = worked.person("performance_office"), worked.cycle
    before = compute(worked)[0]
    minus = record_fact(cycle=cycle, department=worked.departments[0], data=MINUS, person=office)
    after = compute(worked)[0]
    assert (after.total, after.minus) == (before.total - 2, 2)
    record_fact(cycle=cycle, department=worked.departments[0], data=VETO, person=office)
    vetoed = compute(worked)[0]
    assert (vetoed.grade, vetoed.vetoed, vetoed.total) == ("poor", True, after.total)
    assert "一票否决" in vetoed.calculation
    assert grade_label(vetoed) == "差"
    withdraw_fact(fact=minus, reason="复核后不属实", person=office)
    again = compute(worked)[0]
    assert (again.total, again.grade) == (before.total, "poor")


@pytest.mark.feature("8.03")
def test_a_fact_from_outside_wants_its_source_and_keeps_to_the_limit(worked: County) -> None:
    office, department = worked.person("performance_office"), worked.departments[0]

    def enter(**changed: object) -> OutsideFact:
        data = FactData(**(vars(MINUS) | changed))
        return record_fact(cycle=worked.cycle, department=department, data=data, person=office)

    for changed, word in (
        ({"source": " "}, "须有来源"),
        ({"text": ""}, "须写明事实"),
        ({"points": Decimal(0)}, "须大于0"),
        ({"item": "nothing"}, "没有这一事项"),
        ({"points": Decimal("5.01")}, "合计最多"),
    ):
        with pytest.raises(Refused, match=word):
            enter(**changed)
    enter(points=Decimal(3))
    with pytest.raises(Refused, match="已有 3"):
        enter(points=Decimal("2.01"))
    enter(points=Decimal(2))
    with pytest.raises(Refused, match="绩效管理股"):
        record_fact(
            cycle=worked.cycle, department=department, data=VETO, person=worked.person("bureau_leader")
        )


def test_a_confirmed_result_stays_as_it_is(worked: County) -> None:
    office, leader = worked.person("performance_office"), worked.person("bureau_leader")
    made = compute(worked)
    with pytest.raises(Refused, match="局领导确认"):
        confirm_assessment(assessment=made[0], person=office)
    with pytest.raises(Overtaken):
        confirm_assessment(assessment=made[0], person=leader, seen=made[0].total + 1)
    confirm_assessment(assessment=made[0], person=leader, seen=made[0].total)
    with pytest.raises(Refused, match="已经确认"):
        confirm_assessment(assessment=made[0], person=leader)
    with pytest.raises(Refused, match="已经确认，不能再登记"):
        record_fact(cycle=worked.cycle, department=worked.departments[0], data=MINUS, person=office)
    make_budget(worked, worked.cycle.subject_years.order_by("pk")[0], 20_000_000, kind="payment", day=date(2023, 9, 1))
    assert list(compute(worked)) == [1]
    made[0].refresh_from_db()
    assert made[0].lines.get(item="execution_rate").points == Decimal("12.00")


@pytest.mark.feature("8.16")
def test_the_same_record_gives_the_same_result_again(worked: County) -> None:
    first = {at: (one.total, one.grade, points(one)) for at, one in compute(worked).items()}
    assert {at: (one.total, one.grade, points(one)) for at, one in compute(worked).items()} == first


def test_ranking_shares_a_rank_and_the_leader_is_asked(worked: County) -> None:
    leader, office = worked.person("bureau_leader"), worked.person("performance_office")
    with clock.at(CONCLUDING):
        assert [one.verb for one in todos(office)] == ["计算考核得分"]
    compute(worked)
    with clock.at(CONCLUDING):
        assert todos(office) == []
        assert [one.verb for one in todos(leader)] == ["确认考核结果"]
    assert [one.rank for one in ranked(leader, worked.cycle).order_by("rank")] == [1, 2]
    Assessment.objects.update(total=50)
    assert [one.rank for one in ranked(leader, worked.cycle)] == [1, 1]
    assert confirm_all(assessments=Assessment.objects.all(), person=leader) == 2


def test_a_department_sees_its_own_result_once_it_is_confirmed(worked: County) -> None:
    made = compute(worked)
    reviewer = worked.person("department_reviewer")
    assert not visible_assessments(reviewer).exists()
    confirm_assessment(assessment=made[0], person=worked.person("bureau_leader"))
    confirm_assessment(assessment=made[1], person=worked.person("bureau_leader"))
    assert [one.pk for one in visible_assessments(reviewer)] == [made[0].pk]
    for role in ("unit_project", "agency", "system_admin"):
        assert not visible_assessments(worked.person(role)).exists()


def test_pages_by_role(worked: County, client: Client) -> None:
    office, leader = worked.person("performance_office"), worked.person("bureau_leader")
    cycle = worked.cycle
    with clock.at(CONCLUDING):
        sign_in(client, office, cycle)
        assert "还没有考核结果" in client.get(reverse("assessment:list")).content.decode()
        assert client.post(reverse("assessment:compute")).status_code == 302
        made = Assessment.objects.order_by("pk")
        detail = reverse("assessment:detail", args=[made[0].pk])
        page = client.get(detail).content.decode()
        assert "预算100.00万元，支出80.00万元" in page
        assert f"{reverse('subjects:list')}?department={worked.departments[0].pk}" in page
        data = {
            "department": worked.departments[0].pk, "item": "minus:supervision_findings", "points": "2",
            "text": "两处问题", "source": "审计报告",
        }  # fmt: skip
        assert client.post(reverse("assessment:fact_new"), data | {"points": "9"}).status_code == 422
        assert client.post(reverse("assessment:fact_new"), data).status_code == 302
        assert "两处问题" in client.get(reverse("assessment:facts")).content.decode()
        assert client.post(reverse("assessment:confirm", args=[made[0].pk])).status_code == 403
        fact = OutsideFact.objects.get()
        assert client.post(reverse("assessment:fact_withdraw", args=[fact.pk]), {"reason": ""}).status_code == 422
        sign_in(client, leader, cycle)
        stale = {"total": "1.00"}
        assert client.post(reverse("assessment:confirm", args=[made[0].pk]), stale).status_code == 409
        seen = {"total": f"{made[0].total}"}
        assert client.post(reverse("assessment:confirm", args=[made[0].pk]), seen).status_code == 302
        assert client.post(reverse("assessment:confirm_chosen"), {"pk": [made[1].pk]}).status_code == 302
        assert client.get(reverse("assessment:xlsx", args=[made[0].pk])).content.startswith(b"PK")
        assert client.get(reverse("assessment:pdf", args=[made[0].pk])).content.startswith(b"%PDF")
        sign_in(client, worked.person("department_reviewer"), cycle)
        assert client.get(detail).status_code == 200
        assert client.get(reverse("assessment:detail", args=[made[1].pk])).status_code == 404
        assert client.post(reverse("assessment:compute")).status_code == 403
        sign_in(client, worked.person("unit_project"), cycle)
        assert client.get(reverse("assessment:list")).status_code == 403
        assert client.get(detail).status_code == 404


@pytest.mark.feature("4.23")
def test_adopted_proposals_for_the_library_stand_on_the_card(worked: County, client: Client) -> None:
    office = worked.person("performance_office")
    load_library(place=worked.place, person=office)
    made = compute(worked)[0]
    one, other = LibraryIndicator.objects.filter(place=worked.place).order_by("code")[:2]
    with clock.at(date(made.cycle.budget_year, 5, 6)):
        adopted = propose(kind="retire", ground="测试", person=worked.person("unit_project"), indicator=one)
        propose(kind="retire", ground="测试", person=worked.person("department_reviewer"), indicator=other)
    page = reverse("assessment:detail", args=[made.pk])
    sign_in(client, office, worked.cycle)
    assert f"{made.cycle.budget_year} 年提出建议 2 件，采纳 0 件" in client.get(page).content.decode()
    Proposal.objects.filter(pk=adopted.pk).update(state="published")
    shown = client.get(page).content.decode()
    assert f"{made.cycle.budget_year} 年提出建议 2 件，采纳 1 件" in shown
    assert reverse("indicators:proposal", args=[adopted.pk]) in shown
    neighbour = reverse("assessment:detail", args=[compute(worked)[1].pk])
    assert "提出建议 0 件，采纳 0 件" in client.get(neighbour).content.decode()
