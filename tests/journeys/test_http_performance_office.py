"""A year of the performance office at the browser: rules, the year, goals, monitoring, evaluations, results, disclosure."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.evaluation.services.evaluations import respond
from jiheng.stages.goals.services.reviewing import card_of
from jiheng.stages.results.services import report_rectification
from tests.journeys.visitor import Visitor, sit
from tests.made_results import make_order, make_result, prove
from tests.make import County, make_appraisal, make_budget, make_goal, make_subject
from tests.stages.evaluation.builders import approved_goal, body, consulted, self_evaluation
from tests.stages.monitoring.build import DAY, paid_project

pytestmark = pytest.mark.django_db


def test_year_is_opened_once_and_time_is_given_with_a_reason(shared: County) -> None:
    with clock.at(date(2023, 7, 1)):
        office = sit(shared, "performance_office")
        page = office.open("/cycles/").follow("开启年度")
        again = page.press("开启年度", {"预算年度": "2023"}, status=422)
        assert again.refusals or again.wrong
        for typed in ("1999", "二〇二五", "20245", "-1", ""):
            assert office.open("/cycles/open/").press("开启年度", {"预算年度": typed}, status=422).wrong
        made = page.press("开启年度", {"预算年度": "2026"})
        assert "2026" in made
        page = office.open(f"/cycles/{shared.cycle.pk}/").follow("申请延期")
        wrong = page.press("提出申请", {"延至": "9999-99-99", "理由": ""}, status=422)
        assert len(wrong.wrong) >= 2
        item = next(one.at["value"] for one in page.main.every("option") if one.at.get("value") == "goals_submit")
        unit = shared.units[0]
        asked = page.press("提出申请", {"事项": item, "单位": str(unit.pk), "延至": "2023-08-31", "理由": "上级资金下达晚"})
        assert "上级资金下达晚" in asked
        assert "待批准" in asked


def test_review_is_scored_before_a_goal_passes(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared, name="消防设施改造项目"), "performance")
        office, leader = sit(shared, "performance_office"), sit(shared, "bureau_leader")
        record = office.todo("消防设施改造项目", "复审通过")
        page = record.follow("审核评分")
        card = card_of(goal)
        tiers = {f"tier-{item.key}": card.tiers_of(item.key)[0].key for item in card.items}
        some = dict(list(tiers.items())[1:])
        wrong = page.press("保存评分", some, status=422)
        assert wrong.refusals
        wrong = page.press("保存评分", {**tiers, f"points-{card.items[0].key}": "1e3"}, status=422)
        assert wrong.refusals
        done = page.press("保存评分", {**tiers, "审核意见": "目标明确"})
        assert "审核得" in done.told
        assert done.press("复审通过").state == "待批复"
        assert any("消防设施改造项目" in one for one in leader.todos())
        late = page.press("保存评分", {**tiers, "审核意见": "晚了"}, status=409)
        assert "没有生效" in late


def test_checkpoint_is_opened_once_from_the_desk(shared: County) -> None:
    paid_project(shared, name="路灯节能改造项目")
    with clock.at(DAY):
        office = sit(shared, "performance_office")
        page = office.desk().follow("开启监控", "第一季度监控")
        done = page.press("开启监控", around="第一季度")
        assert done.told
        again = page.press("开启监控", around="第一季度", status=422)
        assert again.refusals
        assert any("路灯节能改造项目" in one for one in sit(shared, "unit_project").todos())
    with clock.at(date(2023, 5, 1)):
        page = office.open("/monitoring/missing/")
        assert "测试县第一中学" in page
        page.press("催报 1 个单位")
        assert "路灯节能改造项目" in sit(shared, "unit_project").notices() or "监控表" in sit(shared, "unit_project").notices()


def test_self_evaluations_are_drawn_by_seed_and_accepted(shared: County) -> None:
    record = self_evaluation(shared, "submitted", name="营养改善计划项目")
    with clock.at(date(2024, 3, 20)):
        office = sit(shared, "performance_office")
        page = office.open("/evaluation/draws/")
        for typed in ("0", "-1", "1000", "一份", "9" * 30):
            page.press("抽取", {"抽取份数": typed, "seed": "20240320"}, status=422)
        drawn = page.press("抽取", {"抽取份数": "1", "seed": "20240320"})
        assert "营养改善计划项目" in drawn
        assert "20240320" in drawn
        refused = office.open(f"/evaluation/self/{record.pk}/").press("认可自评", status=422)
        assert any("复核" in one.message for one in refused.refusals)
        assert any("营养改善计划项目" in one for one in sit(shared, "evaluation_centre").todos())


def test_evaluation_is_ordered_heard_and_confirmed(shared: County) -> None:
    year = approved_goal(shared, name="危桥改造项目").subject_year
    with clock.at(date(2024, 2, 20)):
        office = sit(shared, "performance_office")
        page = office.open(f"/evaluation/order/{year.pk}/")
        judge = str(body(shared.person("agency")).pk)
        form, _ = page.form_with("下达评价任务")
        values = [(name, value) for name, value in page.values(form, {"完成期限": "2024-06-30"}) if name != "evaluator"]
        forged = office.send(page.url, [*values, ("evaluator", str(year.unit_id))], referer=page.url, status=422)
        assert forged.wrong or forged.refusals, "who is evaluated cannot be the evaluator"
        made = page.press("下达评价任务", {"完成期限": "2024-06-30", "评价机构": judge})
        assert made.state == "评价中"
        assert any("危桥改造项目" in one for one in sit(shared, "agency").todos())
    record = consulted(shared, year=approved_goal(shared, name="急诊急救设备项目").subject_year)
    with clock.at(date(2024, 4, 2)):
        page = office.open(f"/evaluation/{record.pk}/")
        refused = page.press("确认评价结果", status=422)
        assert any("意见" in one.message or "答复" in one.message for one in refused.refusals)
        respond(evaluation=record, reply="没有意见", person=shared.person("unit_project"))
        done = office.todo("急诊急救设备项目", "确认评价结果").press("确认评价结果", {"办理意见": "没有意见"})
        assert done.state == "已确认"


def test_unit_s_points_are_answered_one_by_one(shared: County) -> None:
    record = consulted(shared)
    with clock.at(date(2024, 4, 10)):
        unit = sit(shared, "unit_project")
        page = unit.todo(record.subject_year.name, "答复评价报告")
        empty = page.press("提交意见", status=422)
        assert empty.refusals or empty.wrong
        done = page.press("提交意见", rows=[{"text": "设备并未闲置，3月已调配"}, {"text": "挂账已清理"}])
        assert done.told
        twice = page.press("没有意见", status=409)
        assert "没有生效" in twice
        office = sit(shared, "performance_office")
        page = office.open(f"/evaluation/{record.pk}/").follow("逐条答复")
        wrong = page.press("保存答复", status=422)
        assert len(wrong.wrong) == 2
        first, second = record.comments.order_by("number")
        page.press(
            "保存答复",
            {
                f"verdict-{first.pk}": "不采纳", f"answer-{first.pk}": "调配单日期晚于核查日",
                f"verdict-{second.pk}": "不采纳", f"answer-{second.pk}": "凭证未提供",
            },
        )  # fmt: skip
        assert "调配单日期晚于核查日" in unit.open(f"/evaluation/{record.pk}/")


def test_appraisal_is_concluded_within_what_was_asked(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(shared, change="new", is_major=True, requested_fen=900_000_000, name="供水管网改造项目")
        make_appraisal(shared, year, state="scored")
        office = sit(shared, "performance_office")
        page = office.todo("供水管网改造项目", "评分并作出结论").follow("作出结论")
        for typed in ("9000000", "-1", "NaN", "１，０００，０００"):
            wrong = page.press("作出结论", {"同意金额（建议预算控制数）": typed, "评估意见和理由": "五个方面"}, status=422)
            assert wrong.wrong or wrong.refusals, typed
        done = page.press("作出结论", {"同意金额（建议预算控制数）": "８００", "评估意见和理由": "五个方面综合得分100分"})
        assert done.state == "已有结论" or "予以支持" in done
        again = page.press("作出结论", {"同意金额（建议预算控制数）": "700", "评估意见和理由": "再来一次"}, status=409)
        assert "此记录刚被他人处理，或同一操作已经提交过一次" in again
        assert any("供水管网改造项目" in one for one in office.todos()), "now it may enter the library"


def test_results_are_proposed_rectified_and_published(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(shared, name="道路清扫保洁项目")
        make_budget(shared, year)
    result = make_result(shared, year)
    with clock.at(date(2024, 7, 5)):
        office = sit(shared, "performance_office")
        page = office.open("/results/waiting/")
        assert page.press("提出处理意见", status=422).refusals[0].remedy, "nothing was ticked"
        page.press("提出处理意见", pick="道路清扫保洁项目")
        assert any("道路清扫保洁项目" in one for one in sit(shared, "bureau_leader").todos())
        result.refresh_from_db()
        assert (result.decision.min_ratio, result.decision.max_ratio) == (Decimal(10), Decimal(30))
    order = make_order(shared, result)
    with clock.at(date(2024, 7, 9)):
        prove(shared, order)
        report_rectification(
            rectification=order, measure="调配", outcome="已调配", person=shared.person("unit_project")
        )
        page = office.todo(order.finding.text, "验收整改")
        refused = page.press("退回继续整改", status=422)
        assert refused.refusals
        assert page.press("验收销号").state == "已销号"
        page = office.open("/disclosure/")
        sent = page.press("公开所选")
        assert sent.told
        page.press("公开所选")
        assert Publication.objects.filter(subject_uuid=year.subject.uuid).count() == 1, "pressed twice, public once"
        listed = Visitor().open("/public/?text=清扫保洁")
        assert "道路清扫保洁项目" in listed
        listed.follow(next(a.text for a in listed.main.every("a") if "道路清扫保洁项目" in a.text))


def test_withdrawal_wants_a_reason_that_the_public_reads(shared: County) -> None:
    with clock.at(date(2023, 1, 31)):
        goal = make_goal(shared, make_subject(shared, name="养老服务平台项目"), "approved")
        office = sit(shared, "performance_office")
        office.open("/disclosure/").press("公开所选")
        page = office.open("/disclosure/published/?q=养老服务平台").follow("2023年度养老服务平台项目绩效目标")
        assert goal.subject_year.name in page
        refused = page.press("撤回", {"reason": " "}, status=422)
        assert refused.refusals
        assert "300 字" in page.press("撤回", {"reason": "长" * 301}, status=422)
        page.press("撤回", {"reason": "金额有误，更正后重新公开"})
        shown = Visitor().open("/public/?text=养老服务平台")
        assert "养老服务平台" in shown
        assert page.press("撤回", {"reason": "再撤一次"}, status=422).refusals


def test_what_belongs_to_the_leader_is_refused_to_the_office(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(shared)
        make_budget(shared, year)
    result = make_result(shared, year)
    with clock.at(date(2024, 7, 5)):
        office = sit(shared, "performance_office")
        office.open("/results/waiting/").press("提出处理意见", pick=year.name)
        result.refresh_from_db()
        pk = result.decision.pk
        office.open(f"/results/{pk}/decide/", status=403)
        token = str(office.desk().response.context["csrf_token"])
        sent = [("csrfmiddlewaretoken", token), ("ratio", "15"), ("reason", "自己定")]
        office.send(f"/results/{pk}/decide/", sent, status=403)
        result.decision.refresh_from_db()
        assert result.decision.state == "proposed"
