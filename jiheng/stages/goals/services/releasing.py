"""No money without its goal: the gate that the ledger asks before it takes a movement of money.

`settings.JIHENG_LEDGER_GATES` names `release_refusals`; why it stands there: docs/decisions/0017.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.portions import portions
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.registers.subjects.labels import book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.express import Standing
from jiheng.rules.goal_books import must_cover
from jiheng.rules.money import format_wan
from jiheng.rules.policy import DatedValue
from jiheng.rules.refusal import Refusal
from jiheng.stages.appraisal.queries import budget_refusals
from jiheng.stages.goals.books import books_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.releases import Followed, followed, releases_of


def release_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """Return everything against these movements of money; empty when they may be posted."""
    return [one for found in refusals_by_year(postings).values() for one in found]


def refusals_by_year(postings: Sequence[Posting]) -> dict[int, list[Refusal]]:
    """没有评估结论不得安排预算；没有批复的绩效目标不得安排和支付资金；追加（制度规定的，调减也是）须申报与新金额相应的绩效目标。

    By subject and year, only those with something against them. Cuts, pauses, recaptures and refunds pass;
    reductions pass where the rules do not ask for a goal over the new sum. What a leader released first in an
    emergency passes until its goal is late.
    """
    held = _by_year(postings)
    own = {pk: rows for pk, rows in held.items() if any(_moves(one) for one in rows)}
    years = {pk: rows[0].year for pk, rows in own.items()}
    _with_cycles(years.values())
    goals, budgets = _goals_of(list(years)), _budgets_of(list(years))
    express = _express_of(list(years))
    found = budget_refusals([years[pk] for pk, rows in own.items() if any(brings_money(one) for one in rows)])
    rules: dict[int, _Rules] = {}
    for pk, year in years.items():
        if year.cycle_id not in rules:
            rules[year.cycle_id] = _Rules(year.cycle)
        against = rules[year.cycle_id].against(year, own[pk], goals.get(pk, []), budgets[pk], express.get(pk, NOTHING_FIRST))
        if against:
            found[pk] = [*found.get(pk, []), *against]
    return found


@dataclass(frozen=True)
class _First:
    """What was released first of one subject: decided and not posted yet (fen), goals awaited, goals that are late."""

    unposted: int = 0
    awaited: bool = False
    late: tuple[Followed, ...] = ()


NOTHING_FIRST = _First()


class _Rules:
    """What the rules of one cycle ask before money moves, read once for many subjects."""

    def __init__(self, cycle: Cycle) -> None:
        rules = rules_at(cycle)
        self.before = _in_force(rules.get("goal_before_release"))
        self.addition = _in_force(rules.get("goal_with_addition"))
        self.reduction = _in_force(rule_in(cycle, "goal_with_reduction"))
        self.limit = rules.value("goal_project_threshold").fen
        self.books = books_of(cycle)
        kinds = rule_in(cycle, "goal_release_kinds")
        self.kinds = frozenset(kinds.value) if kinds else frozenset({"project"})

    def against(
        self, year: SubjectYear, postings: Sequence[Posting], goals: Sequence[Goal], budget: int, first: _First
    ) -> list[Refusal]:
        """Return what speaks against money of one subject: its goals, its budget before, in fen, what was released first."""
        brought = any(brings_money(one) for one in postings)
        released = brought or any(one.kind == "payment" and one.amount_fen > 0 for one in postings)
        found = [_outstanding(year, one) for one in first.late if released]
        if year.kind not in self.kinds:
            return found
        if year.kind != "department" and (year.requested_fen < self.limit or not must_cover(year.book, self.books)):
            return found
        approved = any(goal.state == "approved" and goal.current for goal in goals)
        decided = bool(first.unposted) and not any(one.kind == "initial" for one in postings)
        spent = first.awaited and not brought  # payment of what was released first
        if self.before and released and not (approved or decided or spent):
            what = "安排预算" if brought else "下达和支付资金"
            where = "" if self.books is None or year.kind == "department" else f"（{book_label(year.book)}须有绩效目标）"
            words = f"“{year.name}”{year.budget_year} 年度绩效目标还没有批复，不得{what}{where}"
            found.append(Refusal(words, str(self.before.clause), "请先申报绩效目标并取得批复", "goal"))
        rule = self.addition if budget > 0 else self.before
        after = budget + sum(one.amount_fen for one in postings if one.kind in {"initial", "adjustment"})
        handed_in = max((one.fiscal_fen + one.other_fen for one in goals if one.state != "draft"), default=0)
        unsaid = budget == 0 and not handed_in  # that there is no goal at all is said above
        if rule and brought and after > handed_in and not unsaid and not self._decided(postings, first):
            words = (
                f"“{year.name}”{'追加后' if budget > 0 else ''}预算 {format_wan(after)} 万元，"
                f"已申报的绩效目标只有 {format_wan(handed_in)} 万元"
            )
            found.append(Refusal(words, str(rule.clause), "请先按新的金额申报或调整绩效目标", "amount_fen"))
        return [*found, *self._reduced(year, postings, goals, after)]

    @staticmethod
    def _decided(postings: Sequence[Posting], first: _First) -> bool:
        """Whether these movements are exactly what a leader has just decided to release first."""
        brought = [one for one in postings if brings_money(one)]
        return all(one.kind == "adjustment" for one in brought) and sum(one.amount_fen for one in brought) == first.unposted

    def _reduced(
        self, year: SubjectYear, postings: Sequence[Posting], goals: Sequence[Goal], after: int
    ) -> list[Refusal]:
        """调减的，最近一次报出的绩效目标不得多于调减后的预算。"""
        if self.reduction is None or not any(_reduces(one) for one in postings):
            return []
        newest = max((one for one in goals if one.state != "draft"), key=lambda one: one.pk, default=None)
        said = newest.fiscal_fen + newest.other_fen if newest is not None else None
        if said is not None and said <= after:
            return []
        stands = f"最近报出的绩效目标仍为 {format_wan(said)} 万元" if said is not None else "还没有报出绩效目标"
        words = f"“{year.name}”调减后预算 {format_wan(after)} 万元，{stands}"
        return [Refusal(words, str(self.reduction.clause), "请先按调减后的金额重新上报绩效目标", "amount_fen")]


def _outstanding(year: SubjectYear, late: Followed) -> Refusal:
    words = (
        f"“{year.name}”{late.release.decided_on} 先行下达 {format_wan(late.release.amount_fen)} 万元，"
        f"补报绩效目标的期限 {late.due} 已过，不得再安排和支付资金"
    )
    return Refusal(words, late.release.clause, "请先补报与现预算相应的绩效目标", "goal")


def _express_of(years: Sequence[int]) -> dict[int, _First]:
    """Return by subject and year what was released first, of those where anything was."""
    held: dict[int, list[Followed]] = {}
    for one in followed(releases_of(years)):
        held.setdefault(one.release.subject_year_id, []).append(one)
    posted = _posted(list(held))
    return {
        pk: _First(
            sum(one.release.amount_fen for one in rows if subject_key(one.release) not in posted),
            any(one.standing in {Standing.AWAITED, Standing.HANDED_IN} for one in rows),
            tuple(one for one in rows if one.standing is Standing.LATE),
        )
        for pk, rows in held.items()
    }


def _posted(years: Sequence[int]) -> set[str]:
    """Return the decisions that stand behind entries of these subjects and years."""
    found: set[str] = set()
    for part in portions(years):
        rows = LedgerEntry.objects.filter(subject_year__in=part).exclude(cause="")
        found |= set(rows.values_list("cause", flat=True))
    return found


def _by_year(postings: Sequence[Posting]) -> dict[int, list[Posting]]:
    """Return the movements of money by subject and year, in the order of the list."""
    held: dict[int, list[Posting]] = {}
    for one in postings:
        held.setdefault(one.year.pk, []).append(one)
    return held


def _moves(posting: Posting) -> bool:
    """Whether the rules ask for a goal: refunds pass, and what was decided elsewhere."""
    return brings_money(posting) or _reduces(posting) or (posting.kind == "payment" and posting.amount_fen > 0)


def _reduces(posting: Posting) -> bool:
    """Whether a posting takes budget off by adjustment; cuts and recaptures follow decisions of their own."""
    return posting.kind == "adjustment" and posting.amount_fen < 0


def _in_force(rule: DatedValue | None) -> DatedValue | None:
    return rule if rule is not None and rule.value else None


def _with_cycles(years: Iterable[SubjectYear]) -> None:
    """Hang the cycles on the subjects' years: one query instead of one for each row of a list."""
    wanted = {year.cycle_id for year in years}
    cycles: Mapping[int, Cycle] = (
        Cycle.objects.select_related("snapshot", "place").defer("snapshot__content").in_bulk(wanted)
    )
    for year in years:
        year.cycle = cycles[year.cycle_id]


def _goals_of(years: Sequence[int]) -> dict[int, list[Goal]]:
    found: dict[int, list[Goal]] = {}
    for part in portions(years):
        some = Goal.objects.filter(subject_year__in=part)
        for goal in some.only("subject_year", "state", "current", "fiscal_fen", "other_fen"):
            found.setdefault(goal.subject_year_id, []).append(goal)
    return found


def _budgets_of(years: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in portions(years):
        found |= {pk: one.budget for pk, one in balances(part).items()}
    return found
