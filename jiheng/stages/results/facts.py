"""What the rules are told about a decision or a rectification."""

from typing import Any

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.results import Proposal, consequence
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.results.access import joint_key
from jiheng.stages.results.models import Decision, Rectification


def proposal_for(evaluation: Evaluation, base_fen: int) -> Proposal:
    """Return what the pack proposes for the grade. LookupError when it says nothing for this kind."""
    rule = rules_at(evaluation.cycle).value("result_consequences")
    grades = policy_for(evaluation.cycle).grades[card_of(evaluation).grades]
    band = next(one for one in grades.bands if one.key == evaluation.grade)
    return consequence(
        evaluation.kind,
        evaluation.grade,
        base_fen,
        rule.value,
        clause=str(rule.clause),
        band=band,
        score=evaluation.total,
    )


def decision_facts(decision: Decision) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a decision."""
    ratio = decision.proposed_ratio if decision.ratio is None else decision.ratio
    # The record is called after the decided ratio; the rule asks whether its own way was followed, which the
    # ratio within or outside its bounds tells.
    ruled = proposal_for(decision.evaluation, decision.base_fen).action
    return {
        "policy": rules_at(decision.evaluation.cycle),
        "evaluation_kind": decision.evaluation.kind,
        "grade": decision.evaluation.grade,
        "decision_action": ruled,
        "decision_ratio": ratio,
        "exception_reason": decision.exception_reason,
    }


def rectification_facts(record: Rectification, person: Person) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a rectification."""
    answered = record.measure.strip() and record.outcome.strip()
    return {
        "policy": rules_at(record.cycle),
        "rectification_missing": [] if answered else [record.finding.text],
        "evidence_missing": [] if evidence_of(record).exists() else [record.finding.text],
        "responsible_organisation": record.unit_id,
        "acting_organisation": person.acting_for(record.unit_id),
        "joint": joint_key(record),
    }
