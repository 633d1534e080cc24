"""Monitoring in the browser's words: each role through its pages, what is refused, what does not exist for others."""

from datetime import date
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.web.stage import Todo
from jiheng.stages.goals.models import KeyReview
from jiheng.stages.monitoring.models import MonitoringReport
from jiheng.stages.monitoring.services import MeasureData, ReadingData, open_checkpoint
from jiheng.stages.monitoring.stage import STAGE
from tests import make
from tests.stages.monitoring.build import DAY, Round, fill, make_round, paid_project, pass_on, sign

pytestmark = pytest.mark.django_db
LATE: Any = {"购置教学设备台数": ReadingData("10台", causes=["other"], reason="供应商延期")}


@pytest.fixture
def made() -> Round:
    return make_round()


def as_(person: Person, county: make.County) -> Client:
    return make.sign_in(Client(), person, county.cycle)


def url(name: str, *args: Any) -> str:
    return reverse(f"monitoring:{name}", args=args)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def typed(report: MonitoringReport, page: str = "page-of-a-test", **more: dict[str, Any]) -> dict[str, Any]:
    """The fill page as it is sent; `more` replaces cells by the name of the indicator."""
    rows = list(report.readings.select_related("indicator"))
    data: dict[str, Any] = {
        "seen": report.fill_version,
        "page": page,
        "note": "按计划推进",
        "readings-TOTAL_FORMS": len(rows),
        "readings-INITIAL_FORMS": len(rows),
        "measures-TOTAL_FORMS": 1,
        "measures-INITIAL_FORMS": 0,
        "measures-0-kind": "correct",
    }
    for at, row in enumerate(rows):
        steady = {"台": "30", "%": "95", "元/台": "7900"}.get(row.indicator.unit, "按计划推进")
        cells = {"pk": row.pk, "actual_text": steady, "likelihood": "certain"}
        for key, value in (cells | more.get(row.indicator.name, {})).items():
            data[f"readings-{at}-{key}"] = value
    return data


@pytest.mark.feature("5.01", "5.03", "5.05")
def test_a_unit_fills_signs_and_the_bureau_closes_in_the_browser(made: Round) -> None:
    county, project = made.county, as_(made.project, made.county)
    page = text_of(project.get(url("fill", made.report.pk)))
    assert "取自台账，不需填写" in page
    assert 'name="executed_fen"' not in page
    slow: Any = {"购置教学设备台数": {"actual_text": "10台"}}
    live = project.post(url("check", made.report.pk), typed(made.report, **slow))
    assert "为应达到水平的33.33%" in text_of(live)
    assert "请在该行写明原因" in text_of(live)
    assert made.report.fill_version == 0
    slow["购置教学设备台数"] |= {"causes": ["other", "funds"], "reason": "供应商延期"}
    measure = {
        "measures-0-text": "催货",
        "measures-0-responsible": "项目负责岗",
        "measures-0-due": "2023年5月31日",
    }
    with clock.at(DAY):
        answer = project.post(url("fill", made.report.pk), {**typed(made.report, **slow), **measure})
        assert answer.status_code == HTTPStatus.FOUND
        report = made.report
        assert report.readings.get(indicator__name="购置教学设备台数").causes == ["other", "funds"]
        assert report.measures.get().due == date(2023, 5, 31)
        for person in (made.project, made.finance):
            sent = as_(person, county).post(
                url("act", report.pk), {"action": "submit", "version": made.report.version}
            )
            assert sent.status_code == HTTPStatus.FOUND
        assert made.report.state == "department"
        reviewer = as_(county.person("department_reviewer"), county)
        refused = reviewer.post(url("act", report.pk), {"action": "return", "version": made.report.version})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "须写明意见" in text_of(refused)
        stale = reviewer.post(url("act", report.pk), {"action": "confirm", "version": 0})
        assert stale.status_code == HTTPStatus.CONFLICT
        reviewer.post(url("act", report.pk), {"action": "confirm", "version": made.report.version})
        division = as_(county.person("division"), county)
        division.post(url("act", report.pk), {"action": "close", "version": made.report.version})
        assert made.report.state == "closed"
        detail = text_of(project.get(url("detail", report.pk)))
        assert "记录落实" in detail
        empty = project.post(url("follow", report.measures.get().pk), {"outcome": ""})
        assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        project.post(url("follow", report.measures.get().pk), {"outcome": "已到货"})
    assert "已到货" in text_of(division.get(url("detail", report.pk)))


