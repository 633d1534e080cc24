"""Words for sharing money out: the scheme with its weights, handed in, returned, decided."""

from decimal import Decimal

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.rules.money import wan_to_fen
from jiheng.stages.results.allocation import services
from jiheng.stages.results.models import Allocation


def allocation_of(world: World, year: int, name: str) -> Allocation:
    """Return the scheme of a sum."""
    return Allocation.objects.get(place=world.place, cycle__budget_year=year, name=name)


@act
def draw_up_allocation(
    world: World, year: int, name: str, wan: str, results_year: int, result_weight: str,
    factors: dict[str, str], values: dict[str, list[str]], reason: str = "",
) -> None:  # fmt: skip
    """The performance office shares a sum (in 万元) among bodies by factors with weights in per cent."""
    office = world.bureau("performance_office")
    scheme = services.Scheme(
        name, wan_to_fen(wan), results_year, [(label, Decimal(weight)) for label, weight in factors.items()],
        Decimal(result_weight), reason,
    )  # fmt: skip
    made = services.begin_allocation(cycle=world.cycle(year), scheme=scheme, person=office)
    bodies = {world.body(code).pk: [Decimal(one) for one in told] for code, told in values.items()}
    services.save_bodies(allocation=made, bodies=list(bodies), values=bodies, person=office)


@act
def submit_allocation(world: World, year: int, name: str) -> None:
    """The performance office hands a scheme in; it is worked out and held against the rules."""
    services.move_allocation(allocation=allocation_of(world, year, name), action="submit", person=world.bureau("performance_office"))


@act
def decide_allocation(world: World, year: int, name: str) -> None:
    """The leader decides a scheme."""
    services.move_allocation(allocation=allocation_of(world, year, name), action="decide", person=world.bureau("bureau_leader"))
