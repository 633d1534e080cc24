"""The finer points of each check, one table each: what is a mismatch and what only looks like one."""

from typing import Any

import pytest

from jiheng.rules.published.report import report


def found(**table: Any) -> list[str]:
    findings = report(0, {"doc_type": "自评表", **table})["findings"]
    assert isinstance(findings, list)
    return [finding["check"] for finding in findings]


def rated(target: str, actual: str, score: float, weight: float = 10, **more: Any) -> list[str]:
    """What is found in a table of one row."""
    row = {"level1": "产出指标", "level2": "数量指标", "level3": "培训人数", "target": target, "actual": actual,
           "weight": weight, "score": score, **more}  # fmt: skip
    return found(indicators=[row])


MISMATCH = ["score_vs_attainment"]


@pytest.mark.parametrize(
    ("target", "actual", "score", "more"),
    [
        ("38508人", "37442人", 10, {}),  # no sign: a count is to be reached
        ("≥95%", "94.60%", 10, {"level3": "家长满意度", "deviation_reason": "问卷偏少"}),
        ("100", "98", 10, {"level3": "政策知晓率", "unit": "%"}),
        ("≤20天", "25天", 10, {"level3": "办理天数"}),
        ("15万元", "18万元", 10, {"level2": "成本指标", "level3": "设备成本"}),
        ("0次", "2次", 10, {"level3": "安全事故发生次数"}),
        ("10-20", "8", 10, {}),
        ("≥ 100", "100%", 7, {"level3": "资金到位及时率", "unit": "%"}),
        ("2万元", "2万元", 9, {"level2": "成本指标", "level3": "设备成本"}),
        ("≥2公里", "2500米", 9, {}),
        ("≥120人", "已完成126人", 9, {}),
        ("≥95%", "94%（抽样）", 10, {"level3": "合格率"}),
        ("0起", "1起", 10, {"level3": "安全事故"}),
        ("45%", "47%", 10, {"level2": "质量指标", "level3": "学生近视率"}),
        ("5件", "6件", 10, {"level2": "社会效益指标", "level3": "信访投诉件数"}),
        ("95%", "94%", 10, {"level2": "质量指标", "level3": "矛盾纠纷调解成功率"}),
        ("1000亩", "900亩", 10, {"level3": "病虫害防治面积"}),
        ("12次", "96次", 8, {"deviation_reason": "0"}),
        ("≥85", "100%", 9, {"level3": "种植作物成活率(≥**%)"}),
    ],
)
def test_attainment_and_score_disagree(target: str, actual: str, score: float, more: dict[str, Any]) -> None:
    assert rated(target, actual, score, **more) == MISMATCH


@pytest.mark.parametrize(
    ("target", "actual", "score", "more"),
    [
        (
            "0.9",
            "0",
            10,
            {"level2": "社会效益指标", "level3": "森林火灾受害率", "unit": "%"},
        ),  # less is better
        ("15万元", "10.5万元", 10, {"level2": "成本指标", "level3": "总成本"}),
        (
            "15万元",
            "14万元",
            9.3,
            {"level2": "成本指标", "level3": "总成本"},
        ),  # saved or not done: not to be told
        (
            "≤30万元",
            "300000",
            10,
            {"level2": "成本指标", "level3": "总成本"},
        ),  # printed in 元 without saying so
        ("≥95%", "0.98", 10, {"level3": "合格率"}),  # a share of one
        ("≥0.97比例", "98%", 10, {"level3": "在线率"}),
        ("12次", "100%", 8, {}),  # a degree of completion, no count
        ("200人次", "4场", 10, {}),
        ("100%", "53", 10, {"level3": "应受助学生数"}),
        ("≥266米", "≥266米", 10, {}),
        ("≥95%", "≥90%", 10, {"level3": "满意度"}),  # a bound shows nothing here
        ("=8个", "9", 9, {}),  # more than equal
        ("300天", "310天", 10, {"level2": "时效指标", "level3": "开放天数"}),
        ("≤30万元", "完成", 10, {}),
        ("提高", "有所提高", 8, {}),
        ("2021年12月完成", "2021年12月完成", 9, {}),
        ("290$", "290%", 10, {}),
        ("≥**%", "80%", 10, {}),
        ("≥120人", "126人", 9, {"deviation_reason": "资料不全"}),
        ("≥120人", "126人", 3.3, {"weight": 3.33}),  # rounded, not lost
        ("≥90%", "95%", 9.5, {"level3": "预算执行率"}),  # execution goes by its rate
        ("45%", "43%", 10, {"level2": "质量指标", "level3": "学生近视率"}),
        ("35", "33", 10, {"level2": "生态效益指标", "level3": "PM2.5浓度"}),
        ("4次", "5次", 10, {"level3": "事故应急演练次数"}),
        ("50件", "55件", 10, {"level3": "矛盾纠纷调解数量"}),
        ("约30人", "28人", 10, {}),
        ("50余人", "48人", 10, {}),
        ("10-20", "25", 10, {}),  # more than was aimed at, of what should be much
        ("290%", "98%", 10, {"level3": "群众满意度"}),  # ≥ that a scanner took for a 2
        ("90%", "290%", 8, {"level3": "抽样调查满意度"}),
        ("0%", "5%", 10, {"level3": "合格率"}),  # nothing was planned
        ("≥120人", "119人", None, {}),
    ],
)
def test_attainment_and_score_agree_or_cannot_be_compared(
    target: str, actual: str, score: float, more: dict[str, Any]
) -> None:
    assert rated(target, actual, score, **more) == []


