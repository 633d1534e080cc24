"""What scripted departments register of their own: rules of performance management, full-time people."""

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.registers.rulebooks.models import Specialist
from jiheng.registers.rulebooks.queries import specialist_role, to_mark
from jiheng.registers.rulebooks.services import RuleData, end_specialist, mark_specialist, write_rule


@act
def write_department_rule(
    world: World, year: int, body: str, title: str, links: list[str], kinds: list[str], role: str = "department_reviewer"
) -> None:
    """A department registers a rule of its own that was issued today."""
    data = RuleData(title, "", clock.today(), links, kinds)
    write_rule(cycle=world.cycle(year), data=data, person=world.person(body, role))


@act
def name_specialist(world: World, year: int, body: str, basis: str = "部门办公会纪要") -> None:
    """A department marks the first of its own people in the office that the rules ask for as full-time."""
    person = world.person(body, "department_reviewer")
    cycle = world.cycle(year)
    held = to_mark(person, specialist_role(cycle))[:1].get()
    mark_specialist(cycle=cycle, appointment=held, basis=basis, person=person)


@act
def end_specialist_of(world: World, body: str, reason: str) -> None:
    """A department takes the mark off."""
    mark = Specialist.objects.get(appointment__organisation=world.body(body), ended_on__isnull=True)
    end_specialist(mark=mark, reason=reason, person=world.person(body, "department_reviewer"))
