"""Evaluation in the browser's words: each role through its pages, what is refused, what does not exist for others."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.stages.evaluation.documents import outline_of
from jiheng.stages.evaluation.models import Draw, Evaluation, SelfEvaluation
from jiheng.stages.evaluation.services import evaluations as e
from jiheng.stages.evaluation.services import self_evaluations as s
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.self_evaluations import LineData
from jiheng.stages.evaluation.stage import STAGE, milestones, portal
from tests import make
from tests.stages.evaluation import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def as_(person: Person, county: make.County) -> Any:
    return make.sign_in(Client(), person, county.cycle)


def url(name: str, *args: Any) -> str:
    return reverse(f"evaluation:{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def whole(answer: Any) -> bytes:
    """The bytes of an answer, streamed or not."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return content


def results_form(record: SelfEvaluation, **changed: str) -> dict[str, Any]:
    """The project half as its page sends it; `changed` overrides single boxes by the indicator's name."""
    data: dict[str, Any] = {
        "seen": record.results_version,
        "page": "page-of-a-test",
        "actual_objective": b.RESULT,
        "do": "done",
    }
    for line in record.lines.select_related("indicator"):
        told = b.ACTUALS[line.indicator.name]
        data[f"actual-{line.pk}"] = changed.get(line.indicator.name, told.actual_text)
        data[f"reason-{line.pk}"] = told.reason
        data[f"tier-{line.pk}"] = told.tier
        data[f"claimed-{line.pk}"] = "" if told.claimed is None else str(told.claimed)
    return data


def act(client: Client, name: str, record: Any, action: str, comment: str = "") -> Any:
    record.refresh_from_db()
    data = {"action": action, "version": record.version, "comment": comment}
    return client.post(url(name, record.pk), data)


# --- self-evaluation


def test_self_evaluation_travels_through_the_pages_of_all_roles(county: make.County) -> None:
    goal = b.approved_goal(county)
    project, finance = as_(county.person("unit_project"), county), as_(county.person("unit_finance"), county)
    with clock.at(b.DAY):
        assert "开展自评" in text(project.get(url("missing")))
        start = url("self_start", goal.subject_year_id)
        assert project.get(start).status_code == 200
        answer = project.post(start)
        record = SelfEvaluation.objects.get()
        assert answer.url == url("self_fill", record.pk)
        assert project.get(start).url == url("self_detail", record.pk)
        assert project.post(url("self_fill", record.pk), results_form(record)).url == url(
            "self_detail", record.pk
        )
        reason = {"seen": 0, "page": "", "execution_reason": "供货延期"}
        assert finance.post(url("self_fill", record.pk), reason).status_code == 302
        file = SimpleUploadedFile("验收单.pdf", b.PDF)
        proof = {"row": "购置教学设备台数", "file": file}
        assert project.post(url("self_attach", record.pk), proof).status_code == 302
        page = text(project.get(url("self_detail", record.pk)))
        assert "110÷120×20≈18.33" in page
        assert "验收单.pdf" in page
        assert str(b.TOTAL) in page
        assert act(project, "self_act", record, "submit").status_code == 302
        assert "已签署" not in text(finance.get(url("self_detail", record.pk)))
        assert act(finance, "self_act", record, "submit").status_code == 302
        reviewer = as_(county.person("department_reviewer"), county)
        assert "审核通过" in text(reviewer.get(url("self_detail", record.pk)))
        assert act(reviewer, "self_act", record, "confirm").status_code == 302
        office = as_(county.person("performance_office"), county)
        drawn = office.post(url("draw_new"), {"count": 1, "seed": "上证 3000"})
        assert drawn.url == url("draw", Draw.objects.get().pk)
        assert "重算一致" in text(office.get(url("draw_verify", Draw.objects.get().pk)))
        centre = as_(county.person("evaluation_centre"), county)
        assert "先按自评得分带入" in text(centre.get(url("self_recheck", record.pk)))
        record.refresh_from_db()
        again = {"version": record.version, "note": "台数按验收单核减"}
        for line in record.lines.all():
            lost = 2 if line.indicator.name == "购置教学设备台数" else 0
            again |= {
                f"points-{line.pk}": str(b.own_points(line) - lost),
                f"reason-{line.pk}": "验收单只有98台" if lost else "",
            }
        assert centre.post(url("self_recheck", record.pk), again).status_code == 302
        page = text(project.get(url("self_detail", record.pk)))
        assert str(b.TOTAL - 2) in page
        assert "验收单只有98台" in page
        assert act(office, "self_act", record, "accept").status_code == 302
    record.refresh_from_db()
    assert record.state == "accepted"
    (own,) = (
        one for one in milestones(record.subject_year, county.person("division")) if one.label == "自评"
    )
    assert (own.text, own.url) == (f"{b.TOTAL} 分 优，复核 {b.TOTAL - 2} 分", url("self_detail", record.pk))
    assert any("95.83" in fact.text for fact in portal(record.subject_year))


