"""Columns and checks that several kinds of list share."""

from collections.abc import Iterable

from jiheng.channels.exchange.kinds import Checked
from jiheng.foundation.sheets.tables import ListColumn
from jiheng.registers.budgets.services import brings_money
from jiheng.registers.standards.gates import standards_by_posting
from jiheng.registers.subjects.labels import SOURCES
from jiheng.rules.forms.fields import Kind
from jiheng.rules.money import format_wan
from jiheng.rules.reading.amounts import unit_slip
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.services import refusals_by_year
from jiheng.stages.goals.transfers.services import transfers_by_year
from jiheng.stages.monitoring.pacing import paces_by_year
from jiheng.stages.monitoring.pausing import pauses_by_year
from jiheng.stages.results.services import ceilings_by_year

CODE = ListColumn(
    key="code",
    label="项目代码",
    required=True,
    max_length=40,
    aliases=("项目编码", "预算项目代码", "预算项目编码", "项目编号"),
    help="与预算管理一体化系统一致",
)
NAME = ListColumn(
    key="name",
    label="项目名称",
    max_length=300,
    aliases=("预算项目名称", "项目"),
    help="填写后与项目库核对",
)
SOURCE = ListColumn(
    key="source",
    label="资金来源",
    kind=Kind.CHOICE,
    choices=tuple(SOURCES.values()),
    aliases=("资金性质",),
    help="不填为财政拨款",
)
NOTE = ListColumn(key="note", label="摘要", max_length=300, aliases=("用途", "备注"))
SOURCE_KEYS = {label: key for key, label in SOURCES.items()}
HUGE = 1000
"""An amount this many times what is expected is a slip of units, not a difference."""


def slip(
    checked: Checked, column: str, label: str, fen: int, expected: int, what: str, *, part: bool = False
) -> bool:
    """Name an amount that is out of all proportion to an expected one: 元 typed where 万元 is meant.

    With `part` the amount is one part of what is expected, so that a small one says nothing.
    """
    if fen <= 0 or expected <= 0 or (part and fen <= expected):
        return False
    exact = unit_slip(fen, expected)
    if exact is None and fen < expected * HUGE:
        return False
    times = round(fen / expected) if fen >= expected else round(expected / fen)
    if exact is not None and fen < expected:
        words = f"{format_wan(fen)} 万元只有{what} {format_wan(expected)} 万元的 {times:,} 分之一"
    else:
        words = f"{format_wan(fen)} 万元是{what} {format_wan(expected)} 万元的 {times:,} 倍"
    checked.wrong(column, label, f"{words}，疑将元与万元填混；请核对单位，或在单元格中写明单位")
    return True


def code_once(checked: Checked, seen: dict[tuple[int, str], int], body: int, code: str, label: str) -> None:
    """Name a code that an earlier row of the same body has already; `seen` is where each stood first."""
    first = seen.setdefault((body, code), checked.row.number)
    if first != checked.row.number:
        checked.wrong("code", label, f"与第{first}行重复：同一单位的{label}不能相同")


def _words(refusal: Refusal) -> str:
    by = f"（{refusal.clause}）" if refusal.clause else ""
    return f"{refusal.message}{by}；{refusal.remedy}"


def gated(rows: Iterable[Checked], label: str) -> list[Checked]:
    """Name at its row everything that may not move: without appraisal no budget, without approved goal no money,
    no budget above what a decided cut leaves, no payment ahead of the goals where the place holds them together, none
    for what is paused, none of a transfer that was not handed down or not confirmed, no budget without standards where the
    place asks for them.

    `label` is the name of the amount's column.
    """
    checked = list(rows)
    made = [one.made for one in checked if one.made is not None]
    refused, above, ahead = refusals_by_year(made), ceilings_by_year(made), paces_by_year(made)
    paused, handed, wanting = pauses_by_year(made), transfers_by_year(made), standards_by_posting(made)
    if not any((refused, above, ahead, paused, handed, wanting)):
        return checked
    for one in checked:
        if one.made is None:
            continue
        ceiling = above.get(one.made.year.pk)
        if ceiling is not None and brings_money(one.made):
            one.wrong("amount", label, _words(ceiling))
        paid = one.made.kind == "payment" and one.made.amount_fen > 0
        for held in (ahead.get(one.made.year.pk), paused.get(one.made.year.pk)):
            if held is not None and paid:
                one.wrong("amount", label, _words(held))
        brings = brings_money(one.made)
        of_project = [*(handed.get(one.made.year.pk, ()) if paid or brings else ()), *(wanting.get(one.made.year.pk, ()) if brings else ())]
        for refusal in of_project:
            one.wrong("code", "项目代码", _words(refusal))
        for refusal in refused.get(one.made.year.pk, ()):
            words = _words(refusal)
            if refusal.where != "amount_fen":
                one.wrong("code", "项目代码", words)
            elif one.made.kind == "adjustment":
                one.wrong("amount", label, words)
    return checked
