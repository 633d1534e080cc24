"""The bodies and people of a script, and the luck that fills what was never published."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, person_for
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.accounts.services import appoint, create_organisation, create_place, create_user
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycle_of
from jiheng.rules.money import share_out

HUNDRED_YUAN = 10_000  # fen: unpublished amounts are made in steps of 0.01 万元
UNIT_ROLES = ("unit_project", "unit_finance")


@dataclass
class World:
    """Where a script runs: the place, who is there, the seed of what is generated."""

    place: Place
    seed: str
    people: dict[tuple[str, str], Person] = field(default_factory=dict)

    def luck(self, topic: str) -> random.Random:
        """Return random numbers that depend on the seed and the topic alone."""
        return random.Random(f"{self.seed}:{topic}")  # noqa: S311  # made-up amounts, not secrets

    def body(self, code: str) -> Organisation:
        """Return a body by its code."""
        return Organisation.objects.get(place=self.place, code=code)

    def person(self, body: str, role: str) -> Person:
        """Return the holder of a role in a body; looked up once."""
        key = (body, role)
        if key not in self.people:
            self.people[key] = person_for(username_of(self.place, body, role))
        return self.people[key]

    def bureau(self, role: str) -> Person:
        """Return the holder of a role in the finance bureau."""
        return self.person("bureau", role)

    def cycle(self, budget_year: int) -> Cycle:
        """Return a budget year of the place."""
        return cycle_of(self.place.code, budget_year)


def username_of(place: Place, body: str, role: str) -> str:
    """Return the sign-in name of a scripted person."""
    return f"{body}.{role}" if role else f"{place.code}.{body}"


def settle(
    *,
    code: str,
    name: str,
    region_code: str,
    bodies: list[dict[str, str]],
    since: date,
    seed: str,
    password: str | None = None,
    names: Iterator[str] | None = None,
) -> World:
    """Create the place, its bodies and one person for every role in each body, called by `names` in turn.

    A department gets a unit of its own under `<code>-1` unless its units are listed.
    """
    place = create_place(code=code, name=name, region_code=region_code)
    world = World(place, seed)
    made: dict[str, Organisation] = {}
    for body in bodies:
        kind = body["kind"]
        parent = made.get(body.get("parent", ""))
        made[body["code"]] = create_organisation(
            place=place, code=body["code"], name=body["name"], kind=kind, parent=parent, valid_from=since
        )
        for role in roles_in(kind, body):
            label = ROLES[role].label
            called = next(names) if names else f"{label}（{body['name'][-6:]}）"
            user = create_user(username=username_of(place, body["code"], role), name=called, password=password)
            appoint(user=user, organisation=made[body["code"]], role=role, valid_from=since)
    return world


def roles_in(kind: str, body: dict[str, str]) -> tuple[str, ...]:
    """Return the roles that a body of this kind has people for."""
    if "roles" in body:
        return tuple(body["roles"].split())
    return {
        "bureau": ("division", "performance_office", "evaluation_centre", "treasury", "bureau_leader"),
        "department": ("department_reviewer",),
        "unit": (*UNIT_ROLES, "unit_head"),
        "agency": ("agency",),
        "expert_pool": ("expert",),
        "overseer": ("congress",),
    }[kind]


def amounts(world: World, topic: str, count: int, total_fen: int) -> list[int]:
    """Return `count` amounts in fen, each a multiple of 100 元 and above zero, that add up to the total."""
    if total_fen % HUNDRED_YUAN:
        raise ValueError("公布的总额须精确到 0.01 万元")
    luck = world.luck(topic)
    weights = [Decimal(luck.randint(20, 180)) for _ in range(count)]
    steps = share_out(total_fen // HUNDRED_YUAN, weights)
    return [step * HUNDRED_YUAN for step in steps]


def spread_loss(world: World, topic: str, points: list[Decimal], total: Decimal) -> list[Decimal]:
    """Return the points of items (each at most its own) that add up to `total`, the loss spread by luck."""
    luck = world.luck(topic)
    left = [int(one * 100) for one in points]
    loss = sum(left) - int(total * 100)
    if loss < 0 or loss > sum(left):
        raise ValueError(f"总分 {total} 不在 0 至 {sum(points)} 之间")
    lost = [0] * len(left)
    while loss:
        at = luck.randrange(len(left))
        step = min(loss, luck.randint(1, 60), max(0, left[at] - lost[at]))
        lost[at] += step
        loss -= step
    return [Decimal(have - gone) / 100 for have, gone in zip(left, lost, strict=True)]
