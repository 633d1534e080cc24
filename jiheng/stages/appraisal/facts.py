"""What the rules are told about an appraisal: the request, the scores of both sides, the conclusion."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiheng.foundation.files.services import evidence_of
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.appraisal import CHANGES, Request, Trigger, appraisal_trigger
from jiheng.rules.policy.outline import Outline
from jiheng.rules.scoring.scorecard import CardTotal, Scorecard
from jiheng.stages.appraisal.models import Appraisal


def card_in(cycle: Cycle) -> Scorecard:
    """Return the scorecard of appraisals in the cycle."""
    return policy_for(cycle).scorecards["appraisal"]


def outline_in(cycle: Cycle) -> Outline:
    """Return the outline of the appraisal report in the cycle."""
    return policy_for(cycle).documents["appraisal_report"]


def request_of(year: SubjectYear) -> Request:
    """Return what decides on an appraisal of this subject and year."""
    return Request(year.kind, year.change, year.requested_fen, year.is_major)


def trigger_of(year: SubjectYear) -> Trigger:
    """Return whether the rules of the year's cycle demand an appraisal, and why."""
    return appraisal_trigger(rules_at(year.cycle), request_of(year))


@dataclass(frozen=True)
class Material:
    """A document that an appraisal rests on, as the pack lists it for the kind of subject."""

    key: str
    label: str
    required: bool


def materials_of(year: SubjectYear) -> list[Material]:
    """Return the materials that the rules ask for with this project or policy."""
    listed = rules_at(year.cycle).value("appraisal_material").value
    wanted = listed.get(year.kind, listed["project"])
    return [Material(one["key"], one["label"], one["required"]) for one in wanted]


def scored(appraisal: Appraisal, side: str) -> dict[str, Decimal]:
    """Return the points that one side has given, by item."""
    return {line.item: line.points for line in appraisal.lines.all() if line.side == side}


def total_of(
    card: Scorecard, points: Mapping[str, Decimal], vetoes: Collection[str] = ()
) -> CardTotal | None:
    """Return the total of a side, or None while items are missing."""
    if {item.key for item in card.items} - set(points):
        return None
    return card.total_of(points, vetoes=vetoes)


def proposed_conclusion(appraisal: Appraisal) -> str | None:
    """Return the conclusion that the bureau's score (or a veto) proposes; None while it is not scored."""
    card = card_in(appraisal.cycle)
    total = total_of(card, scored(appraisal, "bureau"), appraisal.vetoes)
    if total is None:
        return None
    grades = policy_for(appraisal.cycle).grades[card.grades]
    return total.grade or grades.grade(total.points).key


@dataclass(frozen=True)
class Conclusion:
    """What is about to be concluded; money in fen."""

    conclusion: str = ""
    agreed_fen: int = 0
    reason: str = ""
    conditions: Sequence[tuple[str, str]] = ()


def appraisal_facts(appraisal: Appraisal, drawn: Conclusion | None = None) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about an appraisal, with the conclusion being drawn."""
    card, year = card_in(appraisal.cycle), appraisal.subject_year
    given = drawn or Conclusion(appraisal.conclusion, appraisal.agreed_fen or 0, appraisal.conclusion_reason)
    sides = {side: scored(appraisal, side) for side in ("department", "bureau")}
    materials = frozenset(evidence_of(appraisal).values_list("row", flat=True))
    vetoes = {veto.key: veto.label for veto in card.vetoes}
    return {
        "policy": rules_at(appraisal.cycle),
        "subject_kind": year.kind,
        "change_kind": CHANGES.get(year.change, (year.change,))[-1],
        "amount": appraisal.asked_fen,
        "appraisal_conclusion": given.conclusion or None,
        "appraisal_agreed": appraisal.agreed_fen,
        "materials": materials,
        "evidence_missing": [
            one.label for one in materials_of(year) if one.required and one.key not in materials
        ],
        "scorecard_missing": {side: _missing(card, points) for side, points in sides.items() if points},
        "report_missing": outline_in(appraisal.cycle).missing(appraisal.sections),
        "conclusion": given.conclusion or None,
        "score_conclusion": proposed_conclusion(appraisal),
        "vetoes": [vetoes[key] for key in appraisal.vetoes],
        "opinion": given.reason,
        "amount_asked": appraisal.asked_fen,
        "amount_cut": appraisal.asked_fen - given.agreed_fen,
        "amount_agreed": given.agreed_fen,
    }


def _missing(card: Scorecard, points: Mapping[str, Decimal]) -> list[str]:
    return [item.label for item in card.items if item.key not in points]
