"""Words for the finance bureaus of places below: found, their figures entered, assessed, praised or criticised."""

from datetime import date
from decimal import Decimal

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.world import World
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import person_for
from jiheng.foundation.accounts.services import appoint, create_organisation, create_place, create_user
from jiheng.rules.money import wan_to_fen
from jiheng.stages.assessment.lower import assess_lower_bureaus
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.assessment.recognition import decide_recognition, recognise
from jiheng.stages.assessment.services import FactData, confirm_all, record_fact, withdraw_fact
from jiheng.stages.disclosure.services import publish


def lower_bureau(world: World, code: str) -> Organisation:
    """Return the finance bureau of a place below by the code of that place."""
    return Organisation.objects.get(place__parent=world.place, place__code=f"{world.place.code}-{code}", kind="bureau")


def lower_username(world: World, code: str, role: str) -> str:
    """Return the sign-in name of somebody in a bureau below."""
    return f"{world.place.code}-{code}.{role}"


def lower_result(world: World, year: int, body: str) -> Assessment:
    """Return what was found for a bureau below."""
    return Assessment.objects.get(cycle=world.cycle(year), department=lower_bureau(world, body))


@act
def found_lower_bureaus(world: World, since: date, places: dict[str, str]) -> None:
    """Places below, by code and name, have finance bureaus; they keep no years of their own here."""
    for code, name in places.items():
        place = create_place(code=f"{world.place.code}-{code}", name=name, parent=world.place)
        body = create_organisation(place=place, code="bureau", name=f"{name}财政所", kind="bureau", valid_from=since)
        for role in ("performance_office", "bureau_leader"):
            user = create_user(username=lower_username(world, code, role), name=f"{name}经办", password=None)
            appoint(user=user, organisation=body, role=role, valid_from=since)


@act
def enter_lower(
    world: World, year: int, body: str, figures: dict[str, str], source: str = "报送的年度工作报告", role: str = "performance_office"
) -> None:
    """Somebody enters figures of a bureau below, item by item; an empty one says that there was nothing of the kind."""
    for item, value in figures.items():
        kind, points = ("figure", Decimal(value)) if value else ("absent", Decimal(0))
        data = FactData(kind, item, "年度工作报告所列", source, points)
        record_fact(cycle=world.cycle(year), department=lower_bureau(world, body), data=data, person=world.bureau(role))


@act
def enter_lower_as_other(world: World, year: int, body: str, by: str, figures: dict[str, str]) -> None:
    """The office of another bureau below tries to enter figures."""
    person = person_for(lower_username(world, by, "performance_office"))
    for item, value in figures.items():
        data = FactData("figure", item, "自行填报", "本所台账", Decimal(value))
        record_fact(cycle=world.cycle(year), department=lower_bureau(world, body), data=data, person=person)


@act
def withdraw_lower(world: World, year: int, body: str, item: str, reason: str) -> None:
    """The performance office takes a figure back."""
    fact = OutsideFact.objects.get(
        cycle=world.cycle(year), department=lower_bureau(world, body), item=item, withdrawn_on__isnull=True
    )
    withdraw_fact(fact=fact, reason=reason, person=world.bureau("performance_office"))


@act
def assess_lower(world: World, year: int, *, confirm: bool = True) -> None:
    """The bureaus below are assessed; the leader confirms."""
    made = assess_lower_bureaus(cycle=world.cycle(year), person=world.bureau("performance_office"))
    if confirm:
        confirm_all(assessments=made, person=world.bureau("bureau_leader"))


@act
def recognise_lower(world: World, year: int, body: str, wan: str = "", reason: str = "考核结果") -> None:
    """What the result of a bureau below leads to is proposed, and the leader agrees."""
    found = lower_result(world, year, body)
    fen = wan_to_fen(wan) if wan else 0
    one = recognise(assessment=found, reason=reason, person=world.bureau("performance_office"), amount_fen=fen)
    decide_recognition(one=one, agree=True, opinion="同意", person=world.bureau("bureau_leader"))


@act
def publish_lower(world: World, year: int, body: str) -> None:
    """The performance office makes the result of a bureau below public."""
    publish(source=lower_result(world, year, body), person=world.bureau("performance_office"))
