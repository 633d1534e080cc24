"""Which indicators and values suit a goal: from the library, and from the goals that the person may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.navigation import stages
from jiheng.registers.indicators.access import places_of, visible_indicators
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.search import nearest
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.registers.subjects.labels import book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.indicator_sheet import DIRECTIONS
from jiheng.rules.recommendation import Example, Offered, Project, Proposed, Recommender, Row
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.forms import library_row
from jiheng.stages.goals.models import Goal, GoalIndicator

PROPOSED = 10
LOOKED_AT = 400
"""Indicators of the library by class, as many again by words, and projects: of so many the best are chosen."""


@dataclass(frozen=True)
class Advice:
    """One indicator that is proposed: what the goal's row would take over, and why."""

    name: str
    library: LibraryIndicator | None
    row: Mapping[str, Any]
    reasons: tuple[str, ...]
    spread: str
    direction: str


def project_of(year: SubjectYear, objective: str = "") -> Project:
    """Return what is known of a subject and year before it has indicators."""
    content = " ".join(filter(None, (objective, year.overview, year.basis)))
    return Project(year.name, content[:2000], year.sector, year.category, year.department.name, book_label(year.book))


def advice_for(person: Person, goal: Goal, limit: int = PROPOSED) -> list[Advice]:
    """Return the best indicators for a goal beyond those that it has, each with its reasons and a value."""
    had = [row.name for row in goal.indicators.all()]
    examples = _examples(person, goal)
    project = project_of(goal.subject_year, goal.objective)
    found = _candidates(person, goal.subject_year, project, examples)
    recommender = Recommender(_offered(found.values(), goal.place_id), (one for one, _ in examples), synonyms())
    proposed = recommender.propose(project, limit, without=had)
    return [_advice(one, found) for one in proposed]


def _candidates(
    person: Person, year: SubjectYear, project: Project, examples: Sequence[tuple[Example, set[int]]]
) -> dict[int, LibraryIndicator]:
    """Return the indicators in use that may suit: of the class, near by words, used by alike projects."""
    rows = visible_indicators(person).filter(retired_on=None).defer("pieces")
    close = Q(pk__in=[])
    for key, wanted in (("category", year.category), ("sector", year.sector)):
        if wanted:
            close |= Q(**{key: wanted})
    by_class = rows.filter(close).order_by("code", "pk")[:LOOKED_AT]
    words = f"{project.name} {year.category} {year.sector}"
    near = nearest(places_of(person.place_id), words, LOOKED_AT)
    used = {key for _, keys in examples for key in keys}
    found = {one.pk: one for one in by_class}
    for one in rows.filter(pk__in={*near, *used}):
        found.setdefault(one.pk, one)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].code, pair[0])))


def _offered(found: Iterable[LibraryIndicator], place_id: int) -> list[Offered]:
    """Return indicators as the rule takes them, with how often the place picked and reached them."""
    kept = list(found)
    keys = [one.pk for one in kept]
    picked = dict(
        GoalIndicator.objects.filter(library__in=keys, goal__current=True, goal__subject_year__place_id=place_id)
        .order_by()
        .values_list("library")
        .annotate(number=Count("pk"))
    )
    reached: dict[int, tuple[int, int]] = {}
    for stage in stages():
        reached |= stage.reached(place_id, keys)
    return [
        Offered(
            one.pk, one.name, one.level1, one.level2, one.sector, one.category, one.purpose,
            tuple(filter(None, one.aliases.split("、"))), one.definition, str(library_row(one)["target_text"]),
            one.unit, picked.get(one.pk, 0), *reached.get(one.pk, (0, 0)), one.core,
        )
        for one in kept
    ]  # fmt: skip


def _examples(person: Person, goal: Goal) -> list[tuple[Example, set[int]]]:
    """Return approved goals that the person sees, as examples with the library's indicators that they use.

    The project's own earlier years first, then those of its class, then the latest of the others.
    """
    year = goal.subject_year
    seen = visible_goals(person).filter(state="approved", current=True).exclude(subject_year=year)
    own = Q(subject_year__subject_id=year.subject_id, subject_year__budget_year__lt=year.budget_year)
    alike = Q(pk__in=[])
    for key in ("category", "sector"):
        if getattr(year, key):
            alike |= Q(**{f"subject_year__{key}": getattr(year, key)})
    rows = Prefetch("indicators", GoalIndicator.objects.order_by("position"))
    found: dict[int, tuple[Goal, bool]] = {}
    for condition, is_own in ((own, True), (alike & ~own, False), (~own, False)):
        room = LOOKED_AT - len(found)
        if room > 0:
            for one in seen.filter(condition).order_by("-subject_year__budget_year", "-pk").prefetch_related(rows)[:room]:
                found.setdefault(one.pk, (one, is_own))
    return [(_example(one, is_own), _keys(one)) for one, is_own in found.values()]


def _example(goal: Goal, own: bool) -> Example:  # noqa: FBT001
    rows = tuple(
        Row(row.name, row.level1, row.level2, row.target_text, row.unit) for row in goal.indicators.all()
    )
    return Example(project_of(goal.subject_year, goal.objective), rows, own=own)


def _keys(goal: Goal) -> set[int]:
    return {row.library_id for row in goal.indicators.all() if row.library_id is not None}


def _advice(one: Proposed, found: Mapping[int, LibraryIndicator]) -> Advice:
    offered, value = one.offered, one.value
    library = found.get(offered.key) if isinstance(offered.key, int) else None
    row: dict[str, Any] = (
        library_row(library)
        if library
        else {"level1": offered.level1, "level2": offered.level2, "name": offered.name, "unit": offered.unit}
    )
    row |= {"target_text": value.value, "unit": value.unit or row["unit"]}
    direction = DIRECTIONS.get(library.direction, "") if library else _direction(value.value)
    spread = ""
    if value.number and value.low is not None and value.high is not None:
        spread = f"{value.number} 个项目的指标值在 {value.low:g}%～{value.high:g}% 之间"
        if value.low == value.high:
            spread = f"{value.number} 个项目的指标值{'都' if value.number > 1 else ''}是 {value.low:g}%"
    return Advice(offered.name, library, row, one.reasons, spread, direction)


def _direction(value: str) -> str:
    if value.startswith(("≥", "＞", ">")):
        return DIRECTIONS["positive"]
    return DIRECTIONS["reverse"] if value.startswith(("≤", "＜", "<")) else ""