def money(**printed: str) -> list[str]:
    return found(budget_published=printed)


@pytest.mark.parametrize(
    ("annual", "adjusted", "executed", "rate"),
    [
        ("300", "", "259.45", "86.5%"), ("43.2", "43.2", "37.24", "86%"), ("0.00", "3.36", "3.36", "100.00%"),
        ("100元", "", "33.78", "33.78%"), ("", "0", "0", "0"), ("90", "90", "89.974", "1"), ("90", "", "80", "0.89"),
        ("620.82万元", "", "6208200元", "100 %"), ("90", "—", "45", "0.5"), ("50", "50", "45", "90.0"), ("5", "5", "4", "约八成"),
    ],
)  # fmt: skip
def test_execution_rate_follows(annual: str, adjusted: str, executed: str, rate: str) -> None:
    unit = "元" if "元" in annual and "万元" not in annual else "万元"
    assert money(annual=annual, adjusted=adjusted, executed=executed, rate=rate, unit=unit) == []


@pytest.mark.parametrize(
    ("annual", "adjusted", "executed", "rate"),
    [
        ("35550", "35550", "35550", "82.12%"), ("100", "120", "100", "100%"), ("43.2", "", "37.24", "86.1%"),
        ("0", "0", "0", "100%"), ("50", "", "45", "0.9%"), ("50", "50", "45", "85"),
    ],
)  # fmt: skip
def test_execution_rate_does_not_follow(annual: str, adjusted: str, executed: str, rate: str) -> None:
    assert money(annual=annual, adjusted=adjusted, executed=executed, rate=rate) == ["execution_rate"]


@pytest.mark.parametrize(
    ("rate", "weight", "score", "expected"),
    [
        ("86%", "10", "9", True), ("100%", "100", "10", True), ("82.12%", "10", "8.5", True), ("79.27", "10", "7.93", False),
        ("49.88%", "10", "5", False), ("50%", "10", "5", False), ("102.59%", "10", "10", False), ("0.9", "10", "9", False),
        ("99.5%", "20", "19.9", False), ("100%", "10", "", False), ("", "10", "9", False), ("99.6%", "10", "10", False),
        ("99.5%", "10", "10", True),
    ],
)  # fmt: skip
def test_execution_score_is_rate_times_weight(rate: str, weight: str, score: str, *, expected: bool) -> None:
    assert money(rate=rate, bw=weight, bs=score) == (["execution_score"] if expected else [])


def test_execution_score_may_use_the_unrounded_rate() -> None:
    assert money(annual="300", executed="259.45", rate="86%", bw="10", bs="8.65") == []
    assert money(annual="300", executed="259.45", rate="82%", bw="10", bs="8.65") == [
        "execution_rate",
        "execution_score",
    ]


def test_execution_row_without_target_is_held_to_its_rate() -> None:
    row = {"level2": "投入管理", "level3": "预算执行率", "actual": "100%", "weight": 10, "score": 9}
    assert found(indicators=[row]) == ["execution_score"]
    assert found(indicators=[{**row, "deviation_reason": "资金到位较晚"}]) == []
    assert found(indicators=[{**row, "level3": "制度执行情况"}]) == []


