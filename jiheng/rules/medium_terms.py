"""Goals over several years: the value of the whole period, broken down to years in the same cell, and what does not hold.

The official form has one cell for the value of the medium term. It takes the years in brackets behind the value:
`≥1200个（2024年400、2025年400、2026年400）`. A leading 分年 says that each year's own amounts add up, 累计 that the level
reached by the end of each year approaches the value; without a word amounts that can be added are 分年.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from jiheng.rules.reading import Problem, Target, factor_between, plain, read_quantity, read_target
from jiheng.rules.transfers import PromisedRow, as_given

Spread = Literal["each", "reached"]
WORDS: Mapping[Spread, str] = {"each": "分年", "reached": "累计"}
EXAMPLE = "请写成 ≥1200个（2024年400、2025年400、2026年400）"
PLAN = re.compile(r"^(?P<final>.*?)\((?P<plan>[^()]*\d{4} ?年[^()]*)\)$")
PART = re.compile(r"(?P<year>\d{4}) ?年(?:度|底|末)? ?[:=]? ?(?P<value>[^\d]*[\d.,]+.*)$")
LEADING = re.compile(r"^ ?(分年|累计) ?[:，,]? ?")
SEPARATOR = re.compile(r"[、;，]|,(?= ?\d{4} ?年)")
MOST = frozenset({"<=", "<"})


@dataclass(frozen=True)
class Term:
    """What a cell of the medium term says: the value at the end, and of each year its part or the level reached.

    `years` are in the unit of `final`. `problem` says in words what could not be read; nothing when all was.
    """

    final: Target
    spread: Spread = "each"
    years: Mapping[int, Decimal] = field(default_factory=dict)
    problem: str = ""

    @property
    def way(self) -> str:
        """Higher or lower, by the sign of the value; nothing for an exact one."""
        return "lower" if self.final.op in MOST else "" if self.final.op == "=" else "higher"


@dataclass(frozen=True)
class Period:
    """The years of a medium term, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}—{self.last}年"

    @property
    def years(self) -> range:
        """Every year of it."""
        return range(self.first, self.last + 1)


def period_of(first: int, last: int, year: int, *, longer_than: int, most: int) -> Period | None:
    """Return the medium term that `year` stands in; None for a project that lasts no longer than `longer_than` years.

    A project that lasts longer than `most` years has one medium term after the other, counted from its first year.
    """
    if not first or last - first + 1 <= longer_than or not first <= year <= last:
        return None
    begin = first + (year - first) // most * most
    return Period(begin, min(last, begin + most - 1))


def read_term(text: str, *, name: str = "", level2: str = "", unit: str = "") -> Term | None:
    """Read a cell of the medium term; None when it is empty. `name`, `level2` and `unit` are those of its row."""
    shown = plain(text)
    if not shown:
        return None
    found = PLAN.match(shown)
    lead = LEADING.match(found["plan"]) if found else None
    parts = [one.strip() for one in SEPARATOR.split(found["plan"][lead.end() if lead else 0 :])] if found else []
    if found is None or not any(PART.match(one) for one in parts):
        return Term(read_target(shown, unit=unit))  # what stands in brackets is no plan
    final = read_target(found["final"], unit=unit)
    spread = _usual(final, name, level2, unit)
    if lead is not None:
        spread = "each" if lead[1] == "分年" else "reached"
    if final.kind != "quantitative" or final.value is None:
        return Term(final, spread, {}, f"“{found['final']}”不是数，不能分到各年；分年的须是数值指标")
    years: dict[int, Decimal] = {}
    for part in parts:
        year, value = _part(part, final.unit)
        if value is None:
            return Term(final, spread, years, f"“{part}”读不懂，{EXAMPLE}")
        if year in years:
            return Term(final, spread, years, f"{year}年写了两次")
        years[year] = value
    return Term(final, spread, years)


