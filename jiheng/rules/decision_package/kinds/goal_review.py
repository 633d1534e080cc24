"""绩效目标审核: the points of each item of the review table, total, grade, and whether the goal may go on."""

from decimal import Decimal

from jiheng.rules.decision_package.cards import Line, added_up, points_of
from jiheng.rules.decision_package.fields import POINTS, Score, Yes, said
from jiheng.rules.decision_package.kind import Kind, Step, Worked, graded, prescribed
from jiheng.rules.entry import Strict
from jiheng.rules.goal_review import GATE, MARK, reaches_mark, way_of
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.refusal import Refusal, under
from jiheng.rules.scoring.method import plain

SCORECARD = "goal_review"
PARAMETERS = (GATE, MARK)


class Reviewed(Line):
    """One item with the tier that was ticked."""

    tier: str = said("档次", shown=False)


class Facts(Strict):
    """What one side gave on the review table."""

    side: str = said("审核方")
    lines: tuple[Reviewed, ...] = said("逐项评定")


class Decided(Strict):
    """The opinion of the side that reviewed; needed wherever points were lost."""

    opinion: str = said("审核意见")


class Result(Strict):
    """Total, grade, and whether the goal may go on."""

    total: Score = said("总分", POINTS)
    grade: str = said("等级代号", shown=False)
    grade_label: str = said("等级")
    passes: Yes = said("可以进入下一步")


def work_out(facts: Facts, decided: Decided | None, rules: PolicyAt) -> Worked:
    """各项得分合计为总分，按等级表定级；等级按制度须退回或不得进入下一步的，不予通过。"""
    card = rules.policy.scorecards[SCORECARD]
    table = rules.policy.grades[card.grades]
    total, steps = added_up(card, facts.lines, rules)
    band = table.grade(total.points)
    gate, mark = prescribed(rules, GATE), prescribed(rules, MARK)
    way = way_of(band.key, None if gate is None else gate.value)
    steps.append(graded(table, total.points, str(rules.policy.clause_of(table))))
    passes = way.passes
    if gate is not None:
        steps.append(Step(f"等级为“{band.label}”的，{way.words}", str(gate.clause)))
    if mark is not None:
        reached = reaches_mark(total.points, mark.value)
        steps.append(Step(f"合格线{plain(Decimal(mark.value))}分，{'已达到' if reached else '未达到'}", str(mark.clause)))
        passes = passes and reached
    clause = str(rules.policy.clause_of(card))
    given = points_of(facts.lines)
    against = under(clause, card.problems(given, {one.item: one.tier for one in facts.lines if one.tier}))
    if total.points < card.total and (decided is None or not decided.opinion.strip()):
        against.append(Refusal("没有得满分的，须写明审核意见", clause))
    result = Result(total=total.points, grade=band.key, grade_label=band.label, passes=passes)
    return Worked(result, tuple(steps), tuple(against))


KIND = Kind("goal_review", "绩效目标审核的得分、等级和能否通过", "目标审核", Facts, Result, work_out, Decided)
