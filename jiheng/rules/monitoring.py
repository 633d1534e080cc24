"""Monitoring: deviations of money and targets by rule, lights, the four situations, year-end forecasts.

All rates are per cent of the year's budget or target; amounts are fen.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from jiheng.rules.money import Fen, format_wan, round_half_up
from jiheng.rules.policy.parameters import DatedValue


class Light(StrEnum):
    """How things stand; `worst` orders them."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


LIGHT_LABELS: Mapping[str, str] = {"green": "正常", "yellow": "关注", "red": "预警"}
LIKELIHOODS: Mapping[str, str] = {"certain": "确定能", "possible": "有可能", "impossible": "完全不可能"}
_BY_LIKELIHOOD = {"possible": Light.YELLOW, "impossible": Light.RED}
_BY_TIER = {"partly": Light.YELLOW, "missed": Light.RED}


class IndicatorProgress(NamedTuple):
    """One indicator at a checkpoint.

    `actual` is the value so far, `target` that of the year, `due` that planned until now (left out: the year's
    target in proportion to time when `cumulative`, else the whole target). `tier` is the judgement of a
    qualitative indicator (achieved, partly, missed).
    """

    key: str
    label: str
    operator: str = ">="
    target: Decimal | None = None
    actual: Decimal | None = None
    due: Decimal | None = None
    cumulative: bool = True
    weight: Decimal = Decimal(1)
    likelihood: str = ""
    tier: str = ""


@dataclass(frozen=True)
class MonitoringFacts:
    """A project at a checkpoint: `day` is the last day counted, `paid` the payments until then.

    `planned_progress` is the progress planned for special funds; without it the calendar is the reference.
    `target_progress` is the stated progress of the targets; without it the indicators' average counts.
    """

    budget_year: int
    day: date
    budget: Fen
    paid: Fen
    indicators: tuple[IndicatorProgress, ...] = ()
    planned_progress: Decimal | None = None
    target_progress: Decimal | None = None


@dataclass(frozen=True)
class MonitoringLines:
    """Where the lights change. `gap` in percentage points, all else per cent.

    `floors` maps a month to the lowest execution rate at its end; other months are held against the
    calendar. Attainment from `green` on is green, from `yellow` on yellow, below red. `idle_after` is the
    time progress at which money without any payment counts as idle; None leaves that rule out.
    `clauses` names the clause of each rule.
    """

    gap: Decimal = Decimal(10)
    floors: Mapping[int, Decimal] = field(default_factory=dict)
    green: Decimal = Decimal(80)
    yellow: Decimal = Decimal(60)
    likelihoods: tuple[str, ...] = ("possible", "impossible")
    idle_after: Decimal | None = None
    clauses: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        gap: DatedValue,
        floors: DatedValue,
        lights: DatedValue,
        likelihoods: DatedValue,
        idle: DatedValue | None = None,
    ) -> "MonitoringLines":
        """The lines that a pack states: monitoring_gap_points, monitoring_execution_floor, monitoring_lights,
        monitoring_likelihood_reason and monitoring_idle_after, as in force for the budget year. A pack that
        was frozen before the last one existed has none.
        """
        return cls(
            gap=Decimal(str(gap.value)),
            floors={int(one["month"]): Decimal(str(one["ratio"])) for one in floors.value},
            green=Decimal(str(lights.value["green"])),
            yellow=Decimal(str(lights.value["yellow"])),
            likelihoods=tuple(likelihoods.value),
            idle_after=None if idle is None else Decimal(str(idle.value)),
            clauses={
                "idle_money": "" if idle is None else str(idle.clause),
                "behind_schedule": str(floors.clause),
                "execution_floor": str(floors.clause),
                "progress_gap": str(gap.clause),
                "attainment_drift": str(lights.clause),
                "attainment_likelihood": str(likelihoods.clause),
            },
        )

    def clause_of(self, rule: str) -> str:
        """The clause of a rule, or an empty text."""
        return self.clauses.get(rule, "")


@dataclass(frozen=True)
class Warning:
    """A deviation: the rule that found it, its light, the fact, the clause; `where` is the indicator's key."""

    rule: str
    light: str
    fact: str
    clause: str
    where: str = ""
    cause_needed: bool = True


@dataclass(frozen=True)
class Forecast:
    """The year's end when things go on as until now; `explanation` shows the calculation."""

    value: Decimal
    rate: Decimal | None
    explanation: str


