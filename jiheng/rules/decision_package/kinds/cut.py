"""结果应用: what the rule proposes for a grade, the ratio that was decided, and the money that it takes off."""

from decimal import Decimal

from jiheng.rules.decision_package.fields import FEN, PERCENT, POINTS, Fen, Number, Score, said
from jiheng.rules.decision_package.kind import Kind, Step, Worked, graded
from jiheng.rules.entry import Strict
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.results import check_decision, consequence, decide

PARAMETER = "result_consequences"
ACTIONS = {"keep": "照常安排", "reduce": "适当压减", "cut": "按比例核减", "none": "不予安排"}


class Facts(Strict):
    """The result of the evaluation and the budget that the ratio counts on."""

    kind: str = said("评价类型的代号", shown=False)
    kind_label: str = said("评价类型")
    grades: str = said("等级表的代号", shown=False)
    score: Score = said("评价总分", POINTS)
    base_fen: Fen = said("计算基数", FEN)
    for_budget_year: int = said("适用预算年度", "年")


class Decided(Strict):
    """The ratio that a leader decided, with reason; outside the bounds with the reason of the exception."""

    asked_ratio: Number = said("提出的比例", PERCENT)
    ratio: Number = said("决定的比例", PERCENT)
    reason: str = said("决定理由")
    exception_reason: str = said("例外理由")


class Result(Strict):
    """What the rule proposes and what the decision comes to."""

    grade_label: str = said("等级")
    action: str = said("制度规定的处理", words=ACTIONS)
    min_ratio: Number = said("幅度下限", PERCENT)
    max_ratio: Number = said("幅度上限", PERCENT)
    proposed_ratio: Number = said("建议的比例", PERCENT)
    proposed_fen: Fen = said("建议核减", FEN)
    decided_action: str = said("决定的处理", words=ACTIONS)
    cut_fen: Fen = said("核减金额", FEN)
    ceiling_fen: Fen = said("以后年度的上限", FEN)


def work_out(facts: Facts, decided: Decided | None, rules: PolicyAt) -> Worked:
    """等级决定处理方式和幅度，幅度内按得分推算建议比例；决定的比例超出幅度的，制度写明“原则上”并写明例外理由的才可以。"""
    if decided is None:
        raise ValueError("没有决定")
    rule, table = rules.value(PARAMETER), rules.policy.grades[facts.grades]
    clause, band = str(rule.clause), table.grade(facts.score)
    proposal = consequence(
        facts.kind, band.key, facts.base_fen, rule.value, clause=clause, band=band, score=facts.score
    )
    made = decide(proposal, facts.base_fen, decided.ratio)
    steps = [
        graded(table, facts.score, str(rules.policy.clause_of(table))),
        *(Step(f"建议　{one}", clause) for one in proposal.steps),
        *(Step(f"决定　{one}") for one in made.steps),
    ]
    return Worked(
        Result(
            grade_label=band.label,
            action=proposal.action,
            min_ratio=_plain(proposal.min_ratio),
            max_ratio=_plain(proposal.max_ratio),
            proposed_ratio=_plain(proposal.proposed_ratio),
            proposed_fen=proposal.proposed_fen,
            decided_action=made.action,
            cut_fen=made.cut,
            ceiling_fen=made.ceiling,
        ),
        tuple(steps),
        tuple(check_decision(proposal, decided.ratio, decided.reason, decided.exception_reason)),
    )


def _plain(ratio: Decimal) -> Decimal:
    """30 and 30.00 per cent are one ratio and are written one way."""
    return ratio.quantize(Decimal("0.01")) if ratio == round(ratio, 2) else ratio


KIND = Kind("cut", "评价结果应用：核减或照常安排", "结果应用", Facts, Result, work_out, Decided)
