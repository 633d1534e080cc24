"""Accountability: whether situation and measures are those that the place prescribes, and when the report is due.

Amounts are fen. A measure of the pack says what it does to money by its `action`: `cut` limits the next budget,
`recapture` takes money back; without one it touches no money.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jiheng.rules.money import Fen, format_wan
from jiheng.rules.refusal import Refusal


def after_months(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it has no such day (12-31 → 02-28)."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def row_of(rows: Sequence[Mapping[str, Any]], key: str) -> Mapping[str, Any] | None:
    """The row of a list of the pack with this key; None when there is none."""
    return next((row for row in rows if row["key"] == key), None)


def labels_of(rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[str]:
    """The words of chosen rows, in the order of the pack."""
    return [str(row["label"]) for row in rows if row["key"] in keys]


def touches(rows: Sequence[Mapping[str, Any]], keys: Sequence[str], action: str) -> bool:
    """Whether one of the chosen measures does this to money."""
    return any(row["key"] in keys and row.get("action") == action for row in rows)


def situation_problems(rows: Sequence[Mapping[str, Any]], key: str, clause: str) -> list[Refusal]:
    """What stands against a situation: it is not one of the place's."""
    if row_of(rows, key) is not None:
        return []
    words = "、".join(str(row["label"]) for row in rows)
    return [Refusal("这不是制度规定的问责情形", clause, f"请从以下情形中选择：{words}", "situation")]


def measure_problems(
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    *,
    amounts: Mapping[str, Fen | None],
    limits: Mapping[str, Fen | None],
    combinable: bool,
    clause: str,
) -> list[Refusal]:
    """What stands against the chosen measures.

    至少一种方式；制度没有允许合并的只能一种；减少安排、收回须写明金额，大于零，不超过可以减少、收回的数额；没有选的方式
    不得写金额。`amounts` and `limits` are by action (`cut`, `recapture`); a limit of None is not known.
    """
    found = []
    known = [str(row["key"]) for row in rows]
    if unknown := [key for key in keys if key not in known]:
        found.append(
            Refusal(f"制度没有规定“{'、'.join(unknown)}”这种问责方式", clause, "请从制度规定的方式中选择", "measures")
        )
    if not keys:
        found.append(Refusal("没有选择问责方式", clause, "至少选择一种方式；不问责的请选“不予问责”", "measures"))
    if len(keys) > 1 and not combinable:
        found.append(Refusal("问责方式不能合并使用", clause, "请只选一种方式", "measures"))
    for action, (where, words) in MONEY.items():
        amount = amounts.get(action)
        if touches(rows, keys, action):
            found += _money(where, words, amount, limits.get(action), clause)
        elif amount:
            found.append(Refusal(f"没有选择{words}，却写了金额", clause, "请选择该方式，或清空金额", where))
    return found


MONEY = {"cut": ("cut_fen", "减少安排"), "recapture": ("recapture_fen", "收回")}
"""Measures that move money: the field that holds the amount, and what it is called."""


def _money(where: str, words: str, amount: Fen | None, limit: Fen | None, clause: str) -> list[Refusal]:
    if amount is None or amount <= 0:
        return [Refusal(f"{words}须写明金额", clause, "请填写大于零的金额", where)]
    if limit is not None and amount > limit:
        fact = f"{words}{format_wan(amount)}万元，超过可{words}的{format_wan(limit)}万元"
        return [Refusal(fact, clause, "请改正金额", where)]
    return []