SLOW_RULES = frozenset({"behind_schedule", "execution_floor", "idle_money"})
"""The rules whose warnings mean 支出偏慢."""
OFF_TARGET_RULES = frozenset({"attainment_drift", "attainment_likelihood"})
"""The rules whose warnings mean 偏离目标: behind what is due by now, or unlikely to be reached by the year's end."""


@dataclass(frozen=True)
class Situation:
    """One of the four situations of money and work (双监控)."""

    key: str
    label: str
    slow: bool
    off_target: bool


SITUATIONS = (
    Situation("on_track", "资金与目标同步", slow=False, off_target=False),
    Situation("money_behind", "目标正常、支出偏慢", slow=True, off_target=False),
    Situation("work_behind", "支出正常、偏离目标", slow=False, off_target=True),
    Situation("both_behind", "支出偏慢、偏离目标", slow=True, off_target=True),
)


def time_progress(day: date, budget_year: int) -> Fraction:
    """序时进度，%：every month is a twelfth, a month begun counts by its days. 0 before the year, 100 after."""
    if day.year != budget_year:
        return Fraction(0 if day.year < budget_year else 100)
    whole_month = monthrange(day.year, day.month)[1]
    return (Fraction(day.month - 1) + Fraction(day.day, whole_month)) / 12 * 100


def execution_rate(paid: Fen, budget: Fen) -> Fraction | None:
    """预算执行率，%：paid divided by the adjusted budget; None without a budget."""
    return Fraction(paid, budget) * 100 if budget > 0 else None


def reference_progress(facts: MonitoringFacts) -> Fraction:
    """The progress that payments are held against: planned where stated, else the calendar's. Per cent."""
    if facts.planned_progress is not None:
        return Fraction(facts.planned_progress)
    return time_progress(facts.day, facts.budget_year)


def target_progress(facts: MonitoringFacts) -> Fraction | None:
    """How far the year's targets are, per cent: as stated, else the weighted average of countable indicators.

    One indicator counts at most 100%. None when nothing can be counted.
    """
    if facts.target_progress is not None:
        return Fraction(facts.target_progress)
    counted = [
        (min(Fraction(max(one.actual, Decimal(0))) / Fraction(one.target), Fraction(1)), Fraction(one.weight))
        for one in facts.indicators
        if one.cumulative and one.operator in {">=", ">", "="} and one.actual is not None and one.target
        if one.target > 0
    ]
    weights = sum(weight for _, weight in counted)
    return sum(done * weight for done, weight in counted) / weights * 100 if weights else None


def due_value(one: IndicatorProgress, time: Fraction) -> Fraction | None:
    """What the indicator should have reached by now. None without a target."""
    if one.due is not None:
        return Fraction(one.due)
    if one.target is None:
        return None
    return Fraction(one.target) * time / 100 if one.cumulative else Fraction(one.target)


def attainment(one: IndicatorProgress, time: Fraction) -> Fraction | None:
    """Attainment of what is due by now, per cent: actual÷due, reversed for ≤. None when it cannot be said."""
    due = due_value(one, time)
    if due is None or one.actual is None or due < 0:
        return None
    actual = Fraction(max(one.actual, Decimal(0)))
    if one.operator in {"<=", "<"}:
        # Costs and days add up too, but the year's limit is what must not be passed.
        limit = Fraction(one.target) if one.target is not None and one.due is None else due
        if actual <= limit:
            return Fraction(100)
        return limit / actual * 100
    return actual / due * 100 if due else Fraction(100)


def behind_schedule(facts: MonitoringFacts, lines: MonitoringLines) -> Iterator[Warning]:
    """支出进度落后：执行率低于序时进度（专项资金为计划进度）超过规定的百分点；该月另有最低执行率的按最低执行率。"""
    rate = execution_rate(facts.paid, facts.budget)
    if rate is None or _floor(facts, lines) is not None:
        return
    reference = reference_progress(facts)
    if reference - rate > lines.gap:
        name = "序时进度" if facts.planned_progress is None else "计划进度"
        gap = f"相差{_points(reference - rate)}，超过{_points(lines.gap)}"
        fact = f"执行率{_pc(rate)}低于{name}{_pc(reference)}，{gap}"
        yield Warning("behind_schedule", Light.RED, fact, lines.clause_of("behind_schedule"))


