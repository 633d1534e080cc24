"""绩效评价: the points of each item of the scorecard, total and grade; the bureau's re-check of a department's beside it."""

from jiheng.rules.decision_package.cards import Line, added_up, unexplained
from jiheng.rules.decision_package.fields import POINTS, Score, said
from jiheng.rules.decision_package.kind import Kind, Worked, graded
from jiheng.rules.entry import Strict
from jiheng.rules.policy.policy import PolicyAt


class Facts(Strict):
    """What was scored, on which table; the points are those on which the evaluation was confirmed."""

    kind: str = said("评价类型")
    scorecard: str = said("评分表的代号", shown=False)
    lines: tuple[Line, ...] = said("逐项得分")


class Decided(Strict):
    """The bureau's re-check of a department's evaluation that was drawn."""

    lines: tuple[Line, ...] = said("逐项复核")
    opinion: str = said("复核意见")


class Result(Strict):
    """Total and grade; those of the re-check are in force where there is one."""

    total: Score = said("总分", POINTS)
    grade: str = said("等级代号", shown=False)
    grade_label: str = said("等级")
    recheck_total: Score | None = said("复核总分", POINTS)
    recheck_grade: str = said("复核等级")


def work_out(facts: Facts, decided: Decided | None, rules: PolicyAt) -> Worked:
    """各项得分合计为总分，按等级表定级；财政部门抽查复核的，以复核的得分为准。"""
    card = rules.policy.scorecards[facts.scorecard]
    table = rules.policy.grades[card.grades]
    clause = str(rules.policy.clause_of(table))
    total, steps = added_up(card, facts.lines, rules)
    band = table.grade(total.points)
    steps.append(graded(table, total.points, clause))
    again, its_grade = None, ""
    if decided is not None:
        made, more = added_up(card, decided.lines, rules)
        again, its_grade = made.points, table.grade(made.points).label
        steps += [*more, graded(table, made.points, clause)]
    result = Result(
        total=total.points, grade=band.key, grade_label=band.label, recheck_total=again, recheck_grade=its_grade
    )
    last = facts.lines if decided is None else decided.lines
    return Worked(result, tuple(steps), tuple(unexplained(card, last, rules)))


KIND = Kind("evaluation", "绩效评价的得分和等级", "绩效评价", Facts, Result, work_out, Decided)
