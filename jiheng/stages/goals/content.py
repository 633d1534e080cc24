"""What a goal says, whole: what is signed, what is reviewed, what two revisions are compared by."""

from collections.abc import Iterable
from typing import Any

from jiheng.foundation.audit.chain import content_hash
from jiheng.stages.goals.models import Goal, GoalIndicator, GoalTask

MONEY = ("fiscal_fen", "other_fen", "medium_fiscal_fen", "medium_other_fen")
ROW = (
    "level1",
    "level2",
    "name",
    "kind",
    "operator",
    "target_text",
    "value",
    "high",
    "unit",
    "weight",
    "method",
    "parameters",
    "free_reason",
    "standard",
    "data_source",
    "explanation",
    "term_text",
)


def content_of(
    goal: Goal, rows: Iterable[GoalIndicator] | None = None, tasks: Iterable[GoalTask] | None = None
) -> dict[str, Any]:
    """Return everything that a signature under the goal is bound to; numbers as exact text."""
    year = goal.subject_year
    return {
        "subject": str(year.subject_id),
        "name": year.name,
        "budget_year": year.budget_year,
        "scope": goal.scope,
        "revision": goal.revision,
        "change_reason": goal.change_reason,
        "objective": goal.objective,
        "medium_objective": goal.medium_objective,
        "money": {key: getattr(goal, key) for key in MONEY},
        "money_note": goal.money_note,
        "indicators": [_row(row) for row in (goal.indicators.all() if rows is None else rows)],
        "tasks": [_task(task) for task in (goal.tasks.all() if tasks is None else tasks)],
    }


def hash_of(goal: Goal, rows: Iterable[GoalIndicator] | None = None) -> str:
    """Return the hash of the goal's whole content; `rows` are its indicators, where they are at hand."""
    return content_hash(content_of(goal, rows))


def _row(row: GoalIndicator) -> dict[str, Any]:
    told = {key: getattr(row, key) for key in ROW}
    if row.interim_text:  # said only where there is one: what was signed before the column existed stays signed
        told["interim_text"] = row.interim_text
    for key in ("value", "high", "weight"):
        told[key] = None if told[key] is None else f"{told[key].normalize():f}"
    return {**told, "library": row.library_id}


def _task(task: GoalTask) -> dict[str, Any]:
    return {
        "name": task.name,
        "content": task.content,
        "fiscal_fen": task.fiscal_fen,
        "other_fen": task.other_fen,
    }
