"""What scripted people do about situations between two checkpoints."""

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.services import SituationData, begin_situation, move_situation


@act
def report_situation(world: World, year: int, code: str, facts: str, effect: str = "", needed: str = "") -> None:
    """A unit writes down a situation of a project and hands it in."""
    one = years(world, year, [code])[0]
    person = world.person(one.unit.code, "unit_project")
    told = SituationData(clock.today(), facts, effect, needed)
    move_situation(situation=begin_situation(year=one, told=told, person=person), action="submit", person=person)


@act
def move_situations(world: World, year: int, codes: list[str], action: str, role: str, comment: str = "") -> None:
    """Somebody takes a step with the situations of projects."""
    for one in years(world, year, codes):
        situation = SituationReport.objects.filter(subject_year=one).latest("pk")
        bodies = {"unit_project": one.unit.code, "department_reviewer": one.department.code}
        person = world.person(bodies[role], role) if role in bodies else world.bureau(role)
        move_situation(situation=situation, action=action, person=person, comment=comment)
