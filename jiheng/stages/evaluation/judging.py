"""From what a unit types about one row to points with their calculation; nothing here writes."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.policy import PolicyAt
from jiheng.rules.reading import Problem, factor_between, read_date, read_quantity
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.scoring.method import Actual, NotScored, Points, Takes, Tiered
from jiheng.rules.scoring.methods.qualitative_tiers import TierBand, tier_bands
from jiheng.rules.scoring.registry import method_named
from jiheng.rules.scoring.self_evaluation import total_from, with_execution
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.models import GoalIndicator
from jiheng.stages.goals.targets import PromisedRow, scored_as

YES = {"是", "达成", "完成", "已完成", "有"}
NO = {"否", "未达成", "未完成", "无"}
LONGEST_ACTUAL, LONGEST_REASON = 200, 300
LARGEST = Decimal(10) ** 18


class LineData(NamedTuple):
    """What the unit says about one row: the actual value as typed; for qualitative rows tier and points."""

    actual_text: str
    tier: str = ""
    claimed: Decimal | None = None
    reason: str = ""


class Judged(NamedTuple):
    """What a row comes to: the value read, the points with their calculation, or why there are none."""

    actual: Actual | None = None
    points: Points | None = None
    problem: Refusal | None = None

    @property
    def number(self) -> Decimal | None:
        """The value as a number, where it is one."""
        return self.actual if isinstance(self.actual, Decimal) else None


def judged(indicator: PromisedRow, data: LineData, budget_year: int, where: str = "") -> Judged:
    """Read and score one row. Nothing typed is no problem here; what cannot be read or scored is named."""
    return Judge(indicator, budget_year)(data, indicator.name, where)


class Judge:
    """One row of a goal ready for many answers: its method, target and settings are read once, when first needed.

    Rows that differ in nothing but their name may share one: the name is told with each answer.
    """

    __slots__ = ("_budget_year", "_points", "_row", "_takes")

    def __init__(self, row: PromisedRow, budget_year: int) -> None:
        self._row, self._budget_year = row, budget_year
        self._takes: Takes | None = None
        self._points: Callable[[Actual], Points] | None = None

    def __call__(self, data: LineData, name: str, where: str = "") -> Judged:
        """Read and score one answer, as `judged` does."""
        if len(data.actual_text) > LONGEST_ACTUAL or len(data.reason) > LONGEST_REASON:
            words = f"“{name}”的完成值最多 {LONGEST_ACTUAL} 字，原因最多 {LONGEST_REASON} 字"
            return Judged(problem=mistake(words, remedy="请精简文字，详细材料作为佐证上传", where=where))
        try:
            if self._takes is None:
                self._takes = method_named(self._row.method).takes
            actual = _read_as(self._takes, self._row.unit, data)
            if isinstance(actual, Problem):
                typed = f"的完成值“{actual.text}”" if actual.text else ""
                words = f"“{name}”{typed}{actual.message}"
                return Judged(problem=mistake(words, remedy=actual.remedy, where=where))
            if actual is None:
                return Judged()
            if isinstance(actual, Decimal) and abs(actual) >= LARGEST:
                words = f"“{name}”的完成值“{data.actual_text}”太大"
                return Judged(problem=mistake(words, remedy="请核对单位和数字", where=where))
            if self._points is None:
                scored = scored_as(self._row, self._budget_year)
                self._points = method_named(self._row.method).prepared(scored)
            return Judged(actual, self._points(actual))
        except NotScored as error:
            return Judged(problem=mistake(f"“{name}”：{error}", where=where))


def read_actual(indicator: PromisedRow, data: LineData) -> Actual | Problem | None:
    """Turn what was typed into what the row's method judges; a Problem names what cannot be read."""
    return _read_as(method_named(indicator.method).takes, indicator.unit, data)


def _read_as(takes: Takes, unit: str, data: LineData) -> Actual | Problem | None:
    if takes is Takes.TIER:
        if not data.tier and data.claimed is None:
            return None
        if not data.tier:
            return Problem("", "没有选择档次", "请先选档次，再在该档区间内给分")
        if data.claimed is None:
            return Problem("", "没有给分", "请在所选档次的区间内给分")
        return Tiered(data.tier, data.claimed)
    text = data.actual_text.strip()
    if not text:
        return None
    if takes is Takes.DATE:
        return read_date(text)
    if takes is Takes.YES_NO:
        if text in YES or text in NO:
            return text in YES
        return Problem(text, "应填“是”或“否”", "请改填“是”或“否”")
    return read_in_unit(text, unit)


