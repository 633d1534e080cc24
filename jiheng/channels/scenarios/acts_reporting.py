"""Words for what is reported upward or handed over, and the receipts."""

from datetime import date

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.acts_evaluation import day_of
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.disclosure.models import Dispatch
from jiheng.stages.disclosure.reporting import services
from jiheng.stages.disclosure.services import publish


@act
def report_upward(
    world: World, year: int, matter: str, recipient: str, title: str, note: str = "", role: str = "performance_office"
) -> None:
    """Somebody notes a paper sent today: the matter is the parameter that names the recipients."""
    paper = services.Paper(matter, recipient, title, clock.today(), note=note)
    services.note_dispatch(cycle=world.cycle(year), paper=paper, person=world.bureau(role))


@act
def note_receipt(world: World, year: int, title: str, recipient: str, received: str | date) -> None:
    """The performance office notes on which day a paper was received."""
    sent = Dispatch.objects.get(cycle=world.cycle(year), title=title, recipient=recipient)
    services.note_receipt(dispatch=sent, day=day_of(received), receipt="签收", person=world.bureau("performance_office"))


@act
def publish_assessment(world: World, year: int, body: str) -> None:
    """The performance office makes one department's assessment public, as it stands."""
    found = Assessment.objects.get(cycle=world.cycle(year), department=world.body(body))
    publish(source=found, person=world.bureau("performance_office"))
