"""Self-evaluation: execution from the ledger, rows scored by rule, proof, two signatures, re-check."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach, withdraw
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.foundation.workflow.claim import Seen, claim
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.scoring.self_evaluation import execution_points
from jiheng.stages.evaluation.access import (
    may_fill_money,
    may_fill_results,
    may_fill_self_evaluation,
    may_move_self_evaluation,
    may_recheck,
    may_start_self_evaluation,
    self_workflow,
)
from jiheng.stages.evaluation.content import hash_of, signed_content
from jiheng.stages.evaluation.facts import newer_goal, self_evaluation_facts
from jiheng.stages.evaluation.judging import (
    LineData,
    judged,
    total_of,
    whole_total,
)
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.evaluation.queries import drawn_ids
from jiheng.stages.goals.models import Goal

__all__ = [
    "LineData", "accept_self_evaluation", "attach_evidence", "confirm_self_evaluation", "execution_points",
    "follow_goal", "hash_of", "move_self_evaluation", "recheck_self_evaluation", "refresh_money",
    "return_self_evaluation", "save_execution_reason", "save_results", "signed_content", "start_self_evaluation",
    "submit_self_evaluation", "take_back_evidence", "whole_total", "withdraw_self_evaluation",
]  # fmt: skip

FILLED = ["actual_text", "actual", "tier", "claimed", "points", "calculation", "reason"]
LONGEST_EXECUTION_REASON = 100
MOST_POINTS = Decimal(1000)


# --- start and fill


def start_self_evaluation(*, goal: Goal, person: Person) -> SelfEvaluation:
    """Open the self-evaluation of an approved goal, its rows taken over from the goal as approved."""
    require(may_start_self_evaluation(person, goal.subject_year))
    if goal.state != "approved":
        raise refuse(
            "绩效目标尚未批复，不能开展自评",
            clause_in(goal.cycle, "workflows.self_evaluation"),
            remedy="先完成绩效目标批复",
        )
    if not goal.current:
        raise refuse(
            "绩效目标已被新版本接替，不能按旧版本自评",
            clause_in(goal.cycle, "workflows.self_evaluation"),
            remedy="请按现行目标开展自评",
        )
    if SelfEvaluation.objects.filter(subject_year_id=goal.subject_year_id).exists():
        raise refuse(
            "本项目本年度的自评已经建立",
            clause_in(goal.cycle, "workflows.self_evaluation"),
            remedy="请打开已有的自评继续填写",
        )
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


def follow_goal(*, evaluation: SelfEvaluation, person: Person) -> None:
    """Bring a draft in line with the goal that replaced the one it began with; what rows share is kept."""
    require(may_fill_self_evaluation(person, evaluation))
    newer = newer_goal(evaluation)
    if newer is None:
        raise mistaken("自评已按现行绩效目标填报，无须更新")
    with act(person):
        claim(evaluation, "results")
        old = {row.indicator.lineage: row for row in evaluation.lines.select_related("indicator")}
        evaluation.lines.all().delete()
        made = []
        for indicator in newer.indicators.all():
            row = SelfLine(evaluation=evaluation, indicator=indicator)
            before = old.get(indicator.lineage)
            if before is not None:
                data = LineData(before.actual_text, before.tier, before.claimed, before.reason)
                _fill(row, data, evaluation.cycle.budget_year)
            made.append(row)
        SelfLine.objects.bulk_create(made)
        evaluation.goal = newer
        evaluation.total, evaluation.grade = total_of(evaluation, made)
        evaluation.save(update_fields=["goal", "total", "grade"])
        record("self_evaluation.follow_goal", evaluation, {"goal": newer.pk, "revision": newer.revision})


def refresh_money(*, evaluation: SelfEvaluation, person: Person) -> None:
    """Take budget and payments from the ledger and score the execution rate by rule (forms are never asked)."""
    money = balance(evaluation.subject_year_id, date(evaluation.cycle.budget_year, 12, 31))
    policy = policy_for(evaluation.cycle)
    weight = Decimal(str(value_in(evaluation.cycle, "self_evaluation_weights").value["execution"]))
    setting = policy.get("execution_rate_places", budget_year=evaluation.cycle.budget_year)
    places = None if setting is None or setting.value is None else int(setting.value)
    points, note = execution_points(money.budget, money.executed, weight, places)
    evaluation.initial_fen, evaluation.budget_fen, evaluation.executed_fen = (
        money.initial,
        money.budget,
        money.executed,
    )
    evaluation.execution_points, evaluation.execution_note = points, note
    rows = list(evaluation.lines.select_related("indicator"))
    evaluation.total, evaluation.grade = total_of(evaluation, rows)
    with act(person):
        evaluation.save(
            update_fields=[
                "initial_fen", "budget_fen", "executed_fen", "execution_points", "execution_note", "total", "grade",
            ]
        )  # fmt: skip


def save_results(
    *,
    evaluation: SelfEvaluation,
    lines: dict[int, LineData],
    actual_objective: str,
    person: Person,
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """The project side's part: actual values, reasons, the objective's result; rows are scored at once.

    Values that cannot be read are refused all together, each at its row. A `draft` keeps them as they are,
    without points and without an entry in the chain.
    """
    require(may_fill_results(person, evaluation))
    with act(person):
        claim(evaluation, "results", seen=seen)
        problems: list[Refusal] = []
        rows = list(evaluation.lines.select_related("indicator"))
        for row in rows:
            if row.pk in lines:
                problems += _fill(row, lines[row.pk], evaluation.cycle.budget_year)
        if problems and not draft:
            raise Refused(problems)
        SelfLine.objects.bulk_update(rows, FILLED)
        evaluation.actual_objective = actual_objective.strip()
        evaluation.total, evaluation.grade = total_of(evaluation, rows)
        evaluation.save(update_fields=["actual_objective", "total", "grade"])
        if not draft:
            result = {"total": evaluation.total, "grade": evaluation.grade}
            record("self_evaluation.results", evaluation, result)


def save_execution_reason(
    *, evaluation: SelfEvaluation, reason: str, person: Person, seen: Seen | None = None, draft: bool = False
) -> None:
    """The finance side's part: why the execution rate is low; the amounts come from the ledger."""
    require(may_fill_money(person, evaluation))
    text, limit = reason.strip(), LONGEST_EXECUTION_REASON
    if len(text) > limit:
        raise mistaken(f"执行偏差原因不超过 {limit} 字，现为 {len(text)} 字", where="execution_reason")
    with act(person):
        claim(evaluation, "money", seen=seen)
        refresh_money(evaluation=evaluation, person=person)
        evaluation.execution_reason = text
        evaluation.save(update_fields=["execution_reason"])
        if not draft:
            record("self_evaluation.money", evaluation, {"reason": evaluation.execution_reason})