def read_in_unit(text: str, unit: str) -> Decimal | Problem:
    """Read a figure in the unit of its row: 300000元 is 30 where the row counts in 万元."""
    read = read_quantity(text)
    if isinstance(read, Problem):
        return read
    if not read.unit or read.unit == unit:
        return read.value
    factor = factor_between(read.unit, unit) if unit else None
    if factor is None:
        return Problem(text, f"单位“{read.unit}”与本行单位“{unit or '无'}”不一致", "请按本行单位填写")
    return read.value * factor


def bands_of(indicator: GoalIndicator) -> list[TierBand]:
    """Return the tiers of a qualitative row with the points that each allows; empty for other rows."""
    try:
        method = method_named(indicator.method)
        if method.takes is not Takes.TIER:
            return []
        return tier_bands(indicator.weight, tuple(method.settings(indicator.parameters)["tiers"]))
    except NotScored:
        return []


def tier_label(indicator: GoalIndicator, tier: str) -> str:
    """Return the name of a tier of the row; empty when none was chosen."""
    return next((band.label for band in bands_of(indicator) if band.key == tier), "")


def actual_words(line: SelfLine) -> str:
    """Return the actual value as it stands on the form: with its tier, and with its unit where none was typed."""
    text, indicator = line.actual_text.strip(), line.indicator
    label = tier_label(indicator, line.tier)
    if label:
        return f"{label}：{text}" if text else label
    if line.actual is None or not indicator.unit or indicator.unit in text:
        return text
    return f"{text}{indicator.unit}"


# --- money and totals


def whole_total(evaluation: SelfEvaluation, rows: list[SelfLine], points: Decimal) -> Decimal:
    """Return rows plus execution; converted by the weights that apply when there is no execution rate."""
    return with_execution(evaluation.execution_points, (row.indicator.weight for row in rows), points)


def total_of(evaluation: SelfEvaluation, rows: list[SelfLine]) -> tuple[Decimal | None, str]:
    """Return total and grade once every row is scored; (None, "") before."""
    scored = [(row.indicator.weight, row.points) for row in rows]
    return total_from(evaluation.execution_points, scored, policy_for(evaluation.cycle).grades["evaluation"])


def grade_label(evaluation: Any, key: str) -> str:
    """Return the grade in words; a dash while there is none."""
    return policy_for(evaluation.cycle).grades["evaluation"].band(key).label if key else ""


# --- what has to be explained


@dataclass(frozen=True)
class Demand:
    """A reason that the rules ask for: of which row (None: the execution rate), why, by which clause."""

    label: str
    why: str
    clause: str
    row: int | None = None


def demand_of(
    indicator: GoalIndicator,
    points: Decimal | None,
    actual: Decimal | None,
    rules: PolicyAt,
    pk: int | None = None,
) -> Demand | None:
    """Say why a row must be explained: points lost, or far beyond the target; None when it need not be.

    未完成的，要分析原因、提出改进措施；大幅超额完成的，要说明是不是指标值定得过低。
    """
    if points is None:
        return None
    if points < indicator.weight:
        clause = str(rules.value("self_evaluation_weights").clause)
        return Demand(indicator.name, f"得 {points} 分，未得满分（{indicator.weight} 分）", clause, pk)
    over = rules.value("overfulfilment_line")
    if beyond(actual, indicator.value, indicator.operator, Decimal(str(over.value))):
        return Demand(indicator.name, f"达到目标值的 {over.value}% 以上", str(over.clause), pk)
    return None


def execution_demand(evaluation: SelfEvaluation, rules: PolicyAt) -> Demand | None:
    """Say why the execution rate must be explained: it is below the pack's line; None when it need not be."""
    if evaluation.budget_fen <= 0:
        return None
    line = rules.value("execution_reason_line")
    rate = Decimal(evaluation.executed_fen) * 100 / Decimal(evaluation.budget_fen)
    if rate >= Decimal(str(line.value)):
        return None
    why = f"为 {rate:.2f}%，低于 {line.value}%（由财务经办说明）"
    return Demand("预算执行率", why, str(line.clause))


def demands_of(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[Demand]:
    """Return everything that the rules want explained, whether it has been or not."""
    rules = rules_at(evaluation.cycle)
    found = [demand_of(row.indicator, row.points, row.actual, rules, row.pk) for row in rows]
    return [one for one in (*found, execution_demand(evaluation, rules)) if one is not None]


def beyond(actual: Decimal | None, target: Decimal | None, operator: str, line: Decimal) -> bool:
    """Whether a value that should be high reaches `line` per cent of its target."""
    if actual is None or target is None or target <= 0 or operator not in {">=", ">", "≥"}:
        return False
    return actual * 100 >= target * line
