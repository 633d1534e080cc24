"""How long money may run: policies that have expired, the next years' ends, how a special fund is set up. Amounts are fen."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jiheng.rules.money import Fen
from jiheng.rules.refusal import Refusal

TERM, FUND = "term_gate", "special_fund_gate"
"""The parameters: whose term is watched, and what a special fund must be like to be set up."""
RENEWED = "renewed"
AHEAD = 3
"""So many years are looked ahead."""


class Prescribed(Protocol):
    """A value in force, with its clause."""

    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> object: ...


@dataclass(frozen=True)
class Term:
    """From which to which year something runs, as it was registered for a budget year."""

    first: int
    last: int
    registered: int

    @property
    def several(self) -> bool:
        """Whether more than one year was said: what is arranged year by year ends with each and says nothing."""
        return self.first < self.last

    @property
    def years(self) -> int:
        """How many years it runs, both ends counted."""
        return self.last - self.first + 1


def term_refusals(
    rule: Prescribed | None, *, name: str, kind: str, change: str, own: Term, before: Term | None, supported: bool
) -> list[Refusal]:
    """到期的政策、专项资金等没有重新评估的，不得入库和安排预算。

    `own` is the term as registered for this budget year, `before` that of the year before, where there was one;
    `supported` says that an appraisal of this year supports it. A term that was lengthened without applying as
    到期延续 does not help: what was said the year before counts. The value names `kinds` and `appraised` (whether
    a renewal always needs its appraisal; otherwise as the trigger says).
    """
    if rule is None or not rule.value or kind not in rule.value["kinds"]:
        return []
    clause = str(rule.clause)
    if own.last < own.registered:
        words = f"“{name}”的期限到 {own.last} 年，已经到期，不得安排 {own.registered} 年度预算"
        return [Refusal(words, clause, "确需继续的，按“到期延续”登记新的期限，重新评估", "term")]
    ended = before is not None and before.several and before.last < own.registered
    if ended and before is not None and change not in {RENEWED, "new"}:
        words = f"“{name}”{before.registered} 年度登记的期限到 {before.last} 年，已经到期，本年没有按“到期延续”申报"
        return [Refusal(words, clause, "请改为“到期延续”，说明继续执行的理由，重新评估", "term")]
    if change == RENEWED and rule.value.get("appraised") and not supported:
        words = f"“{name}”到期延续，还没有重新评估并取得支持的结论"
        return [Refusal(words, clause, "请先办理事前绩效评估", "term")]
    return []


_BASE = r"(?:财政收入|财政支出|财政收支|公共预算收入|税收收入|税收|地区生产总值|国内生产总值|生产总值|GDP)"
_GROWTH = r"(?:增长|增幅|增速|增量|同步|同比例|挂钩|(?:的)?[0-9０-９.．]+[%％])"
_WITHIN = r"[^，。；！？,;!?\n]"
_TIED = re.compile(
    rf"(?:(?<![参给])与|(?<!共)同(?!时)|按照?|随|占|参照){_WITHIN}{{0,12}}?{_BASE}{_WITHIN}{{0,10}}?{_GROWTH}", re.IGNORECASE
)
_NOT = re.compile(r"(?:不|未|不得|没有|取消|清理|脱钩)[^，。；！？,;!?\n]{0,3}$")


def tied_to_growth(text: str) -> str:
    """Return the words that tie money to the growth of revenue or of the economy; "" where there are none.

    Words that deny it (不与财政收入增幅挂钩) are passed over.
    """
    for found in _TIED.finditer(text):
        before = text[max(0, found.start() - 6) : found.start()]
        if not _NOT.search(before) and not re.search(r"不[^，。；]{0,4}挂钩|脱钩", text[found.start() : found.end() + 4]):
            return found.group()
    return ""


@dataclass(frozen=True)
class Fund:
    """A special fund as it is applied for; `filed` are the kinds of documents on record, by key."""

    name: str
    kind: str
    change: str
    term: Term
    texts: tuple[str, ...] = ()
    filed: frozenset[str] = frozenset()


def fund_refusals(rule: Prescribed | None, fund: Fund, documents: Mapping[str, str]) -> list[Refusal]:
    """设立和延续专项资金的条件：期限不超过规定的年数，不与收入或生产总值增长挂钩，规定的文件已经登记。

    The value names `kinds`, `changes`, `term_years` (null: no limit), `growth_tied` (whether it may be) and
    `documents` (kinds of warrants); `documents` here are the names of these kinds.
    """
    if rule is None or not rule.value or not _asked(rule.value, fund):
        return []
    value, clause, found = rule.value, str(rule.clause), []
    most = value.get("term_years")
    if most is not None and fund.term.years > most:
        words = f"“{fund.name}”期限 {fund.term.first}–{fund.term.last} 年，共 {fund.term.years} 年，超过 {most} 年"
        found.append(Refusal(words, clause, f"请把期限改到 {most} 年以内", "last_year"))
    tied = "" if value.get("growth_tied") else next(filter(None, map(tied_to_growth, fund.texts)), "")
    if tied:
        words = f"“{fund.name}”的安排与收入或生产总值增长挂钩：“{tied}”"
        found.append(Refusal(words, clause, "请按实际需要测算金额，修改项目概况或立项依据", "overview"))
    for key in value.get("documents") or ():
        if key not in fund.filed:
            label = documents.get(key, key)
            words = f"“{fund.name}”还没有登记“{label}”"
            found.append(Refusal(words, clause, "请在项目页的“依据”登记并上传", "documents"))
    return found


def fund_asked(rule: Prescribed | None, fund: Fund) -> bool:
    """Whether the rules ask anything of setting up or renewing this."""
    return rule is not None and bool(rule.value) and _asked(rule.value, fund)


def _asked(value: Mapping[str, Any], fund: Fund) -> bool:
    return fund.kind in value["kinds"] and fund.change in value["changes"]


# --- what ends in the next years


@dataclass(frozen=True)
class Running:
    """One policy, project or fund under way: until which year, how much it asks for a year, of which department."""

    key: int
    kind: str
    term: Term
    yearly: Fen
    department: int


@dataclass(frozen=True)
class Ending:
    """What ends with one year: which ones, and how much they ask for a year (fen): the money at stake of the next."""

    year: int
    rows: tuple[Running, ...]

    @property
    def yearly(self) -> Fen:
        """一年的申报金额合计，分。"""
        return sum(one.yearly for one in self.rows)


def ends(row: Running, kinds: Collection[str]) -> bool:
    """Whether the end of this says anything: a term of several years, or a kind whose term is watched."""
    return row.term.several or row.kind in kinds


def expiries(rows: Iterable[Running], first: int, *, kinds: Collection[str] = (), years: int = AHEAD) -> list[Ending]:
    """Return what ends in each of the next years, from `first` on, empty years too. Each row stands in one year at most."""
    held: dict[int, list[Running]] = {year: [] for year in range(first, first + years)}
    for one in rows:
        if one.term.last in held and ends(one, kinds):
            held[one.term.last].append(one)
    return [Ending(year, tuple(found)) for year, found in held.items()]


def departments_of(rows: Sequence[Running]) -> dict[int, tuple[int, Fen]]:
    """Return by department how many end and how much they ask for a year; the sums are those of the whole."""
    found: dict[int, tuple[int, Fen]] = {}
    for one in rows:
        count, fen = found.get(one.department, (0, 0))
        found[one.department] = (count + 1, fen + one.yearly)
    return found
