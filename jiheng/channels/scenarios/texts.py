"""Words and values that scripted people fill in: goals, readings, results."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from jiheng.channels.scenarios.projects import FIRST_LEVEL, told_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import fen_to_wan
from jiheng.stages.evaluation.services.self_evaluations import LineData
from jiheng.stages.goals.models import GoalIndicator
from jiheng.stages.goals.services import RowData
from jiheng.stages.goals.targets import target_of
from jiheng.stages.monitoring.services import ReadingData

FULL, NEARLY = 100, 88


def objective_of(year: SubjectYear) -> str:
    """Return a goal in one sentence."""
    told = told_of(year.name)
    return told.objective if told else f"按期完成{year.name}的年度任务，质量验收合格，服务对象满意，资金按进度规范使用。"


def result_of(year: SubjectYear) -> str:
    """Return what came of it in one sentence."""
    told = told_of(year.name)
    return told.result if told else f"{year.name}年度任务基本完成，质量验收合格，部分尾款按合同约定支付。"


def overview_of(name: str) -> str:
    """Return what a project is, in one sentence."""
    told = told_of(name)
    return told.objective if told else f"{name}的建设内容、规模和资金需求见申报材料。"


REPORT = {
    "基本情况": "{objective}项目由{unit}实施，预算 {wan} 万元，资金来源为本级财政拨款。",
    "工作开展情况": "评价组制定工作方案，查阅制度、合同、验收和支付资料，现场核查实施地点，向服务对象发放问卷，"
    "对数据逐项复核后形成结论。",
    "评价结论": "综合得分 {total} 分。项目按计划组织实施，主要产出完成；扣分集中在评分表列明的要点，过程资料和指标口径"
    "仍有不足。",
    "指标分析": "决策、过程、产出、效益各项的得分、扣分和所缺材料逐项列在评分表中；资金支付以台账为准。",
    "存在的问题": "经验做法：实行台账管理，按月调度。存在问题及原因：过程资料归档不及时，责任人不明确；效益指标统计口径"
    "不够清楚，没有固定的数据来源。",
    "建议": "一是明确专人负责档案资料，随办随归；二是统一效益指标口径，留存统计台账；三是加快合同尾款结算。",
}
"""What an evaluator writes, by a word of the section's title."""


def report_text(year: SubjectYear, title: str, total: Decimal | None) -> str:
    """Return the text of one section of an evaluation report."""
    text = next((text for word, text in REPORT.items() if word in title), "无。")
    return text.format(
        objective=objective_of(year), unit=year.unit.name, wan=f"{fen_to_wan(year.requested_fen):,.2f}", total=total
    )


def money_note_of(year: SubjectYear) -> str:
    """Return how the money was worked out."""
    told = told_of(year.name)
    return told.note if told else "按支出标准和工程量测算"


def goal_rows(year: SubjectYear, luck: random.Random) -> list[RowData]:
    """Return the project's own indicator rows, or rows that fit any project."""
    told = told_of(year.name)
    if told is None:
        return _rows(_any_project(year, luck))
    cost = f"{Decimal(year.requested_fen) / 1_000_000:.2f}"
    return _rows(
        [
            (FIRST_LEVEL[level2], level2, name, target.format(year=year.budget_year, cost=cost), unit, points)
            for level2, name, target, unit, points in told.rows
        ]
    )


def _any_project(year: SubjectYear, luck: random.Random) -> list[tuple[str, str, str, str, str, int]]:
    """Return rows of what, how good, when, at what cost, with what effect."""
    amount = luck.randint(4, 60) * 5
    limit = (Decimal(year.requested_fen) / 1_000_000).quantize(Decimal("0.01"))
    return [
        ("产出指标", "数量指标", "完成建设（服务）任务数量", f"≥{amount}", "项", 20),
        ("产出指标", "质量指标", "验收合格率", "=100", "%", 15),
        ("产出指标", "时效指标", "年度任务完成时间", f"{year.budget_year}年12月20日前", "", 10),
        ("产出指标", "成本指标", "项目总成本", f"≤{limit}", "万元", 5),
        ("效益指标", "社会效益指标", "受益对象覆盖率", f"≥{luck.choice([85, 90, 95])}", "%", 20),
        ("效益指标", "可持续影响指标", "管护制度健全性", "制度健全，有专人负责，有记录可查", "", 10),
        ("满意度指标", "服务对象满意度指标", "服务对象满意度", f"≥{luck.choice([85, 90])}", "%", 10),
    ]


