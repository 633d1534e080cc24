"""What past years say of the values of a goal: how often such a value was reached, and what could be promised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor

from django.urls import reverse

from jiheng.foundation.web.navigation import stages
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.reachability import Reach, Wanted, reach
from jiheng.rules.scoring.method import OPERATORS
from jiheng.stages.goals.facts import direction_of
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.queries import value_words

USUAL_FEWEST = 10
"""Cases from which on a chance is stated where the rules of the year were frozen before they said it."""


@dataclass(frozen=True)
class Reached:
    """What past years say of one row.

    `main` is what the value is compared with: the cases of the whole place, or of the unit `alone` where the figure
    hangs on the size of the project. `other` is the other of both, None where it says no more.
    `value` is the row's own in words, `safe` and `bold` what could be promised instead, each with its sign and unit
    and its chance in whole per cent; empty where nothing can be suggested.
    """

    position: int
    name: str
    value: str
    main: Reach
    other: Reach | None
    alone: bool
    url: str
    fewest: int
    clause: str
    quarters: tuple[str, ...] = ()
    safe: str = ""
    bold: str = ""
    safe_chance: int = 0
    bold_chance: int = 0

    @property
    def sure(self) -> bool:
        """Whether there are cases enough to conclude from them."""
        return self.main.compared >= self.fewest

    @property
    def percent(self) -> int | None:
        """The share of the compared cases that reached the value, in whole per cent."""
        share = self.main.share
        return None if share is None else round(share * 100)

    @property
    def between(self) -> str:
        """The interval of that share in whole per cent, widened to them."""
        if self.main.interval is None:
            return ""
        low, high = self.main.interval
        return f"{floor(low * 100)}%～{ceil(high * 100)}%"

    @property
    def years(self) -> str:
        """The years of the cases."""
        one = self.main
        return f"{one.first} 年" if one.first == one.last else f"{one.first}—{one.last} 年"


def reached_of(goal: Goal, rows: Sequence[GoalIndicator]) -> list[Reached]:
    """Return for each row what past years say of its value; rows without any past case are left out.

    `rows` may be unsaved ones, as they stand on an open page.
    """
    counted = [row for row in rows if row.operator not in {"", "qualitative"} or row.value is not None]
    keys = {row.position: _key(row) for row in counted}
    libraries = {key for key in keys.values() if isinstance(key, int)}
    names = {key for key in keys.values() if isinstance(key, str) and key}
    limit = rule_in(goal.cycle, "goal_reach_cases")
    fewest = USUAL_FEWEST if limit is None else int(limit.value)
    clause = "" if limit is None else str(limit.clause)
    found = []
    for stage in stages():
        told = stage.past(goal.subject_year, libraries, names)
        for row in counted:
            place, own = told.get(keys[row.position], ((), ()))
            wanted = Wanted(row.operator, row.value, row.high, row.unit, direction_of(row))
            main, other = reach(wanted, place, fewest), reach(wanted, own, fewest)
            if main is None:
                continue
            alone = row.library is None  # a free row is looked up in its own unit only
            if not main.compared and other is not None and other.compared:
                main, other, alone = other, main, True
            url = reverse(stage.past_page, args=[goal.pk, _slug(row)]) if row.library is not None or row.pk else ""
            said = Reached(row.position, row.name, value_words(row), main, other, alone, url, fewest, clause)
            found.append(_with_figures(said, row))
    return found


def _key(row: GoalIndicator) -> int | str:
    if row.library is None:
        return row.name.strip()
    return row.library.merged_into_id or row.library.pk


def _slug(row: GoalIndicator) -> str:
    """Name the row for the page behind it: by the library's key, a free one by its lineage."""
    return str(_key(row)) if row.library is not None else str(row.lineage)


def _with_figures(made: Reached, row: GoalIndicator) -> Reached:
    made = replace(made, quarters=tuple(_figure(one, row.unit) for one in made.main.quarters))
    advice = made.main.suggested
    if advice is None:
        return made
    better = Wanted(row.operator, None, direction=direction_of(row)).better
    sign = OPERATORS[">=" if better == "higher" else "<="]
    return replace(
        made,
        safe=sign + _figure(advice.safe, row.unit),
        bold=sign + _figure(advice.bold, row.unit),
        safe_chance=int(advice.safe_chance * 100),
        bold_chance=int(advice.bold_chance * 100),
    )


def _figure(value: Decimal, unit: str) -> str:
    return f"{round(value, 2).normalize():f}{unit}"
