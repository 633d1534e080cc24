"""Self-evaluation: execution from the ledger, rows scored by rule, two signatures, re-check."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.rules.money import fen_to_wan
from jiheng.rules.reading import Problem, factor_between, read_date, read_quantity
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import Actual, Indicator, NotApplicable, NotScored, Points, Takes, Tiered
from jiheng.rules.scoring.registry import method_named, score
from jiheng.stages.evaluation.access import may_fill_self_evaluation, may_recheck
from jiheng.stages.evaluation.facts import self_evaluation_facts
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.targets import scored_as

YES = {"是", "达成", "完成", "已完成", "有"}
NO = {"否", "未达成", "未完成", "无"}


@dataclass(frozen=True)
class LineData:
    """What the unit says about one row: the actual value as typed; for qualitative rows tier and points."""

    actual_text: str
    tier: str = ""
    claimed: Decimal | None = None
    reason: str = ""


def start_self_evaluation(*, goal: Goal, person: Person) -> SelfEvaluation:
    """Open the self-evaluation of an approved goal, its rows taken over from the goal as approved."""
    if goal.state != "approved":
        raise refuse("绩效目标尚未批复，不能开展自评", remedy="先完成绩效目标批复")
    if SelfEvaluation.objects.filter(subject_year_id=goal.subject_year_id).exists():
        raise refuse("本项目本年度的自评已经建立")
    cycle = goal.cycle
    with act(person):
        made = SelfEvaluation.objects.create(
            place_id=goal.place_id,
            state=policy_for(cycle).workflows["self_evaluation"].start,
            created_at=clock.now(),
            cycle=cycle,
            work_year=clock.today().year,
            subject_year=goal.subject_year,
            goal=goal,
        )
        SelfLine.objects.bulk_create(
            [SelfLine(evaluation=made, indicator=row) for row in goal.indicators.all()]
        )
        record("self_evaluation.start", made, {"goal": goal.pk, "revision": goal.revision})
        refresh_money(evaluation=made, person=person)
    return made


def refresh_money(*, evaluation: SelfEvaluation, person: Person) -> None:
    """Take budget and payments from the ledger and score the execution rate by rule (forms are never asked)."""
    money = balance(evaluation.subject_year_id, date(evaluation.cycle.budget_year, 12, 31))
    policy = policy_for(evaluation.cycle)
    weight = Decimal(str(value_in(evaluation.cycle, "self_evaluation_weights").value["execution"]))
    setting = policy.get("execution_rate_places", budget_year=evaluation.cycle.budget_year)
    places = None if setting is None else int(setting.value)
    points, note = execution_points(money.budget, money.executed, weight, places)
    evaluation.initial_fen, evaluation.budget_fen, evaluation.executed_fen = (
        money.initial,
        money.budget,
        money.executed,
    )
    evaluation.execution_points, evaluation.execution_note = points, note
    with act(person):
        evaluation.save(
            update_fields=["initial_fen", "budget_fen", "executed_fen", "execution_points", "execution_note"]
        )


def execution_points(
    budget: int, executed: int, weight: Decimal, rounding: int | None
) -> tuple[Decimal | None, str]:
    """Return the points of the execution rate and their calculation; without budget there is no rate."""
    settings = {} if rounding is None else {"rate_places": rounding}
    indicator = Indicator(weight, fen_to_wan(budget), ">=", parameters=settings)
    try:
        made = score("budget_execution", indicator, fen_to_wan(executed))
    except NotApplicable as reason:
        return None, f"{reason}，总分按其余指标折算"
    return made.points, made.explanation


def save_results(
    *,
    evaluation: SelfEvaluation,
    lines: dict[int, LineData],
    actual_objective: str,
    person: Person,
    version: int | None = None,
) -> None:
    """The project side's part: actual values, reasons, the objective's result; rows are scored at once.

    Values that cannot be read are refused all together, each at its row.
    """
    verdict = may_fill_self_evaluation(person, evaluation)
    if not verdict:
        raise refuse(verdict.reason)
    if person.role != "unit_project":
        raise refuse("完成情况由项目经办填写", remedy="请由项目经办登录填写")
    with act(person):
        _claim(evaluation, version)
        problems: list[Refusal] = []
        rows = list(evaluation.lines.select_related("indicator"))
        for row in rows:
            if row.pk in lines:
                problems += _fill(row, lines[row.pk], evaluation.cycle.budget_year)
        if problems:
            raise Refused(problems)
        SelfLine.objects.bulk_update(
            rows, ["actual_text", "actual", "tier", "claimed", "points", "calculation", "reason"]
        )
        evaluation.actual_objective = actual_objective.strip()
        _sum_up(evaluation, rows)
        evaluation.save(update_fields=["actual_objective", "total", "grade"])
        record("self_evaluation.results", evaluation, {"total": evaluation.total, "grade": evaluation.grade})


def save_execution_reason(
    *, evaluation: SelfEvaluation, reason: str, person: Person, version: int | None = None
) -> None:
    """The finance side's part: why the execution rate is low; the amounts come from the ledger."""
    verdict = may_fill_self_evaluation(person, evaluation)
    if not verdict:
        raise refuse(verdict.reason)
    if person.role != "unit_finance":
        raise refuse("执行情况由财务经办填写", remedy="请由财务经办登录填写")
    limit = 100
    if len(reason.strip()) > limit:
        raise refuse(f"执行偏差原因不超过 {limit} 字，现为 {len(reason.strip())} 字", where="execution_reason")
    with act(person):
        _claim(evaluation, version)
        refresh_money(evaluation=evaluation, person=person)
        evaluation.execution_reason = reason.strip()
        _sum_up(evaluation, list(evaluation.lines.select_related("indicator")))
        evaluation.save(update_fields=["execution_reason", "total", "grade"])
        record("self_evaluation.money", evaluation, {"reason": evaluation.execution_reason})


