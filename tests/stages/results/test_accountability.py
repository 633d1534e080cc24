"""Accountability: from a clue or by hand, decided by another, received, reported in two months, closed."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import attach
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.stages.results.accountability import desk
from jiheng.stages.results.accountability.access import visible_accountabilities
from jiheng.stages.results.accountability.clues import clues_in, is_late
from jiheng.stages.results.accountability.services import (
    Charge,
    close_accountability,
    decide_accountability,
    deliver_accountability,
    dismiss_accountability,
    open_accountability,
    receive_accountability,
    report_accountability,
    return_accountability,
)
from jiheng.stages.results.accountability.totals import body_refusals
from jiheng.stages.results.models import Accountability
from tests.made_results import PDF, make_budgeted, make_result
from tests.make import County, make_budget, make_county, make_subject, sign_in

OPENED, DECIDED, RECEIVED = date(2024, 7, 5), date(2024, 7, 10), date(2024, 7, 12)
DUE = date(2024, 9, 12)
TIANYUAN = "hunan-tianyuan"


@pytest.fixture
def county(db: None) -> County:
    return make_county(TIANYUAN)


@pytest.fixture
def year(county: County) -> SubjectYear:
    return make_budgeted(county)


def opened(county: County, year: SubjectYear | None = None, situation: str = "falsified", **more: str) -> Accountability:
    charge = Charge(county.units[0], situation, "虚报完成数量", year, **more)
    with clock.at(OPENED):
        return open_accountability(cycle=county.cycle, charge=charge, person=county.person("performance_office"))


def decided(county: County, case: Accountability, measures: tuple[str, ...] = ("criticism",), **fen: int) -> Accountability:
    with clock.at(DECIDED):
        decide_accountability(
            case=case, measures=measures, reason="情节较重", person=county.person("bureau_leader"), **fen
        )
    return case


def reported(county: County, case: Accountability, day: date = DUE) -> Accountability:
    unit = county.person("unit_head")
    with clock.at(RECEIVED):
        receive_accountability(case=case, person=unit)
    with clock.at(day):
        attach(subject=case, row="", name="整改报告书.pdf", content=PDF, person=unit)
        report_accountability(case=case, problems="把关不严", outcome="已更正", person=unit)
    return case


def test_a_case_goes_from_facts_to_closing_with_each_step_by_its_own_people(county: County, year: SubjectYear) -> None:
    office, leader, unit = county.person("performance_office"), county.person("bureau_leader"), county.person("unit_head")
    case = opened(county, year)
    assert "第三十八条" in case.clause
    assert not visible_accountabilities(unit).exists()
    assert [one.verb for one in desk.todos(leader)] == ["作出问责决定"]
    for person in (office, unit, county.person("department_reviewer")):
        with pytest.raises(Refused, match="局领导"):
            decide_accountability(case=case, measures=["criticism"], reason="情节较重", person=person)
    decided(county, case)
    assert "第三十九条" in case.measures_clause
    assert visible_accountabilities(unit).get() == case
    assert visible_accountabilities(county.person("department_reviewer")).get() == case
    assert not visible_accountabilities(county.person("unit_head", 2)).exists()
    assert not visible_accountabilities(county.person("department_reviewer", 1)).exists()
    assert not visible_accountabilities(county.person("agency")).exists()
    assert visible_accountabilities(county.person("congress")).exists()
    assert Notice.objects.filter(organisation_id=unit.organisation_id, text__contains="请签收").exists()
    assert [one.verb for one in desk.todos(unit)] == ["签收问责决定"]
    reported(county, case)
    assert (case.received_on, case.due, is_late(case)) == (RECEIVED, DUE, False)
    assert "第四十二条" in case.due_clause
    assert [one.verb for one in desk.todos(office)] == ["审核整改报告书"]
    with pytest.raises(Refused, match="不能为自己办结"):
        close_accountability(case=case, note="好", person=unit)
    return_accountability(case=case, comment="没有写责任人", person=office)
    assert "没有写责任人" in desk.returned(unit)[0].reason
    report_accountability(case=case, problems="把关不严，责任人已明确", outcome="已更正", person=unit)
    close_accountability(case=case, note="属实", person=office)
    assert (case.state, case.acceptance_note) == ("closed", "属实")
    assert [one.text for one in desk.milestones(year, unit)] == ["已办结"]
    actions = [one.action for one in history(case)]
    assert {f"accountability.{step}" for step in ("propose", "decide", "receive", "report", "return", "accept")} <= set(actions)


@pytest.mark.parametrize(("day", "late"), [(date(2024, 9, 11), False), (DUE, False), (date(2024, 9, 13), True)])
def test_two_months_from_receipt_below_at_and_above(county: County, day: date, late: bool) -> None:
    case = reported(county, decided(county, opened(county)), day)
    assert is_late(case) is late


def test_a_report_not_sent_is_late_after_its_last_day(county: County) -> None:
    case = decided(county, opened(county))
    with clock.at(RECEIVED):
        receive_accountability(case=case, person=county.person("unit_project"))
    office = county.person("performance_office")
    with clock.at(DUE):
        assert (is_late(case), desk.todos(office)) == (False, [])
    with clock.at(date(2024, 9, 13)):
        assert is_late(case)
        assert [one.verb for one in desk.todos(office)] == ["催报整改报告书"]


def test_delivery_noted_by_the_bureau_starts_the_term_on_that_day(county: County) -> None:
    case, office = decided(county, opened(county)), county.person("performance_office")
    with clock.at(date(2024, 7, 20)):
        for wrong in (date(2024, 7, 9), date(2024, 7, 21)):
            with pytest.raises(Refused, match="送达日期"):
                deliver_accountability(case=case, day=wrong, how="书面送达", person=office)
        deliver_accountability(case=case, day=DECIDED, how="书面送达", person=office)
    assert (case.received_on, case.due, case.delivery) == (DECIDED, date(2024, 9, 10), "书面送达")


def test_the_one_who_opened_does_not_decide_and_every_situation_of_the_article_can_be_opened(county: County) -> None:
    rows = rules_at(county.cycle).value("accountability_situations").value
    assert len(rows) == 8
    for row in rows:
        assert opened(county, situation=row["key"]).situation_text == row["label"]
    with pytest.raises(Refused, match="不是制度规定的问责情形"):
        opened(county, situation="laziness")


@pytest.mark.parametrize(
    ("measures", "fen"),
    [
        (("budget",), {"cut_fen": 40_000_000}),
        (("recapture",), {"recapture_fen": 100_000_000}),
        (("criticism",), {}),
        (("budget", "recapture", "criticism"), {"cut_fen": 100_000_000, "recapture_fen": 1}),
    ],
)
def test_measures_alone_and_together_do_to_the_money_what_they_say(
    county: County, year: SubjectYear, measures: tuple[str, ...], fen: dict[str, int]
) -> None:
    case = decided(county, opened(county, year), measures, **fen)
    assert case.measures == list(measures)
    assert balance(year.pk).recapture == -fen.get("recapture_fen", 0)
    left = Standing.objects.filter(subject_id=year.subject_id, for_budget_year=2025)
    assert [one.ceiling_fen for one in left] == ([100_000_000 - fen["cut_fen"]] if "cut_fen" in fen else [])


def test_money_beyond_the_budget_is_refused_by_the_article_and_nothing_is_written(county: County, year: SubjectYear) -> None:
    case = opened(county, year)
    for wrong in ({"recapture_fen": 100_000_001}, {}):
        with pytest.raises(Refused) as refused:
            decided(county, case, ("recapture",), **wrong)
        assert "第三十九条" in refused.value.refusals[0].clause
        case.refresh_from_db()
        assert (case.state, case.measures, case.decided_on) == ("proposed", [], None)
    assert balance(year.pk).recapture == 0


def test_no_measure_is_refused_and_dismissal_needs_a_reason(county: County) -> None:
    case, leader = opened(county), county.person("bureau_leader")
    with pytest.raises(Refused, match="没有选择问责方式"):
        decided(county, case, ())
    case.refresh_from_db()
    with pytest.raises(Refused):
        dismiss_accountability(case=case, reason=" ", person=leader)
    case.refresh_from_db()
    dismiss_accountability(case=case, reason="已在整改期内改正", person=leader)
    assert case.state == "dismissed"
    assert not visible_accountabilities(county.person("unit_head")).exists()


def test_a_poor_result_is_a_clue_until_a_case_is_opened_from_it(county: County, year: SubjectYear) -> None:
    result, office = make_result(county, year, "59.99"), county.person("performance_office")
    assert clues_in(county.person("unit_head"), county.cycle) == []
    [clue] = [one for one in clues_in(office, county.cycle) if one.situation == "poor_result"]
    assert (clue.year, clue.source) == (year, f"evaluation.evaluation:{result.pk}")
    assert "“差”" in clue.text
    opened(county, year, "poor_result", source=clue.source, source_text=clue.text)
    assert not [one for one in clues_in(office, county.cycle) if one.situation == "poor_result"]
    with pytest.raises(Refused, match="同一事项"):
        opened(county, year, "poor_result", source=clue.source)


def test_a_result_at_the_line_is_no_clue(county: County, year: SubjectYear) -> None:
    make_result(county, year, "60")
    assert not [one for one in clues_in(county.person("performance_office"), county.cycle) if one.situation == "poor_result"]


def test_a_place_without_the_rule_has_no_accountability(db: None) -> None:
    county = make_county()
    with pytest.raises(Refused, match="没有规定绩效问责"):
        opened(county)
    assert clues_in(county.person("performance_office"), county.cycle) == []


def test_pages_from_opening_to_closing(county: County, year: SubjectYear) -> None:
    result = make_result(county, year, "50")
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    leader = sign_in(Client(), county.person("bureau_leader"), county.cycle)
    unit = sign_in(Client(), county.person("unit_head"), county.cycle)
    assert "问责线索" in office.get("/results/accountability/").content.decode()
    assert "等级为“差”" in office.get("/results/accountability/clues/").content.decode()
    source = f"/results/accountability/open/?source=evaluation.evaluation:{result.pk}&situation=poor_result"
    assert "评价结果较差" in office.get(source).content.decode()
    answer = office.post(source, {"situation": "poor_result", "facts": "评价得 50 分", "measures": ["criticism"]})
    case = Accountability.objects.get()
    assert answer["Location"] == f"/results/accountability/{case.pk}/"
    base = f"/results/accountability/{case.pk}/"
    assert unit.get(base).status_code == 404
    assert leader.post(f"{base}decide/", {"do": "decide", "reason": "较差"}).status_code == 422
    told = {"do": "decide", "measures": ["budget", "criticism"], "cut_fen": "20", "reason": "结果差", "version": "1"}
    assert leader.post(f"{base}decide/", told).status_code == 302
    assert "减少安排预算资金（20.00 万元）" in unit.get(base).content.decode()
    case.refresh_from_db()
    assert unit.post(f"{base}act/", {"action": "receive", "version": case.version}).status_code == 302
    file = BytesIO(PDF)
    file.name = "报告.pdf"
    report = {"do": "report", "problems": "没有跟踪", "outcome": "已建立台账", "file": file}
    assert unit.post(f"{base}report/", report).status_code == 302
    case.refresh_from_db()
    assert office.post(f"{base}act/", {"action": "accept", "comment": "属实", "version": case.version}).status_code == 302
    text = "\n".join(one.text for one in Document(BytesIO(unit.get(f"{base}notice.docx").content)).paragraphs)
    assert "责令改正" in text
    assert unit.get(f"{base}notice.pdf").content.startswith(b"%PDF")
    assert "已办结" in unit.get(base).content.decode()
    assert "已办结" in office.get("/results/accountability/?state=closed").content.decode()
    assert office.get("/results/accountability/?format=xlsx").status_code == 200
    assert "整改报告书" in leader.get(base).content.decode()
    assert Organisation.objects.filter(pk=case.body_id).exists()


@pytest.mark.parametrize(("fen", "good"), [(29_999_999, True), (30_000_000, True), (30_000_001, False)])
def test_a_body_without_a_project_is_bound_by_its_total_below_at_and_above(
    county: County, year: SubjectYear, fen: int, good: bool
) -> None:
    """本年合计 100 万元减少 10 万元，下年度各项目合计不超过 90 万元；部门整体不重复计算，别的单位不受影响。"""
    case = decided(county, opened(county), ("budget",), cut_fen=10_000_000)
    assert (case.ceiling_fen, case.ceiling_year) == (90_000_000, 2025)
    assert [one.action for one in history(case) if one.action == "accountability.ceiling"] == ["accountability.ceiling"]
    with clock.at(date(2024, 11, 1)):
        cycle = open_cycle(place=county.place, budget_year=2025, person=county.person("performance_office"))
        office = county.person("treasury")
        mine, more = (make_subject(county, cycle=cycle, requested_fen=one) for one in (60_000_000, fen))
        whole = make_subject(county, cycle=cycle, kind="department", requested_fen=500_000_000)
        other = make_subject(county, cycle=cycle, unit=1, requested_fen=100_000_000)
    assert body_refusals([Posting(one, "initial", one.requested_fen, DECIDED) for one in (mine, whole, other)]) == []
    make_budget(county, mine, 60_000_000)
    make_budget(county, whole, 500_000_000)
    found = body_refusals([Posting(more, "initial", fen, DECIDED)])
    assert [one.clause for one in found] == ([] if good else [case.measures_clause])
    assert body_refusals([Posting(more, "adjustment", -fen, DECIDED)]) == []
    if not good:
        assert "不得超过 90.00 万元" in found[0].message
        with pytest.raises(Refused, match="预算总额不得超过"):
            post(posting=Posting(more, "initial", fen, DECIDED), person=office)
    client = sign_in(Client(), county.person("bureau_leader"), county.cycle)
    assert "各项目预算合计不超过 90.00 万元" in client.get(f"/results/accountability/{case.pk}/").content.decode()


def test_a_cut_of_a_department_binds_its_units_together_and_not_more_than_they_have(county: County, year: SubjectYear) -> None:
    charge = Charge(county.departments[0], "duty_neglected", "评价组织不得力")
    with clock.at(OPENED):
        case = open_accountability(cycle=county.cycle, charge=charge, person=county.person("performance_office"))
    with pytest.raises(Refused, match=r"超过可减少安排的100\.00万元"):
        decided(county, case, ("budget",), cut_fen=100_000_001)
    case.refresh_from_db()
    decided(county, case, ("budget",), cut_fen=100_000_000)
    assert case.ceiling_fen == 0
    with clock.at(date(2024, 11, 1)):
        cycle = open_cycle(place=county.place, budget_year=2025, person=county.person("performance_office"))
        below = make_subject(county, cycle=cycle, unit=1, requested_fen=1)
        elsewhere = make_subject(county, cycle=cycle, unit=2, requested_fen=1)
    found = body_refusals([Posting(one, "initial", 1, DECIDED) for one in (below, elsewhere)])
    assert len(found) == 1
    assert "不予安排" in found[0].message


def test_where_the_ledger_has_no_money_of_the_body_the_decision_is_only_words(county: County) -> None:
    case = decided(county, opened(county), ("budget",), cut_fen=10_000_000)
    assert (case.ceiling_fen, case.ceiling_year) == (None, None)
