"""What the rules are told about a self-evaluation or an evaluation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.clocks import working_day_after
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import scored_on_table
from jiheng.stages.evaluation.content import hash_of
from jiheng.stages.evaluation.fieldwork.queries import done_steps
from jiheng.stages.evaluation.judging import demands_of
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation, SelfLine
from jiheng.stages.evaluation.self_outlines import report_missing
from jiheng.stages.evaluation.standards import standards_by_row
from jiheng.stages.goals.models import Goal


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
        "halves": {"project": project_gaps(evaluation, rows), "finance": []},
        "scored_sides": _scored_sides(evaluation),
        "evidence_missing": [] if evidence_of(evaluation).exists() else ["自评结果"],
        "report_missing": report_missing(evaluation),
        "goal_state": evaluation.goal.state,
        "recheck_missing": [row.indicator.name for row in rows if row.recheck_points is None],
        "recheck_difference": Decimal(0) if total is None or again is None else total - again,
        "recheck_opinion": evaluation.recheck_note,
        "responsible_organisation": evaluation.subject_year.unit_id,
        "acting_organisation": person.acting_for(evaluation.subject_year.unit_id),
    }


def _scored_sides(evaluation: SelfEvaluation) -> list[str]:
    """Return which sides have scored exactly the present content."""
    if not scored_on_table(evaluation):
        return []
    return sorted(set(evaluation.reviews.filter(content_hash=hash_of(evaluation)).values_list("side", flat=True)))


def project_gaps(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[str]:
    """Return what the project half still lacks, in words."""
    gaps = [f"{row.indicator.name}的完成值" for row in rows if row.points is None]
    return gaps if evaluation.actual_objective else [*gaps, "总体目标实际完成情况"]


def form_findings(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[Blocking]:
    """Return what is wrong in the form itself: rows without points, an objective copied, a goal replaced."""
    clause = clause_in(evaluation.cycle, "workflows.self_evaluation")
    found = [
        Blocking(
            f"“{row.indicator.name}”还没有得分", clause, remedy="请填写实际完成值", where=f"line-{row.pk}"
        )
        for row in rows
        if row.points is None
    ]
    if evaluation.actual_objective and evaluation.actual_objective == evaluation.goal.objective:
        found.append(
            Blocking(
                "“实际完成情况”与预期目标逐字相同",
                clause,
                remedy="请写实际结果，不要照抄目标",
                where="actual_objective",
            )
        )
    newer = newer_goal(evaluation)
    if newer is not None:
        found.append(
            Blocking(
                f"绩效目标已调整为第 {newer.revision} 版，自评仍按第 {evaluation.goal.revision} 版填报",
                clause,
                remedy="请在填报页按现行目标更新",
            )
        )
    return found


def newer_goal(evaluation: SelfEvaluation) -> Goal | None:
    """Return the approved goal that replaced the one being evaluated while the self-evaluation is a draft."""
    if evaluation.state != "draft":
        return None
    newer = Goal.objects.filter(
        subject_year_id=evaluation.subject_year_id, state="approved", current=True
    ).exclude(pk=evaluation.goal_id)
    return newer.first()


def reasons_missing(evaluation: SelfEvaluation, rows: list[SelfLine]) -> list[dict[str, Any]]:
    """Return what has to be explained and is not: lost points, far beyond the target, slow spending."""
    explained = {row.pk for row in rows if row.reason}
    return [
        {"label": one.label, "why": one.why, "clause": one.clause, "row": one.row}
        for one in demands_of(evaluation, rows)
        if (one.row not in explained if one.row is not None else not evaluation.execution_reason)
    ]


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
            one.title
            for one in sections
            if one.required and not str(evaluation.sections.get(one.key, "")).strip()
        ],
        "evaluation_methods": evaluation.basis.get("methods", []),
        "evaluation_method_reason": evaluation.basis.get("reason", ""),
        "evaluation_standards": evaluation.basis.get("standards", []),
        "evaluation_standard_rows": standards_by_row(evaluation),
        "report_qualities": [one for one, met in evaluation.qualities.items() if met],
        "fieldwork": done_steps(evaluation),
        "grade": evaluation.grade or None,
        "finding_count": evaluation.findings.count(),
        "evaluator_organisation": evaluation.evaluator_id,
        "evaluated_organisation": evaluation.subject_year.unit_id,
        "unit_response": evaluation.unit_reply,
        "response_overdue": response_overdue(evaluation),
        "responsible_organisation": evaluation.subject_year.unit_id,
        "acting_organisation": person.acting_for(evaluation.subject_year.unit_id),
    }


def response_due(evaluation: Evaluation) -> date | None:
    """Return the last day of the unit's time to answer the draft, or None when it is not being asked.

    Working days go by the year's table of holidays; the day of sending does not count.
    """
    if evaluation.state != "consultation" or evaluation.moved_at is None:
        return None
    asked = evaluation.asked_at or evaluation.moved_at
    allowed = int(rules_at(evaluation.cycle).value("evaluation_response_days").value)
    return working_day_after(evaluation.cycle, timezone.localdate(asked), allowed)


def response_overdue(evaluation: Evaluation) -> bool:
    """Whether the unit's time to answer the draft has run out."""
    due = response_due(evaluation)
    return due is not None and clock.today() > due