def _fill(row: SelfLine, data: LineData, budget_year: int) -> list[Refusal]:
    where = f"line-{row.pk}"
    row.actual_text, row.tier, row.reason = (
        data.actual_text.strip()[:200],
        data.tier[:20],
        data.reason.strip()[:300],
    )
    row.claimed = data.claimed if data.claimed is not None and abs(data.claimed) < MOST_POINTS else None
    found = judged(row.indicator, data, budget_year, where)
    row.actual = found.number
    row.points = found.points.points if found.points else None
    row.calculation = found.points.explanation[:300] if found.points else ""
    return [found.problem] if found.problem else []


# --- proof


def attach_evidence(
    *, evaluation: SelfEvaluation, row: str, name: str, content: bytes, person: Person
) -> Evidence:
    """Hand in a file that proves a row of the self-evaluation ("" the whole); only while it is being filled."""
    require(may_fill_self_evaluation(person, evaluation))
    return attach(subject=evaluation, row=row[:80], name=name, content=content, person=person)


def take_back_evidence(*, evaluation: SelfEvaluation, evidence_id: int, person: Person) -> None:
    """Take back a file that was handed in by mistake; the chain keeps that it was there."""
    require(may_fill_self_evaluation(person, evaluation))
    with act(person):
        found = withdraw(evaluation, evidence_id)
        record("self_evaluation.take_back", evaluation, {"name": found.name, "sha256": found.file.digest})


# --- the steps


def _step(evaluation: SelfEvaluation, action: str, person: Person, comment: str, version: int | None) -> None:
    require(may_move_self_evaluation(person, evaluation))
    advance(
        evaluation,
        workflow=self_workflow(evaluation),
        action=action,
        person=person,
        facts=self_evaluation_facts(evaluation, person),
        comment=comment,
        content_hash=hash_of(evaluation),
        version=version,
    )


def submit_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """Sign and send; it leaves when project staff and finance staff have signed the same content."""
    with act(person):
        if evaluation.state == "draft":
            refresh_money(evaluation=evaluation, person=person)
        _step(evaluation, "submit", person, comment, version)
        if evaluation.state == "department":
            _tell(evaluation, evaluation.subject_year.department, "department_reviewer", "待审核自评")
        else:
            other = "unit_finance" if person.role == "unit_project" else "unit_project"
            _tell(evaluation, evaluation.subject_year.unit, other, "自评待您核对并签署")


def withdraw_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The unit takes its self-evaluation back before the department has dealt with it."""
    with act(person):
        _step(evaluation, "withdraw", person, comment, version)


def confirm_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The department confirms a self-evaluation of its unit."""
    with act(person):
        _step(evaluation, "confirm", person, comment, version)


