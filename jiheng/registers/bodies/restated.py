"""The figures of a year by the bodies of that year and by those of today, and the way from the one to the other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q, Sum

from jiheng.foundation.accounts.models import BodyChange, BodyChangeLine
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.tree import Tree, tree_on
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.models import Passage, SubjectYear


class Sums(NamedTuple):
    """How many subjects, and their money in fen."""

    subjects: int = 0
    requested: int = 0
    budget: int = 0
    paid: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(*(one + two for one, two in zip(self, other, strict=True)))

    def less(self, other: "Sums") -> "Sums":
        """Return what this one has more."""
        return Sums(*(one - two for one, two in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Leaf:
    """One subject in one year: whose it was, and its money."""

    pk: int
    subject: int
    unit: int
    department: int
    sums: Sums


@dataclass(frozen=True)
class Line:
    """One body: its figures by the bodies of the year and by those of today."""

    body: int
    name: str
    until: date | None
    stood: Sums
    now: Sums

    @property
    def change(self) -> Sums:
        """What the newer view has more."""
        return self.now.less(self.stood)


@dataclass(frozen=True)
class Move:
    """What went from a body of the year to a body of today (names and keys), and by which changes."""

    source: str
    target: str
    source_id: int
    target_id: int
    sums: Sums
    changes: tuple[BodyChange, ...]


@dataclass(frozen=True)
class Restated:
    """A year in both views; `total` is the same in both, or it was not counted right."""

    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    total: Sums


def leaves_of(person: Person, cycle: Cycle, day: date | None = None) -> list[Leaf]:
    """Return every subject of a year in the person's sight, once, under the bodies that had it on the day.

    Without a day as the records stand: under the bodies that had it at the end of the year. Three queries.
    """
    inside = within(person) & Q(cycle=cycle)
    money: dict[int, dict[str, int]] = defaultdict(dict)
    entries = LedgerEntry.objects.filter(within(person, "subject_year__"), subject_year__cycle=cycle).order_by()
    for year, kind, fen in entries.values_list("subject_year_id", "kind").annotate(fen=Sum("amount_fen")):
        money[year][kind] = fen
    was: dict[int, tuple[int, int]] = {}
    if day is not None:
        later = Passage.objects.filter(subject_year__cycle=cycle, change__day__gt=day).order_by("-pk")
        values = later.values_list("subject_year_id", "from_unit_id", "from_department_id")
        was = {year: (unit, department) for year, unit, department in values}
    found = []
    rows = SubjectYear.objects.filter(inside).order_by("pk")
    for pk, subject, unit, department, asked in rows.values_list(
        "pk", "subject_id", "unit_id", "department_id", "requested_fen"
    ):
        sums = money[pk]
        budget = sum(sums.get(kind, 0) for kind in LedgerEntry.BUDGET_KINDS)
        own = was.get(pk, (unit, department))
        found.append(Leaf(pk, subject, *own, Sums(1, asked, budget, sums.get("payment", 0))))
    return found


def today_of(leaves: Sequence[Leaf], place_id: int, tree: Tree) -> dict[int, tuple[int, int]]:
    """Return for every subject unit and department of today's tree.

    A body that stands has what it had, an ended one leaves it to whoever carries it on. Where a split gave a
    subject to another of its bodies, the subject's own later years say so.
    """
    lines = BodyChangeLine.objects.filter(change__place_id=place_id, change__day__lte=tree.day)
    became: dict[int, set[int]] = defaultdict(set)
    for source, target in lines.values_list("source_id", "target_id"):
        became[source].add(target)
    latest = _latest_units(place_id, {one.subject for one in leaves if one.unit in became})
    found = {}
    for one in leaves:
        unit = latest.get(one.subject, one.unit)
        unit = unit if unit == one.unit or unit in descent(one.unit, became) else one.unit
        unit = tree.heir(unit)
        found[one.pk] = unit, _department(one, unit, tree)
    return found


def _latest_units(place_id: int, subjects: set[int]) -> dict[int, int]:
    """Return whose each of these subjects is in its latest year."""
    rows = SubjectYear.objects.filter(place_id=place_id).order_by("budget_year", "pk")
    values = rows.values_list("subject_id", "unit_id") if subjects else ()
    return {subject: unit for subject, unit in values if subject in subjects}


def descent(body: int, became: Mapping[int, Iterable[int]]) -> set[int]:
    """Return everything that a body became by any way."""
    found: set[int] = set()
    waiting = [body]
    while waiting:
        for target in became.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _department(leaf: Leaf, unit: int, tree: Tree) -> int:
    """Return today's department: that of the unit where its own answered for it, else whoever carries on the old one."""
    before = tree.bodies.get(leaf.unit)
    heir = tree.heir(leaf.department)
    if unit == leaf.unit or before is None or unit not in tree.bodies:
        return heir
    above = _upwards(before.parent, tree)
    own = above is not None and tree.heir(above) == heir
    return tree.department(unit) if own or leaf.department == leaf.unit else heir


def _upwards(pk: int | None, tree: Tree) -> int | None:
    """Return the department above a body as it was, without asking who carried it on."""
    at, seen = pk, set[int]()
    while at is not None and at in tree.bodies and at not in seen:
        if tree.bodies[at].kind == "department":
            return at
        seen.add(at)
        at = tree.bodies[at].parent
    return None


def restate(person: Person, cycle: Cycle, what: str = "department") -> Restated:
    """Return a year by its own bodies and by today's, by `department` or `unit`, with each difference explained."""
    leaves = leaves_of(person, cycle)
    tree = tree_on(cycle.place_id)
    now = today_of(leaves, cycle.place_id, tree)
    at = 1 if what == "department" else 0
    stood = {one.pk: one.department if at else one.unit for one in leaves}
    moves: dict[tuple[int, int], Sums] = {}
    views: tuple[dict[int, Sums], dict[int, Sums]] = ({}, {})
    total = Sums()
    for one in leaves:
        source, target = stood[one.pk], now[one.pk][at]
        total = total.plus(one.sums)
        for view, body in zip(views, (source, target), strict=True):
            view[body] = view.get(body, Sums()).plus(one.sums)
        if source != target:
            moves[source, target] = moves.get((source, target), Sums()).plus(one.sums)
    names = {pk: body.name for pk, body in tree.bodies.items()}
    lines = [
        Line(pk, names.get(pk, ""), tree.bodies[pk].until, views[0].get(pk, Sums()), views[1].get(pk, Sums()))
        for pk in sorted({*views[0], *views[1]}, key=lambda pk: (tree.bodies[pk].code, pk))
    ]
    changes = _changes(cycle.place_id)
    told = [
        Move(names[source], names[target], source, target, sums, _between(source, target, changes))
        for (source, target), sums in sorted(moves.items())
    ]
    return Restated(tuple(lines), tuple(told), total)


def _changes(place_id: int) -> list[tuple[int, int, BodyChange]]:
    lines = BodyChangeLine.objects.filter(change__place_id=place_id).select_related("change")
    return [(one.source_id, one.target_id, one.change) for one in lines.order_by("change__day", "pk")]


def _between(source: int, target: int, changes: list[tuple[int, int, BodyChange]]) -> tuple[BodyChange, ...]:
    """Return the changes that lead from one body to another, in their order; none for a unit that was re-hung."""
    became: dict[int, set[int]] = defaultdict(set)
    for one, other, _ in changes:
        became[one].add(other)
    ahead = descent(source, became) | {source}
    found = {
        change.pk: change
        for one, other, change in changes
        if one in ahead and (other == target or target in descent(other, became))
    }
    return tuple(found.values())
