"""What scripted people do about duties: what a body is for, its main works of a year, which money serves which duty."""

from datetime import date
from decimal import Decimal

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.foundation.accounts.person import Person
from jiheng.registers.duties.models import Duty
from jiheng.registers.duties.services import DutyData, WorkData, share_money, write_duties, write_works


def _writer(world: World, body: str) -> Person:
    return world.person(body, "department_reviewer")


@act
def write_duty_list(world: World, body: str, source: str, since: date, duties: dict[str, str], main: list[str]) -> None:
    """A department writes its duties by their numbers; `main` names the chief ones."""
    organisation = world.body(body)
    rows = [DutyData(organisation, code, text, code in main, source, since) for code, text in duties.items()]
    write_duties(rows=rows, person=_writer(world, body))


@act
def write_main_works(world: World, year: int, body: str, source: str, works: dict[str, list[str]]) -> None:
    """A department writes its main works of a year: `[name]`, or `[name, number of the duty]` where one is owned."""
    organisation = world.body(body)
    owned = {one.code: one for one in Duty.objects.filter(organisation=organisation)}
    rows = [
        WorkData(organisation, code, name, source, owned[duty[0]] if duty else None) for code, (name, *duty) in works.items()
    ]
    write_works(cycle=world.cycle(year), rows=rows, person=_writer(world, body))


@act
def serve_duties(world: World, year: int, shares: dict[str, dict[str, str]]) -> None:
    """Departments say which of their duties the money of projects serves, in per cent."""
    for one in years(world, year, list(shares)):
        owned = {duty.code: duty.pk for duty in Duty.objects.filter(organisation=one.department)}
        told = {owned[code]: Decimal(percent) for code, percent in shares[one.subject.code].items()}
        share_money(year=one, shares=told, person=_writer(world, one.department.code))
