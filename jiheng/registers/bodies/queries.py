"""What the pages of bodies show: a level of the tree with its sums, and the life of one body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet

from jiheng.foundation.accounts.models import Appointment, BodyChange, BodyChangeLine, Organisation
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.accounts.tree import Body, Tree, rolled_up, tree_on
from jiheng.registers.bodies.restated import Leaf, Sums, leaves_of
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import Passage

KINDS = dict(Organisation.KINDS)
SPENDING = {"department": 0, "unit": 1, "bureau": 2}
"""Who spends stands first, whoever looks on comes after."""
MOST_FOUND = 200


@dataclass(frozen=True)
class Node:
    """A body of the tree with everything below it: how many bodies, and the sums of their subjects."""

    body: Body
    kind: str
    below: int
    sums: Sums
    above: str = ""


@dataclass(frozen=True)
class Level:
    """One level of the tree on a day: the body it hangs on, the way up, its members, and what is its own."""

    tree: Tree
    at: Body | None
    way: tuple[Body, ...]
    nodes: tuple[Node, ...]
    own: Sums
    total: Sums
    elsewhere: Sums = field(default_factory=Sums)


def sums_in(tree: Tree, leaves: Iterable[Leaf]) -> tuple[dict[int, Sums], dict[int, Sums], Sums]:
    """Return by body its own sums and those with everything below it, and what stands nowhere in the tree.

    A body that has ended by the day is counted with whoever carries it on; each leaf is counted once.
    """
    own: dict[int, Sums] = {}
    elsewhere = Sums()
    standing = {one.pk for one in tree.standing}
    for one in leaves:
        pk = tree.heir(one.unit)
        if pk in standing:
            own[pk] = own.get(pk, Sums()).plus(one.sums)
        else:
            elsewhere = elsewhere.plus(one.sums)
    parents = {pk: tree.parent(pk) for pk in standing}
    measured = [
        rolled_up(parents, {pk: sums[at] for pk, sums in own.items()}) for at in range(len(Sums._fields))
    ]
    return own, {pk: Sums(*(one[pk] for one in measured)) for pk in standing}, elsewhere


def level(person: Person, cycle: Cycle | None, day: date, at: int | None = None, text: str = "") -> Level:
    """Return the members below a body (on top without one), or those whose name or code has the text.

    LookupError when the body is not in the tree of the day.
    """
    tree = tree_on(person.place_id, day)
    standing: Mapping[int, Body] = {one.pk: one for one in tree.standing}
    if at is not None and at not in standing:
        raise LookupError(f"{day} 的名册中没有这个单位")
    leaves = leaves_of(person, cycle, day) if cycle is not None else []
    own, sums, elsewhere = sums_in(tree, leaves)
    counted = rolled_up({pk: tree.parent(pk) for pk in standing}, dict.fromkeys(standing, 1))
    if text:
        chosen = [one for one in tree.standing if text in one.name or one.code.startswith(text)][:MOST_FOUND]
    else:
        chosen = [standing[pk] for pk in tree.children.get(at, ())]
        chosen.sort(key=lambda one: SPENDING.get(one.kind, len(SPENDING)))
    nodes = tuple(
        Node(one, KINDS[one.kind], counted[one.pk] - 1, sums[one.pk], _above(one, tree) if text else "")
        for one in chosen
    )
    way = tuple(standing[pk] for pk in reversed(tree.above(at)) if pk in standing) if at is not None else ()
    if at is not None:
        return Level(tree, standing[at], way, nodes, own.get(at, Sums()), sums[at])
    total = _all(sums[one.pk] for one in tree.standing if tree.parent(one.pk) is None)
    return Level(tree, None, (), nodes, Sums(), total.plus(elsewhere), elsewhere)


def _above(body: Body, tree: Tree) -> str:
    return " › ".join(tree.bodies[pk].name for pk in reversed(tree.above(body.pk)))


def _all(sums: Iterable[Sums]) -> Sums:
    total = Sums()
    for one in sums:
        total = total.plus(one)
    return total


@dataclass(frozen=True)
class Period:
    """One period in the life of a body: name, days, what stood above it, which change began it."""

    body: Organisation
    change: BodyChange | None
    here: bool = False


def life_of(body: Organisation) -> list[Period]:
    """Return the whole lineage of a body, oldest first: what it came from, itself, what it became."""
    lines = list(
        BodyChangeLine.objects.filter(change__place_id=body.place_id)
        .select_related("source", "target", "change")
        .order_by("change__day", "pk")
    )
    found = {body.pk: body}
    for _ in lines:
        more = {one.source_id: one.source for one in lines if one.target_id in found}
        before = len(found)
        found = {**more, **found}
        if len(found) == before:
            break
    ahead = {body.pk: body}
    for one in lines:  # the lines stand by day, so one pass finds every generation
        if one.source_id in ahead:
            ahead[one.target_id] = one.target
    began = {one.target_id: one.change for one in lines if one.target.valid_from == one.change.day}
    everyone = sorted({**found, **ahead}.values(), key=lambda one: (one.valid_from, one.pk))
    return [Period(one, began.get(one.pk), one.pk == body.pk) for one in everyone]


def changes_of(body: Organisation) -> list[BodyChange]:
    """Return the changes in which the body had a part, by day."""
    lines = BodyChangeLine.objects.filter(change__place_id=body.place_id).select_related("change")
    found = {one.change_id: one.change for one in lines if body.pk in {one.source_id, one.target_id}}
    return sorted(found.values(), key=lambda one: (one.day, one.pk))


def with_bodies(changes: QuerySet[BodyChange]) -> QuerySet[BodyChange]:
    """Read the bodies of each change along with it, so that a list of changes needs two queries."""
    lines = BodyChangeLine.objects.select_related("source", "target")
    return changes.prefetch_related(Prefetch("lines", lines)).distinct()


def passages_of(change: BodyChange) -> QuerySet[Passage]:
    """Return the subjects that went from one body to another in a change."""
    found = Passage.objects.filter(change=change).order_by("pk")
    return found.select_related(
        "subject_year__subject", "from_unit", "to_unit", "from_department", "to_department"
    )


def people_in(body: Organisation, day: date) -> int:
    """Return how many people hold an office in the body on a day."""
    held = Appointment.objects.filter(valid_on(day), organisation=body, user__is_active=True)
    return held.values("user_id").distinct().count()


def told(change: BodyChange) -> str:
    """Say who became whom: A、B → C."""
    lines = list(change.lines.all())
    sources = list(dict.fromkeys(one.source.name for one in lines))
    staying = list(dict.fromkeys(one.source.name for one in lines if change.kind == "split" and not one.source.successor_id))
    targets = list(dict.fromkeys([*staying, *(one.target.name for one in lines)]))
    return f"{'、'.join(sources)} → {'、'.join(targets)}"
