"""Taking money back after monitoring: the list by rule, the leader's decision, ledger and next year, the pages."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.subjects.models import Standing
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport, Reading, Recapture, Warning
from jiheng.stages.monitoring.recapture.access import visible_recaptures
from jiheng.stages.monitoring.recapture.counting import PAGE_SIZE, asked_in_all, candidate_page
from jiheng.stages.monitoring.recapture.finding import Candidate, candidates
from jiheng.stages.monitoring.recapture.services import (
    Settled,
    decide_recapture,
    propose_again,
    propose_recaptures,
    return_recapture,
    spare_recapture,
)
from jiheng.stages.monitoring.services import (
    MeasureData,
    ReadingData,
    close_report,
    confirm_report,
    open_checkpoint,
    save_readings,
    submit_report,
)
from jiheng.stages.monitoring.stage import STAGE
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db
PLACE, YEAR = "heilongjiang-hailin", 2021
HALF, AUTUMN, DUE = date(2021, 7, 2), date(2021, 11, 10), date(2021, 11, 30)


def closed_report(county: County, paid_fen: int) -> None:
    """One project of 100 万元 whose half-year report is closed, slow when less than half is paid."""
    with clock.at(date(2020, 11, 1)):
        year = make_subject(county)
        make_goal(county, year, "approved")
    make_budget(county, year, day=date(2021, 1, 5))
    make_budget(county, year, paid_fen, kind="payment", day=date(2021, 6, 1))
    with clock.at(HALF):
        opened = open_checkpoint(cycle=county.cycle, key="half_year", person=county.person("performance_office"))
        report = opened.reports.select_related("checkpoint", "cycle__place", "place").get(subject_year=year)
        save_readings(
            report=report,
            readings={
                one.pk: ReadingData(f"{one.indicator.value or 1}", likelihood="certain")
                for one in report.readings.select_related("indicator")
            },
            note="招标推迟",
            measures=[MeasureData("加快支付", "项目负责岗", date(2021, 12, 20))],
            person=county.person("unit_project"),
        )
        for role in ("unit_project", "unit_finance"):
            submit_report(report=report, person=county.person(role))
        confirm_report(report=report, person=county.person("department_reviewer"))
        close_report(report=report, person=county.person("division"))


@pytest.fixture
def county() -> County:
    made = make_county(PLACE, YEAR, day=date(2020, 10, 1))
    closed_report(made, 30_000_000)
    return made


def listed(county: County) -> list[Any]:
    with clock.at(AUTUMN):
        return candidates(county.cycle, county.person("performance_office"))


def propose(county: County) -> Recapture:
    with clock.at(AUTUMN):
        (made,) = propose_recaptures(
            cycle=county.cycle, reports=[one.report.pk for one in listed(county)], person=county.person("performance_office")
        )
    return made


def settled(fen: int = 20_000_000, **more: Any) -> Settled:
    return Settled(fen, "支出慢于序时进度", **more)


def test_list_follows_the_rules_and_the_ledger(county: County) -> None:
    (one,) = listed(county)
    assert (one.labels, one.main.amount, one.due) == ("慢于序时进度部分的支出", 20_000_000, DUE)
    make_budget(county, one.year, 20_000_000, kind="payment", day=date(2021, 7, 20))
    assert listed(county) == []


def test_list_is_empty_where_the_rules_know_no_grounds() -> None:
    other = make_county()
    assert candidates(other.cycle, other.person("performance_office")) == []


def test_decision_is_in_the_ledger_with_its_record_and_clause(county: County) -> None:
    made = propose(county)
    with clock.at(AUTUMN):
        decide_recapture(recapture=made, settled=settled(), person=county.person("bureau_leader"))
    entry = LedgerEntry.objects.get(kind="recapture")
    assert (entry.amount_fen, entry.cause) == (-20_000_000, f"monitoring.recapture:{made.pk}")
    assert "二（四）" in entry.clause
    assert balance(made.subject_year_id).budget == 80_000_000
    assert (made.state, made.late, made.ledger_entry) == ("decided", False, entry)
    assert any(one.action == "recapture.apply" for one in Entry.objects.filter(subject=subject_key(made)))
    assert Notice.objects.filter(text__contains="收回 20.00 万元").count() >= 2


def test_need_goes_on_to_the_next_year(county: County) -> None:
    made = propose(county)
    with clock.at(AUTUMN):
        decide_recapture(
            recapture=made, settled=settled(need_fen=15_000_000, need_reason="二期续建"), person=county.person("bureau_leader")
        )
    left = Standing.objects.get(subject_id=made.subject_year.subject_id)
    assert (left.for_budget_year, left.ceiling_fen, left.action) == (2022, None, "recapture")
    assert left.text == "2021年度收回 20.00 万元，确需继续实施，在本年部门预算中调剂 15.00 万元：二期续建"


def test_proposer_and_decider_are_two_people_with_their_roles(county: County) -> None:
    (one,) = listed(county)
    for role in ("unit_project", "department_reviewer", "treasury", "bureau_leader"):
        with pytest.raises(Refused, match="由财政局业务股室或绩效管理股提出"):
            propose_recaptures(cycle=county.cycle, reports=[one.report.pk], person=county.person(role))
    made = propose(county)
    for role in ("performance_office", "division", "unit_head"):
        with pytest.raises(Refused, match="由局领导决定"):
            decide_recapture(recapture=made, settled=settled(), person=county.person(role))


def test_one_report_is_proposed_once(county: County) -> None:
    made = propose(county)
    with pytest.raises(Refused, match="不在应收回的清单内，或已经提出"):
        propose_recaptures(cycle=county.cycle, reports=[made.report_id], person=county.person("division"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Recapture.objects.create(
            place=county.place, state="proposed", created_at=clock.now(), cycle=county.cycle,
            subject_year=made.subject_year, report=made.report, budget_fen=1, paid_fen=0, proposed_fen=1,
        )  # fmt: skip


def test_returned_is_proposed_again_and_may_be_spared_with_reason(county: County) -> None:
    made, leader = propose(county), county.person("bureau_leader")
    return_recapture(recapture=made, comment="请核对支付计划", person=leader)
    with pytest.raises(Refused, match="不在待决定状态"):
        decide_recapture(recapture=made, settled=settled(), person=leader)
    propose_again(recapture=made, note="已核对，年内无支付计划", person=county.person("performance_office"))
    with pytest.raises(Refused, match="意见"):
        spare_recapture(recapture=made, reason=" ", person=leader)
    spare_recapture(recapture=made, reason="工程款12月支付", person=leader)
    assert made.state == "spared"
    assert not LedgerEntry.objects.filter(kind="recapture").exists()


def test_stale_page_is_told_so(county: County) -> None:
    made, leader = propose(county), county.person("bureau_leader")
    before = made.version
    return_recapture(recapture=made, comment="请核对", person=leader)
    propose_again(recapture=made, note="已核对", person=county.person("performance_office"))
    with clock.at(AUTUMN), pytest.raises(Overtaken):
        decide_recapture(recapture=made, settled=settled(), person=leader, version=before)


@pytest.mark.parametrize(("day", "late"), [(date(2021, 11, 29), False), (DUE, False), (date(2021, 12, 1), True)])
def test_date_of_the_calendar_flags(county: County, day: date, late: bool) -> None:
    made, leader = propose(county), county.person("bureau_leader")
    with clock.at(day):
        if late:
            with pytest.raises(Refused, match="已过 2021-11-30 的期限"):
                decide_recapture(recapture=made, settled=settled(), person=leader)
        decide_recapture(recapture=made, settled=settled(late_reason="支付计划迟报" if late else ""), person=leader)
    made.refresh_from_db()
    assert made.late is late


def test_units_see_what_was_decided_and_not_before(county: County) -> None:
    made, unit, other = propose(county), county.person("unit_project"), county.person("congress")
    assert not visible_recaptures(unit).exists()
    assert visible_recaptures(other).get() == made
    with clock.at(AUTUMN):
        decide_recapture(recapture=made, settled=settled(), person=county.person("bureau_leader"))
    assert visible_recaptures(unit).get() == made


def test_todos_lead_from_list_to_decision(county: County) -> None:
    def verbs(role: str) -> list[str]:
        return [one.verb for one in STAGE.todos(county.person(role))]

    with clock.at(AUTUMN):
        assert "提出收回" in verbs("performance_office")
        assert "提出收回" in verbs("division")
        made = propose(county)
        assert "提出收回" not in verbs("division")
        assert verbs("bureau_leader") == ["决定收回"]
        return_recapture(recapture=made, comment="请核对", person=county.person("bureau_leader"))
        assert [one.verb for one in STAGE.returned(county.person("performance_office"))] == ["重新提出收回"]


def test_pages_from_list_to_notice(client: Client, county: County) -> None:
    with clock.at(AUTUMN):
        sign_in(client, county.person("performance_office"), county.cycle)
        page = client.get(reverse("monitoring:recapture_candidates"))
        assert "100.00×50%－30.00＝20.00万元" in page.content.decode()
        (one,) = listed(county)
        client.post(reverse("monitoring:recapture_propose"), {"report": one.report.pk, "note": ""})
        made = Recapture.objects.get()
        sign_in(client, county.person("bureau_leader"), county.cycle)
        address = reverse("monitoring:recapture_decide", args=[made.pk])
        assert "例外理由" in client.get(address).content.decode()
        short = client.post(address, {"amount_fen": "19.99", "reason": "慢", "version": made.version})
        assert short.status_code == 422
        assert "须写明例外理由" in short.content.decode()
        done = client.post(address, {"amount_fen": "20", "reason": "慢于进度", "version": made.version}, follow=True)
        assert done.status_code == 200
        assert "记入 2021 年度台账" in done.content.decode()
        for ending in ("docx", "pdf"):
            file = client.get(reverse(f"monitoring:recapture_{ending}", args=[made.pk]))
            assert len(b"".join(file)) > 1000
        sign_in(client, county.person("unit_project"), county.cycle)
        assert "收回资金" in client.get(reverse("monitoring:recaptures")).content.decode()
        assert client.get(reverse("monitoring:recapture_candidates")).status_code == 403


def test_page_to_propose_again_says_why_it_came_back(client: Client, county: County) -> None:
    made, office = propose(county), county.person("performance_office")
    with clock.at(AUTUMN):
        return_recapture(recapture=made, comment="请核实招标进度", person=county.person("bureau_leader"))
        shown = sign_in(client, office, county.cycle).get(reverse("monitoring:recapture_revise", args=[made.pk])).text
        assert "请核实招标进度" in shown
        assert made.subject_year.name in shown
        assert "100.00×50%－30.00＝20.00万元" in shown
        address = reverse("monitoring:recapture_revise", args=[made.pk])
        assert client.post(address, {"note": "已核实", "version": Recapture.objects.get().version}).status_code == 302
    assert Recapture.objects.get().state == "proposed"


def many_reports(county: County, number: int) -> list[MonitoringReport]:
    """Reports of the latest checkpoint that the department has answered for; their money is posted past the year's begin."""
    checkpoint = county.cycle.checkpoints.latest("as_of")
    found = []
    for at in range(number):
        with clock.at(date(2020, 11, 1)):
            year = make_subject(county, unit=at % 3)
            goal = make_goal(county, year, "approved")
        make_budget(county, year, 100_000_000 + at, day=date(2021, 1, 5))
        found.append(
            MonitoringReport.objects.create(
                place=county.place, cycle=county.cycle, checkpoint=checkpoint, goal=goal, subject_year=year,
                state="closed", created_at=clock.now(), moved_at=clock.now(),
            )
        )  # fmt: skip
    return found


