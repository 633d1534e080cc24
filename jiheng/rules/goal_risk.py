"""Whether a goal may go along in bulk: money, score, novelty and what earlier results left, each with its clause."""

from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal


@dataclass(frozen=True)
class BulkLimits:
    """What the rules of a year let go along in bulk. Money in fen; None where nothing is prescribed."""

    below_fen: int | None = None
    below_clause: str = ""
    lowest_score: Decimal | None = None
    score_clause: str = ""


@dataclass(frozen=True)
class RiskFacts:
    """What is known of a goal. `score` is the newest review of its present content; `held_by` what results left."""

    fen: int
    score: Decimal | None = None
    adjustment: bool = False
    adjustment_clause: str = ""
    fresh: bool = False
    fresh_clause: str = ""
    held_by: str = ""
    held_clause: str = ""


def risks(facts: RiskFacts, limits: BulkLimits) -> list[Refusal]:
    """成批办理只限低风险：金额不到上限，审核得分不低于下限，不是新增、增加规模或调整，上年结果没有限制。"""
    found = []
    if limits.below_fen is not None and facts.fen >= limits.below_fen:
        words = f"年度资金 {format_wan(facts.fen)} 万元，达到 {format_wan(limits.below_fen)} 万元的逐项办理"
        found.append(Refusal(words, limits.below_clause))
    if limits.lowest_score is not None and facts.score is not None and facts.score < limits.lowest_score:
        found.append(Refusal(f"审核得 {facts.score} 分，低于 {limits.lowest_score} 分的逐项办理", limits.score_clause))
    if facts.adjustment:
        found.append(Refusal("是批复后的目标调整", facts.adjustment_clause))
    if facts.fresh:
        found.append(Refusal("是新增或增加规模的项目", facts.fresh_clause))
    if facts.held_by:
        found.append(Refusal(f"以前的结果对本年有限制：{facts.held_by}", facts.held_clause))
    return found
