"""Words for the gates themselves: somebody tries to let in what the rules may keep out."""

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.stages.appraisal.services import enter_library


@act
def try_entry(world: World, year: int, codes: list[str]) -> None:
    """The division lets projects into the library, whatever their conclusion and their conditions."""
    for one in years(world, year, codes):
        enter_library(year=one, person=world.bureau("division"))
