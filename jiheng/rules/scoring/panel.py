"""Scores of several judges: the mean of experts, the composite of bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.method import NotScored, plain


@dataclass(frozen=True)
class PanelScore:
    """A score of several judges, the spread between highest and lowest, and the calculation."""

    points: Decimal
    spread: Decimal
    explanation: str


def mean_of_experts(scores: Sequence[Decimal], drop_from: int | None = None) -> PanelScore:
    """专家平均分。人数达到 `drop_from` 的，去掉一个最高分和一个最低分后平均。NotScored without scores."""
    if not scores:
        raise NotScored("没有专家评分")
    ordered = sorted(scores)
    dropped = drop_from is not None and len(ordered) >= max(drop_from, 3)
    counted = ordered[1:-1] if dropped else ordered
    total = sum(counted, Decimal(0))
    points = round_half_up(Fraction(total) / len(counted))
    shown = f"{plain(total)}÷{len(counted)}＝{plain(points)}"
    if dropped:
        shown = f"去掉最高分{plain(ordered[-1])}、最低分{plain(ordered[0])}，{shown}"
    return PanelScore(points, ordered[-1] - ordered[0], shown)


def composite(scores: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> PanelScore:
    """综合得分＝Σ（各方得分×权重），权重合计须为100。NotScored when a body lacks a score or a weight."""
    if set(scores) != set(weights):
        missing = "、".join(sorted(set(scores) ^ set(weights)))
        raise NotScored(f"各方得分与权重不对应：{missing}")
    if not scores or sum(weights.values()) != 100:
        raise NotScored(f"各方权重合计为{plain(sum(weights.values(), Decimal(0)))}，应为100")
    total = sum((Fraction(scores[body]) * Fraction(weights[body]) / 100 for body in scores), Fraction(0))
    parts = "＋".join(f"{plain(scores[body])}×{plain(weights[body])}%" for body in scores)
    points = round_half_up(total)
    return PanelScore(points, max(scores.values()) - min(scores.values()), f"{parts}＝{plain(points)}")