def execution_floor(facts: MonitoringFacts, lines: MonitoringLines) -> Iterator[Warning]:
    """到规定月末，执行率低于该月最低要求。"""
    rate, floor = execution_rate(facts.paid, facts.budget), _floor(facts, lines)
    if rate is not None and floor is not None and rate < Fraction(floor):
        fact = f"执行率{_pc(rate)}低于{facts.day.month}月底最低要求{_pc(floor)}"
        yield Warning("execution_floor", Light.RED, fact, lines.clause_of("execution_floor"))


def progress_gap(facts: MonitoringFacts, lines: MonitoringLines) -> Iterator[Warning]:
    """目标完成进度与预算执行进度相差超过规定的百分点。"""
    rate, done = execution_rate(facts.paid, facts.budget), target_progress(facts)
    if rate is None or done is None or abs(done - rate) <= lines.gap:
        return
    gap = f"相差{_points(abs(done - rate))}，超过{_points(lines.gap)}"
    fact = f"目标进度{_pc(done)}，执行进度{_pc(rate)}，{gap}"
    yield Warning("progress_gap", Light.YELLOW, fact, lines.clause_of("progress_gap"))


def idle_money(facts: MonitoringFacts, lines: MonitoringLines) -> Iterator[Warning]:
    """到了规定的时间进度仍没有任何支出，资金沉淀。"""
    time = time_progress(facts.day, facts.budget_year)
    if lines.idle_after is not None and facts.budget > 0 and facts.paid <= 0 and time >= lines.idle_after:
        fact = f"预算{format_wan(facts.budget)}万元，到时间进度{_pc(time)}仍没有支出"
        yield Warning("idle_money", Light.RED, fact, lines.clause_of("idle_money"))


def attainment_drift(facts: MonitoringFacts, lines: MonitoringLines) -> Iterator[Warning]:
    """指标完成情况偏离应达到的水平；定性指标按档次判断。"""
    time = time_progress(facts.day, facts.budget_year)
    clause = lines.clause_of("attainment_drift")
    for one in facts.indicators:
        if one.tier in _BY_TIER:
            words = "部分达成" if one.tier == "partly" else "未达成"
            yield Warning(
                "attainment_drift", _BY_TIER[one.tier], f"“{one.label}”{words}阶段目标", clause, one.key
            )
            continue
        done = attainment(one, time)
        if done is None or done >= lines.green:
            continue
        light = Light.RED if done < lines.yellow else Light.YELLOW
        line = lines.yellow if light is Light.RED else lines.green
        fact = f"“{one.label}”实际{_plain(one.actual)}，为应达到水平的{_pc(done)}，低于{_pc(line)}"
        yield Warning("attainment_drift", light, fact, clause, one.key)


def attainment_likelihood(facts: MonitoringFacts, lines: MonitoringLines) -> Iterator[Warning]:
    """完成目标可能性判断为“有可能”或“完全不可能”的，须说明原因和措施。"""
    for one in facts.indicators:
        if one.likelihood in lines.likelihoods:
            fact = f"“{one.label}”全年完成目标的可能性为“{LIKELIHOODS.get(one.likelihood, one.likelihood)}”"
            light = _BY_LIKELIHOOD.get(one.likelihood, Light.YELLOW)
            yield Warning(
                "attainment_likelihood", light, fact, lines.clause_of("attainment_likelihood"), one.key
            )


Rule = Callable[[MonitoringFacts, MonitoringLines], Iterator[Warning]]
RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        behind_schedule,
        execution_floor,
        progress_gap,
        idle_money,
        attainment_drift,
        attainment_likelihood,
    )
}


def deviations(facts: MonitoringFacts, lines: MonitoringLines) -> list[Warning]:
    """Every deviation of a project at a checkpoint, money first, then indicators in their order."""
    return [warning for rule in RULES.values() for warning in rule(facts, lines)]


def light_of(warnings: Sequence[Warning]) -> str:
    """The worst light of some warnings; green when there are none."""
    order = list(Light)
    return max((Light(warning.light) for warning in warnings), key=order.index, default=Light.GREEN).value


def situation_of(warnings: Sequence[Warning]) -> Situation:
    """Which of the four situations some warnings make: slow, off target, both or none."""
    slow = any(one.rule in SLOW_RULES for one in warnings)
    off = any(one.rule in OFF_TARGET_RULES for one in warnings)
    return next(one for one in SITUATIONS if (one.slow, one.off_target) == (slow, off))


