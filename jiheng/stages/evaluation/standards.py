"""Which evaluation standard each indicator is judged by, where a place asks for it row by row."""

from jiheng.registers.cycles.queries import rule_in
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.goals.models import GoalIndicator


def standard_rows(evaluation: Evaluation) -> list[GoalIndicator]:
    """Return the indicators that each name their standard; none where the place asks for it of the whole alone."""
    rule = rule_in(evaluation.cycle, "evaluation_standard_each")
    if rule is None or not rule.value or evaluation.goal is None:
        return []
    return list(evaluation.goal.indicators.order_by("position"))


def standards_by_row(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return the name of each indicator that names its standard, and the standard, "" where it is not told."""
    kept = evaluation.basis.get("each", {})
    return [(row.name, kept.get(str(row.lineage), "")) for row in standard_rows(evaluation)]
