"""Reading assessments with their card."""

from dataclasses import dataclass

from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.scoring.scorecard import Row
from jiheng.stages.assessment.models import Assessment, AssessmentLine


@dataclass(frozen=True)
class CardLine:
    """One row of the printed card: the item with its levels, and what the record gave."""

    row: Row
    line: AssessmentLine | None


def card_lines(assessment: Assessment) -> list[CardLine]:
    """Return the card of an assessment, row by row, in printed order."""
    lines = {line.item: line for line in assessment.lines.all()}
    card = policy_for(assessment.cycle).scorecards[assessment.scorecard]
    return [CardLine(row, lines.get(row.item.key)) for row in card.rows]


def grade_label(assessment: Assessment) -> str:
    """Return the grade in Chinese."""
    policy = policy_for(assessment.cycle)
    bands = policy.grades[policy.scorecards[assessment.scorecard].grades].bands
    return next((band.label for band in bands if band.key == assessment.grade), assessment.grade)
