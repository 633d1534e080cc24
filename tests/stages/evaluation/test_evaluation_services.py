"""Evaluations on scorecards by their services: order, scores, report, the unit heard, revision, confirmation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.scoring.grades import GradeTable
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.facts import response_due
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.queries import evaluators_for, score_rows
from jiheng.stages.evaluation.services import evaluations as e
from jiheng.stages.evaluation.services.evaluations import AnswerData, FindingData
from tests import make
from tests.stages.evaluation import builders as b


@pytest.fixture
def county(db: None) -> make.County:
    return make.make_county()


def words(refused: pytest.ExceptionInfo[Refused]) -> str:
    return "\n".join(str(one) for one in refused.value.refusals)


def wanted(county: make.County, **more: Any) -> e.EvaluationOrder:
    values: dict[str, Any] = {
        "year": b.approved_goal(county).subject_year,
        "kind": "fiscal",
        "scorecard": "project_evaluation",
        "amount_fen": 1,
        "evaluator": b.body(county.person("agency")),
        "due": date(2024, 6, 30),
    }
    return e.EvaluationOrder(**(values | more))


def test_an_order_names_everything_that_is_wrong(county: make.County) -> None:
    order = wanted(
        county,
        kind="strange",
        scorecard="none",
        amount_fen=-1,
        evaluator=county.units[0],
        due=date(2024, 1, 1),
    )
    with clock.at(b.DAY), pytest.raises(Refused) as refused:
        e.start_evaluation(order=order, person=county.person("performance_office"))
    assert {one.where for one in refused.value.refusals} == {
        "scorecard",
        "kind",
        "evaluator",
        "amount_fen",
        "due",
    }


def test_a_department_orders_only_its_own_kind_and_units(county: make.County) -> None:
    order = wanted(county)
    with clock.at(b.DAY), pytest.raises(Refused) as refused:
        e.start_evaluation(order=order, person=county.person("department_reviewer"))
    assert "主管部门只组织部门评价" in words(refused)
    with clock.at(b.DAY), pytest.raises(Refused) as refused:
        e.start_evaluation(
            order=wanted(county, kind="department"), person=county.person("department_reviewer", 1)
        )
    assert "本部门" in words(refused)
    with pytest.raises(Refused):
        e.start_evaluation(order=order, person=county.person("unit_project"))


def test_the_same_kind_is_ordered_once_a_year_of_work(county: make.County) -> None:
    record = b.order(county)
    with pytest.raises(Refused) as refused:
        b.order(county, record.subject_year)
    assert "同类评价" in words(refused)
    b.order(county, record.subject_year, kind="in_process")


def test_evaluators_never_hold_the_evaluated_unit(county: make.County) -> None:
    year = b.approved_goal(county).subject_year
    office = {one.name for one in evaluators_for(year, county.person("performance_office"), b.DAY)}
    assert office == {"第三方评价机构", "评审专家库", "测试县财政局", "测试县教育局"}
    own = {one.name for one in evaluators_for(year, county.person("department_reviewer"), b.DAY)}
    assert own == {"第三方评价机构", "评审专家库", "测试县教育局"}


def test_only_the_evaluator_scores(county: make.County) -> None:
    record = b.order(county)
    for role in ("performance_office", "evaluation_centre", "expert", "unit_project"):
        with pytest.raises(Refused):
            e.save_scores(evaluation=record, points={}, reasons={}, person=county.person(role))


def test_lost_points_need_reasons_and_all_is_said_at_once(county: make.County) -> None:
    record, judge = b.order(county), county.person("agency")
    first, second, third = e.card_of(record).items[:3]
    points = {first.key: first.points + 1, second.key: second.points - 1, third.key: Decimal("1.005")}
    with pytest.raises(Refused) as refused:
        e.save_scores(evaluation=record, points=points, reasons={third.key: "长" * 501}, person=judge)
    told = words(refused)
    assert "不在0至" in told
    assert f"“{second.label}”扣了 1" in told
    assert "最多两位小数" in told
    assert "最多 500 字" in told
    assert record.lines.count() == 0
    e.save_scores(evaluation=record, points=points, reasons={}, person=judge, draft=True)
    assert set(record.lines.values_list("item", flat=True)) == {second.key}


@pytest.mark.feature("6.20")
@pytest.mark.parametrize(
    ("share", "grade"), [("1", "excellent"), ("0.8", "good"), ("0.7", "fair"), ("0.5", "poor")]
)
def test_total_and_grade_follow_from_the_items(county: make.County, share: str, grade: str) -> None:
    record, judge = b.order(county), county.person("agency")
    points = b.points_for(record, share)
    items = list(points)
    e.save_scores(
        evaluation=record, points={items[0]: points[items[0]]}, reasons={items[0]: "缺"}, person=judge
    )
    assert (record.total, record.grade) == (None, "")
    e.save_scores(evaluation=record, points=points, reasons=dict.fromkeys(points, "缺"), person=judge)
    assert record.total == sum(points.values())
    assert record.grade == grade


@pytest.mark.feature("6.20")
def test_grades_are_data_of_the_pack(county: make.County) -> None:
    table = policy_for(county.cycle).grades["evaluation"]
    other = table.model_dump() | {
        "bands": [{"key": key, "label": label, "low": low} for key, label, low in
                  (("excellent", "优", 90), ("good", "良", 75), ("middle", "中", 60), ("low", "低", 40), ("poor", "差", 0))]
    }  # fmt: skip
    assert GradeTable.model_validate(other).grade(Decimal(78)).label == "良"
    assert table.grade(Decimal(78)).label == "中"


def test_report_names_unknown_parts_and_empty_findings(county: make.County) -> None:
    record, judge = b.order(county), county.person("agency")
    with pytest.raises(Refused) as refused:
        e.save_report(evaluation=record, sections={"poem": "诗"}, findings=[], person=judge)
    assert "提纲中没有" in words(refused)
    bad = [FindingData("output", " ", ""), FindingData("poem", "有", "改", -1)]
    with pytest.raises(Refused) as refused:
        e.save_report(evaluation=record, sections={"situation": "情况"}, findings=bad, person=judge)
    assert [one.where for one in refused.value.refusals] == [
        "finding-1",
        "finding-1",
        "finding-2",
        "finding-2",
    ]
    e.save_report(evaluation=record, sections={"situation": "情况"}, findings=bad, person=judge, draft=True)
    assert record.findings.count() == 2
    with pytest.raises(Refused) as refused:
        e.submit_report(evaluation=record, person=judge)
    told = words(refused)
    assert "没有写整改建议" in told
    assert "评分" in told
    assert "三、综合评价情况及评价结论" in told


def test_a_page_that_was_overtaken_writes_nothing(county: make.County) -> None:
    record, judge = b.order(county), county.person("agency")
    points = b.points_for(record, "1")
    e.save_scores(evaluation=b.fresh(record), points=points, reasons={}, person=judge, seen=Seen(0, "one"))
    e.save_scores(evaluation=b.fresh(record), points=points, reasons={}, person=judge, seen=Seen(0, "one"))
    with pytest.raises(Overtaken):
        e.save_scores(
            evaluation=b.fresh(record), points=points, reasons={}, person=judge, seen=Seen(0, "two")
        )


def test_steps_belong_to_the_right_body(county: make.County) -> None:
    record = b.order(county)
    b.write(record, county.person("agency"))
    with pytest.raises(Refused):
        e.submit_report(evaluation=record, person=county.person("expert"))
    e.submit_report(evaluation=record, person=county.person("agency"))
    with pytest.raises(Refused):  # ordered by the bureau, not by the department
        e.consult_unit(evaluation=record, person=county.person("department_reviewer"))
    e.return_report(evaluation=record, person=county.person("performance_office"), comment="依据不足")
    assert record.state == "scoring"


def test_department_hears_the_unit_on_what_it_ordered(county: make.County) -> None:
    record = b.order(county, kind="department")
    assert visible_evaluations(county.person("department_reviewer")).filter(pk=record.pk).exists()
    b.write(record, county.person("agency"))
    e.submit_report(evaluation=record, person=county.person("agency"))
    e.consult_unit(evaluation=record, person=county.person("department_reviewer"))
    assert record.state == "consultation"


def test_nobody_sees_a_draft_that_is_not_theirs(county: make.County) -> None:
    record = b.order(county)
    other = make.make_person(make.make_organisation(county.place, "agency", "另一家机构"), "agency")
    for person in (
        other,
        county.person("unit_project"),
        county.person("department_reviewer"),
        county.person("expert"),
    ):
        assert not visible_evaluations(person).exists()
    assert visible_evaluations(county.person("agency")).get() == record
    assert visible_evaluations(county.person("division")).get() == record


@pytest.mark.feature("6.18")
def test_each_comment_is_answered_and_the_change_is_kept(county: make.County) -> None:
    record = b.consulted(county)
    unit, office, judge = (
        county.person("unit_head"),
        county.person("performance_office"),
        county.person("agency"),
    )
    with pytest.raises(Refused):
        e.respond(evaluation=record, reply=" ", comments=[" "], person=unit)
    with pytest.raises(Refused) as refused:
        e.respond(evaluation=record, reply="", comments=["长" * 1001], person=unit)
    assert "第 1 条" in words(refused)
    e.respond(evaluation=record, reply="", comments=["开出率有误", "已整改"], person=unit)
    assert record.unit_reply == "提出 2 条意见"
    for step in (
        lambda: e.confirm_evaluation(evaluation=record, answer="", person=office),
        lambda: e.revise_report(evaluation=record, comment="改", person=office),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert "第 2 条意见还没有答复" in words(refused)
    one, two = record.comments.all()
    with pytest.raises(Refused) as refused:
        e.answer_comments(evaluation=record, answers={one.pk: AnswerData("declined", "")}, person=office)
    assert len(refused.value.refusals) == 2
    answers = {one.pk: AnswerData("adopted", ""), two.pk: AnswerData("declined", "证据不足")}
    e.answer_comments(evaluation=record, answers=answers, person=office)
    e.revise_report(evaluation=record, comment="更正开出率", person=office)
    assert record.state == "scoring"
    item = e.card_of(record).items[0]
    points = b.points_for(record) | {item.key: item.points}
    e.save_scores(evaluation=record, points=points, reasons=dict.fromkeys(points, "缺"), person=judge)
    row = score_rows(record, e.card_of(record))[0]
    assert (row.before, row.points) == ((item.points * Decimal("0.7")).quantize(Decimal("0.01")), item.points)
    e.submit_report(evaluation=record, person=judge)
    e.consult_unit(evaluation=record, person=office)
    assert (record.round, record.unit_reply) == (2, "")
    with pytest.raises(Refused) as refused:
        e.confirm_evaluation(evaluation=record, answer="", person=office)
    assert "还没有答复" in words(refused)


def test_silence_counts_after_the_working_days_have_passed(county: make.County) -> None:
    # sent on Monday 2024-04-01, five working days: 清明 from the 4th to the 6th, Sunday the 7th is worked
    record = b.consulted(county)
    assert response_due(record) == date(2024, 4, 9)
    office = county.person("performance_office")
    with clock.at(date(2024, 4, 9)), pytest.raises(Refused):
        e.confirm_evaluation(evaluation=b.fresh(record), answer="", person=office)
    record = b.fresh(record)
    with clock.at(date(2024, 4, 10)):
        e.confirm_evaluation(evaluation=record, answer="逾期未答复", person=office)
    assert (record.state, record.confirmed_on) == ("confirmed", date(2024, 4, 10))


def test_only_the_evaluated_unit_answers(county: make.County) -> None:
    record = b.consulted(county)
    for person in (county.person("unit_project", 1), county.person("unit_finance"), county.person("agency")):
        with pytest.raises(Refused):
            e.respond(evaluation=record, reply="没有意见", person=person)
    assert b.fresh(record).unit_reply == ""


def test_papers_are_added_by_the_evaluator_then_by_the_unit(county: make.County) -> None:
    record = b.order(county)
    e.attach_paper(evaluation=record, row="", name="底稿.pdf", content=b.PDF, person=county.person("agency"))
    with pytest.raises(Refused):
        e.attach_paper(
            evaluation=record, row="", name="x.pdf", content=b.PDF, person=county.person("unit_project")
        )
    other = b.consulted(county)
    e.attach_paper(
        evaluation=other, row="", name="证明.pdf", content=b.PDF, person=county.person("unit_project")
    )
    assert Evaluation.objects.count() == 2
