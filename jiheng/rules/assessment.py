"""Yearly assessment of departments and lower finance bureaus: measures from the record of the year, scored on a card.

Rates are per cent with four decimals. A measure without anything to count does not apply.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

from jiheng.rules.money import Fen, format_wan, round_half_up
from jiheng.rules.scoring.scorecard import CardTotal, Scorecard

MEASURES: Mapping[str, str] = {
    "goals_on_time_rate": "绩效目标按时报送率",
    "goals_good_rate": "绩效目标审核优良率",
    "goals_cover_rate": "绩效目标覆盖率",
    "monitoring_on_time_rate": "监控按时报送率",
    "deviations_answered_rate": "偏差处理率",
    "self_evaluation_coverage_rate": "自评覆盖率",
    "self_evaluation_on_time_rate": "自评按时报送率",
    "recheck_difference": "自评与复核的平均差距",
    "rectification_closed_rate": "整改按期销号率",
    "disclosure_on_time_rate": "绩效信息按时公开率",
    "execution_rate": "项目支出预算执行率",
    "evaluation_coverage_rate": "部门和财政评价覆盖率",
}


MONEY: Mapping[str, str] = {"reward": "奖励", "tilt": "倾斜", "deduct": "扣减"}
"""What a result leads to that takes an amount, by the key of the rules, in words."""


def consequence_row(
    rows: Sequence[Mapping[str, Any]], *, grade: str, ahead: int, behind: int
) -> Mapping[str, Any] | None:
    """What a result leads to: by its grade (`grades`), or by its place among `front` first or `back` last ones.

    `ahead` and `behind` count the departments with more and with fewer points; equal points share a place. Whoever
    is among the first and the last ones at once, where there are few, is among neither.
    """
    first = [row for row in rows if ahead < row.get("front", 0)]
    last = [row for row in rows if behind < row.get("back", 0)]
    by_place = first + last if not (first and last) else []
    return next((row for row in rows if grade in row.get("grades", ())), None) or next(iter(by_place), None)


def goes_by_place(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the rules attach something to the first or last places."""
    return any(row.get("front") or row.get("back") for row in rows)


@dataclass(frozen=True)
class Share:
    """How many of those due were done."""

    done: int = 0
    due: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.due:
            raise ValueError(f"完成数{self.done}须在0至应完成数{self.due}之间")


@dataclass(frozen=True)
class YearRecord:
    """What a department's year left behind. Differences are self-evaluation minus re-check, points."""

    goals_on_time: Share = Share()
    goals_good: Share = Share()
    monitoring_on_time: Share = Share()
    deviations_answered: Share = Share()
    self_evaluated: Share = Share()
    self_evaluated_on_time: Share = Share()
    recheck_differences: tuple[Decimal, ...] = ()
    rectified: Share = Share()
    disclosed_on_time: Share = Share()
    budget: Fen = 0
    paid: Fen = 0
    goals_covered: Share = Share()
    evaluated: Share = Share()


def whole_year(records: Iterable[YearRecord]) -> YearRecord:
    """The records of many bodies as that of the place they make up: every number is the sum of theirs."""
    found = list(records)
    added: dict[str, Any] = {}
    for one in fields(YearRecord):
        values = [getattr(record, one.name) for record in found]
        if isinstance(one.default, Share):
            added[one.name] = Share(sum(value.done for value in values), sum(value.due for value in values))
        elif isinstance(one.default, tuple):
            added[one.name] = tuple(chain.from_iterable(values))
        else:
            added[one.name] = sum(values)
    return YearRecord(**added)


@dataclass(frozen=True)
class Measured:
    """A measure's value, None when there is nothing to measure, and the fact behind it."""

    value: Decimal | None
    fact: str


@dataclass(frozen=True)
class Figure:
    """What people entered for an item, with the fact and where it is written; no value: nothing of the kind."""

    value: Decimal | None
    text: str
    source: str


@dataclass(frozen=True)
class AssessedItem:
    """One row of an assessment; `points` is None when the item does not apply."""

    key: str
    label: str
    value: Decimal | None
    fact: str
    points: Decimal | None
    calculation: str


@dataclass(frozen=True)
class Assessed:
    """A whole assessment."""

    items: tuple[AssessedItem, ...]
    total: CardTotal


def measures_of(record: YearRecord) -> dict[str, Measured]:
    """All measures of a year's record, by the keys that scorecards name."""
    return {
        "goals_on_time_rate": _rate(record.goals_on_time, "应报绩效目标", "按时报送"),
        "goals_good_rate": _rate(record.goals_good, "已审核绩效目标", "优、良"),
        "monitoring_on_time_rate": _rate(record.monitoring_on_time, "应报监控表", "按时报送"),
        "deviations_answered_rate": _rate(record.deviations_answered, "预警", "已写明原因并落实措施"),
        "self_evaluation_coverage_rate": _rate(record.self_evaluated, "应自评项目", "完成自评"),
        "self_evaluation_on_time_rate": _rate(record.self_evaluated_on_time, "应报自评表", "按时报送"),
        "recheck_difference": _mean_difference(record.recheck_differences),
        "rectification_closed_rate": _rate(record.rectified, "到期整改事项", "按期销号"),
        "disclosure_on_time_rate": _rate(record.disclosed_on_time, "应公开事项", "按时公开"),
        "execution_rate": _execution(record.paid, record.budget),
        "goals_cover_rate": _rate(record.goals_covered, "应有绩效目标的项目", "已批复"),
        "evaluation_coverage_rate": _rate(record.evaluated, "已安排预算的项目", "评价结果已确定"),
    }


