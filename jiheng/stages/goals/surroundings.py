"""What stands around goals when they are checked: the year's rules, earlier promises and outcomes, what was disputed.

Read for many goals of a cycle at once, so that a year is checked with the same few queries for every part of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from jiheng.foundation.web.navigation import stages
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.duties.models import Duty
from jiheng.registers.duties.queries import in_force_in
from jiheng.registers.indicators.queries import held_in
from jiheng.registers.subjects.queries import previous_years
from jiheng.rules.goal_checks.facts import GoalSettings
from jiheng.rules.goal_checks.names import bare_name
from jiheng.rules.money import Fen
from jiheng.stages.goals.models import FindingDispute, Goal, GoalDuty, GoalIndicator


@dataclass(frozen=True)
class Before:
    """What earlier years left to one goal: the last goal's words and money (fen), None where there was none.

    `promised` are the texts promised for a row, the newest first, and `actual` what came of the last, by lineage.
    `last` is what the newest of those years promised, text and unit, by lineage, and `alike` the lineages of its rows by
    indicator of the library and by name: a row that was written anew is measured against the same row of then.
    """

    objective: str
    amount: Fen | None
    promised: Mapping[UUID, tuple[str, ...]]
    actual: Mapping[UUID, tuple[Decimal, str]]
    last: Mapping[UUID, tuple[str, str]] = field(default_factory=dict)
    alike: Mapping[int | str, UUID] = field(default_factory=dict)

    def same_as(self, row: GoalIndicator) -> UUID:
        """Return the lineage of the row of then that a row goes on from; its own where there is none."""
        if row.lineage in self.last:
            return row.lineage
        return self.alike.get(row.library_id or 0) or self.alike.get(bare_name(row.name)) or row.lineage

    def last_of(self, row: GoalIndicator) -> tuple[str, str]:
        """Return the text and unit that the same row promised then; empty where there was none."""
        text, unit = self.last.get(self.same_as(row), ("", ""))
        return (row.last_target, unit or row.unit) if row.last_target else (text, unit)


NOTHING = Before("", None, {}, {})
NO_OFFER: Mapping[str, tuple[int, int]] = {}


@dataclass(frozen=True)
class ServedDuty:
    """A main duty of a department and the lineages of the indicator rows that were said to answer for it."""

    name: str
    rows: frozenset[str]


@dataclass(frozen=True)
class Surroundings:
    """The settings of the year, the clauses of what the stage itself finds, and by subject's year what else counts.

    `offered` is by category how many core and how many common indicators the library has.
    """

    settings: GoalSettings
    requirements: str
    library: str
    before: Mapping[int, Before]
    disputes: Mapping[int, Mapping[str, FindingDispute]]
    duties: Mapping[int, Sequence[ServedDuty]] = field(default_factory=dict)
    offered: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def before_of(self, goal: Goal) -> Before:
        """Return what earlier years left to a goal; nothing to an adjustment, which is measured against what it changes."""
        return self.before.get(goal.subject_year_id, NOTHING) if goal.revision == 1 else NOTHING


def surroundings_of(cycle: Cycle, goals: Sequence[Goal], settings: GoalSettings | None = None) -> Surroundings:
    """Read what stands around goals of a cycle; `settings` where they are at hand already."""
    disputes: dict[int, dict[str, FindingDispute]] = defaultdict(dict)
    for one in FindingDispute.objects.filter(subject_year__in=[goal.subject_year_id for goal in goals]):
        disputes[one.subject_year_id][one.key] = one
    settings = settings or GoalSettings.of(rules_at(cycle))
    asked = settings.core or settings.common
    return Surroundings(
        settings,
        clause_in(cycle, "goal_requirements"),
        clause_in(cycle, "duty_indicator_library"),
        _before(goals),
        disputes,
        _duties(cycle, goals),
        held_in(cycle.place_id, {goal.subject_year.category for goal in goals}) if asked else NO_OFFER,
    )


def _duties(cycle: Cycle, goals: Sequence[Goal]) -> dict[int, list[ServedDuty]]:
    """Return by subject's year the main duties in force of those whose whole expenditure a goal is about."""
    bodies = {
        goal.subject_year_id: {goal.subject_year.unit_id, goal.subject_year.department_id}
        for goal in goals
        if goal.scope == "department"
    }
    if not bodies:
        return {}
    held: dict[int, list[Duty]] = defaultdict(list)
    of_any = {key for keys in bodies.values() for key in keys}
    for duty in Duty.objects.filter(in_force_in(cycle.budget_year), main=True, organisation__in=of_any).order_by("pk"):
        held[duty.organisation_id].append(duty)
    if not held:
        return {}
    rows: dict[tuple[int, int], set[str]] = defaultdict(set)
    links = GoalDuty.objects.filter(subject_year__in=bodies, part="indicator")
    for of, served, row in links.values_list("subject_year", "duty", "key"):
        rows[of, served].add(row)
    return {
        year: [
            ServedDuty(f"{duty.code} {duty.text}", frozenset(rows.get((year, duty.pk), ())))
            for key in sorted(keys)
            for duty in held.get(key, ())
        ]
        for year, keys in bodies.items()
    }