def test_rate_of_an_execution_row_is_held_to_the_amounts() -> None:
    row = {"level3": "预算执行率", "actual": "100%", "weight": 10, "score": 10}
    assert found(indicators=[row], budget_published={"annual": "50", "executed": "40"}) == ["execution_rate"]
    assert found(indicators=[row], budget_published={"annual": "50", "executed": "50.00"}) == []


def test_execution_score_above_its_weight_is_named() -> None:
    assert money(rate="102.59%", bw="10", bs="10.26") == ["score_le_weight"]


def weighed(weights: list[Any], execution: str = "", **more: Any) -> list[str]:
    rows = [
        {"level2": "质量指标", "level3": f"事项{i}", "weight": weight} for i, weight in enumerate(weights)
    ]
    return found(indicators=rows, complete=True, budget_published={"bw": execution}, **more)


@pytest.mark.parametrize(
    ("weights", "execution", "expected"),
    [
        ([50, 40], "10", False), ([50, 50], "", False), ([50, 40], "", False), ([40, 40], "20", False), ([50, 50], "10", True),
        ([60, 60], "", True), ([50, 30], "", True), ([50, None], "10", False), ([], "10", False), (["45分", "45%"], "10分", False),
        ([0.5, 0.4], "10", False), ([33.33, 33.33, 33.33], "", True), ([33.33, 33.33, 33.34], "", False), (["若干", 20], "", False),
    ],
)  # fmt: skip
def test_weights_add_up(weights: list[Any], execution: str, *, expected: bool) -> None:
    assert weighed(weights, execution) == (["weights_sum_100"] if expected else [])


def scored(scores: list[Any], total: object, weights: list[Any] | None = None, **budget: str) -> list[str]:
    weights = weights or [None] * len(scores)
    rows = [
        {"level3": f"事项{i}", "score": s, "weight": w}
        for i, (s, w) in enumerate(zip(scores, weights, strict=True))
    ]
    return found(indicators=rows, complete=True, self_score=total, budget_published=budget)


def test_scores_add_up_to_the_published_total() -> None:
    wrong = ["scores_sum_total"]
    assert scored([49, 40], 98.5, [50, 40], bw="10", bs="9.5") == []
    assert scored([50, 40], 99, [50, 40], bw="10", bs="10") == wrong
    assert scored([50, 48], "98分", [50, 50]) == []
    assert scored([50, 48], 99, [50, 50]) == wrong
    assert scored([50, 38], 98, [50, 40]) == []  # ten points of execution stand elsewhere
    assert scored([50, 38], 98, [50, 40], bw="10") == []  # execution's score was not printed
    assert scored([50, 38], 87, [50, 40], bw="10") == wrong
    assert scored([50, None], 98) == []
    assert scored([50, 38], None) == []


def test_totals_among_the_rows_are_no_indicators() -> None:
    rows = [{"level1": "产出指标", "level3": "道路", "weight": 60, "score": 60, "target": "2公里", "actual": "2公里"},
            {"level1": "产出指标", "level3": "产出指标小计", "weight": 60, "score": 60},
            {"level1": "效益指标", "level3": "条件改善", "weight": 30, "score": 30},
            {"level1": None, "level3": "合计", "weight": 100, "score": 99}]  # fmt: skip
    assert found(indicators=rows, complete=True, budget_published={"bw": "10", "bs": "9"}) == []
    assert found(indicators=rows, complete=True, budget_published={"bw": "10", "bs": "8"}) == [
        "scores_sum_total"
    ]


SOURCES = ["中央财政资金", "省级资金", "县级资金", "其他资金"]


def sourced(published: list[Any], names: list[str] | None = None, **budget: str) -> list[str]:
    rows = [
        {"item": name, "published": text} for name, text in zip(names or SOURCES, published, strict=False)
    ]
    return found(budget_published=budget, budget_breakdown=rows)