def _rows(told: Iterable[tuple[str, str, str, str, str, int]]) -> list[RowData]:
    return [
        RowData(
            level1=level1,
            level2=level2,
            name=name,
            target_text=value,
            unit=unit,
            weight=Decimal(points),
            free_reason="本项目特有任务，指标库中没有相近指标",
            standard="年度工作计划",
            data_source="验收资料和业务台账",
        )
        for level1, level2, name, value, unit, points in told
    ]


def line_for(row: GoalIndicator, budget_year: int, luck: random.Random) -> LineData:
    """Return what a unit reports at the end of the year: mostly reached, sometimes a little less."""
    if row.method == "qualitative_tiers":
        given = (row.weight * Decimal(luck.choice([90, 95])) / 100).quantize(Decimal("0.01"))
        return LineData("制度已印发并执行", "achieved", given, "个别记录不完整，已补齐")
    if row.method == "date_target":
        promised = target_of(row, budget_year).last or date(budget_year, 12, 20)
        return LineData((promised - timedelta(days=20 - luck.randint(5, 20))).isoformat())
    if row.value is None:
        return LineData("已完成")
    if row.operator in {"<=", "<"}:
        value = like(row.value, row.value * Decimal(luck.randint(90, FULL)) / 100)
        return LineData(f"{value:f}")
    if row.operator == "=" or luck.random() < 0.75:  # three of four rows are met
        return LineData(f"{row.value.normalize():f}")
    value = like(row.value, row.value * Decimal(luck.randint(NEARLY, FULL - 1)) / 100)
    return LineData(f"{value:f}", reason="部分任务顺延，已制定补救措施")


def line_short(row: GoalIndicator, budget_year: int, reached: str) -> LineData:
    """Return what a unit reports when only so many per cent were reached: numbers so far, words not, days two months late."""
    why = "前期准备不足，实施推迟，已列入整改"
    if row.method == "qualitative_tiers":
        return LineData("没有完成", "missed", (row.weight * Decimal(reached) / 100).quantize(Decimal("0.01")), why)
    if row.method == "date_target":
        promised = target_of(row, budget_year).last or date(budget_year, 12, 20)
        return LineData((promised + timedelta(days=60)).isoformat(), reason=why)
    if row.value is None:
        return LineData("没有完成", reason=why)
    return LineData(f"{like(row.value, row.value * Decimal(reached) / 100):f}", reason=why)


def like(target: Decimal, value: Decimal) -> Decimal:
    """Return the value as finely as the target is told: whole things stay whole, at least one."""
    if target == target.to_integral_value():
        return max(value.to_integral_value(ROUND_DOWN), Decimal(1))
    return value.quantize(Decimal("0.01"))


def reading_for(row: GoalIndicator, as_of: date, luck: random.Random) -> ReadingData:
    """Return what a unit reads at a checkpoint: about the share of the year that has passed."""
    if row.kind == "qualitative" or row.method == "date_target" or row.value is None:
        return ReadingData("按计划推进", likelihood="certain")
    value = row.value
    if row.unit not in {"%", "万元"}:
        value = like(row.value, row.value * Decimal(as_of.month * luck.randint(80, 105)) / 1200)
        value = min(value, row.value)
    behind = luck.random() < 0.1  # one row in ten is in doubt
    return ReadingData(
        f"{value.normalize():f}",
        likelihood="possible" if behind else "certain",
        causes=["other"] if behind else [],
        reason="进度与年初计划略有差异，已督促",
    )
