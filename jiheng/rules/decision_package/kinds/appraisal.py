"""事前绩效评估: both sides' points, the conclusion that the bureau's score proposes, and the one that was drawn."""

from datetime import date

from jiheng.rules.appraisal import CONCLUSIONS, conclusion_refusals
from jiheng.rules.decision_package.cards import Line, added_up, unexplained
from jiheng.rules.decision_package.fields import FEN, POINTS, Fen, Score, said
from jiheng.rules.decision_package.kind import Kind, Step, Worked, graded
from jiheng.rules.entry import Strict
from jiheng.rules.money import format_exact
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.refusal import under
from jiheng.rules.workflow.checks import CHECKS

SCORECARD = "appraisal"
PARAMETERS = ("appraisal_entry_condition",)


class Veto(Strict):
    """A fact that fixes the conclusion whatever the score."""

    key: str = said("代号", shown=False)
    label: str = said("否决事项")


class Facts(Strict):
    """What was asked for and how both sides scored it."""

    asked_fen: Fen = said("申报金额", FEN)
    department: tuple[Line, ...] = said("部门自评估的逐项得分")
    bureau: tuple[Line, ...] = said("财政评估的逐项得分")
    vetoes: tuple[Veto, ...] = said("否决事项")


class Condition(Strict):
    """What has to be put right before the money."""

    text: str = said("须完善事项")
    due: date = said("期限")


class Decided(Strict):
    """The conclusion that was drawn, with the money agreed and the reason."""

    conclusion: str = said("结论", words=CONCLUSIONS)
    agreed_fen: Fen = said("同意金额", FEN)
    reason: str = said("理由")
    conditions: tuple[Condition, ...] = said("须完善的事项")


class Result(Strict):
    """Both totals, the conclusion that the rules propose, and what the drawn one takes off."""

    department_total: Score | None = said("部门自评估总分", POINTS)
    bureau_total: Score = said("财政评估总分", POINTS)
    proposed: str = said("得分所示结论", words=CONCLUSIONS)
    cut_fen: Fen = said("核减金额", FEN)


def work_out(facts: Facts, decided: Decided | None, rules: PolicyAt) -> Worked:
    """财政评估的总分按等级表得出结论，有一票否决事项的只能不予支持；另作结论的、核减的须写明理由。"""
    if decided is None:
        raise ValueError("没有结论")
    card = rules.policy.scorecards[SCORECARD]
    table = rules.policy.grades[card.grades]
    clause = str(rules.value("appraisal_entry_condition").clause)
    steps: list[Step] = []
    theirs = None
    if facts.department:
        total, _ = added_up(card, facts.department, rules)
        theirs = total.points
        steps.append(Step(f"部门自评估{total.explanation}"))
    total, more = added_up(card, facts.bureau, rules, [one.key for one in facts.vetoes])
    proposed = total.grade or table.grade(total.points).key
    steps += more
    if total.grade is None:
        steps.append(graded(table, total.points, str(rules.policy.clause_of(table))))
    steps.append(Step(f"得分所示结论：{CONCLUSIONS[proposed]}", clause))
    cut = facts.asked_fen - decided.agreed_fen
    asked, agreed = format_exact(facts.asked_fen), format_exact(decided.agreed_fen)
    steps.append(Step(f"核减：{asked}－{agreed}＝{format_exact(cut)}"))
    given = {
        "conclusion": decided.conclusion,
        "score_conclusion": proposed,
        "vetoes": [veto.label for veto in total.vetoes],
        "opinion": decided.reason,
        "amount_asked": facts.asked_fen,
        "amount_cut": cut,
        "amount_agreed": decided.agreed_fen,
    }
    against = under(clause, CHECKS["conclusion_given"].ask(given, None)) + conclusion_refusals(
        asked=facts.asked_fen,
        agreed=decided.agreed_fen,
        conclusion=decided.conclusion,
        proposed=proposed,
        reason=decided.reason,
        clause=clause,
    )
    result = Result(department_total=theirs, bureau_total=total.points, proposed=proposed, cut_fen=cut)
    return Worked(result, tuple(steps), (*against, *unexplained(card, facts.bureau, rules)))


KIND = Kind("appraisal", "事前绩效评估的得分和结论", "事前评估", Facts, Result, work_out, Decided)