def as_told(card: Scorecard, figures: Mapping[str, Figure]) -> dict[str, Measured]:
    """The measures of a card as people entered them, where no record of the year is at hand; by measure.

    A figure is a value in the unit of its item, or None where the body had nothing of the kind (不适用); what
    nobody entered is left out, so that `assess` does not take it for nothing to judge.
    """
    items = {item.key: item for item in card.items if item.measure is not None}
    return {
        items[key].measure or "": Measured(figure.value, f"{figure.text}（{figure.source}）")
        for key, figure in figures.items()
        if key in items
    }


def unknown_items(card: Scorecard, measured: Collection[str], points: Collection[str]) -> list[str]:
    """The labels of the items for which there is neither a measure nor points given by people."""
    return [
        item.label
        for item in card.items
        if (item.key not in points if item.measure is None else item.measure not in measured)
    ]


def assess(
    card: Scorecard,
    measured: Mapping[str, Measured],
    *,
    points: Mapping[str, Decimal] | None = None,
    told: Mapping[str, str] | None = None,
    plus: Mapping[str, Decimal] | None = None,
    minus: Mapping[str, Decimal] | None = None,
    vetoes: Collection[str] = (),
) -> Assessed:
    """Score a card: items with a measure from `measured`, others from `points` given by people (`told` says why).

    按登记的方法逐项计分，没有发生的事项不适用、折算。LookupError when a measure is unknown; NotScored when
    points are missing or outside their item.
    """
    items = []
    for item in card.items:
        if item.measure is None:
            given, fact = (points or {}).get(item.key), (told or {}).get(item.key, "")
            items.append(AssessedItem(item.key, item.label, None, fact, given, "由人评分"))
            continue
        if item.measure not in measured:
            raise LookupError(f"“{item.label}”的取数“{item.measure}”不在记录中")
        value, fact = measured[item.measure].value, measured[item.measure].fact
        if value is None:
            items.append(AssessedItem(item.key, item.label, None, fact, None, "不适用"))
            continue
        scored = item.score(value)
        items.append(AssessedItem(item.key, item.label, value, fact, scored.points, scored.explanation))
    total = card.total_of(
        {item.key: item.points for item in items if item.points is not None},
        not_applicable=[item.key for item in items if item.calculation == "不适用"],
        plus=plus,
        minus=minus,
        vetoes=vetoes,
    )
    return Assessed(tuple(items), total)


def change_rate(now: Fen, before: Fen, label: str) -> Measured:
    """变动率＝（本年－上年）÷上年×100%。上年为0的：本年也为0按0，本年不为0按增长100%计并提示核实。"""
    shown = f"{label}上年{format_wan(before)}万元，本年{format_wan(now)}万元"
    if before == 0:
        return Measured(
            Decimal(100 if now else 0), f"{shown}；上年为0，{'按增长100%计，请核实' if now else '没有变动'}"
        )
    return Measured(_per_cent(Fraction(now - before, before)), shown)


def control_rate(actual: int, allowed: int, label: str) -> Measured:
    """控制率＝实际÷核定×100%（在职人员、三公经费、公用经费等）。核定为0的：实际为0不适用，否则按200%计并提示。"""
    shown = f"{label}核定{allowed}，实际{actual}"
    if allowed == 0:
        return Measured(Decimal(200), f"{shown}；没有核定数，请核实") if actual else Measured(None, shown)
    return Measured(_per_cent(Fraction(actual, allowed)), shown)


def completion_rate(carried_in: Fen, initial: Fen, added: Fen, left: Fen) -> Measured:
    """预算完成率＝（上年结转＋年初预算＋本年追加－年末结余）÷（上年结转＋年初预算＋本年追加）×100%。"""
    available = carried_in + initial + added
    shown = f"可用预算{format_wan(available)}万元，年末结余{format_wan(left)}万元"
    return Measured(_per_cent(Fraction(available - left, available)) if available > 0 else None, shown)


def addition_rate(added: Fen, initial: Fen) -> Measured:
    """预算控制率＝本年追加÷年初预算×100%。没有年初预算的不适用。"""
    shown = f"年初预算{format_wan(initial)}万元，追加{format_wan(added)}万元"
    return Measured(_per_cent(Fraction(added, initial)) if initial > 0 else None, shown)


def _rate(share: Share, due: str, done: str) -> Measured:
    if share.due == 0:
        return Measured(None, f"没有{due}")
    return Measured(_per_cent(Fraction(share.done, share.due)), f"{due}{share.due}，{done}{share.done}")


def _mean_difference(differences: tuple[Decimal, ...]) -> Measured:
    if not differences:
        return Measured(None, "没有被抽查复核的自评")
    mean = sum((abs(Fraction(one)) for one in differences), Fraction(0)) / len(differences)
    return Measured(round_half_up(mean, 4), f"复核{len(differences)}项，平均相差{round_half_up(mean)}分")


def _execution(paid: Fen, budget: Fen) -> Measured:
    if budget <= 0:
        return Measured(None, "没有项目预算")
    return Measured(
        _per_cent(Fraction(paid, budget)), f"预算{format_wan(budget)}万元，支出{format_wan(paid)}万元"
    )


def _per_cent(share: Fraction) -> Decimal:
    return round_half_up(share * 100, 4)
