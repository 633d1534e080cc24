"""Words for repeated, finished and expired policies: marked, decided, asked for again."""

from decimal import Decimal

from jiheng.channels.scenarios.acts import act, goal_through, years
from jiheng.channels.scenarios.world import World
from jiheng.stages.results.grounds.services import GroundData, GroundDecision, decide_ground, mark_ground
from jiheng.stages.results.models import GroundCase


@act
def mark_grounds(world: World, year: int, codes: list[str], ground: str, facts: str, other: str = "", role: str = "division") -> None:
    """Somebody of the bureau marks subjects on a ground of the rules."""
    (repeated,) = years(world, year, [other]) if other else (None,)
    for one in years(world, year, codes):
        mark_ground(year=one, told=GroundData(ground, facts, repeated), person=world.bureau(role))


@act
def decide_grounds(
    world: World, year: int, codes: list[str], action: str, reason: str, ratio: str = "", into: str = "", role: str = "bureau_leader"
) -> None:
    """Somebody of the bureau decides of what was marked."""
    (goes_on,) = years(world, year, [into]) if into else (None,)
    for one in years(world, year, codes):
        case = GroundCase.objects.get(subject_year=one)
        told = GroundDecision(action, reason, Decimal(ratio) if ratio else None, goes_on)
        decide_ground(case=case, told=told, person=world.bureau(role))


@act
def ask_whole(world: World, year: int, codes: list[str]) -> None:
    """Units apply for all that they registered, whatever earlier decisions left them."""
    for one in years(world, year, codes):
        goal_through(world, one, "department", asked_fen=one.requested_fen)
