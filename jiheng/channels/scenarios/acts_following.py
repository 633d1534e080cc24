"""Words for projects whose content changes, and for goals that follow or do not."""

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.acts_goals import goal_of
from jiheng.channels.scenarios.world import World
from jiheng.registers.subjects.services import change_content
from jiheng.rules.money import wan_to_fen
from jiheng.stages.goals.services.following import say_unaffected


@act
def change_projects(
    world: World, year: int, codes: list[str], reason: str, document: str, overview: str = "", wan: str = "", role: str = "unit_project"
) -> None:
    """Units (or the bureau's division) change what projects are: their overview, the money asked for in 万元."""
    content: dict[str, object] = {}
    if overview:
        content["overview"] = overview
    if wan:
        content["requested_fen"] = wan_to_fen(wan)
    for one in years(world, year, codes):
        person = world.person(one.unit.code, role) if role.startswith("unit_") else world.bureau(role)
        change_content(year=one, content=content, reason=reason, document=document, person=person)


@act
def say_goal_unaffected(world: World, year: int, code: str, reason: str, role: str = "unit_project") -> None:
    """The unit says why a change of content does not touch the approved goal."""
    goal = goal_of(world, year, code)
    person = world.person(goal.subject_year.unit.code, role) if role.startswith("unit_") else world.bureau(role)
    say_unaffected(goal=goal, reason=reason, person=person)
