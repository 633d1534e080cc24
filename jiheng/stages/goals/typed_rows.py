"""The rows of a page that is still open, as the checks and whatever stands beside them want them."""

import uuid
from collections.abc import Sequence

from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.services import RowData
from jiheng.stages.goals.targets import read_row


def typed_rows(goal: Goal, stored: Sequence[GoalIndicator], typed: Sequence[RowData]) -> list[GoalIndicator]:
    """Return typed rows as indicators that are not saved; last year's values come from the stored ones."""
    known = {row.pk: row for row in stored}
    library = LibraryIndicator.objects.defer("pieces").in_bulk({one.library_id for one in typed if one.library_id})
    made = []
    for position, data in enumerate(typed, start=1):
        old = known.get(data.pk or 0)
        row = GoalIndicator(
            pk=old.pk if old else None,
            goal=goal,
            position=position,
            level1=data.level1,
            level2=data.level2,
            name=data.name,
            target_text=data.target_text,
            unit=data.unit,
            weight=data.weight,
            library=library.get(data.library_id or 0),
            free_reason=data.free_reason,
            explanation=data.explanation,
            interim_text=data.interim_text,
            lineage=old.lineage if old else uuid.uuid4(),
            last_target=old.last_target if old else "",
        )
        read_row(row, goal.subject_year.budget_year, data.method)
        made.append(row)
    return made