def _claim(evaluation: SelfEvaluation, version: int | None) -> None:
    """Count the version up, so that of two people who saw the same page only one is saved."""
    if version is not None and version != evaluation.version:
        raise Overtaken
    same = SelfEvaluation.objects.filter(pk=evaluation.pk, version=evaluation.version)
    if same.update(version=evaluation.version + 1) != 1:
        raise Overtaken
    evaluation.version += 1


def read_actual(indicator: GoalIndicator, data: LineData) -> Actual | None | Problem:
    """Turn what was typed into what the row's method judges; a Problem names what cannot be read."""
    takes = method_named(indicator.method).takes
    text = data.actual_text.strip()
    if takes is Takes.TIER:
        if not data.tier or data.claimed is None:
            return None
        return Tiered(data.tier, data.claimed)
    if not text:
        return None
    if takes is Takes.DATE:
        return read_date(text)
    if takes is Takes.YES_NO:
        if text in YES or text in NO:
            return text in YES
        return Problem(text, "应填“是”或“否”", "请改填“是”或“否”")
    return read_in_unit(text, indicator.unit)


def read_in_unit(text: str, unit: str) -> Decimal | Problem:
    """Read a figure in the unit of its row: 300000元 is 30 where the row counts in 万元."""
    read = read_quantity(text)
    if isinstance(read, Problem):
        return read
    if not read.unit or read.unit == unit:
        return read.value
    factor = factor_between(read.unit, unit) if unit else None
    if factor is None:
        return Problem(text, f"单位“{read.unit}”与本行单位“{unit or '无'}”不一致", "请按本行单位填写")
    return read.value * factor


def points_of(indicator: GoalIndicator, actual: Actual | None, budget_year: int) -> Points:
    """Score one row by its method. NotScored with the reason when it cannot be scored."""
    return score(indicator.method, scored_as(indicator, budget_year), actual)


def _fill(row: SelfLine, data: LineData, budget_year: int) -> list[Refusal]:
    where = f"line-{row.pk}"
    row.actual_text, row.tier, row.claimed = data.actual_text.strip(), data.tier, data.claimed
    row.reason = data.reason.strip()
    row.actual, row.points, row.calculation = None, None, ""
    actual = read_actual(row.indicator, data)
    if isinstance(actual, Problem):
        return [Refusal(f"“{row.indicator.name}”的完成值“{data.actual_text}”{actual.message}", remedy=actual.remedy, where=where)]
    if actual is None:
        return []
    row.actual = actual if isinstance(actual, Decimal) else None
    try:
        scored = points_of(row.indicator, actual, budget_year)
    except NotScored as error:
        return [Refusal(f"“{row.indicator.name}”：{error}", where=where)]
    row.points, row.calculation = scored.points, scored.explanation
    return []


def _sum_up(evaluation: SelfEvaluation, rows: list[SelfLine]) -> None:
    """Set total and grade once every row is scored; without an execution rate the rest is converted to 100."""
    evaluation.total, evaluation.grade = None, ""
    if any(row.points is None for row in rows) or not rows:
        return
    points = sum((row.points for row in rows if row.points is not None), Decimal(0))
    evaluation.total = whole_total(evaluation, rows, points)
    evaluation.grade = policy_for(evaluation.cycle).grades["evaluation"].grade(evaluation.total).key