def pass_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """Where self-evaluations are reviewed twice, the division lets one pass to the evaluation centre."""
    with act(person):
        _step(evaluation, "pass", person, comment, version)


def return_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str, version: int | None = None
) -> None:
    """Send it back with the reason."""
    with act(person):
        _step(evaluation, "return", person, comment, version)
        for role in ("unit_project", "unit_finance"):
            _tell(evaluation, evaluation.subject_year.unit, role, f"自评被退回：{comment}")


def accept_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The bureau takes note of a self-evaluation; one that was drawn has to be re-checked first."""
    if evaluation.state == "submitted" and evaluation.pk in drawn_ids(evaluation.cycle):
        raise refuse(
            "这份自评已被抽中复核，尚未复核",
            clause_in(evaluation.cycle, "recheck_share"),
            remedy="请先完成复核，再认可复核结果",
        )
    with act(person):
        _step(evaluation, "accept", person, comment, version)
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", "自评已认可")


MOVES: Mapping[str, Callable[..., None]] = {
    "submit": submit_self_evaluation,
    "withdraw": withdraw_self_evaluation,
    "confirm": confirm_self_evaluation,
    "pass": pass_self_evaluation,
    "return": return_self_evaluation,
    "accept": accept_self_evaluation,
}


def move_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, action: str, comment: str = "", version: int | None = None
) -> None:
    """Take the step named `action`; refused when there is no such step."""
    service = MOVES.get(action)
    if service is None:
        raise mistaken("没有这一步", remedy="请刷新页面后再办理")
    service(evaluation=evaluation, person=person, comment=comment, version=version)


# --- re-check


def recheck_self_evaluation(
    *,
    evaluation: SelfEvaluation,
    points: dict[int, tuple[Decimal, str]],
    note: str,
    person: Person,
    version: int | None = None,
) -> None:
    """Score again what was drawn; the unit's own score stays, the difference is recorded with its reasons."""
    require(may_recheck(person, evaluation))
    rows = list(evaluation.lines.select_related("indicator"))
    problems: list[Refusal] = []
    for row in rows:
        problems += recheck_problems(row, points.get(row.pk))
        row.recheck_points, row.recheck_reason = points.get(row.pk, (None, ""))
        row.recheck_reason = row.recheck_reason.strip()
    if problems:
        raise Refused(problems)
    with act(person):
        SelfLine.objects.bulk_update(rows, ["recheck_points", "recheck_reason"])
        total = whole_total(
            evaluation,
            rows,
            sum((row.recheck_points for row in rows if row.recheck_points is not None), Decimal(0)),
        )
        evaluation.recheck_total = total
        evaluation.recheck_grade = policy_for(evaluation.cycle).grades["evaluation"].grade(total).key
        evaluation.recheck_note = note.strip()
        evaluation.save(update_fields=["recheck_total", "recheck_grade", "recheck_note"])
        _step(evaluation, "recheck", person, note, version)
        text = f"自评复核得分 {total}，自评 {evaluation.total}"
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", text)
        _tell(evaluation, evaluation.subject_year.department, "department_reviewer", text)


def recheck_problems(row: SelfLine, given: tuple[Decimal, str] | None) -> list[Refusal]:
    """Return what is wrong with the re-checked points of one row: none, out of range, unexplained."""
    where, name, weight = f"line-{row.pk}", row.indicator.name, row.indicator.weight
    rule = clause_in(row.evaluation.cycle, "recheck_share")
    if given is None:
        return [Refusal(f"“{name}”未复核", rule, remedy="请给出复核得分", where=where)]
    value, reason = given
    found = []
    if not 0 <= value <= weight:
        found.append(
            Refusal(
                f"“{name}”复核 {value} 分，应在 0 至 {weight} 之间",
                clause_in(row.evaluation.cycle, "self_evaluation_weights"),
                where=where,
            )
        )
    elif value != round(value, 2):
        found.append(
            Refusal(
                f"“{name}”复核 {value} 分，最多两位小数",
                clause_in(row.evaluation.cycle, "rounding_points"),
                where=where,
            )
        )
    if row.points != value and not reason.strip():
        found.append(
            Refusal(f"“{name}”复核与自评不同，须写明理由", rule, remedy="请写明理由和依据", where=where)
        )
    if len(reason) > 300:
        found.append(mistake(f"“{name}”的复核理由最多 300 字", where=where))
    return found


def _tell(evaluation: SelfEvaluation, organisation: Organisation, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{evaluation.subject_year.name}：{text}",
        link=f"/evaluation/self/{evaluation.pk}/",
        about=evaluation,
    )
