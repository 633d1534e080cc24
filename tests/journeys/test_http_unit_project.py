"""A year of the unit's project clerk at the browser: promise, watch, account for, answer, put right."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.stages.goals.services import approve_goal, return_goal
from jiheng.stages.monitoring import services as monitoring
from tests.journeys.visitor import Screen, pdf, sit
from tests.made_results import make_order, make_result
from tests.make import ROWS, County, make_budget, make_goal, make_subject

pytestmark = pytest.mark.django_db
OBJECTIVE = "购置教学设备120台并投入使用，实验开出率达到95%以上，改善办学条件。"
GRID = [
    {
        "level1": level1, "level2": level2, "name": name, "target_text": value, "unit": unit, "weight": points,
        "free_reason": "指标库中没有相近指标", "standard": "年度工作计划", "data_source": "验收单和统计台账",
    }
    for level1, level2, name, value, unit, points in ROWS
]  # fmt: skip


def test_goal_from_the_to_do_to_both_signatures(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(shared, name="实验室设备更新项目")
        clerk, finance, reviewer = sit(shared, "unit_project"), sit(shared, "unit_finance"), sit(shared, "department_reviewer")
        page = clerk.todo(year.name, "填报绩效目标").press("开始填报")
        page = page.press("保存", {"年度目标": OBJECTIVE}, rows=[*GRID[:-1], {**GRID[-1], "weight": "11"}])
        assert "已保存" in page.told
        record = page.follow("查看整份目标")
        assert record.state == "草拟"
        assert any("填写资金部分" in one for one in finance.todos())
        finance.todo(year.name, "填写资金部分").press(
            "保存并查看整份目标", {"财政拨款": "100", "资金测算说明": "120台，每台8000元"}
        )
        record.press("提交审核", status=409)  # finance has written since: look again first
        refused = clerk.open(record.url).press("提交审核", status=422)
        said = next(one for one in refused.refusals if "分值" in one.message)
        assert said.remedy
        assert "财预〔2020〕10号" in said.clause
        page = clerk.todo(year.name, "填写目标和指标")
        page.press("保存", cells={"师生满意度": {"weight": "10"}})
        record = clerk.open(record.url).press("提交审核")
        assert record.state == "草拟", "one of two has signed"
        assert not any("签署" in one for one in clerk.todos())
        record = finance.todo(year.name, "核对并签署").press("提交审核")
        assert record.state == "主管部门审核"
        assert any(year.name in one for one in reviewer.todos())
        assert any(year.name in one for one in clerk.todos("watching"))


def test_two_windows_of_the_same_half_never_overwrite_each_other(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_project")
        first, second = (clerk.open(f"/goals/{goal.pk}/edit/") for _ in range(2))
        first.press("保存", {"年度目标": f"{OBJECTIVE}第一次"})
        stale = second.press("保存", {"年度目标": f"{OBJECTIVE}第二次"}, status=409)
        assert "不是最新" in stale
        goal.refresh_from_db()
        assert goal.objective.endswith("第一次")


def test_pressing_twice_signs_once(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        page = sit(shared, "unit_project").open(f"/goals/{goal.pk}/")
        assert page.press("提交审核").state == "草拟"
        again = page.press("提交审核", status=409)
        assert again.follow("重新打开此记录").state == "草拟"


def test_returned_rows_come_back_with_their_reason_and_only_they_open(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "department")
        row = goal.indicators.get(name="实验开出率")
        return_goal(
            goal=goal, person=shared.person("department_reviewer"), comment="指标值偏低", rows={row.pk: "请提高"}
        )
        clerk = sit(shared, "unit_project")
        assert any("指标值偏低" in one and "实验开出率" in one for one in clerk.todos("returned"))
        page = clerk.todo(goal.subject_year.name, "修改后重新提交")
        assert "请提高" in page
        refused = page.press("保存", cells={"师生满意度": {"target_text": "≥80"}}, status=422)
        assert any("退回" in one.message for one in refused.refusals)
        page.press("保存", cells={"实验开出率": {"target_text": "≥98"}})
        row.refresh_from_db()
        assert row.value == 98


def test_others_cannot_write_the_clerks_half(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        page = sit(shared, "unit_project").open(f"/goals/{goal.pk}/edit/")
        form, _ = page.form_with("保存")
        sent = [pair for pair in page.values(form, {"年度目标": "别人写的"}) if pair[0] != "csrfmiddlewaretoken"]
        for role, index, status in (
            ("unit_project", 1, 404), ("unit_head", 0, 403), ("department_reviewer", 0, 403), ("bureau_leader", 0, 403),
        ):  # fmt: skip
            other = sit(shared, role, index)
            token = ("csrfmiddlewaretoken", other.client.get("/").context["csrf_token"])
            other.send(page.url, [*sent, (token[0], str(token[1]))], status=status)
        goal.refresh_from_db()
        assert goal.objective != "别人写的"


def approved(county: County) -> str:
    """A project with an approved goal, its budget and some payments; return its name."""
    year = make_subject(county)
    goal = make_goal(county, year, "reviewed")
    with clock.at(date(2023, 1, 31)):
        make_budget(county, year)
        approve_goal(goal=goal, person=county.person("bureau_leader"))
        make_budget(county, year, 30_000_000, kind="payment", day=date(2023, 3, 1))
    return year.name


READ = {"台": "30", "%": "95", "元/台": "7900"}


def readings(page: Screen) -> dict[str, dict[str, str]]:
    """What a clerk reads at the first checkpoint, by indicator."""
    return {
        name: {"actual_text": READ.get(unit, "按计划推进"), "likelihood": "确定能"} for _, _, name, _, unit, _ in ROWS
    }


def test_monitoring_names_what_is_missing_and_goes_on_when_both_signed(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        name = approved(shared)
    with clock.at(date(2023, 4, 3)):
        monitoring.open_checkpoint(cycle=shared.cycle, key="q1", person=shared.person("performance_office"))
        clerk, finance = sit(shared, "unit_project"), sit(shared, "unit_finance")
        page = clerk.todo(f"{name}（", "填写监控表")
        wrong = page.press("保存并查看整份监控表", cells={"购置教学设备台数": {"actual_text": "三十来台吧"}}, status=422)
        assert wrong.wrong or wrong.refusals
        record = page.press("保存并查看整份监控表", {"情况说明": "按计划执行"}, cells=readings(page))
        assert "30.00" in record.main.text, "what was spent comes from the ledger"
        record.press("提交审核")
        record = finance.open(record.url).press("提交审核")
        assert record.state == "主管部门审核"


ACTUAL = {
    "购置教学设备台数": "110台", "设备验收合格率": "100%", "完成验收时间": "2023-11-20", "单台设备平均成本": "7900",
    "实验开出率": "96%", "设备使用管理制度健全性": "制度已印发", "师生满意度": "92%",
}  # fmt: skip
TIERED = "设备使用管理制度健全性"


def test_self_evaluation_wants_reasons_and_proof_before_it_goes_on(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        name = approved(shared)
    with clock.at(date(2024, 2, 1)):
        clerk, finance = sit(shared, "unit_project"), sit(shared, "unit_finance")
        page = clerk.open("/evaluation/missing/").follow("开展自评", name).press("建立自评并填写")
        typed = {f"{one}的实际完成值": value for one, value in ACTUAL.items()}
        typed |= {f"{TIERED}的自评分": "10"}
        form, _ = page.form_with("保存")
        tier = next(one for one in form.every("select") if one.at["aria-label"] == f"{TIERED}的档次")
        best = [one.at["value"] for one in tier.every("option")][1]
        page = page.press(
            "保存并查看整份自评", {**typed, f"{TIERED}的档次": best, "年度总体目标实际完成情况": "购置110台。"}
        )
        assert "18.33" in page, "110 of 120 sets, 20 points"
        refused = page.press("提交审核", status=422)
        told = " ".join(one.message for one in refused.refusals)
        assert "购置教学设备台数" in told
        assert any(one.remedy for one in refused.refusals)
        page = page.follow("填写").press(
            "保存并查看整份自评", {"购置教学设备台数的偏差原因和改进措施": "两家供应商延期，年底前补齐"}
        )
        page = page.press("上传", {"file": pdf("验收单.pdf")})
        assert "验收单.pdf" in page
        finance.todo(name, "填写执行偏差原因").press("保存", {"执行偏差原因": "尾款按合同次年支付"})
        clerk.open(page.url).press("提交审核")
        page = finance.open(page.url).press("提交审核")
        assert page.state == "主管部门审核"
        # What is signed is not written any more.
        clerk.open(page.url.replace("?", "") + "fill/", status=403)


def test_unit_answers_an_evaluation_and_puts_right_what_it_found(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        year = make_subject(shared)
        make_budget(shared, year)
    order = make_order(shared, make_result(shared, year))
    with clock.at(date(2024, 7, 8)):
        clerk = sit(shared, "unit_project")
        page = clerk.todo(order.finding.text, "填报整改情况")
        refused = page.press("报送整改情况", {"整改措施": "调配使用", "整改结果": "已调配"}, status=422)
        assert refused.refusals or refused.wrong
        page = page.press(
            "报送整改情况",
            {"责任人": "项目负责岗", "整改措施": "调配使用", "整改结果": "已调配", "file": pdf("调配单.pdf")},
        )
        assert page.state
        assert any(order.finding.text in one for one in sit(shared, "performance_office").todos())
        assert not any(order.finding.text in one for one in clerk.todos())
