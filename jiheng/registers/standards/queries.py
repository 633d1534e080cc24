"""Reading standards: what holds on a day, what a project's lines say to the rules, which standards are missing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.portions import portions
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.policies.queries import current_policy
from jiheng.registers.standards.models import CostLine, CostRecord, StandardVersion
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.parameters import DatedValue
from jiheng.rules.refusal import Refusal
from jiheng.rules.spending_standards import (
    Cost,
    Line,
    Method,
    Missing,
    Proposal,
    Standard,
    Want,
    line_refusal,
    missing_standards,
    propose,
    standard_refusals,
)

GATE = "no_standard_no_budget"
METHOD = "standard_proposal"


def latest(rows: QuerySet[StandardVersion]) -> QuerySet[StandardVersion]:
    """Narrow versions to the last one of each standard, whether it holds already or not."""
    newer = StandardVersion.objects.filter(place=OuterRef("place"), code=OuterRef("code"), number__gt=OuterRef("number"))
    return rows.filter(~Exists(newer))


def standing(rows: QuerySet[StandardVersion], day: date) -> QuerySet[StandardVersion]:
    """Narrow versions to what holds on a day, or ended then, and to what is still to come: no former ones."""
    newer = StandardVersion.objects.filter(
        place=OuterRef("place"), code=OuterRef("code"), number__gt=OuterRef("number"), effective_on__lte=day
    )
    return rows.filter(Q(effective_on__gt=day) | ~Exists(newer))


def in_force(place_id: int, day: date) -> QuerySet[StandardVersion]:
    """Return the versions that hold on a day: the last begun one of each standard, unless it ends it."""
    held = StandardVersion.objects.filter(place_id=place_id, effective_on__lte=day, ended=False)
    return standing(held, day)


def versions_of(standard: StandardVersion) -> QuerySet[StandardVersion]:
    """Return all versions of a standard, the last first."""
    return StandardVersion.objects.filter(place_id=standard.place_id, code=standard.code).order_by("-number")


def method_in(place: Place) -> tuple[Method, str]:
    """Return how standards are worked out in a place today, and by which clause."""
    rule = current_policy(place).value(METHOD, day=clock.today())
    told = rule.value
    return Method(int(told["least"]), told["confidence"], told["fence"]), str(rule.clause)


def costs_about(place_id: int, item: str, unit: str) -> list[CostRecord]:
    """Return the costs on record for something, in their order."""
    found = CostRecord.objects.filter(place_id=place_id, item=item, unit=unit, withdrawn_on__isnull=True)
    return list(found.order_by("pk"))


def proposal_for(place: Place, costs: Iterable[CostRecord]) -> Proposal | Refusal:
    """Return the standard that costs suggest by the rules of the place, or why none is."""
    method, clause = method_in(place)
    rows = [Cost(f"{one.name}（{one.year}年）", one.amount_fen, one.quantity, one.price) for one in costs]
    return propose(rows, method, clause)


def sample_of(proposal: Proposal, costs: Iterable[CostRecord]) -> dict[str, Any]:
    """Return what a standard keeps of the costs that it was worked out from; money in fen."""
    rows = list(costs)
    return {
        "given": proposal.given, "used": proposal.used, "low": proposal.low, "median": proposal.median,
        "high": proposal.high, "band_low": proposal.band_low, "band_high": proposal.band_high,
        "confidence": str(proposal.confidence),
        "outliers": [{"cost": rows[one.place].pk, "name": one.name, "fen": one.unit_fen, "words": one.words} for one in proposal.outliers],
        "costs": [one.pk for one in rows],
    }  # fmt: skip


def lines_of(year: SubjectYear) -> QuerySet[CostLine]:
    """Return the lines of a project's cost that stand."""
    return CostLine.objects.filter(subject_year=year, withdrawn_on__isnull=True).select_related("standard")


def gate_in(cycle: Cycle) -> DatedValue | None:
    """Return the rule that asks for standards in a year; None where none does."""
    rule = rule_in(cycle, GATE)
    return rule if rule is not None and rule.value else None


def asking_clause(cycle: Cycle) -> str:
    """Return by which clause a year asks for standards; where none does, the one that exceptions give reasons by."""
    rule = gate_in(cycle)
    return str(rule.clause) if rule is not None else national_clause("duty_reasons")


def as_lines(rows: Iterable[CostLine], day: date) -> list[Line]:
    """Return lines as the rules ask about them; one query whatever their number."""
    held = list(rows)
    versions = {one.standard_id for one in held if one.standard_id is not None}
    holding: set[int] = set()
    for place in {one.standard.place_id for one in held if one.standard is not None}:
        for part in portions(sorted(versions)):
            holding.update(in_force(place, day).filter(pk__in=part).values_list("pk", flat=True))
    return [
        Line(
            one.item, one.quantity, one.unit_fen, one.amount_fen,
            Standard(one.standard.name, one.standard.amount_fen, one.standard.number, one.standard_id in holding, one.standard.cite)
            if one.standard is not None
            else None,
            one.excepted_on is not None,
        )
        for one in held
    ]  # fmt: skip


def refusals_of(year: SubjectYear) -> list[Refusal]:
    """没有标准不安排预算的年度：项目的测算明细还缺什么，逐条写明；不作规定的年度为空。"""
    return refusals_by_year([year]).get(year.pk, [])


def refusals_by_year(years: Iterable[SubjectYear]) -> dict[int, list[Refusal]]:
    """The same for many projects, by subject and year; nothing is asked where no year's rules want standards."""
    rules: dict[int, DatedValue | None] = {}
    asked: dict[int, SubjectYear] = {}
    for one in years:
        if one.cycle_id not in rules:
            rules[one.cycle_id] = gate_in(one.cycle)
        if rules[one.cycle_id] is not None:
            asked[one.pk] = one
    lines: dict[int, list[CostLine]] = {pk: [] for pk in asked}
    for part in portions(sorted(asked)):
        for row in CostLine.objects.filter(subject_year__in=part, withdrawn_on__isnull=True).select_related("standard"):
            lines[row.subject_year_id].append(row)
    flat = [row for rows in lines.values() for row in rows]
    told = {row.pk: line for row, line in zip(flat, as_lines(flat, clock.today()), strict=True)}
    found = {}
    for pk, year in asked.items():
        rule = rules[year.cycle_id]
        mine = [told[row.pk] for row in lines[pk]]
        if rule is not None and (wrong := standard_refusals(mine, year.requested_fen, str(rule.clause))):
            found[pk] = wrong
    return found


def judged(rows: Iterable[CostLine], clause: str) -> list[tuple[CostLine, Line, Refusal | None]]:
    """Return each line as it is and what is against it, whether or not the year's rules make that a gate."""
    held = list(rows)
    return [(row, line, line_refusal(line, clause)) for row, line in zip(held, as_lines(held, clock.today()), strict=True)]


def wanting(cycle: Cycle) -> QuerySet[CostLine]:
    """Return the lines of a year that go by no standard, most money first."""
    found = CostLine.objects.filter(Q(subject_year__cycle=cycle), standard__isnull=True, withdrawn_on__isnull=True)
    return found.select_related("subject_year__unit").order_by("-amount_fen", "pk")


def missing_in(cycle: Cycle) -> list[Missing]:
    """Return which standards are missing in a year, most money first: the work list."""
    rows = wanting(cycle).values_list("subject_year_id", "item", "unit", "amount_fen", "excepted_on")
    return missing_standards(Want(pk, item, unit, fen, day is not None) for pk, item, unit, fen, day in rows)