def lay_out_grounds(county: County) -> None:
    """Every ground, alone and together, at both checkpoints; one report that owes nothing, one with a half fen."""
    first = county.cycle.checkpoints.latest("as_of")
    autumn = Checkpoint.objects.create(
        cycle=county.cycle, key="third_quarter", label="前三季度", as_of=date(2021, 9, 30), due=date(2021, 10, 20)
    )
    reports = many_reports(county, 9)
    for one, paid in zip(reports, (0, 100_000_001, 75_000_001, 75_000_002, 99_000_000, 0, 10, 80_000_000, 1), strict=True):
        if paid:
            make_budget(county, one.subject_year, paid, kind="payment", day=date(2021, 9, 1))
    rows = [one.goal.indicators.all()[0] for one in reports]
    Reading.objects.create(report=reports[4], indicator=rows[4], likelihood="impossible", reason="地点未定")
    Reading.objects.create(report=reports[5], indicator=rows[5], likelihood="possible")
    Warning.objects.create(report=reports[7], rule="idle_money", light="yellow", fact="沉淀一年", clause="x")
    for at in (6, 8):  # the same warning twice: of money, and of an indicator
        earlier = MonitoringReport.objects.create(
            place=county.place, cycle=county.cycle, checkpoint=first, goal=reports[at].goal, state="closed",
            subject_year=reports[at].subject_year, created_at=clock.now(), moved_at=clock.now(),
        )  # fmt: skip
        for report in (earlier, reports[at]):
            made = Reading.objects.create(report=report, indicator=rows[at]) if at == 8 else None
            Warning.objects.create(report=report, reading=made, rule="behind", light="red", fact="落后", clause="x")
    Measure.objects.create(report=reports[2], text="加快", responsible="负责岗", due=date(2021, 10, 1))
    Measure.objects.create(report=reports[3], text="加快", responsible="负责岗", due=date(2021, 12, 31))
    assert autumn.as_of > first.as_of


