"""No money without its goal: what speaks against arranging and paying money of one subject and year. Amounts are fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from jiheng.rules.goal_books import must_cover
from jiheng.rules.money import Fen, format_wan
from jiheng.rules.refusal import Refusal

BEFORE, ADDITION, REDUCTION = "goal_before_release", "goal_with_addition", "goal_with_reduction"
LIMIT, BOOKS, KINDS = "goal_project_threshold", "goal_budget_books", "goal_release_kinds"
PARAMETERS = (BEFORE, ADDITION, REDUCTION, LIMIT, BOOKS, KINDS)


class Prescribed(Protocol):
    """A value in force, with its clause; money also in fen."""

    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> object: ...
    @property
    def fen(self) -> Fen: ...


class Rules(Protocol):
    """The rules in force for one budget year and one day."""

    def value(self, key: str) -> Prescribed:
        """The value in force. LookupError when nothing is prescribed."""
        ...

    def get(self, key: str) -> Prescribed | None:
        """The value in force, or None; LookupError for a key that the rules do not know."""
        ...


@dataclass(frozen=True)
class Move:
    """One movement of money, signed by its effect on the balance, as the ledger has it."""

    kind: str
    amount_fen: Fen

    @property
    def brings(self) -> bool:
        """Whether budget comes by it: at the beginning of the year, or added during it."""
        return self.kind == "initial" or (self.kind == "adjustment" and self.amount_fen > 0)

    @property
    def reduces(self) -> bool:
        """Whether it takes budget off by adjustment; cuts and recaptures follow decisions of their own."""
        return self.kind == "adjustment" and self.amount_fen < 0

    @property
    def asks_for_goal(self) -> bool:
        """Whether the rules ask for a goal: refunds pass, and what was decided elsewhere."""
        return self.brings or self.reduces or (self.kind == "payment" and self.amount_fen > 0)


@dataclass(frozen=True)
class Subject:
    """What money is for."""

    name: str
    kind: str
    budget_year: int
    book: str
    book_label: str
    requested_fen: Fen


@dataclass(frozen=True)
class GoalStand:
    """One goal of the subject, in the order in which they were begun: whether it stands, was handed in, over how much."""

    approved: bool
    handed_in: bool
    money_fen: Fen


@dataclass(frozen=True)
class Late:
    """Money released first in an emergency whose goal is late."""

    decided_on: date
    amount_fen: Fen
    due: date
    clause: str


@dataclass(frozen=True)
class First:
    """What was released first of one subject: decided and not posted yet (fen), goals awaited, goals that are late."""

    unposted: Fen = 0
    awaited: bool = False
    late: tuple[Late, ...] = ()


NOTHING_FIRST = First()


class Terms:
    """What the rules of one year ask before money moves, read once for many subjects."""

    def __init__(self, rules: Rules) -> None:
        self.before = _in_force(rules, BEFORE)
        self.addition = _in_force(rules, ADDITION)
        self.reduction = _in_force(rules, REDUCTION)
        self.limit = rules.value(LIMIT).fen
        books, kinds = _in_force(rules, BOOKS), _in_force(rules, KINDS)
        self.books = frozenset(books.value) if books else None
        self.kinds = frozenset(kinds.value) if kinds else frozenset({"project"})

    def against(
        self, subject: Subject, moves: Sequence[Move], goals: Sequence[GoalStand], budget: Fen, first: First
    ) -> list[Refusal]:
        """没有批复的绩效目标不得安排和支付资金；追加（制度规定的，调减也是）须申报与新金额相应的绩效目标。

        `budget` is what the subject has before these movements.
        """
        brought = any(one.brings for one in moves)
        released = brought or any(one.kind == "payment" and one.amount_fen > 0 for one in moves)
        found = [_outstanding(subject, one) for one in first.late if released]
        if subject.kind not in self.kinds:
            return found
        whole = subject.kind == "department"
        if not whole and (subject.requested_fen < self.limit or not must_cover(subject.book, self.books)):
            return found
        approved = any(one.approved for one in goals)
        decided = bool(first.unposted) and not any(one.kind == "initial" for one in moves)
        spent = first.awaited and not brought  # payment of what was released first
        if self.before and released and not (approved or decided or spent):
            what = "安排预算" if brought else "下达和支付资金"
            where = "" if self.books is None or whole else f"（{subject.book_label}须有绩效目标）"
            words = f"“{subject.name}”{subject.budget_year} 年度绩效目标还没有批复，不得{what}{where}"
            found.append(Refusal(words, str(self.before.clause), "请先申报绩效目标并取得批复", "goal"))
        rule = self.addition if budget > 0 else self.before
        after = budget + sum(one.amount_fen for one in moves if one.kind in {"initial", "adjustment"})
        handed_in = max((one.money_fen for one in goals if one.handed_in), default=0)
        unsaid = budget == 0 and not handed_in  # that there is no goal at all is said above
        if rule and brought and after > handed_in and not unsaid and not _decided(moves, first):
            words = (
                f"“{subject.name}”{'追加后' if budget > 0 else ''}预算 {format_wan(after)} 万元，"
                f"已申报的绩效目标只有 {format_wan(handed_in)} 万元"
            )
            found.append(Refusal(words, str(rule.clause), "请先按新的金额申报或调整绩效目标", "amount_fen"))
        return [*found, *self._reduced(subject, moves, goals, after)]

    def _reduced(
        self, subject: Subject, moves: Sequence[Move], goals: Sequence[GoalStand], after: Fen
    ) -> list[Refusal]:
        """调减的，最近一次报出的绩效目标不得多于调减后的预算。"""
        if self.reduction is None or not any(one.reduces for one in moves):
            return []
        said = next((one.money_fen for one in reversed(goals) if one.handed_in), None)
        if said is not None and said <= after:
            return []
        stands = f"最近报出的绩效目标仍为 {format_wan(said)} 万元" if said is not None else "还没有报出绩效目标"
        words = f"“{subject.name}”调减后预算 {format_wan(after)} 万元，{stands}"
        return [Refusal(words, str(self.reduction.clause), "请先按调减后的金额重新上报绩效目标", "amount_fen")]


def ceiling_refusal(
    *, name: str, budget_year: int, after: Fen, ceiling: Fen, left: str, clause: str
) -> Refusal | None:
    """评价结果应用决定核减的，以后年度的预算不得超过决定的上限；`left` 说明是哪个决定留下的。"""
    if after <= ceiling:
        return None
    limit = f"不得超过 {format_wan(ceiling)} 万元" if ceiling else "不予安排"
    return Refusal(
        f"“{name}”{budget_year} 年度预算合计 {format_wan(after)} 万元：{left}，本年预算{limit}",
        clause,
        f"请按不超过 {format_wan(ceiling)} 万元登记" if ceiling else "请撤销该项目的预算安排",
        "amount_fen",
    )


def _in_force(rules: Rules, key: str) -> Prescribed | None:
    """The value in force; None when nothing is prescribed, switched off, or unknown to rules frozen before it was made."""
    try:
        rule = rules.get(key)
    except LookupError:
        return None
    return rule if rule is not None and rule.value else None


def _decided(moves: Sequence[Move], first: First) -> bool:
    """Whether these movements are exactly what a leader has just decided to release first."""
    brought = [one for one in moves if one.brings]
    return all(one.kind == "adjustment" for one in brought) and sum(one.amount_fen for one in brought) == first.unposted


def _outstanding(subject: Subject, late: Late) -> Refusal:
    words = (
        f"“{subject.name}”{late.decided_on} 先行下达 {format_wan(late.amount_fen)} 万元，"
        f"补报绩效目标的期限 {late.due} 已过，不得再安排和支付资金"
    )
    return Refusal(words, late.clause, "请先补报与现预算相应的绩效目标", "goal")
