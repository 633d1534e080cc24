"""Reading assessments: the ranking, a department's card, where each number's rows are, what would raise it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.assessment import MEASURES
from jiheng.rules.scoring.grades import Band
from jiheng.rules.scoring.scorecard import Item, Row
from jiheng.stages.assessment.access import visible_assessments, visible_facts
from jiheng.stages.assessment.facts import CARD, LOWER_CARD, card_in, card_of, has_own_year
from jiheng.stages.assessment.lower import BEHIND, assesses_lower, is_lower, lower_bodies, may_see_behind
from jiheng.stages.assessment.models import Assessment, AssessmentLine, OutsideFact

ROWS_BEHIND = {
    "goals_on_time_rate": ("goals:list", "department"),
    "goals_good_rate": ("goals:list", "department"),
    "monitoring_on_time_rate": ("monitoring:list", "department"),
    "deviations_answered_rate": ("monitoring:list", "department"),
    "self_evaluation_coverage_rate": ("evaluation:list", "department"),
    "self_evaluation_on_time_rate": ("evaluation:list", "department"),
    "recheck_difference": ("evaluation:list", "department"),
    "rectification_closed_rate": ("results:rectifications", "department"),
    "disclosure_on_time_rate": ("disclosure:due", ""),
    "execution_rate": ("subjects:list", "department"),
}
"""The list behind each measure of the year's record, and the facet that narrows it to a department."""


@dataclass(frozen=True)
class CardLine:
    """One row of the printed card: the item with its levels, and what the record gave."""

    row: Row
    line: AssessmentLine | None
    url: str = ""

    @property
    def lost(self) -> Decimal | None:
        """Points that were not given; None where the item does not apply."""
        if self.line is None or self.line.points is None:
            return None
        return self.row.item.points - self.line.points

    @property
    def applies(self) -> bool:
        """Whether there was something to judge."""
        return self.line is not None and self.line.points is not None


def rows_behind(item: Item, department_id: int, lower: Assessment | None = None) -> str:
    """Return the address of the rows that an item's number counts, or "" where no page lists them.

    Of the bureau of a place below (`lower`) a page of its own lists them, for those who may read that place.
    """
    if lower is not None:
        known = item.measure in BEHIND and has_own_year(lower.cycle, lower.department)
        return reverse("assessment:behind", args=[lower.pk, item.key]) if known else ""
    name, facet = ROWS_BEHIND.get(item.measure or "", ("", ""))
    try:
        url = reverse(name) if name else ""
    except NoReverseMatch:
        return ""
    return f"{url}?{facet}={department_id}" if url and facet else url


def card_lines(assessment: Assessment, person: Person | None = None) -> list[CardLine]:
    """Return the card of an assessment, row by row, in printed order; of a lower bureau with ways on for `person`."""
    lines = {line.item: line for line in assessment.lines.all()}
    rows = card_of(assessment).rows
    if is_lower(assessment):
        open_ = person is not None and bool(may_see_behind(person, assessment))
        urls = [rows_behind(row.item, assessment.department_id, assessment) if open_ else "" for row in rows]
    else:
        urls = [rows_behind(row.item, assessment.department_id) for row in rows]
    return [CardLine(row, lines.get(row.item.key), url) for row, url in zip(rows, urls, strict=True)]


@dataclass(frozen=True)
class CardGroup:
    """One first level of the card: its rows, what they give together, of how much."""

    label: str
    points: Decimal
    lines: tuple[CardLine, ...]

    @property
    def given(self) -> Decimal:
        """Points of the rows that apply."""
        return sum((one.line.points for one in self.lines if one.line and one.line.points is not None), Decimal(0))


def card_groups(assessment: Assessment, person: Person | None = None) -> list[CardGroup]:
    """Return the card by its first level, as `card_lines` does."""
    grouped: dict[str, list[CardLine]] = {}
    labels = {}
    for one in card_lines(assessment, person):
        grouped.setdefault(one.row.level1.key, []).append(one)
        labels[one.row.level1.key] = one.row.level1
    return [CardGroup(labels[key].label, labels[key].points, tuple(lines)) for key, lines in grouped.items()]


def most_lost(groups: Iterable[CardGroup]) -> list[CardLine]:
    """Return the items that would raise the score most, the most lost points first."""
    lines = [one for group in groups for one in group.lines if one.lost]
    return sorted(lines, key=lambda one: -(one.lost or Decimal(0)))


def bands_of(cycle: Cycle, key: str = CARD) -> tuple[Band, ...]:
    """Return the grades of the assessment by a card, best first."""
    return policy_for(cycle).grades[card_in(cycle, key).grades].falling


