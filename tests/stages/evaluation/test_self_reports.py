"""Self-evaluations that a place has written up as a report: outline, parts, refusals, printing, publication."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.disclosure.content import self_evaluation_content
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.self_outlines import outline_for, report_missing
from jiheng.stages.evaluation.selfreport.drafting import drafted
from jiheng.stages.evaluation.selfreport.services import save_self_report
from jiheng.stages.evaluation.services import self_evaluations as s
from jiheng.stages.evaluation.stage import STAGE
from tests import make
from tests.channels.api.callers import call, mark, token_for
from tests.stages.evaluation import builders as b

pytestmark = pytest.mark.django_db
ASKED, NOT_ASKED = "hunan-tianyuan", "ningxia-yanchi"
CLAUSE = "第三十一条"


@pytest.fixture
def county() -> make.County:
    return make.make_county(ASKED)


@pytest.fixture
def record(county: make.County) -> SelfEvaluation:
    """One with everything but its report."""
    return b.self_evaluation_past_reviews(county, "filled")


def words(refused: pytest.ExceptionInfo[Refused]) -> str:
    return "\n".join(str(one) for one in refused.value.refusals)


def parts(record: SelfEvaluation, *left_out: str) -> dict[str, str]:
    outline = outline_for(record)
    assert outline is not None
    return {one.key: f"{one.title}的内容" for one in outline.sections if one.required and one.key not in left_out}


def write(county: make.County, record: SelfEvaluation, *left_out: str, **more: Any) -> None:
    save_self_report(evaluation=record, sections=parts(record, *left_out), person=county.person("unit_project"), **more)


def submit(county: make.County, record: SelfEvaluation) -> None:
    for role in ("unit_project", "unit_finance"):
        s.submit_self_evaluation(evaluation=record, person=county.person(role))


def url(name: str, *args: Any) -> str:
    return reverse(f"evaluation:{name}", args=args)


def page_of(county: make.County, role: str, name: str, *args: Any, index: int = 0) -> Any:
    return make.sign_in(Client(), county.person(role, index), county.cycle).get(url(name, *args))


def test_it_cannot_be_submitted_without_every_part(county: make.County, record: SelfEvaluation) -> None:
    with pytest.raises(Refused) as refused:
        submit(county, record)
    assert len(refused.value.refusals) == 5
    assert {CLAUSE in one.clause for one in refused.value.refusals} == {True}
    for key, title in (("situation", "一、基本概况"), ("conclusion", "五、评价结论及建议")):
        write(county, record, key)
        with pytest.raises(Refused) as refused:
            submit(county, record)
        assert words(refused).count("自评报告缺少") == 1
        assert title in words(refused)
    write(county, record)
    submit(county, record)
    assert b.fresh(record).state == "department"


def test_what_is_signed_holds_the_report(county: make.County, record: SelfEvaluation) -> None:
    write(county, record)
    s.submit_self_evaluation(evaluation=record, person=county.person("unit_project"))
    save_self_report(
        evaluation=record, sections=parts(record) | {"other": "补充说明"}, person=county.person("unit_project")
    )
    s.submit_self_evaluation(evaluation=record, person=county.person("unit_finance"))
    assert b.fresh(record).state == "draft"


def test_a_draft_leaves_no_entry_and_a_save_does(county: make.County, record: SelfEvaluation) -> None:
    write(county, record, draft=True)
    assert "self_evaluation.report" not in {one.action for one in history(record)}
    write(county, record)
    assert "self_evaluation.report" in {one.action for one in history(record)}


def test_others_late_and_unknown_parts_are_refused(county: make.County, record: SelfEvaluation) -> None:
    for who in (county.person("unit_finance"), county.person("unit_project", 1), county.person("performance_office")):
        with pytest.raises(Refused):
            save_self_report(evaluation=record, sections=parts(record), person=who)
    with pytest.raises(Refused) as refused:
        save_self_report(evaluation=record, sections={"surprise": "x"}, person=county.person("unit_project"))
    assert "提纲中没有" in words(refused)
    with pytest.raises(Refused) as refused:
        save_self_report(
            evaluation=record, sections={"situation": "长" * 20_001}, person=county.person("unit_project")
        )
    assert "最多 20000 字" in words(refused)
    stale = b.fresh(record)
    write(county, record)
    with pytest.raises(Overtaken):
        write(county, stale, seen=Seen(0, "another page"))
    submit(county, record)
    with pytest.raises(Refused):
        write(county, record)


def test_results_and_report_are_saved_side_by_side(county: make.County, record: SelfEvaluation) -> None:
    seen = record.results_version
    write(county, record)
    s.save_results(
        evaluation=record, lines=b.lines_of(record), actual_objective=b.RESULT, person=county.person("unit_project"),
        seen=Seen(seen),
    )  # fmt: skip
    assert b.fresh(record).sections == parts(record)


def test_a_place_that_asks_none_is_as_before() -> None:
    county = make.make_county(NOT_ASKED)
    record = b.self_evaluation(county)
    assert outline_for(record) is None
    assert report_missing(record) == []
    assert "report" not in s.signed_content(record)
    with pytest.raises(Refused) as refused:
        save_self_report(evaluation=record, sections={}, person=county.person("unit_project"))
    assert "没有规定这项自评写报告" in words(refused)
    assert page_of(county, "unit_project", "self_report", record.pk).status_code == 403
    assert "自评报告" not in page_of(county, "unit_project", "self_detail", record.pk).content.decode()
    submit(county, record)
    assert b.fresh(record).state == "department"


def test_the_record_writes_what_it_knows(record: SelfEvaluation) -> None:
    told = drafted(record)
    assert "全年预算 100.00 万元，全年执行 85.00 万元，执行率 85.00%" in told["situation"]
    assert "购置教学设备台数：指标值" in told["analysis"]
    assert "110" in told["analysis"]
    assert told["experience"].startswith("1．预算执行率 85.00%：两家供应商延期。")
    assert f"自评总得分 {b.TOTAL} 分" in told["conclusion"]


def test_pages_of_the_unit(county: make.County, record: SelfEvaluation) -> None:
    project = make.sign_in(Client(), county.person("unit_project"), county.cycle)
    with clock.at(b.DAY):
        assert "撰写自评报告" in {one.verb for one in STAGE.todos(county.person("unit_project"))}
        assert not [one for one in STAGE.todos(county.person("unit_finance")) if "签署" in one.verb]
    shown = project.get(url("self_report", record.pk)).content.decode()
    assert "由系统数据生成" in shown
    assert "三、绩效目标的实现程度" in shown
    form = {"seen": record.report_version, "page": "of-a-test", "do": "done"}
    form |= {f"section-{key}": text for key, text in parts(record).items()}
    assert project.post(url("self_report_autosave", record.pk), form).status_code == 204
    answer = project.post(url("self_report", record.pk), form)
    assert (answer.status_code, answer["Location"]) == (302, url("self_detail", record.pk))
    assert b.fresh(record).sections == parts(record)
    assert project.post(url("self_report", record.pk), form | {"page": "of-another"}).status_code == 409
    detail = project.get(url("self_detail", record.pk)).content.decode()
    assert "已按提纲写全" in detail
    assert "一、基本概况的内容" in detail
    with clock.at(b.DAY):
        assert "核对并签署" in {one.verb for one in STAGE.todos(county.person("unit_finance"))}


def test_it_is_printed_and_read_by_those_who_recheck(county: make.County, record: SelfEvaluation) -> None:
    write(county, record)
    submit(county, record)
    s.confirm_self_evaluation(evaluation=record, person=county.person("department_reviewer"))
    answer = page_of(county, "performance_office", "self_report_file", record.pk, "docx")
    document = Document(BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content))
    written = "\n".join(one.text for one in document.paragraphs)
    assert "三、绩效目标的实现程度的内容" in written
    assert document.tables
    pdf = page_of(county, "performance_office", "self_report_file", record.pk, "pdf")
    assert (b"".join(pdf.streaming_content) if pdf.streaming else pdf.content).startswith(b"%PDF")
    assert "四、存在的问题及原因分析的内容" in page_of(county, "evaluation_centre", "self_recheck", record.pk).content.decode()
    assert page_of(county, "unit_project", "self_report_file", record.pk, "pdf", index=1).status_code == 404


def test_the_public_reads_the_parts(county: make.County, record: SelfEvaluation) -> None:
    write(county, record)
    told = self_evaluation_content(record)["report"]
    assert [one["title"][:2] for one in told] == ["一、", "二、", "三、", "四、", "五、"]


def test_it_is_written_through_the_interface(county: make.County, record: SelfEvaluation) -> None:
    token, path = token_for(county.person("unit_project")), f"self-evaluations/{record.pk}/report"
    before = mark(record)
    made = call(token, "POST", path, {"sections": parts(record)}, etag=before)
    assert made.status_code == 200, made.content.decode()
    assert made.json()["sections"] == parts(record)
    wrong = call(token, "POST", path, {"sections": {"surprise": "x"}}, etag=mark(b.fresh(record)))
    assert (wrong.status_code, "提纲中没有" in wrong.content.decode()) == (422, True)
    stale = call(token, "POST", path, {"sections": parts(record)}, etag=before)
    assert stale.status_code == 412


def test_a_closed_year_takes_no_report(county: make.County, record: SelfEvaluation) -> None:
    Cycle.objects.filter(pk=county.cycle.pk).update(state="closed")
    with pytest.raises(Refused) as refused:
        write(county, b.fresh(record))
    assert "已封存" in words(refused)