@pytest.mark.parametrize(
    ("published", "names", "total"),
    [
        (["3.89", "3.9"], None, "7.79"),
        (["139.71", "-13.27"], None, "126.44"),
        (["226.7", "19.5", "57.5", "188.7"], None, "246.2"),  # by source, then by date
        (["1807", "850", "957"], ["项目总投资", "中央资金", "地方自筹"], "850"),  # the table is of one source
        (["50.29", "84.1", "134.39"], ["一般公共预算资金", "彩票公益金", "合计"], "50.29"),
        (["100", "60", "40", "5"], ["财政资金", "其中：中央资金", "省级资金", "其他资金"], "105"),
        (["100", "60", "40", "5"], ["财政资金", "中央资金", "省级资金", "其他资金"], "105"),
        (["1293.45", "74"], ["水稻保险总保费", "油菜保险总保费"], "4435.53"),  # a list that was cut off
        (["226.73", "19.45"], None, "246.2"),  # the total is rounded
        (["70"], ["其中：本年财政拨款"], "90"),
        (["7074550元", "473600元"], None, "754.815"),
        (["700000", "300000"], None, "100"),  # 元 under 万元: another trouble
        (["", "—"], None, "100"),
        (["50", "约等于五成"], None, "100"),
    ],
)  # fmt: skip
def test_sources_add_up_or_cannot_be_added(published: list[str], names: list[str] | None, total: str) -> None:
    assert "breakdown_sum" not in sourced(published, names, annual=total)


@pytest.mark.parametrize(
    ("published", "names", "total"),
    [
        (["3.89", "3.89"], None, "7.79"), (["50", "40"], None, "100"), (["5", "1.5"], ["甲镇", "乙镇"], "6"),
        (["5", "1.45"], ["甲镇", "乙镇"], "6.46"), (["120"], ["其中：本年财政拨款"], "90"), (["60", "30", "100"], ["中央", "省级", "合计"], "95"),
    ],
)  # fmt: skip
def test_sources_do_not_add_up(published: list[str], names: list[str] | None, total: str) -> None:
    assert sourced(published, names, annual=total) == ["breakdown_sum"]


def test_zero_total_above_money() -> None:
    assert sourced(["90/89.974/89.974"], annual="0", adjusted="0", executed="0", rate="0") == [
        "total_row_vs_subrow"
    ]
    assert sourced(["0/0/0", "0"], annual="0", adjusted="0", executed="0") == []
    assert sourced(["0/0/0", "90/80/80"], ["年度资金总额", "财政拨款"]) == ["total_row_vs_subrow"]
    assert sourced(["3.36"], annual="0.00", adjusted="3.36", executed="3.36") == []
    assert sourced(["84.1"], annual="") == []


@pytest.mark.parametrize(
    "text",
    ["M.8", "参见附件1", "40004000100%", "1.2.3", "8O.5", "**", "XX万元", "100%", "1,23.5", "据实结算"],
)
def test_what_is_no_amount_is_named(text: str) -> None:
    assert "amount_readable" in money(annual=text)


@pytest.mark.parametrize(
    "text",
    ["", "—", "/", "不涉及", "约12.5", "1 234.56", "5.8万", "共计30万元", "12.00（含税）", "（未公布）",
     "中央100万元", "￥3.36", ".5", "中央6万元，省级4万元", "十万", "50-60", "50余万元", "1,2\n34", "100\n50", "(12.5)", "负3", "未下达",
     "暂未安排", "无预算"]
)  # fmt: skip
def test_what_is_an_amount_or_none_is_not(text: str) -> None:
    assert money(annual=text) == []


def test_objective_and_result_compared_word_for_word() -> None:
    copied = ["objective_copied"]
    assert found(annual_objective="保障运转，改善条件。", actual_objective="保障运转,改善条件") == copied
    assert found(annual_objective="目标1", actual_objective="（与预期目标逐字相同）") == copied
    assert found(annual_objective="夯实基础，计量用水", actual_objective="计量用水") == []
    assert found(annual_objective="—", actual_objective="—") == []
    assert found(annual_objective="保障运转", actual_objective=None) == []


def test_executed_above_a_printed_zero_is_above_the_budget() -> None:
    assert money(annual="0", adjusted="0", executed="207.4538") == ["executed_le_budget"]
    assert money(annual="329.77", executed="338.31") == ["executed_le_budget"]
    assert money(received="792.22", executed="799.12") == []


@pytest.mark.parametrize(
    ("title", "form"),
    [("目标表", "F1"), ("部门整体目标表", "F2"), ("自评表", "F5"), ("区域绩效自评表", "F5"), ("部门整体绩效自评表", "F6"),
     ("目标完成情况表", "F5"), ("资金下达文件", "F1"), ("", "F1")],
)  # fmt: skip
def test_form_by_title(title: str, form: str) -> None:
    assert report(0, {"doc_type": title})["form"] == form


