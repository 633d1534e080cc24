"""What scripted people do about the bodies that lead performance management inside departments."""

from datetime import date

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.registers.bodies.leads import register_lead


@act
def name_lead(world: World, body: str, name: str, day: str | date, document: str) -> None:
    """A department registers its leading body."""
    since = day if isinstance(day, date) else date.fromisoformat(day)
    register_lead(
        body=world.body(body), name=name, document=document, day=since, person=world.person(body, "department_reviewer")
    )