def _usual(final: Target, name: str, level2: str, unit: str) -> Spread:
    row = PromisedRow("", name, level2, final.op or ">=", final.value, None, final.unit or unit, final.text)
    return "reached" if as_given(row) else "each"


def _part(text: str, unit: str) -> tuple[int, Decimal | None]:
    found = PART.match(text)
    if found is None:
        return 0, None
    read = read_quantity(found["value"].lstrip("≥≤<>= "))
    if isinstance(read, Problem):
        return 0, None
    factor = factor_between(read.unit or unit, unit)
    return int(found["year"]), None if factor is None else read.value * factor


def written(final: str, spread: Spread, years: Mapping[int, Decimal]) -> str:
    """Return a cell of the medium term: the value with the years in brackets, as `read_term` reads it."""
    told = "、".join(f"{year}年{_shown(value)}" for year, value in sorted(years.items()))
    return f"{final}（{WORDS[spread]}：{told}）" if told else final


def faults(term: Term, period: Period | None) -> list[str]:
    """Return in words what does not hold of a value that was broken down to years; nothing for one that was not.

    分年的各年合计等于中期指标值；累计的逐年向中期指标值靠近，最后一年达到。
    """
    if term.problem:
        return [term.problem]
    if not term.years or term.final.value is None:
        return []
    found = []
    if period is not None:
        missing = [year for year in period.years if year not in term.years]
        outside = [year for year in sorted(term.years) if year not in period.years]
        if outside:
            found.append(f"{_years(outside)}不在中期{period}之内")
        if missing:
            found.append(f"没有分到{_years(missing)}")
    return found or (_sum_fault(term, term.final.value) if term.spread == "each" else _level_faults(term, term.final.value))


def _sum_fault(term: Term, final: Decimal) -> list[str]:
    gap = sum(term.years.values(), Decimal(0)) - final
    if not gap:
        return []
    unit = term.final.unit
    total = f"各年合计{_shown(final + gap)}{unit}，中期指标值{_shown(final)}{unit}"
    return [f"{total}，{'多' if gap > 0 else '少'}{_shown(abs(gap))}{unit}"]


def _level_faults(term: Term, final: Decimal) -> list[str]:
    unit, found = term.final.unit, []
    rows = sorted(term.years.items())
    for (before, was), (year, now) in itertools.pairwise(rows):
        if _farther(term.way, was, now, final):
            found.append(f"{year}年{_shown(now)}{unit}，比{before}年{_shown(was)}{unit}离中期指标值更远")
    year, last = rows[-1]
    if not reaches(last, final, term.way):
        found.append(f"最后一年（{year}年）{_shown(last)}{unit}，没有达到中期指标值{_shown(final)}{unit}")
    return found


def _farther(way: str, was: Decimal, now: Decimal, final: Decimal) -> bool:
    if way == "higher":
        return now < was
    if way == "lower":
        return now > was
    return abs(now - final) > abs(was - final)


def reaches(value: Decimal, wanted: Decimal, way: str) -> bool:
    """Whether a value is what is wanted or better: not below it, not above it, or exactly it."""
    if way == "higher":
        return value >= wanted
    return value <= wanted if way == "lower" else value == wanted


def asked_in(term: Term | None, year: int, unit: str) -> Decimal | None:
    """Return what a year has to reach by its medium term, in `unit`; None where nothing was said or units don't fit."""
    if term is None or term.problem or year not in term.years:
        return None
    factor = factor_between(term.final.unit or unit, unit)
    return None if factor is None else term.years[year] * factor


def falls_short(term: Term | None, year: int, value: Decimal | None, unit: str) -> Decimal | None:
    """Return what the year has to reach when the year's own target is weaker than that; None when it holds."""
    asked = asked_in(term, year, unit)
    if term is None or asked is None or value is None:
        return None
    return None if reaches(value, asked, term.way) else asked


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _years(years: list[int]) -> str:
    return "、".join(f"{year}年" for year in years)