def test_others_do_not_find_a_unit_s_self_evaluation(county: make.County) -> None:
    record = b.self_evaluation(county, "submitted")
    hidden = [("unit_project", 1), ("unit_finance", 2), ("department_reviewer", 1)]
    names = ("self_detail", "self_fill", "self_recheck", "self_template", "self_upload")
    for role, index in hidden:
        client = as_(county.person(role, index), county)
        assert {client.get(url(name, record.pk)).status_code for name in names} == {404}
        assert client.get(url("self_form", record.pk, "pdf")).status_code == 404
        assert act(client, "self_act", record, "return", "x").status_code == 404
    for role in ("agency", "expert", "system_admin"):
        client = as_(county.person(role), county)
        assert client.get(url("self_detail", record.pk)).status_code == 404
    assert as_(county.person("congress"), county).get(url("self_detail", record.pk)).status_code == 200
    assert act(as_(county.person("congress"), county), "self_act", record, "accept").status_code == 403


def test_bad_values_come_back_all_at_once_beside_their_rows(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    client = as_(county.person("unit_project"), county)
    bad = results_form(record, 购置教学设备台数="百来台", 实验开出率="96万元")
    graded = record.lines.get(indicator__name="设备使用管理制度健全性")
    bad[f"claimed-{graded.pk}"] = "九分"
    answer = client.post(url("self_fill", record.pk), bad)
    assert answer.status_code == 422
    page = text(answer)
    assert "有 3 处不符合规定" in page
    assert page.count('class="row-red"') == 3
    for typed in ("百来台", "96万元", "九分"):
        assert f'value="{typed}"' in page
    record.refresh_from_db()
    assert (record.total, record.lines.get(pk=graded.pk).claimed) == (None, None)


def test_points_are_computed_live_and_not_saved(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    client = as_(county.person("unit_project"), county)
    answer = client.post(url("self_points", record.pk), results_form(record), headers={"HX-Request": "true"})
    page = text(answer)
    assert page.count("hx-swap-oob") == record.lines.count() * 2 + 1
    assert f"总分 <strong>{b.TOTAL}</strong> 优" in page
    assert set(record.lines.values_list("actual_text", flat=True)) == {""}
    missing = results_form(record, 购置教学设备台数="")
    left = record.lines.get(indicator__name="购置教学设备台数")
    missing[f"reason-{left.pk}"] = ""
    assert "还有 1 项没有得分" in text(client.post(url("self_points", record.pk), missing))


def test_reason_is_demanded_beside_its_row_with_the_clause(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    client = as_(county.person("unit_project"), county)
    data = results_form(record)
    data |= {key: "" for key in data if key.startswith("reason-")}
    page = text(client.post(url("self_points", record.pk), data))
    assert page.count("，须说明原因</span>") == 2
    assert "财预〔2020〕10号" in page
    client.post(url("self_fill", record.pk), data)
    detail = text(client.get(url("self_detail", record.pk)))
    assert "3 处还没有写" in detail
    answer = act(client, "self_act", record, "submit")
    assert answer.status_code == 422
    assert "未得满分" in text(answer)


def test_drafts_save_themselves_and_another_page_is_told(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    client = as_(county.person("unit_project"), county)
    data = results_form(record, 购置教学设备台数="百来台")
    for _ in range(2):
        assert client.post(url("self_autosave", record.pk), data).status_code == 204
    assert record.lines.get(indicator__name="购置教学设备台数").actual_text == "百来台"
    assert "是约数" in text(client.get(url("self_fill", record.pk)))
    assert client.post(url("self_autosave", record.pk), data | {"page": "another"}).status_code == 409
    sound = results_form(record) | {"page": "another", "seen": 0}
    assert client.post(url("self_fill", record.pk), sound).status_code == 409
    finance = as_(county.person("unit_finance"), county)
    reason = {"seen": 0, "page": "", "execution_reason": "慢" * 101}
    assert finance.post(url("self_autosave", record.pk), reason).status_code == 422
    assert finance.post(url("self_fill", record.pk), reason).status_code == 422
    assert (
        finance.post(url("self_autosave", record.pk), reason | {"execution_reason": "慢"}).status_code == 204
    )


def test_old_version_of_the_record_is_told(county: make.County) -> None:
    record = b.self_evaluation(county, "department")
    client = as_(county.person("department_reviewer"), county)
    stale = {"action": "confirm", "version": record.version - 1, "comment": ""}
    assert client.post(url("self_act", record.pk), stale).status_code == 409
    assert b.fresh(record).state == "department"


def test_bulk_leaves_what_must_be_looked_at(county: make.County) -> None:
    safe = b.self_evaluation(county, "empty", paid=100_000_000)
    project, finance = county.person("unit_project"), county.person("unit_finance")
    full = b.lines_of(
        safe,
        购置教学设备台数=LineData("120"),
        设备使用管理制度健全性=LineData(
            "健全", tier="achieved", claimed=safe.goal.indicators.all()[5].weight
        ),
    )
    s.save_results(evaluation=safe, lines=full, actual_objective=b.RESULT, person=project)
    s.attach_evidence(evaluation=safe, row="", name="验收单.pdf", content=b.PDF, person=project)
    s.submit_self_evaluation(evaluation=safe, person=project)
    s.submit_self_evaluation(evaluation=safe, person=finance)
    risky = b.self_evaluation(county, "department")
    client = as_(county.person("department_reviewer"), county)
    answer = client.post(url("self_bulk", "confirm"), {"pk": [safe.pk, risky.pk]}, follow=True)
    assert (b.fresh(safe).state, b.fresh(risky).state) == ("submitted", "department")
    assert "预算执行率偏低" in text(answer)
    assert as_(project, county).post(url("self_bulk", "confirm"), {"pk": [risky.pk]}).status_code == 403


def test_list_filters_totals_exports_and_asks_no_more_with_more_rows(county: make.County) -> None:
    first = b.self_evaluation(county, "submitted")
    client = as_(county.person("performance_office"), county)
    client.get(url("list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("list"))
    for _ in range(3):
        b.self_evaluation(county, "filled")
    with CaptureQueriesContext(connection) as many:
        page = text(client.get(url("list")))
    assert len(many) == len(few)
    assert "400.00" in page
    draw_rechecks(cycle=county.cycle, count=1, seed="七", person=county.person("performance_office"))
    for query, count in (
        ("state=draft", 3),
        ("drawn=waiting", 1),
        ("drawn=no", 3),
        ("grade=excellent", 4),
        ("grade=poor", 0),
    ):
        found = text(client.get(f"{url('list')}?{query}"))
        assert len(set(re.findall(r"/evaluation/self/(\d+)/", found))) == count, query
    sheet = load_workbook(
        BytesIO(whole(client.get(f"{url('list')}?state=submitted&export=xlsx")))
    ).worksheets[0]
    assert first.subject_year.name in {cell.value for row in sheet.iter_rows() for cell in row}


def test_empty_places_say_what_to_do(county: make.County) -> None:
    office = as_(county.person("performance_office"), county)
    assert "还没有单位自评" in text(office.get(url("list")))
    assert "还没有绩效评价" in text(office.get(url("evaluations")))
    assert "现在没有可抽取的自评" in text(office.get(url("draws")))
    year = make.make_subject(county)
    page = text(as_(county.person("unit_project"), county).get(url("self_start", year.pk)))
    assert "还没有批复" in page
    assert as_(county.person("unit_project"), county).post(url("self_start", year.pk)).status_code == 422


def test_those_who_watch_are_not_offered_to_start(county: make.County) -> None:
    goal = b.approved_goal(county)
    start = url("self_start", goal.subject_year_id)
    office = as_(county.person("performance_office"), county)
    page = text(office.get(url("missing")))
    assert goal.subject_year.name in page
    assert start not in page
    assert office.get(start).status_code == 403


# --- proof and forms


def test_proof_is_taken_back_and_files_open_only_with_the_record(county: make.County) -> None:
    record = b.self_evaluation(county)
    client = as_(county.person("unit_project"), county)
    file = evidence_of(record).get()
    address = reverse("files:download", args=[file.pk])
    assert client.get(address).content == b.PDF
    for role, index in (("unit_project", 1), ("agency", 0), ("system_admin", 0)):
        assert as_(county.person(role, index), county).get(address).status_code in {403, 404}
    assert client.post(url("self_attach", record.pk), {"row": ""}).status_code == 422
    assert client.post(url("self_take_back", record.pk), {"file": "x"}).status_code == 422
    assert client.post(url("self_take_back", record.pk), {"file": file.pk}).status_code == 302
    assert not evidence_of(record).exists()


def test_official_self_evaluation_form_carries_values_and_signatures(county: make.County) -> None:
    record = b.self_evaluation(county, "department")
    client = as_(county.person("department_reviewer"), county)
    sheet = load_workbook(BytesIO(client.get(url("self_form", record.pk, "xlsx")).content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "项目支出绩效自评表（2023年度）" in values
    assert "达成年度指标：制度已印发" in values
    assert {100, 85, 8.5, 18.33} <= {float(one) for one in values if isinstance(one, int | float)}
    assert float(b.TOTAL) in values
    assert any(str(one).startswith("项目经办") for one in values)
    assert record.execution_reason
    (at,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == record.execution_reason]
    heads = [cell.value for cell in sheet[at.row - len(b.ACTUALS) - 1]]
    assert heads[at.column - 1] == "偏差原因分析及改进措施"
    assert [cell.value for cell in sheet[at.row] if cell.value][:2] == ["预算执行", "预算执行率"]
    assert client.get(url("self_form", record.pk, "pdf")).content.startswith(b"%PDF")


def workbook(client: Client, record: SelfEvaluation, change: Callable[[str, Any], Any]) -> SimpleUploadedFile:
    """The template as downloaded, every filled cell put through `change(value, cell)`."""
    book = load_workbook(BytesIO(client.get(url("self_template", record.pk)).content))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value is not None and type(cell).__name__ != "MergedCell":
                new = change(str(cell.value), cell)
                if new != cell.value:  # “=100%” written again would be a formula
                    cell.value = new
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("填报表.xlsx", stream.getvalue())


def same(_: str, cell: Any) -> Any:
    return cell.value


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_form_filled_offline_is_looked_at_and_taken_over(county: make.County) -> None:
    record = b.self_evaluation(county)
    client = as_(county.person("unit_project"), county)
    address = url("self_upload", record.pk)
    assert "下载填报表" in text(client.get(address))
    assert "与现有内容相同" in text(client.post(address, {"file": workbook(client, record, same)}))

    def edit(value: str, cell: Any) -> Any:
        if value == "110台":
            return "116 台"
        if value.startswith("达成年度指标"):
            return "部分达成，7.5分：制度未印发"
        return cell.value

    answer = client.post(address, {"file": workbook(client, record, edit)})
    assert answer.status_code == 200
    page = text(answer)
    assert "以计算为准" in page  # the old points still stand on the sheet
    assert "确认写入 2 处变动" in page
    assert record.lines.get(indicator__name="购置教学设备台数").actual_text == "110台"
    taken = client.post(url("self_upload_apply", record.pk), {"token": token_of(page)})
    assert taken.url == url("self_fill", record.pk)
    graded = record.lines.get(indicator__name="设备使用管理制度健全性")
    assert (graded.tier, str(graded.claimed), graded.actual_text) == ("partly", "7.50", "制度未印发")
    assert str(record.lines.get(indicator__name="购置教学设备台数").points) == "19.33"
    assert evidence_of(record).filter(row="离线填报表").exists()


def test_mistakes_of_an_uploaded_form_stand_at_their_cells(county: make.County) -> None:
    record = b.self_evaluation(county)
    client = as_(county.person("unit_project"), county)
    at: dict[str, str] = {}

    def spoil(value: str, cell: Any) -> Any:
        wrong = {"110台": "百来台", "7900元/台": "0.79万元", "师生满意度": "群众满意度", "2023-11-20": ""}
        if value in wrong:
            at[value] = cell.coordinate
            return wrong[value] or None
        if value.startswith("达成年度指标"):
            at["tier"] = cell.coordinate
            return "达成年度指标，12分"
        return cell.value

    answer = client.post(url("self_upload", record.pk), {"file": workbook(client, record, spoil)})
    assert answer.status_code == 422
    page = text(answer)
    for cell in at.values():
        assert f"<td>{cell}</td>" in page
    assert "没有“群众满意度”" in page
    assert "表上没有“师生满意度”一行" in page
    assert "允许8.00至10.00分" in page
    assert 'name="token"' not in page
    other = b.self_evaluation(county)
    wrong = client.post(url("self_upload", record.pk), {"file": workbook(client, other, same)})
    assert "没有传错表" in text(wrong)
    for name, content in (("x.pdf", b.PDF), ("x.xlsx", b"PK")):
        bad = {"file": SimpleUploadedFile(name, content)}
        assert client.post(url("self_upload", record.pk), bad).status_code == 422
    assert client.post(url("self_upload_apply", record.pk), {"token": "made up"}).url == url(
        "self_upload", record.pk
    )


# --- draws and re-check


def test_draws_are_for_the_bureau_and_overseers(county: make.County) -> None:
    b.self_evaluation(county, "submitted")
    office = as_(county.person("performance_office"), county)
    assert office.post(url("draw_new"), {"count": "x", "seed": ""}).status_code == 422
    assert office.post(url("draw_new"), {"count": 5, "seed": "七"}).status_code == 422
    office.post(url("draw_new"), {"count": 1, "seed": "七"})
    drawn = Draw.objects.get()
    auditor = as_(county.person("auditor"), county)
    assert auditor.get(url("draw", drawn.pk)).status_code == 200
    assert auditor.post(url("draw_new"), {"count": 1, "seed": "八"}).status_code == 403
    Draw.objects.filter(pk=drawn.pk).update(seed="换了种子", chosen=["999"])
    assert "不符" in text(auditor.get(url("draw_verify", drawn.pk)))
    assert "记录已不存在" in text(auditor.get(url("draw", drawn.pk)))
    assert as_(county.person("unit_project"), county).get(url("draws")).status_code == 403
    assert as_(county.person("unit_project"), county).get(url("draw", drawn.pk)).status_code == 404


def test_re_check_page_shows_difference_live_and_errors_in_their_rows(county: make.County) -> None:
    record = b.self_evaluation(county, "submitted")
    client = as_(county.person("evaluation_centre"), county)
    data: dict[str, Any] = {"version": record.version, "note": ""}
    lines = list(record.lines.all())
    for line in lines:
        data |= {f"points-{line.pk}": str(line.points), f"reason-{line.pk}": ""}
    data[f"points-{lines[0].pk}"] = str(b.own_points(lines[0]) - 3)
    live = text(client.post(url("self_recheck_total", record.pk), data))
    assert f"复核 <strong>{b.TOTAL - 3}</strong>" in live
    assert "-3.00" in live
    data[f"points-{lines[1].pk}"] = "很多"
    assert "还有没填或超出" in text(client.post(url("self_recheck_total", record.pk), data))
    answer = client.post(url("self_recheck", record.pk), data)
    assert answer.status_code == 422
    assert text(answer).count("row-red") == 1
    data[f"points-{lines[1].pk}"] = "99"
    answer = client.post(url("self_recheck", record.pk), data)
    assert text(answer).count("row-red") == 2
    assert 'value="99"' in text(answer)
    assert as_(county.person("division"), county).get(url("self_recheck", record.pk)).status_code == 403


# --- evaluations on scorecards


def order_form(county: make.County, **more: Any) -> dict[str, Any]:
    agency = b.body(county.person("agency"))
    return {
        "kind": "fiscal",
        "scorecard": "project_evaluation",
        "evaluator": agency.pk,
        "due": "2024年6月30日",
        "amount_fen": "100",
    } | more


def score_form(record: Evaluation, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"seen": record.content_version, "page": "page-of-a-test", "do": "done"}
    for key, points in b.points_for(record).items():
        data |= {f"points-{key}": str(points), f"reason-{key}": "资料不完整"}
    return data | more


def report_form(record: Evaluation, **more: Any) -> dict[str, Any]:
    parts = {f"section-{one.key}": f"{one.title}：写明情况" for one in outline_of(record).sections}
    rows = {
        "findings-TOTAL_FORMS": 2,
        "findings-INITIAL_FORMS": 0,
        "findings-0-category": "output",
        "findings-0-text": "设备闲置",
        "findings-0-advice": "调配使用",
        "findings-0-amount_fen": "12万",
        "findings-1-category": "goal",
        "findings-1-text": "",
    }
    seen = {"seen": record.content_version, "page": "page-of-a-test", "do": "done"}
    return seen | parts | rows | more


@pytest.mark.feature("6.18", "6.19")
def test_evaluation_travels_through_the_pages_of_all_roles(county: make.County) -> None:
    own = b.self_evaluation(county, "submitted")
    year = own.subject_year
    office, agency = as_(county.person("performance_office"), county), as_(county.person("agency"), county)
    unit = as_(county.person("unit_head"), county)
    with clock.at(date(2024, 4, 1)):
        assert year.name in text(office.get(url("choose")))
        assert "第三方评价机构" in text(office.get(url("order", year.pk)))
        assert office.post(url("order", year.pk), order_form(county)).status_code == 302
        record = Evaluation.objects.get()
        assert agency.get(url("list")).url == url("evaluations")
        assert year.name in text(agency.get(url("evaluations")))
        page = text(agency.get(url("score", record.pk)))
        assert "立项依据充分性" in page
        assert "验收单.pdf" in page
        assert agency.post(url("score", record.pk), score_form(record)).status_code == 302
        record.refresh_from_db()
        made = text(agency.get(url("report", record.pk)))
        assert "由系统数据生成" in made
        assert "评价总得分 70 分，等级“中”" in made
        assert f"单位自评 {b.TOTAL} 分" in made
        assert agency.post(url("report", record.pk), report_form(record)).status_code == 302
        paper = {"file": SimpleUploadedFile("底稿.pdf", b.PDF)}
        assert agency.post(url("attach", record.pk), paper).status_code == 302
        assert act(agency, "act", record, "submit_report").status_code == 302
        assert act(office, "act", record, "consult").status_code == 302
        record.refresh_from_db()
        assert "设备闲置" in text(unit.get(url("detail", record.pk)))
        points = {"points-TOTAL_FORMS": 1, "points-INITIAL_FORMS": 0, "points-0-text": "开出率有误"}
        told = points | {"version": record.version, "do": "points"}
        assert unit.post(url("respond", record.pk), told).status_code == 302
        assert act(office, "act", record, "confirm").status_code == 422
        comment = record.comments.get()
        assert office.post(url("answers", record.pk), {}).status_code == 422
        answer = {f"verdict-{comment.pk}": "declined", f"answer-{comment.pk}": "以验收单为准"}
        assert office.post(url("answers", record.pk), answer).status_code == 302
        assert act(office, "act", record, "confirm", "未采纳 1 条").status_code == 302
    record.refresh_from_db()
    assert (record.state, record.confirmed_on, record.grade) == ("confirmed", date(2024, 4, 1), "fair")
    for role in ("unit_project", "department_reviewer", "congress", "agency"):
        page = text(as_(county.person(role), county).get(url("detail", record.pk)))
        assert "以验收单为准" in page
    point = [one for one in milestones(year, county.person("division")) if one.label == "财政评价"]
    assert [(one.text, one.day) for one in point] == [("70 分 中", date(2024, 4, 1))]
    report = Document(BytesIO(office.get(url("report_file", record.pk, "docx")).content))
    said = [one.text for one in report.paragraphs]
    titles = [one.title for one in outline_of(record).sections]
    assert [one for one in said if one in titles] == titles
    cells = {cell.text for table in report.tables for row in table.rows for cell in row.cells}
    assert {"立项依据充分性", "设备闲置", "调配使用", "12.00", "以验收单为准", "不采纳"} <= cells
    assert office.get(url("report_file", record.pk, "pdf")).content.startswith(b"%PDF")
    sheet = load_workbook(BytesIO(office.get(url("form", record.pk, "xlsx")).content)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert 70 in values
    assert "中" in values
    assert office.get(url("form", record.pk, "pdf")).content.startswith(b"%PDF")


def test_an_agency_sees_nothing_that_was_not_given_to_it(county: make.County) -> None:
    record = b.order(county)
    elsewhere = b.self_evaluation(county, "submitted")
    given = b.self_evaluation(county, "submitted", goal=None)
    mine = b.order(county, given.subject_year)
    agency = as_(county.person("agency"), county)
    stranger = as_(
        make.make_person(make.make_organisation(county.place, "agency", "另一家机构"), "agency"), county
    )
    for name in ("detail", "score", "report"):
        assert agency.get(url(name, record.pk)).status_code == 200
        assert stranger.get(url(name, record.pk)).status_code == 404
    assert act(stranger, "act", record, "submit_report").status_code == 404
    page = text(agency.get(url("detail", mine.pk)))
    assert url("self_detail", given.pk) not in page
    assert "绩效目标</a>" not in page.split('class="lifeline"')[1].split("</ol>")[0]
    files = {one.subject_year.name: evidence_of(one).get() for one in (elsewhere, given)}
    assert agency.get(reverse("files:download", args=[files[given.subject_year.name].pk])).status_code == 200
    hidden = reverse("files:download", args=[files[elsewhere.subject_year.name].pk])
    assert agency.get(hidden).status_code in {403, 404}
    assert agency.get(url("choose")).status_code == 403
    assert agency.get(url("draws")).status_code == 403
    assert [one.label for one in milestones(mine.subject_year, county.person("agency"))] == ["财政评价"]


def test_a_unit_sees_the_draft_only_when_it_is_asked(county: make.County) -> None:
    record = b.order(county)
    unit = as_(county.person("unit_project"), county)
    assert unit.get(url("detail", record.pk)).status_code == 404
    other = b.consulted(county)
    assert unit.get(url("detail", other.pk)).status_code == 200
    assert as_(county.person("unit_project", 1), county).get(url("detail", other.pk)).status_code == 404
    assert unit.get(url("score", other.pk)).status_code == 403
    told = {"points-TOTAL_FORMS": 0, "points-INITIAL_FORMS": 0, "do": "none", "version": other.version}
    assert unit.post(url("respond", other.pk), told).status_code == 302
    assert b.fresh(other).unit_reply == "没有意见"


def test_order_page_refuses_with_the_reason_at_once(county: make.County) -> None:
    year = b.approved_goal(county).subject_year
    office = as_(county.person("performance_office"), county)
    with clock.at(b.DAY):
        bad = order_form(county, evaluator=county.units[0].pk, due="月底", amount_fen="很多")
        answer = office.post(url("order", year.pk), bad)
        assert answer.status_code == 422
        assert text(answer).count("field-wrong") == 3
        late = order_form(county, due="2024-01-01")
        assert "已经过去" in text(office.post(url("order", year.pk), late))
        reviewer = as_(county.person("department_reviewer"), county)
        assert reviewer.post(url("order", year.pk), order_form(county)).status_code == 422
        own = order_form(county, kind="department")
        assert reviewer.post(url("order", year.pk), own).status_code == 302
        assert (
            as_(county.person("department_reviewer", 1), county).get(url("order", year.pk)).status_code == 404
        )


def test_scores_come_back_with_every_error_and_live_totals(county: make.County) -> None:
    record = b.order(county)
    client = as_(county.person("agency"), county)
    keys = [item.key for item in e.card_of(record).items]
    data = score_form(record)
    data |= {f"points-{keys[0]}": "三分", f"points-{keys[1]}": "99", f"reason-{keys[2]}": ""}
    answer = client.post(url("score", record.pk), data)
    assert answer.status_code == 422
    assert text(answer).count("row-red") == 3
    assert 'value="三分"' in text(answer)
    live = text(client.post(url("score_total", record.pk), data))
    assert "还有 2 项没有评分" in live
    assert "总分 <strong>70.00</strong> 中" in text(
        client.post(url("score_total", record.pk), score_form(record))
    )
    assert record.lines.count() == 0
    assert client.post(url("score_autosave", record.pk), data).status_code == 204
    assert record.lines.count() == len(keys) - 2
    assert client.post(url("score_autosave", record.pk), data | {"page": "another"}).status_code == 409
    assert client.post(url("score", record.pk), score_form(record) | {"page": "another"}).status_code == 409


def test_report_comes_back_with_every_error_and_keeps_drafts(county: make.County) -> None:
    record = b.order(county)
    client = as_(county.person("agency"), county)
    assert client.post(url("report_autosave", record.pk), report_form(record)).status_code == 204
    record.refresh_from_db()
    assert record.findings.get().amount_fen == 12_000_000
    bad = report_form(record, **{"findings-0-advice": "", "findings-1-text": "只有问题"})
    answer = client.post(url("report", record.pk), bad)
    assert answer.status_code == 422
    assert "第 1 个问题没有写整改建议" in text(answer)
    assert "第 2 个问题没有写整改建议" in text(answer)
    unreadable = report_form(record, **{"findings-0-amount_fen": "很多"})
    assert client.post(url("report", record.pk), unreadable).status_code == 422
    assert client.post(url("report_autosave", record.pk), unreadable).status_code == 422


def test_evaluation_list_asks_no_more_with_more_rows(county: make.County) -> None:
    b.order(county)
    client = as_(county.person("performance_office"), county)
    client.get(url("evaluations"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("evaluations"))
    for _ in range(3):
        b.order(county)
    with CaptureQueriesContext(connection) as many:
        page = text(client.get(url("evaluations")))
    assert len(many) == len(few)
    assert "400.00" in page
    with CaptureQueriesContext(connection) as choosing:
        client.get(url("choose"))
    b.approved_goal(county)
    with CaptureQueriesContext(connection) as again:
        client.get(url("choose"))
    assert len(again) == len(choosing)


# --- the desk


def verbs(person: Person) -> list[str]:
    return [one.verb for one in STAGE.todos(person)]


def test_desk_says_what_to_do_in_the_order_of_the_work(county: make.County) -> None:
    goal = b.approved_goal(county)
    project, finance = county.person("unit_project"), county.person("unit_finance")
    reviewer, office = county.person("department_reviewer"), county.person("performance_office")
    with clock.at(date(2023, 12, 31)):
        assert verbs(project) == []
    with clock.at(b.DAY):
        assert verbs(project) == verbs(finance) == ["开展自评"]
        record = s.start_self_evaluation(goal=goal, person=project)
        assert (verbs(project), verbs(finance)) == (["填写完成情况"], ["填写执行偏差原因"])
        b.fill(record, project, finance)
        assert verbs(project) == verbs(finance) == ["核对并签署"]
        s.submit_self_evaluation(evaluation=record, person=project)
        assert (verbs(project), verbs(finance)) == ([], ["核对并签署"])
        s.submit_self_evaluation(evaluation=record, person=finance)
        assert (verbs(project), verbs(reviewer)) == ([], ["审核通过"])
        assert [one.detail for one in STAGE.watching(project)] == ["主管部门审核，已 0 天"]
        s.return_self_evaluation(evaluation=record, person=reviewer, comment="缺问卷")
        assert [one.reason.endswith("缺问卷") for one in STAGE.returned(project)] == [True]
        assert verbs(project) == []
        s.submit_self_evaluation(evaluation=record, person=project)
        s.submit_self_evaluation(evaluation=record, person=finance)
        s.confirm_self_evaluation(evaluation=record, person=reviewer)
        assert verbs(office) == ["认可自评"]
    with clock.at(date(2024, 4, 2)):
        assert verbs(office) == ["认可自评", "抽取"]
        draw_rechecks(cycle=county.cycle, count=1, seed="七", person=office)
        assert verbs(office) == verbs(county.person("evaluation_centre")) == ["复核"]


def test_desk_of_evaluator_organiser_and_unit(county: make.County) -> None:
    record = b.order(county)
    agency, office = county.person("agency"), county.person("performance_office")
    with clock.at(date(2024, 4, 1)):
        assert verbs(agency) == ["评分"]
        assert any(one.detail.endswith("评价中") for one in STAGE.watching(office))
        b.write(record, agency)
        assert verbs(agency) == ["撰写报告并提交"]
        e.submit_report(evaluation=record, person=agency)
        assert verbs(office) == ["征求单位意见"]
        e.return_report(evaluation=record, person=office, comment="依据不足")
        assert verbs(agency) == []
        assert [one.reason.endswith("依据不足") for one in STAGE.returned(agency)] == [True]
        e.submit_report(evaluation=record, person=agency)
        e.consult_unit(evaluation=record, person=office)
        assert verbs(office) == []
        assert verbs(county.person("unit_head")) == ["答复评价报告"]
        e.respond(evaluation=record, reply="没有意见", person=county.person("unit_head"))
        assert verbs(office) == ["确认评价结果"]
        assert verbs(county.person("unit_head")) == []


def test_many_that_wait_for_one_step_are_one_line(county: make.County) -> None:
    for _ in range(6):
        b.self_evaluation(county, "department")
    with clock.at(b.DAY):
        (one,) = STAGE.todos(county.person("department_reviewer"))
    assert (one.title, one.money_fen) == ("2023 年度自评 6 份（主管部门审核）", 600_000_000)
    assert one.url == f"{url('list')}?state=department"