def _before(goals: Sequence[Goal]) -> dict[int, Before]:
    years = {goal.subject_year_id: goal.subject_year for goal in goals if goal.revision == 1}
    last_years = previous_years(years.values())
    if not last_years:
        return {}
    last_goals = Goal.objects.filter(subject_year__in=last_years.values(), current=True).order_by("revision")
    last = {goal.subject_year_id: goal for goal in last_goals}
    promised = _promised([years[pk].subject_id for pk in last_years], max(year.budget_year for year in years.values()))
    actual: dict[int, dict[UUID, tuple[Decimal, str]]] = defaultdict(dict)
    for stage in stages():
        for pk, told in stage.outcomes(list(last_years.values())).items():
            actual[pk] |= told
    found = {}
    for pk, before in last_years.items():
        goal, texts = last.get(before.pk), promised.get(before.subject_id, _Promised())
        found[pk] = Before(
            goal.objective if goal else "",
            goal.fiscal_fen + goal.other_fen if goal else None,
            {lineage: tuple(one) for lineage, one in texts.texts.items()},
            actual.get(before.pk, {}),
            texts.last,
            texts.alike,
        )
    return found


@dataclass
class _Promised:
    """What approved goals of earlier years promised of one subject: texts by lineage, and the rows of the newest year."""

    texts: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    last: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    alike: dict[int | str, UUID] = field(default_factory=dict)
    year: int = 0
    twice: set[int | str] = field(default_factory=set)

    def add(self, year: int, lineage: UUID, text: str, unit: str, names: Iterable[int | str | None]) -> None:
        """Take a row, those of newer years first. What two rows of a year are called tells neither."""
        self.year = self.year or year
        self.texts[lineage].append(text)
        if year != self.year:
            return
        self.last[lineage] = (text, unit)
        for name in {one for one in names if one}:
            if name in self.alike or name in self.twice:
                self.twice.add(name)
                self.alike.pop(name, None)
            else:
                self.alike[name] = lineage


def _promised(subjects: Sequence[int], before: int) -> dict[int, _Promised]:
    """Return by subject what approved goals of earlier years promised, the newest first."""
    told = GoalIndicator.objects.filter(
        goal__subject_year__subject__in=subjects,
        goal__subject_year__budget_year__lt=before,
        goal__current=True,
        goal__state="approved",
    ).order_by("-goal__subject_year__budget_year", "position")
    found: dict[int, _Promised] = defaultdict(_Promised)
    for subject, year, lineage, text, unit, name, library, merged in told.values_list(
        "goal__subject_year__subject", "goal__subject_year__budget_year", "lineage", "target_text", "unit", "name", "library",
        "library__merged_into",
    ):  # fmt: skip
        found[subject].add(year, lineage, text, unit, (bare_name(name), library, merged))
    return found
