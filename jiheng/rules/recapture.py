"""收回: which money of a project is to be taken back on which ground of the pack, how much, and until when.

Amounts are fen. A ground is a row of the pack's `recapture_grounds`; what the row's key means is a finder here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.rules.money import Fen, format_wan, round_half_up
from jiheng.rules.monitoring import time_progress
from jiheng.rules.refusal import Refusal

REFUSE, FLAG = "refuse", "flag"


@dataclass(frozen=True)
class Ground:
    """One ground on which a place takes money back: the calendar's task for it, 原则上 or without exception."""

    key: str
    label: str
    clause: str
    item: str = ""
    in_principle: bool = False


@dataclass(frozen=True)
class RecaptureFacts:
    """A project after a checkpoint: `day` is the checkpoint's, `budget` and `paid` stand in the ledger now.

    `uncorrected` and `unattainable` are facts in words, `idle` the fact of idle money; empty where there is none.
    """

    budget_year: int
    day: date
    budget: Fen
    paid: Fen
    uncorrected: tuple[str, ...] = ()
    unattainable: tuple[str, ...] = ()
    idle: str = ""

    @property
    def unspent(self) -> Fen:
        """没有支出的预算。"""
        return max(self.budget - self.paid, 0)


@dataclass(frozen=True)
class Claim:
    """What one ground says: how much is to be taken back and how it was reached."""

    ground: Ground
    amount: Fen
    facts: tuple[str, ...]
    calculation: str


Finder = Callable[[RecaptureFacts], tuple[Fen, tuple[str, ...], str] | None]


def _whole(facts: RecaptureFacts, found: tuple[str, ...]) -> tuple[Fen, tuple[str, ...], str] | None:
    if not found:
        return None
    words = f"没有支出的预算：{format_wan(facts.budget)}－{format_wan(facts.paid)}＝{format_wan(facts.unspent)}万元"
    return facts.unspent, found, words


def uncorrected(facts: RecaptureFacts) -> tuple[Fen, tuple[str, ...], str] | None:
    """没有有效纠正问题的：收回没有支出的全部预算。"""
    return _whole(facts, facts.uncorrected)


def unattainable(facts: RecaptureFacts) -> tuple[Fen, tuple[str, ...], str] | None:
    """年底前难以实现目标的：收回没有支出的全部预算。"""
    return _whole(facts, facts.unattainable)


def idle(facts: RecaptureFacts) -> tuple[Fen, tuple[str, ...], str] | None:
    """长期沉淀闲置的：收回没有支出的全部预算。"""
    return _whole(facts, (facts.idle,) if facts.idle else ())


def behind_calendar(facts: RecaptureFacts) -> tuple[Fen, tuple[str, ...], str] | None:
    """慢于序时进度的部分：预算×监控时点的时间进度－至今的支出；超出没有支出的预算时以后者为限。"""
    progress = time_progress(facts.day, facts.budget_year)
    due = int(round_half_up(facts.budget * progress / 100, 0))
    amount = min(due - facts.paid, facts.unspent)
    if amount <= 0:
        return None
    share = round_half_up(progress)
    words = f"{format_wan(facts.budget)}×{share.normalize():f}%－{format_wan(facts.paid)}＝{format_wan(amount)}万元"
    fact = f"截至{facts.day}序时进度{share.normalize():f}%，应支出{format_wan(due)}万元，至今支出{format_wan(facts.paid)}万元"
    return amount, (fact,), f"慢于序时进度的部分：{words}"


FINDERS: Mapping[str, Finder] = {
    one.__name__: one for one in (uncorrected, unattainable, behind_calendar, idle)
}


def claims(facts: RecaptureFacts, grounds: Sequence[Ground]) -> list[Claim]:
    """Everything that is to be taken back of one project, ground by ground in the order of the pack.

    LookupError for a ground whose key has no meaning here.
    """
    found = []
    for ground in grounds:
        if ground.key not in FINDERS:
            raise LookupError(f"没有“{ground.key}”这种收回情形（{ground.clause}）")
        told = FINDERS[ground.key](facts)
        if told is not None and told[0] > 0:
            found.append(Claim(ground, *told))
    return found


def proposed(found: Sequence[Claim]) -> Claim:
    """The claim for most money, among equals the first: the same money is taken back once."""
    return max(found, key=lambda one: one.amount)


def amount_refusals(
    *, amount: Fen, proposal: Fen, unspent: Fen, in_principle: bool, exception: str, clause: str
) -> list[Refusal]:
    """What stands against a decided amount: more than is unspent, or less than found without a reason (原则上)."""
    if amount < 0 or amount > unspent:
        words = f"收回 {format_wan(amount)} 万元，没有支出的预算只有 {format_wan(unspent)} 万元"
        return [Refusal(words, clause, "请核对收回金额", "amount_fen")]
    if amount >= min(proposal, unspent):
        return []
    due = min(proposal, unspent)
    short = f"收回 {format_wan(amount)} 万元，少于应收回的 {format_wan(due)} 万元，差 {Decimal(due - amount) / 100:,.2f} 元"
    if not in_principle:
        return [Refusal(f"{short}，制度没有允许例外", clause, "请按应收回的金额办理", "amount_fen")]
    if not exception.strip():
        return [Refusal(f"{short}，须写明例外理由", clause, "请写明不按原则收回的事实", "exception_reason")]
    return []


def lateness(*, due: date | None, today: date, after: str, reason: str, clause: str) -> list[Refusal]:
    """期限以后：`refuse` 不再办理；`flag` 写明逾期理由才办理，记为逾期。没有期限的不论。"""
    if due is None or today <= due:
        return []
    if after == REFUSE:
        return [Refusal(f"已过 {due} 的期限，不能再收回", clause, "请在下年度预算中处理", "late_reason")]
    if reason.strip():
        return []
    return [Refusal(f"已过 {due} 的期限，须写明逾期办理的理由", clause, "请填写逾期理由", "late_reason")]


def need_refusals(*, need: Fen, reason: str, amount: Fen, clause: str) -> list[Refusal]:
    """确需继续实施的，写明下年度调剂的金额和理由；金额不超过收回的。"""
    if need == 0:
        return []
    if not 0 < need <= amount:
        words = f"下年度调剂 {format_wan(need)} 万元，不在收回的 {format_wan(amount)} 万元之内"
        return [Refusal(words, clause, "请核对下年度调剂金额", "need_fen")]
    if not reason.strip():
        return [Refusal("确需继续实施的，须写明理由", clause, "请写明继续实施的必要性", "need_reason")]
    return []