def test_unreadable_texts_are_listed() -> None:
    row = {
        "level3": "资金使用效率",
        "target": "二100百分比",
        "actual": "^80%",
        "weight": "若干",
        "score": "5分",
    }
    unread = report(0, {"indicators": [row], "self_score": "九十多"})["unread"]
    assert isinstance(unread, list)
    assert [each["published"] for each in unread] == ["若干", "二100百分比", "^80%", "九十多"]


def test_evaluation_report_is_checked_as_its_table() -> None:
    rows = [
        {"level1": "决策", "level3": "立项", "weight": 60, "score": 61},
        {"level3": "产出", "weight": 30, "score": 20},
    ]
    raw = {"object": "某项目", "report_type": "财政评价", "indicator_system": rows, "total_score": 90,
           "indicator_table_fully_visible": True, "amount_published": "100", "executed_published": "120"}  # fmt: skip
    entry = report(0, raw)
    findings = entry["findings"]
    assert isinstance(findings, list)
    assert entry["project_name"] == "某项目"
    assert {f["check"] for f in findings} == {"score_le_weight", "executed_le_budget"}


def test_object_that_is_no_table_is_reported_as_such() -> None:
    assert report(0, {"code": "X"})["form"] is None
    assert report(0, [1, 2])["form"] is None


def table_of(*rows: dict[str, Any], **more: Any) -> list[str]:
    return found(indicators=list(rows), **more)


COUNT = {"level1": "产出指标", "level2": "数量指标"}


def test_one_weight_or_score_printed_for_several_rows() -> None:
    first = {**COUNT, "level3": "培训人数", "target": "120人", "actual": "126人", "weight": 20, "score": 10}
    second = {**COUNT, "level3": "培训场次", "target": "4场", "actual": "4场", "weight": None, "score": 10}
    assert table_of(first, second) == []
    assert table_of(first) == MISMATCH
    above = {**first, "weight": 10, "score": 20}
    assert table_of(above, {**second, "weight": 10, "score": None}) == []
    assert table_of(above, {**second, "weight": 5, "score": None}) == ["score_le_weight"]
    assert table_of(above, second) == ["score_le_weight"]


def test_rows_of_what_is_below_another_row_are_not_weighted_and_leave_the_sum_open() -> None:
    rows: list[dict[str, Any]] = [{**COUNT, "level3": "种植面积", "weight": 60, "score": 60},
            {**COUNT, "level3": "其中：桃树", "weight": None, "score": None},
            {**COUNT, "level3": "成活率", "weight": 20, "score": 20}]  # fmt: skip
    assert table_of(*rows, complete=True, budget_published={"bw": "10"}) == []


def test_headings_and_empty_lines_are_no_rows() -> None:
    rows = [{**COUNT, "level3": "改造户数", "weight": 60, "score": 60}, {**COUNT, "level3": "合格率", "weight": 40, "score": 40}]  # fmt: skip
    heading = {
        "level1": "一级指标",
        "level2": "二级指标",
        "level3": "三级指标",
        "weight": "分值",
        "score": "得分",
    }
    empty = {**COUNT, "level3": "指标2：", "target": "", "weight": None, "score": "—"}
    whole = {"complete": True, "self_score": 100}
    assert table_of(rows[0], heading, empty, rows[1], **whole) == []
    assert table_of(rows[0], heading, empty, {**rows[1], "weight": 50}, **whole) == ["weights_sum_100"]
    assert report(0, {"indicators": [rows[0], heading, empty]})["unread"] == []


def test_yuan_among_wan_yuan_is_a_trouble_of_units_where_rate_or_editor_say_so() -> None:
    assert money(annual="50", executed="450000", rate="90%") == []
    assert money(annual="500000", executed="45", rate="90%") == []
    assert money(annual="50", executed="450000", rate="80%") == ["execution_rate", "executed_le_budget"]
    assert money(annual="50", executed="20", rate="0") == ["execution_rate"]
    printed = {"annual": "50", "executed": "450000", "unit": "万元"}
    assert found(budget_published=printed) == ["executed_le_budget"]
    assert found(budget_published=printed, budget={"annual_wan": 50, "executed_wan": 45}) == []