def forecast_execution(facts: MonitoringFacts) -> Forecast | None:
    """全年执行数推算＝已执行数÷时间进度，最多为预算数；金额单位分。None before the year or without a budget."""
    time = time_progress(facts.day, facts.budget_year)
    if time == 0 or facts.budget <= 0:
        return None
    value = min(round_half_up(Fraction(facts.paid) / time * 100, 0), Decimal(facts.budget))
    rate = round_half_up(Fraction(value) / facts.budget * 100)
    shown = f"{format_wan(facts.paid)}÷{_pc(time)}＝{format_wan(int(value))}万元"
    return Forecast(
        value, rate, shown if value < facts.budget else f"{format_wan(facts.paid)}÷{_pc(time)}，不低于预算数"
    )


def forecast_indicator(one: IndicatorProgress, day: date, budget_year: int) -> Forecast | None:
    """全年完成值推算：累计型指标＝实际值÷时间进度（有阶段性目标的÷阶段性目标占全年的比例），其他指标＝当前值。

    None without value or before the year.
    """
    time = time_progress(day, budget_year)
    if one.actual is None or time == 0:
        return None
    pace = Fraction(one.due) / Fraction(one.target) * 100 if one.due and one.target else time
    value = round_half_up(Fraction(one.actual) / pace * 100) if one.cumulative else one.actual
    shown = (
        f"{_plain(one.actual)}÷{_pc(pace)}＝{_plain(value)}" if one.cumulative else f"当前值{_plain(value)}"
    )
    rate = round_half_up(Fraction(value) / Fraction(one.target) * 100) if one.target else None
    return Forecast(value, rate, shown)


@dataclass(frozen=True)
class Pace:
    """How much of a budget may be paid by a day, as the targets are reached: per cent, `limit` at most 100.

    `done` is the progress of the targets on the day of the report, `projected` the same pace until the day of
    payment, `gap` the tolerance in percentage points.
    """

    day: date
    done: Fraction
    projected: Fraction
    gap: Decimal

    @property
    def limit(self) -> Fraction:
        """The share of the budget that may be paid, per cent."""
        return min(self.projected + Fraction(self.gap), Fraction(100))

    def allows(self, paid: Fen, budget: Fen) -> bool:
        """Whether so much may have been paid in all; the limit itself is allowed."""
        return Fraction(paid) * 100 <= self.limit * budget

    def words(self, paid: Fen, budget: Fen) -> str:
        """What was held against what, in words."""
        rate = execution_rate(paid, budget) or Fraction(0)
        return (
            f"累计支付 {format_wan(paid)} 万元，占预算的{_pc(rate)}；{self.day} 绩效目标进度{_pc(self.done)}，"
            f"按同样进度推算到支付日为{_pc(self.projected)}，加容许差{_points(self.gap)}，"
            f"累计支付不得超过预算的{_pc(self.limit)}"
        )


def payment_pace(facts: MonitoringFacts, paid_on: date, gap: Decimal) -> Pace | None:
    """按绩效目标实现程度控制拨付进度：目标进度按报告期的同样进度推算到支付日，加容许差。

    None when the targets cannot be counted or the report lies before the year.
    """
    done, then = target_progress(facts), time_progress(facts.day, facts.budget_year)
    if done is None or then == 0:
        return None
    now = max(time_progress(paid_on, facts.budget_year), then)
    return Pace(facts.day, done, done * now / then, gap)


def is_cumulative(operator: str, unit: str) -> bool:
    """True for values that add up over the year (人次、公里), false for rates, limits and qualities."""
    return operator in {">=", ">", "="} and unit not in {"%", "％", "‰", "分", ""}


def _floor(facts: MonitoringFacts, lines: MonitoringLines) -> Decimal | None:
    """The lowest rate for this day, when it ends a month that has one and no planned progress goes first."""
    day = facts.day
    last = day.year == facts.budget_year and day.day == monthrange(day.year, day.month)[1]
    return lines.floors.get(day.month) if last and facts.planned_progress is None else None


def _pc(value: Fraction | Decimal) -> str:
    return f"{_plain(round_half_up(value))}%"


def _points(value: Fraction | Decimal) -> str:
    return f"{_plain(round_half_up(value))}个百分点"


def _plain(value: Decimal | None) -> str:
    if value is None:
        return "—"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
