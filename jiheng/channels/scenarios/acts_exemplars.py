"""What scripted people do about the case library: finding cases, nominating them, deciding."""

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.registers.exemplars import services
from jiheng.registers.exemplars.models import Exemplar


@act
def find_exemplars(world: World) -> None:
    """The performance office has the system look for cases among what was decided."""
    services.find_cases(person=world.bureau("performance_office"))


@act
def nominate_exemplars(world: World, count: int, ground: str, kind: str = "") -> None:
    """The division nominates the best cases found, of one kind or of all; fewer when there are fewer."""
    found = Exemplar.objects.filter(place=world.place, state="found")
    for one in (found.filter(kind=kind) if kind else found).order_by("-score", "pk")[:count]:
        services.nominate(exemplar=one, ground=ground, person=world.bureau("division"))


@act
def show_exemplars(world: World, count: int, opinion: str = "同意入库") -> None:
    """The leader approves the oldest nominations."""
    for one in Exemplar.objects.filter(place=world.place, state="proposed").order_by("pk")[:count]:
        services.decide(exemplar=one, granted=True, opinion=opinion, person=world.bureau("bureau_leader"))