def test_executed_may_exceed_a_rounded_budget_by_its_rounding() -> None:
    assert money(annual="7.8", executed="7.84") == []
    assert money(annual="7.8", executed="7.86") == ["executed_le_budget"]
    assert money(annual="7", executed="7.4") == ["executed_le_budget"]  # a whole figure is exact


@pytest.mark.parametrize(
    ("text", "findings"),
    [("60/50", []), ("60|50", []), ("60；50", []), ("预算60，执行50", []), ("预算60万元 执行50万元", []), ("60/50/83.3%", []),
     ("61/50", ["breakdown_sum"]), ("预算61，执行50", ["breakdown_sum"]), ("60;51", ["breakdown_sum_executed"])],
)  # fmt: skip
def test_figures_of_a_source_side_by_side(text: str, findings: list[str]) -> None:
    assert sourced([text, "40/40"], annual="100", executed="90") == findings


def test_a_list_of_sources_that_was_cut_off_is_not_added_up() -> None:
    rows = [{"item": "中央资金", "published": "60"}, {"item": "省级资金", "published": "20"}]
    table: dict[str, Any] = {"budget_published": {"annual": "100"}, "budget_breakdown": rows}
    assert found(**table) == ["breakdown_sum"]
    assert found(**table, notes="其余资金来源在摘录外") == []
    assert found(**table, notes="质量指标以下被截断") == ["breakdown_sum"]
    towns = [{"item": "甲镇", "published": "60"}, {"item": "乙镇", "published": "20"}]
    assert found(**{**table, "budget_breakdown": towns}) == []
    assert found(**{**table, "budget_breakdown": towns}, complete=True) == ["breakdown_sum"]


def test_rows_below_another_source_need_not_give_it() -> None:
    names = ["本年财政拨款", "其中：中央资金", "省级资金", "上年结转"]
    assert sourced(["90", "50", "30", "10"], names, annual="100") == []
    assert sourced(["90", "50", "30", "5"], names, annual="100") == ["breakdown_sum"]


def test_execution_of_one_source_is_not_the_budgets() -> None:
    row = {"level3": "中央资金执行率", "actual": "70%", "weight": 10, "score": 10}
    assert table_of(row, budget_published={"annual": "100", "executed": "90"}) == []
    own = {**row, "level3": "指标1：项目预算执行率（%）"}
    assert table_of(own, budget_published={"annual": "100", "executed": "90"}) == [
        "execution_rate",
        "execution_score",
    ]


def test_total_with_words_is_read() -> None:
    rows = [{**COUNT, "level3": "户数", "weight": 100, "score": 98}]
    for total in ("98分", "得分：98", "98（优）", "98分，优", "98.00", " 98 分"):
        assert table_of(*rows, complete=True, self_score=total) == [], total
        assert report(0, {"indicators": rows, "self_score": total})["unread"] == [], total
    assert table_of(*rows, complete=True, self_score="得分：97（优）") == ["scores_sum_total"]


@pytest.mark.parametrize(
    ("note", "copies"),
    [("（与目标逐字相同）", True), ("（照抄预期目标）", True), ("【与左栏文字一致】", True), ("（与预期目标基本一致）", False),
     ("与预期目标一致", False), ("（完成，与上年一致）", False), ("（略）", False)],
)  # fmt: skip
def test_editors_note_that_the_result_repeats_the_objective(note: str, *, copies: bool) -> None:
    assert found(annual_objective="目标1", actual_objective=note) == (["objective_copied"] if copies else [])


@pytest.mark.parametrize(
    "name", ["合计（100分）", "总分(100分)：", "合 计：", "总　分", "自评总得分", "得分合计"]
)
@pytest.mark.parametrize("level", ["level1", "level3"])
def test_a_total_by_any_name_is_no_row_and_is_held_to_its_rows(name: str, level: str) -> None:
    rows: list[dict[str, Any]] = [{**COUNT, "level3": "户数", "weight": 60, "score": 60},
                                  {**COUNT, "level3": "合格率", "weight": 40, "score": 40}]  # fmt: skip
    assert table_of(*rows, {level: name, "weight": 100, "score": 100}, complete=True) == []
    assert table_of(*rows, {level: name, "weight": 100, "score": 99}, complete=True) == ["scores_sum_total"]
