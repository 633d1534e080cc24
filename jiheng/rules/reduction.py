"""申请调减预算: how much a unit or department may ask to have taken off its budget after monitoring, and on what it rests."""

from collections.abc import Sequence

from jiheng.rules.money import format_exact
from jiheng.rules.refusal import Refusal


def reduction_refusals(
    *, amount: int, budget: int, paid: int, asked: int, reason: str, deviations: Sequence[str], clause: str
) -> list[Refusal]:
    """Return everything against an application; empty when it may stand.

    Money in fen. `asked` is what other applications of the same project ask for and nobody has decided yet;
    `deviations` are what monitoring found, in words: without any there is nothing to answer with a reduction.
    """
    found = []
    if not deviations:
        words = "监控没有发现偏离目标或慢于进度，没有申请调减的依据"
        found.append(Refusal(words, clause, "请在发现问题的监控表上申请"))
    if not reason.strip():
        found.append(Refusal("申请调减须写明理由", clause, where="reason"))
    return found + within_unspent(amount=amount, budget=budget, paid=paid, asked=asked, clause=clause)


def within_unspent(*, amount: int, budget: int, paid: int, asked: int = 0, clause: str) -> list[Refusal]:
    """Return what speaks against an amount: not above zero, or more than what is neither spent nor asked for already."""
    if amount <= 0:
        return [Refusal("调减金额须大于零", clause, where="amount_fen")]
    left = max(budget - paid - asked, 0)
    if amount <= left:
        return []
    words = f"申请调减 {format_exact(amount)}，超过没有支出的 {format_exact(max(budget - paid, 0))}"
    if asked:
        words += f"（其中 {format_exact(asked)}已在申请）"
    return [Refusal(words, clause, f"最多可以申请 {format_exact(left)}", "amount_fen")]
