"""What scripted people put on record for a project to rest on."""

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.registers.subjects.warrants import WarrantData, file_warrant


@act
def put_warrants(world: World, year: int, code: str, titles: dict[str, str], role: str = "unit_project") -> None:
    """The unit puts documents on record, each under a kind of the rules."""
    (one,) = years(world, year, [code])
    for kind, title in titles.items():
        data = WarrantData(kind, title, link="evaluation")
        file_warrant(year=one, data=data, person=world.person(one.unit.code, role))
