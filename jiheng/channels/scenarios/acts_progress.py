"""What scripted people do about periodic reports."""

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.stages.monitoring.progress.services import begin_progress, move_progress, save_progress


@act
def hand_in_progress(world: World, year: int, key: str, body: str, done: str = "已布置", progress: str = "按计划推进") -> None:
    """A department writes and hands in one periodic report."""
    person = world.person(body, "department_reviewer")
    report = begin_progress(cycle=world.cycle(year), key=key, person=person)
    save_progress(report=report, done=done, progress=progress, person=person)
    move_progress(report=report, action="submit", person=person)


@act
def receive_progress(world: World, year: int, key: str, body: str) -> None:
    """The division receives one periodic report."""
    person = world.person(body, "department_reviewer")
    report = begin_progress(cycle=world.cycle(year), key=key, person=person)
    move_progress(report=report, action="accept", person=world.bureau("division"))
