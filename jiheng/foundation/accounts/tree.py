"""The tree of a place's bodies as it stood on a day, and who carries on what a body that ended left."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation


@dataclass(frozen=True)
class Body:
    """One body in one period of its life: what it was called and what stood above it in these days."""

    pk: int
    code: str
    name: str
    kind: str
    parent: int | None
    since: date
    until: date | None
    successor: int | None

    def stands(self, day: date) -> bool:
        """Whether the body existed on the day."""
        return self.since <= day and (self.until is None or self.until >= day)


class Tree:
    """The bodies of one place on one day.

    A body that has ended stands in the tree no more; what hung on it hangs on whoever carries it on. With no
    one to carry it on, what hung on it alone is below nobody.
    """

    def __init__(self, bodies: Iterable[Body], day: date) -> None:
        self.day = day
        self.bodies: Mapping[int, Body] = {one.pk: one for one in bodies}

    def heir(self, pk: int) -> int:
        """Return who carries the body on by this day: itself while it stands, else the last of its successors."""
        seen = {pk}
        while True:
            body = self.bodies.get(pk)
            if body is None or body.until is None or body.until >= self.day or body.successor is None:
                return pk
            if body.successor in seen or body.successor not in self.bodies:
                return pk
            pk = body.successor
            seen.add(pk)

    @cached_property
    def standing(self) -> tuple[Body, ...]:
        """The bodies that exist on the day, by code."""
        found = (one for one in self.bodies.values() if one.stands(self.day))
        return tuple(sorted(found, key=lambda one: (one.code, one.pk)))

    def parent(self, pk: int) -> int | None:
        """Return what stands above a body on the day, or None."""
        above = self.bodies[pk].parent
        return None if above is None or above not in self.bodies else self.heir(above)

    @cached_property
    def children(self) -> Mapping[int | None, tuple[int, ...]]:
        """What stands directly below each body; below None what stands on top."""
        found: dict[int | None, list[int]] = defaultdict(list)
        for one in self.standing:
            found[self.parent(one.pk)].append(one.pk)
        return {pk: tuple(below) for pk, below in found.items()}

    @cached_property
    def _former(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, list[int]] = defaultdict(list)
        for pk in self.bodies:
            if (heir := self.heir(pk)) != pk:
                found[heir].append(pk)
        return {pk: tuple(gone) for pk, gone in found.items()}

    def former(self, pk: int) -> frozenset[int]:
        """Return the ended bodies that this one carries on."""
        return frozenset(self._former.get(pk, ()))

    def below(self, pk: int) -> frozenset[int]:
        """Return the body, everything below it, and the ended bodies that any of these carries on."""
        found: set[int] = set()
        waiting = [pk]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                found.update(self._former.get(at, ()))
                waiting.extend(self.children.get(at, ()))
        return frozenset(found)

    def above(self, pk: int) -> list[int]:
        """Return what stands above a body, the nearest first."""
        found: list[int] = []
        at = self.parent(pk)
        while at is not None and at not in found:
            found.append(at)
            at = self.parent(at)
        return found

    def department(self, pk: int) -> int:
        """Return the department of a body: itself, else the nearest above of that kind, else itself."""
        way = [pk, *self.above(pk)]
        return next((one for one in way if self.bodies[one].kind == "department"), pk)


def tree_on(place_id: int, day: date | None = None) -> Tree:
    """Return the tree of a place on a day (today unless given); one query."""
    day = day or clock.today()
    rows = Organisation.objects.filter(place_id=place_id, valid_from__lte=day).order_by()
    values = rows.values_list("pk", "code", "name", "kind", "parent_id", "valid_from", "valid_to", "successor_id")
    return Tree((Body(*one) for one in values), day)


def carried_on_by(organisation_id: int, day: date | None = None) -> frozenset[int]:
    """Return the ended bodies that this one carries on, without reading the whole tree.

    One query where there is none, one more for each generation of predecessors.
    """
    day = day or clock.today()
    found: set[int] = set()
    asked = {organisation_id}
    while asked:
        ended = Organisation.objects.filter(successor_id__in=asked, valid_to__lt=day).order_by()
        asked = set(ended.values_list("pk", flat=True)) - found
        found |= asked
    return frozenset(found)


def rolled_up(parents: Mapping[int, int | None], leaves: Mapping[int, int]) -> dict[int, int]:
    """Return for every node the sum of what it has itself and of everything below it, in one pass.

    `parents` names what stands above each node (None, or a node that is not in it: nothing), `leaves` what a
    node has of its own. ValueError when the nodes stand in a circle.
    """
    waiting = dict.fromkeys(parents, 0)
    for above in parents.values():
        if above is not None and above in waiting:
            waiting[above] += 1
    ready = [node for node, below in waiting.items() if not below]
    sums = {node: leaves.get(node, 0) for node in parents}
    done = 0
    while ready:
        node = ready.pop()
        done += 1
        above = parents[node]
        if above is not None and above in waiting:
            sums[above] += sums[node]
            waiting[above] -= 1
            if not waiting[above]:
                ready.append(above)
    if done != len(parents):
        raise ValueError("单位的上下级关系成环")
    return sums
