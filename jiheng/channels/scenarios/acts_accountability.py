"""Words for accountability: opened, decided, received, reported, closed."""

from datetime import date

from jiheng.channels.scenarios.acts import PAPER, act, years
from jiheng.channels.scenarios.acts_evaluation import day_of
from jiheng.channels.scenarios.world import World
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import attach
from jiheng.rules.money import wan_to_fen
from jiheng.stages.results.accountability import services
from jiheng.stages.results.accountability.clues import clues_in
from jiheng.stages.results.models import Accountability


def case_of(world: World, year: int, code: str) -> Accountability:
    """Return the newest case about a subject."""
    return Accountability.objects.filter(
        place=world.place, subject_year__subject__code=code, subject_year__budget_year=year
    ).latest("pk")


def _unit(world: World, case: Accountability) -> Person:
    return world.person(case.body.code, "unit_head")


@act
def open_case(world: World, year: int, codes: list[str], situation: str, facts: str, *, from_clue: bool = False) -> None:
    """The performance office calls the units of these subjects to account, from the system's clue where asked."""
    office = world.bureau("performance_office")
    found = {one.year.subject.code: one for one in clues_in(office, world.cycle(year)) if one.situation == situation} if from_clue else {}
    for one in years(world, year, codes):
        clue = found.get(one.subject.code)
        charge = services.Charge(
            one.unit, situation, facts, one, clue.source if clue else "", clue.text if clue else ""
        )
        services.open_accountability(cycle=one.cycle, charge=charge, person=office)


@act
def decide_case(
    world: World, year: int, codes: list[str], measures: list[str], reason: str,
    cut_wan: str = "", recapture_wan: str = "", role: str = "bureau_leader",
) -> None:  # fmt: skip
    """Somebody decides: the measures of the pack by their keys, with amounts in 万元."""
    for code in codes:
        services.decide_accountability(
            case=case_of(world, year, code),
            measures=measures,
            reason=reason,
            person=world.bureau(role),
            cut_fen=wan_to_fen(cut_wan) if cut_wan else None,
            recapture_fen=wan_to_fen(recapture_wan) if recapture_wan else None,
        )


@act
def open_body_case(world: World, year: int, bodies: list[str], situation: str, facts: str) -> None:
    """The performance office calls bodies to account without naming a project."""
    for code in bodies:
        charge = services.Charge(world.body(code), situation, facts)
        services.open_accountability(cycle=world.cycle(year), charge=charge, person=world.bureau("performance_office"))


@act
def decide_body_case(world: World, year: int, bodies: list[str], measures: list[str], reason: str, cut_wan: str = "") -> None:
    """The leader decides the newest case about each body, with what is taken off its budgets in 万元."""
    for code in bodies:
        case = Accountability.objects.filter(place=world.place, cycle__budget_year=year, body__code=code).latest("pk")
        services.decide_accountability(
            case=case, measures=measures, reason=reason, person=world.bureau("bureau_leader"),
            cut_fen=wan_to_fen(cut_wan) if cut_wan else None,
        )  # fmt: skip


@act
def dismiss_case(world: World, year: int, codes: list[str], reason: str) -> None:
    """The leader ends cases without measures."""
    for code in codes:
        services.dismiss_accountability(case=case_of(world, year, code), reason=reason, person=world.bureau("bureau_leader"))


@act
def receive_case(world: World, year: int, codes: list[str]) -> None:
    """Units sign for the decision."""
    for code in codes:
        case = case_of(world, year, code)
        services.receive_accountability(case=case, person=_unit(world, case))


@act
def deliver_case(world: World, year: int, codes: list[str], handed_over: str | date) -> None:
    """The performance office notes on which day the decision was handed over."""
    for code in codes:
        services.deliver_accountability(
            case=case_of(world, year, code), day=day_of(handed_over), how="书面送达，收件人签字", person=world.bureau("performance_office")
        )


@act
def report_case(world: World, year: int, codes: list[str], *, paper: bool = True, outcome: str = "已更正并建立台账") -> None:
    """Units send their report of rectification, with or without the signed paper."""
    for code in codes:
        case = case_of(world, year, code)
        if paper:
            attach(subject=case, row="", name="整改报告书.pdf", content=PAPER, person=_unit(world, case))
        services.report_accountability(case=case, problems="审核把关不严", outcome=outcome, person=_unit(world, case))


@act
def close_case(world: World, year: int, codes: list[str], note: str = "属实", role: str = "performance_office") -> None:
    """Somebody closes cases."""
    for code in codes:
        case = case_of(world, year, code)
        person = _unit(world, case) if role == "unit_head" else world.bureau(role)
        services.close_accountability(case=case, note=note, person=person)
