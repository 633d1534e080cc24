"""One project's year through the services: from the approved goal to the published result and the next budget."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.files.services import attach
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.queries import standing_for
from jiheng.stages.assessment.services import assess_departments, confirm_assessment
from jiheng.stages.disclosure.queries import due_list
from jiheng.stages.disclosure.services import publish
from jiheng.stages.evaluation.queries import evaluation_statistics, self_evaluation_cover
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.evaluations import (
    EvaluationOrder,
    FindingData,
    card_of,
    confirm_evaluation,
    consult_unit,
    respond,
    save_report,
    save_scores,
    start_evaluation,
    submit_report,
)
from jiheng.stages.evaluation.services.self_evaluations import (
    LineData,
    accept_self_evaluation,
    confirm_self_evaluation,
    recheck_self_evaluation,
    save_execution_reason,
    save_results,
    start_self_evaluation,
    submit_self_evaluation,
)
from jiheng.stages.goals.services import approve_goal
from jiheng.stages.monitoring import services as monitoring
from jiheng.stages.monitoring.queries import monitoring_statistics
from jiheng.stages.results.services import (
    accept_rectification,
    decide_result,
    issue_rectification,
    propose_decision,
    report_rectification,
)
from tests.make import County, make_budget, make_county, make_goal, make_promise, make_subject

PDF = b"%PDF-1.4\n%%EOF\n"
ACTUALS = {
    "购置教学设备台数": LineData("110台", reason="两家供应商延期，年底前补齐"),
    "设备验收合格率": LineData("100%"),
    "完成验收时间": LineData("2023-11-20"),
    "单台设备平均成本": LineData("7900"),
    "实验开出率": LineData("96%"),
    "设备使用管理制度健全性": LineData(
        "制度已印发", tier="achieved", claimed=Decimal(9), reason="个别台账记录不及时，已整改"
    ),
    "师生满意度": LineData("92%"),
}


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def test_a_year_runs_from_goal_to_next_budget(county: County) -> None:
    project, finance = county.person("unit_project"), county.person("unit_finance")
    reviewer, office = county.person("department_reviewer"), county.person("performance_office")
    leader, division = county.person("bureau_leader"), county.person("division")
    agency = county.person("agency")
    with clock.at(date(2022, 11, 1)):
        year = make_subject(county)
        goal = make_goal(county, year, "reviewed")
    with clock.at(date(2023, 1, 31)):
        make_budget(county, year)
        approve_goal(goal=goal, person=leader)
        publish(source=goal, person=office)
        make_budget(county, year, 30_000_000, kind="payment", day=date(2023, 3, 1))
    with clock.at(date(2023, 4, 3)):
        checkpoint = monitoring.open_checkpoint(cycle=county.cycle, key="q1", person=office)
        report = checkpoint.reports.get()
        readings = {
            one.pk: monitoring.ReadingData("30" if one.indicator.name == "购置教学设备台数" else "正常")
            for one in report.readings.select_related("indicator")
        }
        with pytest.raises(Refused) as refused:
            monitoring.save_readings(report=report, readings=readings, note="", measures=[], person=project)
        assert len(refused.value.refusals) > 1
        readings = {
            one.pk: monitoring.ReadingData(
                {"台": "30", "%": "95", "元/台": "7900"}.get(one.indicator.unit, "按计划推进"),
                likelihood="certain",
                reason="设备分批到货",
            )
            for one in report.readings.select_related("indicator")
        }
        monitoring.save_readings(
            report=report,
            readings=readings,
            note="按计划执行",
            measures=[monitoring.MeasureData("督促供货", "项目负责岗", date(2023, 5, 31))],
            person=project,
        )
        assert report.budget_fen == 100_000_000
        assert report.executed_fen == 30_000_000
        monitoring.submit_report(report=report, person=project)
        assert report.state == "draft"
        monitoring.submit_report(report=report, person=finance)
        monitoring.confirm_report(report=report, person=reviewer)
        monitoring.close_report(report=report, person=division)
        assert monitoring_statistics(checkpoint).closed == 1
        monitoring.follow_up(measure=report.measures.get(), outcome="已到货", person=project)
    with clock.at(date(2023, 12, 20)):
        make_budget(county, year, 55_000_000, kind="payment", day=date(2023, 12, 20))
    with clock.at(date(2024, 2, 1)):
        evaluation = start_self_evaluation(goal=goal, person=project)
        lines = {line.pk: ACTUALS[line.indicator.name] for line in evaluation.lines.select_related("indicator")}
        save_results(
            evaluation=evaluation, lines=lines, actual_objective="购置110台，实验开出率96%。", person=project
        )
        with pytest.raises(Refused) as refused:
            submit_self_evaluation(evaluation=evaluation, person=project)
        assert any("预算执行率" in str(one) for one in refused.value.refusals)
        save_execution_reason(evaluation=evaluation, reason="两家供应商延期", person=finance)
        attach(subject=evaluation, row="", name="验收单.pdf", content=PDF, person=project)
        assert evaluation.execution_points == Decimal("8.50")
        submit_self_evaluation(evaluation=evaluation, person=project)
        submit_self_evaluation(evaluation=evaluation, person=finance)
        confirm_self_evaluation(evaluation=evaluation, person=reviewer)
        drawn = draw_rechecks(cycle=county.cycle, count=1, seed="20240201", person=office)
        assert drawn.chosen == [str(evaluation.pk)]
        points = {line.pk: (line.points - 1, "佐证不足") for line in evaluation.lines.all() if line.points}
        recheck_self_evaluation(
            evaluation=evaluation, points=points, note="佐证材料不充分", person=county.person("evaluation_centre")
        )
        assert (evaluation.total or 0) - (evaluation.recheck_total or 0) == 7
        accept_self_evaluation(evaluation=evaluation, person=office)
        assert self_evaluation_cover(county.cycle).rate == 100
        publish(source=evaluation, person=office)
    with clock.at(date(2024, 4, 1)):
        order = EvaluationOrder(
            year, "fiscal", "project_evaluation", 100_000_000, _organisation(agency), date(2024, 6, 30)
        )
        fiscal = start_evaluation(order=order, person=office)
        card = card_of(fiscal)
        scores = {item.key: (item.points * Decimal("0.7")).quantize(Decimal("0.01")) for item in card.items}
        reasons = dict.fromkeys(scores, "资料不完整")
        save_scores(evaluation=fiscal, points=scores, reasons=reasons, person=agency)
        assert fiscal.grade == "fair"
        outline = policy_for(fiscal.cycle).documents["evaluation_report"]
        save_report(
            evaluation=fiscal,
            sections={section.key: "内容" for section in outline.sections},
            findings=[FindingData("output", "设备闲置", "调配使用", 1_000_000)],
            person=agency,
        )
        submit_report(evaluation=fiscal, person=agency)
        consult_unit(evaluation=fiscal, person=office)
        respond(evaluation=fiscal, reply="没有意见", person=project)
        confirm_evaluation(evaluation=fiscal, answer="无", person=office)
        statistics = evaluation_statistics(county.place, 2024, "fiscal")
        assert (statistics.count, statistics.by_grade) == (1, {"fair": 1})
    with clock.at(date(2024, 7, 5)):
        decision = propose_decision(evaluation=fiscal, person=office)
        assert (decision.min_ratio, decision.max_ratio) == (10, 30)
        with pytest.raises(Refused):
            decide_result(decision=decision, ratio=Decimal(40), reason="情况严重", person=leader)
        decide_result(decision=decision, ratio=Decimal(15), reason="设备闲置", person=leader)
        assert decision.amount_fen == 15_000_000
        rectification = issue_rectification(finding=fiscal.findings.get(), requirement="", person=office)
        with pytest.raises(Refused):
            report_rectification(rectification=rectification, measure="调配", outcome="已调配", person=project)
        rectification.refresh_from_db()
        attach(subject=rectification, row="", name="调配单.pdf", content=PDF, person=project)
        report_rectification(rectification=rectification, measure="调配", outcome="已调配", person=project)
        accept_rectification(rectification=rectification, note="属实", person=office)
        publish(source=fiscal, person=office)
        assert list(due_list(county.cycle)) == []
    with clock.at(date(2024, 9, 1)):
        made = assess_departments(cycle=county.cycle, person=office)
        assert [one.department_id for one in made] == [county.departments[0].pk]
        confirm_assessment(assessment=made[0], person=leader)
        later = open_cycle(place=county.place, budget_year=2025, person=office)
        again = make_subject(county, cycle=later, code=year.subject.code)
        assert standing_for(again)[0].ceiling_fen == 85_000_000
        make_promise(again)
        with pytest.raises(Refused, match=r"不得超过 85\.00 万元"):
            post(posting=Posting(again, "initial", 85_000_001, date(2024, 9, 1)), person=office)
        post(posting=Posting(again, "initial", 85_000_000, date(2024, 9, 1)), person=office)
        assert balance(again.pk).budget == 85_000_000
    assert first_break(county.place.pk) is None
    assert any(line.action == "decision.decide" for line in history(decision))


def _organisation(person: Person) -> Organisation:
    return Organisation.objects.get(pk=person.organisation_id)