def grade_label(assessment: Assessment) -> str:
    """Return the grade in Chinese."""
    bands = bands_of(assessment.cycle, assessment.scorecard)
    return next((band.label for band in bands if band.key == assessment.grade), assessment.grade)


def ranked_below(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return the assessments of the bureaus below in a cycle with their `rank` among all of these."""
    return ranked(person, cycle, LOWER_CARD)


def from_places_above(person: Person) -> list[Assessment]:
    """Return the confirmed results that the place above found for the person's own bureau, newest first."""
    found = visible_assessments(person).exclude(place_id=person.place_id)
    return list(found.order_by("-cycle__budget_year", "pk"))


def ranked(person: Person, cycle: Cycle | None, card: str = CARD) -> QuerySet[Any]:
    """Return the assessments of a cycle by a card with their `rank` among all of these; equal totals share one."""
    above = Assessment.objects.filter(cycle=OuterRef("cycle"), scorecard=card, total__gt=OuterRef("total")).order_by()
    counted = above.values("cycle").annotate(n=Count("pk")).values("n")
    found = visible_assessments(person)
    found = found.filter(cycle=cycle, scorecard=card) if cycle is not None else found.none()
    return found.annotate(rank=Coalesce(Subquery(counted, output_field=IntegerField()), 0) + 1)


def ranked_of(assessment: Assessment) -> tuple[int, int]:
    """Return the rank of one assessment and how many of its kind there are in its cycle."""
    peers = Assessment.objects.filter(cycle_id=assessment.cycle_id, scorecard=assessment.scorecard)
    return peers.filter(total__gt=assessment.total).count() + 1, peers.count()


def facts_of(person: Person, cycle: Cycle, department_id: int | None = None) -> list[OutsideFact]:
    """Return the facts from outside in a cycle, perhaps of one body, withdrawn ones too."""
    found = visible_facts(person).filter(cycle=cycle)
    return list(found.filter(department_id=department_id) if department_id is not None else found)


def fact_items(cycle: Cycle, key: str = CARD) -> dict[str, str]:
    """Return the items of a card that outside facts can touch, with their labels and limits in words."""
    card = card_in(cycle, key)
    scored = [one for one in card.items if one.measure is None]
    found = {f"figure:{one.key}": f"评分：{one.label}（满分 {one.points} 分）" for one in scored}
    if key == LOWER_CARD:
        told = [one for one in card.items if one.measure is not None]
        found |= {f"figure:{one.key}": f"指标数：{one.label}（单位 {one.unit or '分'}）" for one in told}
        found |= {f"absent:{one.key}": f"不适用：{one.label}" for one in told}
    found |= {f"plus:{one.key}": f"加分：{one.label}（最多 {one.points} 分）" for one in card.plus}
    found |= {f"minus:{one.key}": f"减分：{one.label}（最多 {one.points} 分）" for one in card.minus}
    return found | {f"veto:{one.key}": f"一票否决：{one.label}" for one in card.vetoes}


def item_label(fact: OutsideFact) -> str:
    """Return what a fact touches, in the card's words."""
    card = card_in(fact.cycle, LOWER_CARD if fact.department.place_id != fact.place_id else CARD)
    labels = {one.key: one.label for one in card.items}
    labels |= {one.key: one.label for one in (*card.plus, *card.minus)}
    labels |= {one.key: one.label for one in card.vetoes}
    return labels.get(fact.item, fact.item)


def departments_of(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the departments that have subjects in the cycle."""
    found = Organisation.objects.filter(subject_years__cycle=cycle).distinct().order_by("code")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def lower_of(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the finance bureaus of the places right below, where the rules assess them."""
    return [(str(one.pk), one.name) for one in lower_bodies(cycle)] if assesses_lower(cycle) else []


def lower_in(cycle: Cycle, pk: str) -> Organisation | None:
    """Return one finance bureau right below."""
    return next((one for one in lower_bodies(cycle) if str(one.pk) == pk), None)


def department_in(cycle: Cycle, pk: str) -> Organisation | None:
    """Return one department that has subjects in the cycle."""
    known = Organisation.objects.filter(subject_years__cycle=cycle).distinct()
    return next((one for one in known if str(one.pk) == pk), None)


def waiting_for_confirmation(person: Person, cycle: Cycle, card: str = CARD) -> QuerySet[Assessment]:
    """Return what is computed by a card and not confirmed."""
    return visible_assessments(person).filter(cycle=cycle, scorecard=card, confirmed_on__isnull=True)


def measure_label(item: Item) -> str:
    """Return what an item measures, in words; empty where people score it."""
    return MEASURES.get(item.measure or "", "")
