"""Three lists and what joins them: the duties of a body (三定职责), its money and its indicators. Amounts are fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.rules.money import Fen, share_out

WHOLE = Decimal(100)
GAPS = {"no_indicator": "没有指标", "no_money": "没有资金", "no_task": "没有重点工作"}
"""What a main duty may lack, the gravest first."""


@dataclass(frozen=True)
class DutyLinks:
    """What hangs on one duty in a year: tasks, projects with their share of money, indicators of the whole goal."""

    main: bool
    tasks: int = 0
    projects: int = 0
    money: Fen = 0
    indicators: int = 0


def in_force(since: date, until: date | None, year: int) -> bool:
    """Whether a duty stands on at least one day of a budget year; both days belong to it."""
    return since <= date(year, 12, 31) and (until is None or until >= date(year, 1, 1))


def gaps_of(links: DutyLinks) -> tuple[str, ...]:
    """主要职责须有资金保障、有指标衡量，并落到年度重点工作；其他职责不作要求。Return keys of `GAPS`."""
    if not links.main:
        return ()
    lacking = {"no_indicator": not links.indicators, "no_money": links.money <= 0, "no_task": not links.tasks}
    return tuple(key for key in GAPS if lacking[key])


def share_faults(percents: Sequence[Decimal]) -> list[str]:
    """一个项目的资金对应几项职责的，逐项写明比例（百分数），每项大于零、不超过两位小数，合计100%；都不填是没有对应。"""
    if not percents:
        return []
    faults = []
    if any(not one.is_finite() or one <= 0 or one > WHOLE for one in percents):
        return ["每项比例须大于零，不超过100%"]
    if any(one != one.quantize(Decimal("0.01")) for one in percents):
        faults.append("比例最多两位小数")
    if (total := sum(percents, Decimal(0))) != WHOLE:
        faults.append(f"各项比例合计{total.normalize():f}%，应为100%")
    return faults


def spread(money: Fen, percents: Sequence[Decimal]) -> list[Fen]:
    """Split a project's money over its duties, to the fen: the parts add up to it, nothing is counted twice."""
    return share_out(money, percents)


@dataclass(frozen=True)
class MainDuty:
    """A main duty as the checks of a whole department's goal see it: its name and how many rows of the goal it has."""

    name: str
    indicators: int


def without_indicator(duties: Iterable[MainDuty]) -> list[str]:
    """Return the names of main duties that no row of the goal answers for."""
    return [one.name for one in duties if not one.indicators]
