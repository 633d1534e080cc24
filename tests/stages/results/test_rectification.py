"""Rectification: one finding one order, proof needed, accepted by somebody else, time given with a reason."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.signed import sent_back
from jiheng.stages.evaluation.services.evaluations import FindingData
from jiheng.stages.results.models import Rectification
from jiheng.stages.results.queries import (
    rectification_statistics,
    rectifications_in,
    waiting_findings,
)
from jiheng.stages.results.services import (
    accept_rectification,
    extend_rectification,
    issue_all,
    issue_rectification,
    report_rectification,
    return_rectification,
    save_rectification,
)
from jiheng.stages.results.stage import returned, todos, watching
from tests.made_results import make_budgeted, make_order, make_result, prove
from tests.make import County, make_county

ISSUED = date(2024, 7, 5)
TWO = (FindingData("output", "设备闲置", "调配使用"), FindingData("money", "合同管理不规范", "完善合同管理"))


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def order(county: County) -> Rectification:
    return make_order(county, make_result(county, make_budgeted(county)))


def report(county: County, record: Rectification, measure: str = "调配", outcome: str = "已调配") -> None:
    report_rectification(
        rectification=record, measure=measure, outcome=outcome, person=county.person("unit_project")
    )


@pytest.mark.feature("7.06")
def test_each_finding_is_one_order_with_unit_deadline_and_clause(county: County) -> None:
    result = make_result(county, make_budgeted(county), findings=TWO)
    office = county.person("performance_office")
    assert waiting_findings(office, county.cycle).count() == 2
    with clock.at(ISSUED):
        made = issue_all(findings=list(result.findings.all()), person=office)
    assert [one.requirement for one in made] == ["调配使用", "完善合同管理"]
    assert {one.unit_id for one in made} == {result.subject_year.unit_id}
    assert {one.due for one in made} == {date(2024, 9, 3)}  # 60 days by the pack
    assert all(one.clause for one in made)
    assert waiting_findings(office, county.cycle).count() == 0
    with pytest.raises(Refused, match="已下达整改"):
        issue_rectification(finding=result.findings.get(number=1), requirement="", person=office)
    categories = rectifications_in(office, county.cycle).values_list("finding__category", flat=True)
    assert sorted(categories) == ["money", "output"]


def test_only_the_performance_office_orders(county: County) -> None:
    result = make_result(county, make_budgeted(county))
    for role in ("unit_project", "department_reviewer", "bureau_leader", "agency"):
        with pytest.raises(Refused, match="绩效管理股下达"):
            issue_rectification(
                finding=result.findings.get(), requirement="整改", person=county.person(role)
            )


@pytest.mark.feature("7.08")
def test_closing_wants_proof_and_words_and_somebody_else(county: County, order: Rectification) -> None:
    unit, office = county.person("unit_project"), county.person("performance_office")
    with pytest.raises(Refused) as refused:
        report(county, order)
    assert any("佐证" in str(one) for one in refused.value.refusals)
    order.refresh_from_db()
    assert (order.state, order.reported_on, order.measure) == ("issued", None, "")
    prove(county, order)
    with pytest.raises(Refused, match="没有填写整改情况"):
        report(county, order, outcome="  ")
    order.refresh_from_db()
    report(county, order)
    assert order.state == "reported"
    for person in (unit, county.person("unit_head"), county.person("department_reviewer")):
        with pytest.raises(Refused, match="责任单位不能为自己销号"):
            accept_rectification(rectification=order, note="属实", person=person)
    with clock.at(date(2024, 8, 1)):
        accept_rectification(rectification=order, note="属实", person=office)
    assert (order.state, order.closed_on, order.acceptance_note) == ("closed", date(2024, 8, 1), "属实")
    with pytest.raises(Refused, match="整改已销号"):
        accept_rectification(rectification=order, note="再验", person=office)


def test_another_unit_does_not_report(county: County, order: Rectification) -> None:
    with pytest.raises(Refused, match="责任单位"):
        report_rectification(
            rectification=order, measure="调配", outcome="已调配", person=county.person("unit_project", 2)
        )


def test_a_report_sent_back_returns_with_its_reason_and_the_deadline_stays(
    county: County, order: Rectification
) -> None:
    unit, office = county.person("unit_project"), county.person("performance_office")
    due = order.due
    assert [one.due for one in todos(unit)] == [due]
    assert returned(unit) == []
    prove(county, order)
    report(county, order)
    assert [one.detail for one in watching(unit)] == ["整改情况待验收"]
    assert "验收整改" in [one.verb for one in todos(office)]
    with pytest.raises(Refused):
        return_rectification(rectification=order, person=office, comment="")
    order.refresh_from_db()
    return_rectification(rectification=order, person=office, comment="佐证与问题无关")
    assert (order.state, order.due) == ("issued", due)
    assert sent_back([order])[order.pk].comment == "佐证与问题无关"
    assert todos(unit) == []
    assert "佐证与问题无关" in returned(unit)[0].reason
    report(county, order, outcome="已调配并登记台账")
    assert returned(unit) == []


@pytest.mark.feature("7.07")
def test_time_runs_by_the_pack_and_more_is_given_with_a_reason(county: County, order: Rectification) -> None:
    office = county.person("performance_office")
    with clock.at(date(2024, 9, 3)):
        assert rectification_statistics(county.cycle).overdue == 0
    with clock.at(date(2024, 9, 4)):
        assert rectification_statistics(county.cycle).overdue == 1
        assert [one.verb for one in todos(county.person("department_reviewer"))] == ["督促整改"]
        with pytest.raises(Refused, match="绩效管理股批准"):
            extend_rectification(
                rectification=order, due=date(2024, 10, 1), reason="招标流标", person=county.person("unit_project")
            )
        with pytest.raises(Refused, match="须晚于现时限"):
            extend_rectification(rectification=order, due=order.due, reason="招标流标", person=office)
        with pytest.raises(Refused, match="须写明理由"):
            extend_rectification(rectification=order, due=date(2024, 10, 1), reason=" ", person=office)
        extend_rectification(rectification=order, due=date(2024, 10, 1), reason="招标流标", person=office)
        assert rectification_statistics(county.cycle).overdue == 0
        assert todos(county.person("department_reviewer")) == []
    kept = order.extensions.get()
    assert (kept.before, kept.after) == (date(2024, 9, 3), date(2024, 10, 1))
    assert history(order)[0].detail["comment"] == "招标流标"


def test_what_was_written_can_be_kept_before_it_is_sent(county: County, order: Rectification) -> None:
    unit = county.person("unit_project")
    save_rectification(rectification=order, measure="联系供货商", outcome="", responsible="设备科", person=unit)
    order.refresh_from_db()
    assert (order.state, order.measure, order.responsible) == ("issued", "联系供货商", "设备科")


def test_the_ledger_counts_files_and_everybody_is_told(county: County, order: Rectification) -> None:
    prove(county, order)
    prove(county, order)
    assert rectifications_in(county.person("performance_office"), county.cycle).get().files == 2
    link = f"/results/rectifications/{order.pk}/"
    assert set(Notice.objects.filter(link=link).values_list("role", flat=True)) == {
        "unit_project",
        "department_reviewer",
    }
