"""Use of results: what a grade does to a budget, within the bounds of the place's rule, step by step.

Ratios are per cent, 0 to 100; amounts are fen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiheng.rules.money import Fen, format_wan, round_half_up, times
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.grades import Band


@dataclass(frozen=True)
class Proposal:
    """What the rule proposes: an action, the cut in per cent and in fen within its bounds, how it was reached.

    `ceiling` is what next year may get at most under the proposed cut. `steps` are the lines of the calculation.
    `in_principle` is true where the rule allows exceptions with a reason (原则上).
    """

    action: str
    text: str
    min_ratio: Decimal
    max_ratio: Decimal
    proposed_ratio: Decimal
    min_fen: Fen
    max_fen: Fen
    proposed_fen: Fen
    ceiling: Fen
    in_principle: bool
    clause: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """A decided cut: what it is called, the amount taken off, what is left, the lines of the calculation."""

    action: str
    ratio: Decimal
    cut: Fen
    ceiling: Fen
    steps: tuple[str, ...]


def consequence(
    kind: str,
    grade: str,
    base: Fen,
    rule: Mapping[str, Any],
    *,
    clause: str,
    band: Band | None = None,
    score: Decimal | None = None,
) -> Proposal:
    """What the rule proposes for a grade: `rule` maps evaluation kind → grade → action, label, min_ratio,
    max_ratio, in_principle and, where the place has a usual cut, proposed_ratio. `base` is the budget that the
    ratio counts on (fen).

    幅度内的建议比例：制度写明的按制度；没有写明的，知道得分和等级区间时按得分在区间内的位置推算，得分越低比例越高；
    否则取下限。LookupError when the rule says nothing for this kind and grade; ValueError when its bounds are wrong.
    """
    if base < 0:
        raise ValueError("计算基数不能为负")
    row = rule.get(kind, {}).get(grade)
    if row is None:
        raise LookupError(f"制度没有规定“{kind}”类评价等级“{grade}”的处理方式（{clause}）")
    low, high = Decimal(str(row["min_ratio"])), Decimal(str(row["max_ratio"]))
    if not 0 <= low <= high <= 100:
        raise ValueError(f"核减幅度{low}%至{high}%不成立，须在0至100%之间")
    ratio, how = _proposed(row, low, high, band, score)
    if not low <= ratio <= high:
        raise ValueError(f"建议比例{ratio}%不在{low}%至{high}%之内")
    cut = times(base, ratio / 100)
    steps = [f"计算基数{format_wan(base)}万元", f"规定幅度：{_span(low, high)}（{row['label']}）"]
    if high > 0:
        steps += [how, *_calculation(base, ratio, cut)]
    return Proposal(
        action=row["action"],
        text=row["label"],
        min_ratio=low,
        max_ratio=high,
        proposed_ratio=ratio,
        min_fen=times(base, low / 100),
        max_fen=times(base, high / 100),
        proposed_fen=cut,
        ceiling=base - cut,
        in_principle=bool(row.get("in_principle", False)),
        clause=clause,
        steps=tuple(steps),
    )


def check_decision(
    proposal: Proposal, ratio: Decimal, reason: str, exception_reason: str = ""
) -> list[Refusal]:
    """What stands against a decided ratio: outside the bounds, or without a reason.

    制度写明“原则上”的，超出幅度须写明例外理由；没有写明的，不得超出。
    """
    found = []
    if not reason.strip():
        found.append(Refusal("决定须写明理由", proposal.clause, "填写决定理由", "reason"))
    excepted = proposal.in_principle and bool(exception_reason.strip())
    if not 0 <= ratio <= 100:
        fact = f"核减比例{_plain(ratio)}%不在0至100%之间"
        found.append(Refusal(fact, proposal.clause, "改正比例", "ratio"))
    elif not excepted and not proposal.min_ratio <= ratio <= proposal.max_ratio:
        fact = f"核减比例{_plain(ratio)}%超出规定的{_span(proposal.min_ratio, proposal.max_ratio)}"
        remedy = "调整比例" + ("，或写明例外理由" if proposal.in_principle else "")
        found.append(Refusal(fact, proposal.clause, remedy, "ratio"))
    return found


def decide(proposal: Proposal, base: Fen, ratio: Decimal) -> Decided:
    """The amounts of a decided ratio on `base`, with every step. Check it with `check_decision` first."""
    cut = times(base, ratio / 100)
    span = f"规定幅度：{_span(proposal.min_ratio, proposal.max_ratio)}（{proposal.text}）"
    steps = (f"计算基数{format_wan(base)}万元", span, f"决定比例：{_plain(ratio)}%")
    return Decided(action_of(proposal.action, ratio), ratio, cut, base - cut, (*steps, *_calculation(base, ratio, cut)))


def action_of(ruled: str, ratio: Decimal) -> str:
    """What a decided ratio is called: nothing off is keep, everything off is none, else it cuts.

    决定的处理以决定的比例为准：例外核减 5% 的“良”是核减，不是照常安排. A rule that reduces stays `reduce`.
    """
    if ratio <= 0:
        return "keep"
    if ratio >= 100:
        return "none"
    return ruled if ruled in {"cut", "reduce"} else "cut"


def _proposed(
    row: Mapping[str, Any], low: Decimal, high: Decimal, band: Band | None, score: Decimal | None
) -> tuple[Decimal, str]:
    if row.get("proposed_ratio") is not None:
        ratio = Decimal(str(row["proposed_ratio"]))
        return ratio, f"制度写明的通常比例：{_plain(ratio)}%"
    if low == high:
        return low, f"比例：{_plain(low)}%"
    if band is None or score is None:
        return low, f"建议比例取下限：{_plain(low)}%"
    if not band.low <= score <= band.high:
        raise ValueError(f"得分{score}不在等级“{band.label}”的{band.low}至{band.high}分之间")
    below = (Fraction(band.high) - Fraction(score)) / (Fraction(band.high) - Fraction(band.low))
    ratio = round_half_up(Fraction(low) + below * Fraction(high - low))
    place = f"（{_plain(band.high)}－{_plain(score)}）÷（{_plain(band.high)}－{_plain(band.low)}）"
    return ratio, f"按得分推算：{_plain(low)}%＋{place}×{_plain(high - low)}%＝{_plain(ratio)}%"


def _calculation(base: Fen, ratio: Decimal, cut: Fen) -> list[str]:
    taken = f"核减：{format_wan(base)}×{_plain(ratio)}%＝{format_wan(cut)}万元"
    return [taken, f"下年度上限：{format_wan(base)}－{format_wan(cut)}＝{format_wan(base - cut)}万元"]


def _span(low: Decimal, high: Decimal) -> str:
    if high == 0:
        return "不核减"
    return f"{_plain(low)}%" if low == high else f"{_plain(low)}%至{_plain(high)}%"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
