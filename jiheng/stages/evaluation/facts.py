"""What the rules are told about a self-evaluation or an evaluation."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation, SelfLine

SATURDAY = 5


@dataclass(frozen=True)
class Blocking(Refusal):
    """Something in the form that keeps it from leaving."""

    blocking: bool = True


def self_evaluation_facts(evaluation: SelfEvaluation, person: Person) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a self-evaluation."""
    rows = list(evaluation.lines.select_related("indicator"))
    total, again = evaluation.total, evaluation.recheck_total
    return {
        "policy": rules_at(evaluation.cycle),
        "findings": form_findings(evaluation, rows),
        "reasons_missing": reasons_missing(evaluation, rows),
        "halves": {"project": _project_gaps(evaluation, rows), "finance": []},
        "evidence_missing": [] if evidence_of(evaluation).exists() else ["自评结果"],
        "goal_state": evaluation.goal.state,
        "recheck_missing": [row.indicator.name for row in rows if row.recheck_points is None],
        "recheck_difference": Decimal(0) if total is None or again is None else total - again,
        "recheck_opinion": evaluation.recheck_note,
        "responsible_organisation": evaluation.subject_year.unit_id,
        "acting_organisation": person.organisation_id,
    }


def _project_gaps(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[str]:
    gaps = [f"{row.indicator.name}的完成值" for row in rows if row.points is None]
    return gaps if evaluation.actual_objective else [*gaps, "总体目标实际完成情况"]


def form_findings(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[Blocking]:
    """Return what is wrong in the form itself: rows without points, an objective left out or copied."""
    found = [
        Blocking(f"“{row.indicator.name}”还没有得分", remedy="请填写实际完成值", where=f"line-{row.pk}")
        for row in rows
        if row.points is None
    ]
    if evaluation.actual_objective and evaluation.actual_objective == evaluation.goal.objective:
        found.append(
            Blocking(
                "“实际完成情况”与预期目标逐字相同",
                remedy="请写实际结果，不要照抄目标",
                where="actual_objective",
            )
        )
    return found


def reasons_missing(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[dict[str, Any]]:
    """Return what has to be explained and is not: lost points, far beyond the target, slow spending."""
    rules = rules_at(evaluation.cycle)
    line, over = rules.value("execution_reason_line"), rules.value("overfulfilment_line")
    lost = rules.value("self_evaluation_weights").clause
    found: list[dict[str, Any]] = []
    for row in rows:
        indicator = row.indicator
        if row.points is None or row.reason:
            continue
        if row.points < indicator.weight:
            why = f"得 {row.points} 分，未得满分（{indicator.weight} 分）"
            found.append({"label": indicator.name, "why": why, "clause": lost, "row": row.pk})
        elif _beyond(row.actual, indicator.value, indicator.operator, Decimal(str(over.value))):
            why = f"达到目标值的 {over.value}% 以上"
            found.append({"label": indicator.name, "why": why, "clause": over.clause, "row": row.pk})
    if evaluation.budget_fen > 0 and not evaluation.execution_reason:
        rate = Decimal(evaluation.executed_fen) * 100 / Decimal(evaluation.budget_fen)
        if rate < Decimal(str(line.value)):
            why = f"为 {rate:.2f}%，低于 {line.value}%（由财务经办说明）"
            found.append({"label": "预算执行率", "why": why, "clause": line.clause, "row": None})
    return found


def _beyond(actual: Decimal | None, target: Decimal | None, operator: str, line: Decimal) -> bool:
    if actual is None or target is None or target <= 0 or operator not in {">=", ">", "≥"}:
        return False
    return actual * 100 >= target * line


def evaluation_facts(evaluation: Evaluation, person: Person) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about an evaluation on a scorecard."""
    policy = policy_for(evaluation.cycle)
    scored = set(evaluation.lines.values_list("item", flat=True))
    items = policy.scorecards[evaluation.scorecard].items
    missing = [item.label for item in items if item.key not in scored]
    sections = policy.documents["evaluation_report"].sections
    return {
        "policy": rules_at(evaluation.cycle),
        "scorecard_missing": {"evaluation": missing, evaluation.scorecard: missing},
        "report_missing": [
            one.title for one in sections if one.required and not str(evaluation.sections.get(one.key, "")).strip()
        ],
        "grade": evaluation.grade or None,
        "finding_count": evaluation.findings.count(),
        "evaluator_organisation": evaluation.evaluator_id,
        "evaluated_organisation": evaluation.subject_year.unit_id,
        "unit_response": evaluation.unit_reply,
        "response_overdue": response_overdue(evaluation),
        "responsible_organisation": evaluation.subject_year.unit_id,
        "acting_organisation": person.organisation_id,
    }


def response_overdue(evaluation: Evaluation) -> bool:
    """Whether the unit's time to answer the draft has run out; working days are Monday to Friday."""
    if evaluation.state != "consultation" or evaluation.moved_at is None:
        return False
    allowed = int(rules_at(evaluation.cycle).value("evaluation_response_days").value)
    day = timezone.localdate(evaluation.moved_at)
    passed = 0
    while passed < allowed:
        day += timedelta(days=1)
        passed += day.weekday() < SATURDAY
    return clock.today() > day