def test_what_the_database_counts_is_what_the_rules_tell(county: County) -> None:
    lay_out_grounds(county)
    for role, at in (("performance_office", 0), ("division", 0), ("unit_project", 1)):
        person = county.person(role, at)
        with clock.at(AUTUMN):
            told, asked = candidates(county.cycle, person), asked_in_all(county.cycle, person).value
            assert asked.number == len(told)
            assert asked.money == sum(one.main.amount for one in told)
            assert asked.first == min((one.due for one in told if one.due), default=None)
            pages: list[Candidate] = []
            after = ""
            while True:
                page = candidate_page(county.cycle, person, after=after, size=2)
                pages += page.rows
                after = page.next
                if not after:
                    break
            assert [(one.report.pk, one.main) for one in pages] == [(one.report.pk, one.main) for one in told]
    assert {claim.ground.key for one in listed(county) for claim in one.claims} == {
        "uncorrected", "unattainable", "behind_calendar", "idle",
    }  # fmt: skip
    assert 4 < len(listed(county)) < 9


def test_list_asks_as_often_however_many_projects_there_are(county: County) -> None:
    many_reports(county, 2)
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    page = reverse("monitoring:recapture_candidates")

    def asked() -> int:
        with clock.at(AUTUMN), CaptureQueriesContext(connection) as queries:
            assert office.get(page).status_code == 200
        return len(queries)

    asked()
    few = asked()
    many_reports(county, PAGE_SIZE)
    asked()
    assert asked() == few
    with clock.at(AUTUMN):
        shown = office.get(page).text
        assert shown.count('name="report"') == PAGE_SIZE
        (following,) = re.findall(r'rel="next" href="([^"]+)"', shown)
        assert office.get(page + following).text.count('name="report"') == 3
