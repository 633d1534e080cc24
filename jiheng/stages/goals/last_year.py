"""What the year before says beside a goal while it is written: what was promised, what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jiheng.stages.goals.forms import row_initial
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.services.drafting import last_years_goal
from jiheng.stages.goals.surroundings import Before


@dataclass(frozen=True)
class Past:
    """What last year says of one row: its place in the table, what was promised, what came of it ("" when unknown)."""

    position: int
    target: str
    actual: str


@dataclass(frozen=True)
class LastRow:
    """A row of last year's goal: what was promised, what came of it, the row that goes on from it, None where none does.

    `now` is the value of that row, `cells` are what a new row takes over from it, its key included, so that it goes on from it.
    """

    row: GoalIndicator
    target: str
    actual: str
    here: GoalIndicator | None
    now: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class LastYear:
    """Last year's approved goal and its rows."""

    goal: Goal
    rows: tuple[LastRow, ...]


def past_of(before: Before, rows: Iterable[GoalIndicator]) -> list[Past]:
    """Return last year's promise and outcome of the rows that go on from that year."""
    told = [(row, before.last_of(row)) for row in rows]
    return [Past(row.position, _with_unit(*promised), _actual(before, row)) for row, promised in told if promised[0]]


def last_year_of(goal: Goal, rows: Iterable[GoalIndicator], before: Before) -> LastYear | None:
    """Return last year's approved goal of the same subject with what came of it; None where there is none.

    `rows` are those of the goal: each row of then is told with the one that goes on from it.
    """
    last = last_years_goal(goal.subject_year) if goal.revision == 1 else None
    if last is None:
        return None
    here = {before.same_as(row): row for row in rows}
    return LastYear(
        last,
        tuple(
            LastRow(row, value_words(row), _actual(before, row), now, value_words(now) if now is not None else "", _cells(row, last))
            for row, now in ((row, here.get(row.lineage)) for row in last.indicators.select_related("library"))
        ),
    )


def _cells(row: GoalIndicator, last: Goal) -> dict[str, Any]:
    told = row_initial(row, last.subject_year.budget_year)
    kept = row.library is not None and row.library.retired_on is None
    return {key: value for key, value in told.items() if key != "pk" and value} | {"library": row.library_id if kept else ""}


def _actual(before: Before, row: GoalIndicator) -> str:
    actual, unit = before.actual.get(before.same_as(row), (None, ""))
    return "" if actual is None else f"{actual.normalize():f}{unit}"


def _with_unit(text: str, unit: str) -> str:
    return f"{text}{unit}" if unit and unit not in text and text[-1:].isdigit() else text
