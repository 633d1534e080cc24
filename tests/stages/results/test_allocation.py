"""Money shared out: results weigh at least what the place says, computed to the fen, decided by another."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import rules_at
from jiheng.stages.results.allocation import desk
from jiheng.stages.results.allocation.access import lines_in_sight, visible_allocations
from jiheng.stages.results.allocation.services import (
    Scheme,
    begin_allocation,
    move_allocation,
    save_bodies,
    save_scheme,
)
from jiheng.stages.results.models import Allocation
from tests.made_results import make_budgeted, make_result
from tests.make import County, make_county, sign_in

DAY = date(2024, 10, 8)
TOTAL = 1_000_000_000  # 1000 万元


@pytest.fixture
def county(db: None) -> County:
    county = make_county("heilongjiang-hailin")
    make_result(county, make_budgeted(county, unit=0), "90")
    make_result(county, make_budgeted(county, unit=2), "60")
    return county


def scheme(county: County, weight: str = "10", reason: str = "", total: int = TOTAL) -> Scheme:
    rest = [("服务人口", 100 - Decimal(weight))]
    return Scheme("教育奖补资金", total, county.cycle.budget_year, rest, Decimal(weight), reason)


def drawn_up(county: County, weight: str = "10", reason: str = "", total: int = TOTAL) -> Allocation:
    office = county.person("performance_office")
    made = begin_allocation(cycle=county.cycle, scheme=scheme(county, weight, reason, total), person=office)
    values = {county.units[0].pk: [Decimal(30)], county.units[2].pk: [Decimal(70)]}
    save_bodies(allocation=made, bodies=list(values), values=values, person=office)
    return made


def submitted(county: County, **told: Any) -> Allocation:
    with clock.at(DAY):
        made = drawn_up(county, **told)
        move_allocation(allocation=made, action="submit", person=county.person("performance_office"))
    return made


@pytest.mark.feature("7.04")
@pytest.mark.parametrize(("weight", "fine"), [("9.99", False), ("10", True), ("10.01", True)])
def test_results_below_the_least_weight_are_refused_by_clause(county: County, weight: str, fine: bool) -> None:
    if fine:
        assert submitted(county, weight=weight).state == "proposed"
        return
    with pytest.raises(Refused, match="低于规定的10%") as refused:
        submitted(county, weight=weight)
    (found,) = refused.value.refusals
    assert found.clause == str(rules_at(county.cycle).value("allocation_result_weight_min").clause)
    assert "二（六）" in found.clause
    assert Allocation.objects.count() == 1
    assert Allocation.objects.get().lines.filter(amount_fen__isnull=False).count() == 0


def test_in_principle_an_exception_with_its_reason_passes_and_is_seen(county: County) -> None:
    made = submitted(county, weight="5", reason="应急救灾资金")
    assert made.exception_reason == "应急救灾资金"
    assert made.minimum == 10


@pytest.mark.feature("7.04")
def test_shares_follow_factors_and_results_to_the_fen(county: County) -> None:
    made = submitted(county)
    got = {line.body_id: (line.amount_fen, line.parts, line.result) for line in made.lines.all()}
    assert got[county.units[0].pk] == (330_000_000, [270_000_000, 60_000_000], Decimal("90.00"))
    assert got[county.units[2].pk] == (670_000_000, [630_000_000, 40_000_000], Decimal("60.00"))
    with clock.at(DAY):
        tiny = drawn_up(county, total=7)
        move_allocation(allocation=tiny, action="submit", person=county.person("performance_office"))
    assert sum(line.amount_fen or 0 for line in tiny.lines.all()) == 7


def test_another_person_decides_and_bodies_are_told(county: County) -> None:
    made = submitted(county)
    for role in ("performance_office", "division", "treasury", "unit_finance"):
        with pytest.raises(Refused, match="由局领导决定"):
            move_allocation(allocation=made, action="decide", person=county.person(role))
    assert not visible_allocations(county.person("unit_finance")).exists()
    assert [one.verb for one in desk.todos(county.person("bureau_leader"))] == ["决定分配方案"]
    with clock.at(DAY):
        move_allocation(allocation=made, action="decide", person=county.person("bureau_leader"))
    made.refresh_from_db()
    assert (made.state, made.decided_on) == ("decided", DAY)
    assert visible_allocations(county.person("unit_finance")).get() == made
    assert not visible_allocations(county.person("unit_finance", 1)).exists()
    assert [line.body for line in lines_in_sight(county.person("unit_finance"), made)] == [county.units[0]]
    assert lines_in_sight(county.person("congress"), made).count() == 2
    assert Notice.objects.filter(text__contains="分得 330.00 万元", organisation=county.units[0]).exists()
    assert {one.action for one in history(made)} >= {"allocation.begin", "allocation.bodies"}


def test_a_result_that_moved_after_the_proposal_goes_back(county: County) -> None:
    made = submitted(county)
    make_result(county, make_budgeted(county, unit=0), "70")
    with pytest.raises(Refused, match="评价结果在提交以后有变动"):
        move_allocation(allocation=made, action="decide", person=county.person("bureau_leader"))
    leader, office = county.person("bureau_leader"), county.person("performance_office")
    with pytest.raises(Refused, match="须写明意见"):
        move_allocation(allocation=made, action="return", person=leader)
    move_allocation(allocation=made, action="return", person=leader, comment="按新的结果计算")
    move_allocation(allocation=made, action="submit", person=office)
    assert made.lines.get(body=county.units[0]).result == 80


def test_what_is_handed_in_is_not_changed_and_what_is_changed_is_computed_anew(county: County) -> None:
    made, office = submitted(county), county.person("performance_office")
    with pytest.raises(Refused, match="须退回后才能修改"):
        save_scheme(allocation=made, scheme=scheme(county, "20"), person=office)
    move_allocation(allocation=made, action="return", person=county.person("bureau_leader"), comment="提高权重")
    save_scheme(allocation=made, scheme=scheme(county, "20"), person=office)
    assert set(made.lines.values_list("amount_fen", flat=True)) == {None}


def test_odd_schemes_are_refused_with_every_reason(county: County) -> None:
    office = county.person("performance_office")
    bad = Scheme(" ", 0, 1999, [("", Decimal(-1))], Decimal(101))
    with pytest.raises(Refused) as refused:
        begin_allocation(cycle=county.cycle, scheme=bad, person=office)
    assert {one.where for one in refused.value.refusals} == {"name", "total_fen", "weights", "results_year"}
    made = drawn_up(county)
    with pytest.raises(Refused, match="不能为负数"):
        save_bodies(allocation=made, bodies=[county.units[0].pk], values={county.units[0].pk: [Decimal(-1)]}, person=office)
    with pytest.raises(Refused, match="只能在本地区"):
        save_bodies(allocation=made, bodies=[county.bureau.pk], values={}, person=office)
    save_bodies(allocation=made, bodies=[county.units[0].pk], values={}, person=office)
    with pytest.raises(Refused, match="至少两个"):
        move_allocation(allocation=made, action="submit", person=office)


def test_pages_from_scheme_to_workbook(client: Client, county: County) -> None:
    sign_in(client, county.person("division"), county.cycle)
    begin = reverse("results:allocation_begin")
    assert "评价结果" in client.get(begin).content.decode()
    told = {"name": "奖补资金", "total_fen": "1,000", "results_year": "2023", "result_weight": "10", "note": ""}
    told |= {"label_1": "服务人口", "weight_1": "90"}
    assert client.post(begin, told | {"weight_1": ""}).status_code == 422
    answer = client.post(begin, told)
    made = Allocation.objects.get()
    assert answer["Location"] == reverse("results:allocation", args=[made.pk])
    client.post(reverse("results:allocation_add", args=[made.pk]), {"bodies": [county.units[0].pk, county.units[2].pk]})
    page = client.get(reverse("results:allocation", args=[made.pk])).content.decode()
    assert "90.00" in page
    values = {f"value_{county.units[0].pk}_0": "30", f"value_{county.units[2].pk}_0": "70"}
    client.post(reverse("results:allocation_values", args=[made.pk]), values)
    made.refresh_from_db()
    client.post(reverse("results:allocation_act", args=[made.pk]), {"action": "submit", "version": made.version})
    made.refresh_from_db()
    assert made.state == "proposed"
    page = client.get(reverse("results:allocation", args=[made.pk])).content.decode()
    assert "330.00" in page
    assert "与分配总额相等" in page
    answer = client.get(reverse("results:allocation_sheet", args=[made.pk]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = [[cell.value for cell in row] for row in book["明细"].iter_rows()]
    assert rows[1][-2] == 330
    assert "10%" in str(rows[0][4])
    assert "奖补资金" in client.get(reverse("results:allocations")).content.decode()
