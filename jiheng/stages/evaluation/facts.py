"""What the rules are told about a self-evaluation or an evaluation."""

from decimal import Decimal
from typing import Any

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation


def self_evaluation_facts(evaluation: SelfEvaluation, person: Person) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a self-evaluation."""
    return {
        "findings": self_evaluation_findings(evaluation),
        "evidence_count": evidence_of(evaluation).count(),
        "rechecked": evaluation.recheck_total is not None,
        "own_unit": person.organisation_id == evaluation.subject_year.unit_id,
    }


def self_evaluation_findings(evaluation: SelfEvaluation) -> list[Refusal]:
    """Return everything that still keeps the form from leaving the unit, each with its clause."""
    cycle = evaluation.cycle
    line = value_in(cycle, "execution_reason_line")
    over = value_in(cycle, "overfulfilment_line")
    found: list[Refusal] = []
    for row in evaluation.lines.select_related("indicator"):
        name, where = row.indicator.name, f"line-{row.pk}"
        if row.points is None:
            found.append(Refusal(f"“{name}”还没有完成值，不能计分", where=where, remedy="请填写实际完成值"))
        elif row.points < row.indicator.weight and not row.reason:
            found.append(
                Refusal(
                    f"“{name}”未得满分（{row.points}/{row.indicator.weight}），须说明偏差原因和改进措施",
                    str(value_in(cycle, "self_evaluation_weights").clause),
                    where=where,
                )
            )
        elif _beyond(row.actual, row.indicator.value, row.indicator.operator, Decimal(str(over.value))):
            if not row.reason:
                found.append(
                    Refusal(f"“{name}”超过目标值 {over.value}%，须说明原因", str(over.clause), where=where)
                )
    if evaluation.budget_fen > 0:
        rate = Decimal(evaluation.executed_fen) * 100 / Decimal(evaluation.budget_fen)
        if rate < Decimal(str(line.value)) and not evaluation.execution_reason:
            found.append(
                Refusal(
                    f"预算执行率 {rate:.2f}% 低于 {line.value}%，须由财务经办说明原因",
                    str(line.clause),
                    where="execution_reason",
                )
            )
    if not evaluation.actual_objective:
        found.append(Refusal("“总体目标实际完成情况”没有填写", where="actual_objective"))
    elif evaluation.actual_objective == evaluation.goal.objective:
        found.append(
            Refusal("“实际完成情况”与预期目标逐字相同", remedy="请写实际结果，不要照抄目标", where="actual_objective")
        )
    return found


def _beyond(actual: Decimal | None, target: Decimal | None, operator: str, line: Decimal) -> bool:
    if actual is None or target is None or target <= 0 or operator not in {">=", ">", "≥"}:
        return False
    return actual * 100 >= target * line


def evaluation_facts(evaluation: Evaluation, person: Person) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about an evaluation on a scorecard."""
    card = policy_for(evaluation.cycle).scorecards[evaluation.scorecard]
    scored = {line.item: line for line in evaluation.lines.all()}
    missing = [item.label for item in card.items if item.key not in scored]
    unexplained = [
        item.label
        for item in card.items
        if item.key in scored and scored[item.key].points < item.points and not scored[item.key].reason
    ]
    outline = policy_for(evaluation.cycle).documents["evaluation_report"]
    empty = [
        section.title
        for section in outline.sections
        if section.required and not str(evaluation.sections.get(section.key, "")).strip()
    ]
    return {
        "scorecard_missing": missing,
        "scorecard_unexplained": unexplained,
        "report_missing": empty,
        "unit_reply": evaluation.unit_reply,
        "reply_answer": evaluation.reply_answer,
        "is_evaluator": person.organisation_id == evaluation.evaluator_id,
    }