def whole_total(evaluation: SelfEvaluation, rows: list[SelfLine], points: Decimal) -> Decimal:
    """Return rows plus execution; converted by the weights that apply when there is no execution rate."""
    if evaluation.execution_points is not None:
        return points + evaluation.execution_points
    weights = sum((row.indicator.weight for row in rows), Decimal(0))
    return (points / weights * 100).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def signed_content(evaluation: SelfEvaluation) -> dict[str, Any]:
    """Return exactly what the unit signs."""
    return {
        "subject_year": evaluation.subject_year_id,
        "goal": evaluation.goal_id,
        "money": [evaluation.initial_fen, evaluation.budget_fen, evaluation.executed_fen],
        "execution": [evaluation.execution_points, evaluation.execution_reason],
        "objective": evaluation.actual_objective,
        "total": evaluation.total,
        "lines": [
            [line.indicator_id, line.actual_text, line.tier, line.points, line.reason]
            for line in evaluation.lines.order_by("pk")
        ],
    }


def _step(evaluation: SelfEvaluation, action: str, person: Person, comment: str, version: int | None) -> None:
    advance(
        evaluation,
        workflow=policy_for(evaluation.cycle).workflows["self_evaluation"],
        action=action,
        person=person,
        facts=self_evaluation_facts(evaluation, person),
        comment=comment,
        content_hash=content_hash(signed_content(evaluation)),
        version=version,
    )


def submit_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """Sign and send; it leaves when project staff and finance staff have signed the same content."""
    with act(person):
        if evaluation.state == "draft":
            refresh_money(evaluation=evaluation, person=person)
            evaluation.refresh_from_db()
        _step(evaluation, "submit", person, comment, version)
        if evaluation.state == "department":
            _tell(evaluation, evaluation.subject_year.department, "department_reviewer", "待审核自评")


def confirm_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The department confirms a self-evaluation of its unit."""
    with act(person):
        _step(evaluation, "confirm", person, comment, version)


def return_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str, version: int | None = None
) -> None:
    """Send it back with the reason."""
    with act(person):
        _step(evaluation, "return", person, comment, version)
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", f"自评被退回：{comment}")


def accept_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The bureau takes note of a self-evaluation, re-checked or not."""
    with act(person):
        _step(evaluation, "accept", person, comment, version)


def recheck_self_evaluation(
    *,
    evaluation: SelfEvaluation,
    points: dict[int, tuple[Decimal, str]],
    note: str,
    person: Person,
    version: int | None = None,
) -> None:
    """Score again what was drawn; the unit's own score stays, the difference is recorded with its reasons."""
    verdict = may_recheck(person, evaluation)
    if not verdict:
        raise refuse(verdict.reason)
    rows = list(evaluation.lines.select_related("indicator"))
    problems = []
    for row in rows:
        if row.pk not in points:
            problems.append(Refusal(f"“{row.indicator.name}”未复核", where=f"line-{row.pk}"))
            continue
        value, reason = points[row.pk]
        if not 0 <= value <= row.indicator.weight:
            problems.append(
                Refusal(f"“{row.indicator.name}”复核 {value} 分，应在 0 至 {row.indicator.weight} 之间",
                        where=f"line-{row.pk}")
            )
        if row.points != value and not reason.strip():
            problems.append(Refusal(f"“{row.indicator.name}”复核与自评不同，须写明理由", where=f"line-{row.pk}"))
        row.recheck_points, row.recheck_reason = value, reason.strip()
    if problems:
        raise Refused(problems)
    with act(person):
        SelfLine.objects.bulk_update(rows, ["recheck_points", "recheck_reason"])
        total = whole_total(
            evaluation, rows, sum((row.recheck_points for row in rows if row.recheck_points is not None), Decimal(0))
        )
        evaluation.recheck_total = total
        evaluation.recheck_grade = policy_for(evaluation.cycle).grades["evaluation"].grade(total).key
        evaluation.recheck_note = note.strip()
        evaluation.save(update_fields=["recheck_total", "recheck_grade", "recheck_note"])
        _step(evaluation, "recheck", person, note, version)
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", f"自评复核得分 {total}")


def _tell(evaluation: SelfEvaluation, organisation: Any, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{evaluation.subject_year.name}：{text}",
        link=f"/evaluation/self/{evaluation.pk}/",
        about=evaluation,
    )
