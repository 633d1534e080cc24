"""单位自评: the points of each row by its method, the execution rate, total and grade; the bureau's re-check beside it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from jiheng.rules.decision_package.fields import FEN, POINTS, Fen, Number, Score, Yes, said
from jiheng.rules.decision_package.kind import Kind, Step, Worked, graded, prescribed
from jiheng.rules.entry import Strict
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import OPERATORS, Actual, Indicator, Tiered
from jiheng.rules.scoring.registry import METHODS, method_named
from jiheng.rules.scoring.self_evaluation import execution_points, total_from, with_execution

PARAMETERS = ("self_evaluation_weights", "execution_rate_places", "recheck_share")
GRADES = ("evaluation",)


class Row(Strict):
    """One indicator with its target as it was read, and what was reached: a number, a day, yes or no, or a tier."""

    name: str = said("指标")
    target_text: str = said("指标值")
    weight: Number = said("分值", POINTS)
    method: str = said("赋分方法", words={key: one.label for key, one in METHODS.items()})
    operator: str = said("符号", words=OPERATORS)
    target: Number | None = said("目标数")
    target_day: date | None = said("目标日期")
    low: Number | None = said("区间下限")
    high: Number | None = said("区间上限")
    unit: str = said("计量单位")
    parameters: dict[str, Any] = said("方法的设置")
    actual_text: str = said("完成情况")
    actual: Number | None = said("完成数")
    actual_day: date | None = said("完成日期")
    actual_yes: Yes | None = said("是否达成")
    tier: str = said("档次", shown=False)
    claimed: Number | None = said("档内给分", POINTS)

    @property
    def indicator(self) -> Indicator:
        """The row as its scoring method wants it."""
        return Indicator(
            self.weight, self.target_day or self.target, self.operator, self.low, self.high, self.unit, self.parameters
        )

    @property
    def reached(self) -> Actual | None:
        """What was reached, in the kind that the method judges."""
        if self.tier:
            return Tiered(self.tier, self.claimed if self.claimed is not None else Decimal(0))
        return next((one for one in (self.actual, self.actual_day, self.actual_yes) if one is not None), None)


class Facts(Strict):
    """What went into the score."""

    budget_fen: Fen = said("全年预算数", FEN)
    executed_fen: Fen = said("全年执行数", FEN)
    rows: tuple[Row, ...] = said("指标")


class Checked(Strict):
    """One row as the bureau scored it again."""

    name: str = said("指标")
    points: Score = said("复核得分", POINTS)
    reason: str = said("理由")


class Decided(Strict):
    """The bureau's re-check of a self-evaluation that was drawn."""

    rows: tuple[Checked, ...] = said("逐项复核")
    note: str = said("复核意见")


class Result(Strict):
    """What comes out. Without budget there are no points of execution and the rest is converted."""

    execution_points: Score | None = said("预算执行率得分", POINTS)
    points: tuple[Score, ...] = said("各指标得分（依次）", POINTS)
    total: Score = said("自评总分", POINTS)
    grade: str = said("等级代号", shown=False)
    grade_label: str = said("等级")
    recheck_total: Score | None = said("复核总分", POINTS)
    recheck_grade: str = said("复核等级")


def work_out(facts: Facts, decided: Decided | None, rules: PolicyAt) -> Worked:
    """预算执行率按台账计分，各指标按批复时的方法计分，合计后按等级表定级；没有预算的按其余指标折算。"""
    weights, places = rules.value("self_evaluation_weights"), prescribed(rules, "execution_rate_places")
    grades, clause = rules.policy.grades["evaluation"], str(weights.clause)
    table = str(rules.policy.clause_of(grades))
    share = Decimal(str(weights.value["execution"]))
    execution, how = execution_points(
        facts.budget_fen, facts.executed_fen, share, None if places is None else int(places.value)
    )
    steps = [Step(f"预算执行率（{share}分）：{how}", clause)]
    points = []
    for row in facts.rows:
        method = method_named(row.method)
        made = method(row.indicator, row.reached)
        points.append(made.points)
        steps.append(Step(f"“{row.name}”按“{method.label}”：{made.explanation}"))
    total, key = total_from(execution, [(row.weight, one) for row, one in zip(facts.rows, points, strict=True)], grades)
    if total is None:
        raise ValueError("没有一个指标，得不出总分")
    band = grades.band(key)
    added = "＋".join(str(one) for one in ([] if execution is None else [execution]) + points)
    steps.append(Step(f"合计：{added}{'，折算' if execution is None else ''}＝{total}分"))
    steps.append(graded(grades, total, table))
    again, its_grade = None, ""
    if decided is not None:
        again = with_execution(execution, (row.weight for row in facts.rows), sum((one.points for one in decided.rows), Decimal(0)))
        its_grade = grades.grade(again).label
        steps += [Step(f"复核：各指标复核得分合计，连同预算执行率＝{again}分"), graded(grades, again, table)]
    return Worked(
        Result(
            execution_points=execution,
            points=tuple(points),
            total=total,
            grade=key,
            grade_label=band.label,
            recheck_total=again,
            recheck_grade=its_grade,
        ),
        tuple(steps),
        tuple(_against(facts, decided, points, rules)) if decided is not None else (),
    )


def _against(facts: Facts, decided: Decided, points: list[Decimal], rules: PolicyAt) -> Iterator[Refusal]:
    """复核得分不得超出分值，与自评不同的须写明理由。"""
    drawn = prescribed(rules, "recheck_share")
    clause = str((drawn or rules.value("self_evaluation_weights")).clause)
    if [one.name for one in decided.rows] != [row.name for row in facts.rows]:
        yield Refusal("复核的指标与自评的不一一对应", clause)
        return
    for row, own, one in zip(facts.rows, points, decided.rows, strict=True):
        if not 0 <= one.points <= row.weight:
            yield Refusal(f"“{row.name}”复核 {one.points} 分，应在 0 至 {row.weight} 之间", clause)
        if one.points != own and not one.reason.strip():
            yield Refusal(f"“{row.name}”复核与自评不同，没有写明理由", clause)


KIND = Kind("self_evaluation", "单位自评的得分和等级", "单位自评", Facts, Result, work_out, Decided)