@pytest.mark.feature("5.03")
def test_money_that_is_typed_is_not_taken(made: Round) -> None:
    project = as_(made.project, made.county)
    data = typed(made.report) | {"executed_fen": "99999999", "budget_fen": "1", "money-total-executed": "9"}
    with clock.at(DAY):
        project.post(url("fill", made.report.pk), data)
    assert (made.report.budget_fen, made.report.executed_fen) == (100_000_000, 33_000_000)


def test_what_cannot_be_read_is_said_in_its_place_and_nothing_is_saved(made: Round) -> None:
    project = as_(made.project, made.county)
    wrong = typed(made.report, 购置教学设备台数={"actual_text": "很多"}) | {"measures-0-text": "催货"}
    answer = project.post(url("fill", made.report.pk), wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请写明完成期限" in text_of(answer)
    wrong |= {"measures-0-responsible": "岗", "measures-0-due": "2023-05-31"}
    with clock.at(DAY):
        again = project.post(url("fill", made.report.pk), wrong)
        assert "“很多”不是数字" in text_of(again)
        assert project.post(url("autosave", made.report.pk), wrong).status_code == (
            HTTPStatus.UNPROCESSABLE_ENTITY
        )
    assert made.report.fill_version == 0


def test_two_open_pages_do_not_overwrite_each_other(made: Round) -> None:
    project = as_(made.project, made.county)
    first, second = typed(made.report, "one"), typed(made.report, "two")
    with clock.at(DAY):
        assert project.post(url("autosave", made.report.pk), first).status_code == HTTPStatus.NO_CONTENT
        assert project.post(url("autosave", made.report.pk), first).status_code == HTTPStatus.NO_CONTENT
        assert project.post(url("autosave", made.report.pk), second).status_code == HTTPStatus.CONFLICT


def test_the_ledger_is_taken_over_by_a_button(made: Round) -> None:
    fill(made)
    make.make_budget(made.county, made.year, 1, kind="payment", day=date(2023, 3, 30))
    finance = as_(made.finance, made.county)
    assert "台账已有更新" in text_of(finance.get(url("detail", made.report.pk)))
    with clock.at(DAY):
        finance.post(url("refresh", made.report.pk))
    assert made.report.executed_fen == 33_000_001
    assert "台账已有更新" not in text_of(finance.get(url("detail", made.report.pk)))


@pytest.mark.feature("5.22")
def test_the_overview_shows_numbers_that_open_their_lists(made: Round) -> None:
    client = as_(made.county.person("performance_office"), made.county)
    page = text_of(client.get(url("overview")))
    for what in ("due", "reported", "closed", "slow", "off_target"):
        assert f"what={what}" in page
    missing = text_of(client.get(url("missing")))
    assert "测试县第一中学" in missing
    with clock.at(date(2023, 4, 12)):
        client.post(url("urge"), {"checkpoint": made.checkpoint.pk})
    assert Notice.objects.filter(text__startswith="催报").exists()
    listed = text_of(client.get(url("list"), {"what": "missing", "checkpoint": str(made.checkpoint.pk)}))
    assert "共 <strong>1</strong>" in listed


def test_overview_and_who_did_not_report_show_so_many_bodies_and_find_the_others(
    made: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiheng.stages.monitoring.pages.GROUPS", 2)
    reports = []
    for unit in (1, 2):
        year = paid_project(made.county, unit=unit)
        body = make.make_organisation(made.county.place, "department", f"第{unit}局")
        below = make.make_organisation(made.county.place, "unit", f"第{unit}院", body)
        for own in (year, *((made.year,) if unit == 1 else ())):
            own.department, own.unit = body, below
            own.save(update_fields=["department", "unit"])
        goal = year.goals.get()
        reports.append(MonitoringReport(
            place=made.county.place, cycle=made.county.cycle, checkpoint=made.checkpoint, goal=goal, subject_year=year,
            state="draft", created_at=clock.now(), moved_at=clock.now(),
        ))  # fmt: skip
    MonitoringReport.objects.bulk_create(reports)
    third = paid_project(made.county)
    MonitoringReport.objects.create(
        place=made.county.place, cycle=made.county.cycle, checkpoint=made.checkpoint, goal=third.goals.get(),
        subject_year=third, state="draft", created_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip
    office = as_(made.county.person("performance_office"), made.county)
    for page, names in (("overview", "局"), ("missing", "院")):
        first = text_of(office.get(url(page)))
        assert "第 1／2 页，共 3 个" in first, page
        assert "第 2／2 页" in text_of(office.get(url(page), {"page": 2}))
        found = text_of(office.get(url(page), {"q": f"第2{names}"}))
        assert f"第2{names}</a>" in found
        assert f"第1{names}</a>" not in found
        assert "没有这样的" in text_of(office.get(url(page), {"q": "查无此名"}))


def test_checkpoints_are_opened_by_the_performance_office_alone() -> None:
    county = make.make_county()
    paid_project(county)
    division = as_(county.person("division"), county)
    office = as_(county.person("performance_office"), county)
    with clock.at(DAY):
        assert "待绩效管理股开启" in text_of(division.get(url("overview")))
        assert division.post(url("open"), {"key": "q1"}).status_code == HTTPStatus.FORBIDDEN
        assert "开启监控" in text_of(office.get(url("overview")))
        assert office.post(url("open"), {"key": "q1"}).status_code == HTTPStatus.FOUND
        assert office.post(url("open"), {"key": "q1"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert county.cycle.checkpoints.count() == 1


@pytest.mark.parametrize(
    ("role", "index"),
    [
        ("unit_project", 1),
        ("unit_project", 2),
        ("department_reviewer", 1),
        ("agency", 0),
        ("system_admin", 0),
    ],
)
def test_a_guessed_report_does_not_exist_for_others(made: Round, role: str, index: int) -> None:
    client = as_(made.county.person(role, index), made.county)
    pk = made.report.pk
    for name in ("detail", "fill"):
        assert client.get(url(name, pk)).status_code == HTTPStatus.NOT_FOUND
    for name in ("act", "autosave", "check", "refresh"):
        assert client.post(url(name, pk)).status_code == HTTPStatus.NOT_FOUND
    assert client.get(url("form", pk, "xlsx")).status_code == HTTPStatus.NOT_FOUND
    fill(made, measures=[MeasureData("催货", "岗", date(2023, 5, 31))])
    measure = made.report.measures.get()
    assert client.post(url("follow", measure.pk), {"outcome": "好"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", ["unit_finance", "unit_head", "department_reviewer", "division", "auditor"])
def test_who_sees_a_report_but_does_not_fill_it_is_told_so(made: Round, role: str) -> None:
    client = as_(made.county.person(role), made.county)
    assert client.get(url("detail", made.report.pk)).status_code == HTTPStatus.OK
    assert client.get(url("fill", made.report.pk)).status_code == HTTPStatus.FORBIDDEN


def test_form_f4_carries_money_readings_causes_and_measures(made: Round) -> None:
    fill(made, measures=[MeasureData("督促供货", "岗", date(2023, 5, 31))], note="晚", **LATE)
    client = as_(made.project, made.county)
    answer = client.get(url("form", made.report.pk, "xlsx"))
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "项目支出绩效目标执行监控表（2023年度）" in cells
    assert {"1-3月执行数", "1-3月执行情况", "10台", "供应商延期"} <= cells
    assert {"100", "33"} <= {one.removesuffix(".0") for one in cells}
    paper = client.get(url("form", made.report.pk, "pdf"))
    assert paper.content.startswith(b"%PDF")


def test_form_f4_tells_the_years_end_as_written_else_as_forecast_and_says_which(made: Round) -> None:
    fill(made, 购置教学设备台数=ReadingData("30台", expected_text="100台", likelihood="certain"))
    client = as_(made.project, made.county)
    sheet = load_workbook(BytesIO(client.get(url("form", made.report.pk, "xlsx")).content)).worksheets[0]
    rows = [[str(cell.value) for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    heading = next(
        at for row in sheet.iter_rows() for at, cell in enumerate(row) if "全年预计完成情况" in str(cell.value)
    )
    told = {
        next(str(cell.value) for cell in row if cell.column == 4): row[heading].value
        for row in sheet.iter_rows()
        if any(str(cell.value) in {"购置教学设备台数", "设备验收合格率"} for cell in row)
    }
    assert told == {"购置教学设备台数": "100台", "设备验收合格率": "推算 95%"}
    assert any("不是实施单位填写的" in text for row in rows for text in row)


def test_many_reports_move_together_from_the_list() -> None:
    county = make.make_county()
    rounds = [Round(county, paid_project(county), None) for _ in range(3)]  # type: ignore[arg-type]
    with clock.at(DAY):
        opened = open_checkpoint(cycle=county.cycle, key="q1", person=county.person("performance_office"))
    for at, one in enumerate(rounds):
        one.checkpoint = opened
        fill(one, note="有原因", **(LATE if at == 0 else {}))
        sign(one)
    client = as_(county.person("department_reviewer"), county)
    with clock.at(DAY):
        client.post(url("bulk", "confirm"), {"pk": [one.report.pk for one in rounds]})
    assert [one.report.state for one in rounds] == ["department", "bureau", "bureau"]


# --- the desk


def verbs(todos: list[Todo]) -> list[str]:
    return [one.verb for one in todos]


def test_the_desk_follows_the_report_from_hand_to_hand(made: Round) -> None:
    county = made.county
    reviewer, division = county.person("department_reviewer"), county.person("division")
    with clock.at(DAY):
        assert verbs(STAGE.todos(made.project)) == ["填写监控表"]
        assert verbs(STAGE.todos(made.finance)) == []
        fill(made, note="晚", measures=[MeasureData("催货", "岗", date(2023, 4, 10))], **LATE)
        assert verbs(STAGE.todos(made.project)) == verbs(STAGE.todos(made.finance)) == ["核对并签署"]
        assert STAGE.todos(made.project)[0].due == date(2023, 4, 10)
        assert "预警" in STAGE.todos(made.project)[0].detail
        sign(made)
        assert verbs(STAGE.todos(made.project)) == ["填写落实情况"]
        assert verbs(STAGE.watching(made.project)) == ["查看"]
        assert verbs(STAGE.todos(reviewer)) == ["审核通过"]
        report = pass_on(made)
        assert verbs(STAGE.todos(reviewer)) == []
        assert verbs(STAGE.todos(division)) == ["办结"]
        as_(division, county).post(
            url("act", report.pk), {"action": "return", "comment": "请核实", "version": made.report.version}
        )
        back = STAGE.returned(made.project)
        assert "请核实" in back[0].reason
        assert STAGE.milestones(made.year, made.project)[0].text == "第一季度 填报中"
    with clock.at(date(2023, 7, 2)):
        assert verbs(STAGE.todos(county.person("performance_office"))) == ["开启监控"]


def test_the_window_is_that_of_the_next_checkpoint(made: Round) -> None:
    with clock.at(date(2023, 4, 5)):
        found = STAGE.deadline(made.county.cycle, None)
        assert (found.opens, found.due) == (date(2023, 3, 31), date(2023, 4, 10))
    with clock.at(date(2023, 4, 11)):
        assert STAGE.deadline(made.county.cycle, None).due == date(2023, 7, 10)


# --- fixed query counts


def counted(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == HTTPStatus.OK
    return len(queries)


def test_overview_and_lists_need_as_many_queries_for_many_projects_as_for_one() -> None:
    county = make.make_county()
    first = paid_project(county)
    with clock.at(DAY):
        opened = open_checkpoint(cycle=county.cycle, key="q1", person=county.person("performance_office"))
    fill(Round(county, first, opened), measures=[MeasureData("催货", "岗", date(2023, 5, 31))])
    client = as_(county.person("performance_office"), county)
    addresses = [url("overview"), url("list"), url("missing"), url("measures")]
    before = [counted(client, one) for one in addresses]
    for at in range(6):
        year = paid_project(county, unit=at % 3)
        MonitoringReport.objects.create(
            place=county.place,
            state="draft",
            created_at=clock.now(),
            cycle=county.cycle,
            checkpoint=opened,
            goal=year.goals.get(),
            subject_year=year,
        )
    assert [counted(client, one) for one in addresses] == before


@pytest.mark.feature("5.05")
def test_projects_on_the_list_of_key_reviews_are_monitored_specially(made: Round) -> None:
    leader = as_(made.county.person("bureau_leader"), made.county)
    assert "专项监控" not in text_of(leader.get(url("list")))
    KeyReview.objects.create(
        place=made.county.place, cycle=made.county.cycle, subject_year=made.year, source="leaders", reason="重点工作",
        due=DAY, listed_by="局领导", listed_on=DAY,
    )  # fmt: skip
    name = made.year.name
    assert name in text_of(leader.get(url("list"), {"special": "key"}))
    KeyReview.objects.update(struck_on=DAY, strike_reason="移出")
    assert "专项监控" not in text_of(leader.get(url("list")))
    other = paid_project(made.county, code="OTHER", name="没有列入清单的项目")
    KeyReview.objects.create(
        place=made.county.place, cycle=made.county.cycle, subject_year=other, source="leaders", reason="重点工作",
        due=DAY, listed_by="局领导", listed_on=DAY,
    )  # fmt: skip
    shown = text_of(leader.get(url("list"), {"special": "key"}))
    assert "专项监控" in shown
    assert f">{name}<" not in shown
