"""Figures of key reviews of goals and of the library that stands behind them."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from jiheng.channels.scenarios.measures import measure, wan, yi
from jiheng.channels.scenarios.world import username_of
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, person_for
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycle_of
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.keyreview.queries import (
    PASSED,
    Judged,
    failing,
    gate_of,
    judged,
    listed,
    mark_of,
    replayed,
)
from jiheng.stages.goals.models import Goal, GoalReview, GoalReward, KeyReview, ReviewSession, SessionParty
from jiheng.stages.goals.services.reviewing import grade_of

COMMON = "通用"


def _reader(place: Place) -> Person:
    return person_for(username_of(place, "bureau", "performance_office"))


def _cycles(place: Place) -> list[Cycle]:
    return list(Cycle.objects.filter(place=place).order_by("budget_year"))


def _all(place: Place) -> list[Judged]:
    keys = set(KeyReview.objects.filter(place=place, struck_on=None).values_list("subject_year__goals", flat=True))
    return [one for cycle in _cycles(place) for one in judged(_reader(place), cycle) if one.goal in keys]


@measure
def key_review_projects(place: Place) -> str:
    """How many projects were reviewed as key ones, all years together."""
    return str(len(_all(place)))


@measure
def key_review_departments(place: Place) -> str:
    """How many departments they belong to, each counted once."""
    return str(len({one.department for one in _all(place)}))


@measure
def key_review_money(place: Place) -> str:
    """The money asked for them, 亿元."""
    return yi(sum(one.asked_fen for one in _all(place)))


@measure
def key_review_cut(place: Place) -> str:
    """What the reviews cut, 亿元."""
    return yi(sum(one.cut_fen for one in _all(place)))


@measure
def key_review_failed(place: Place) -> str:
    """How many failed by the line of their year."""
    return str(sum(len(failing(judged(_reader(place), one), mark_of(one), gate_of(one)).rows) for one in _cycles(place)))


@measure
def failed_in_library(place: Place) -> str:
    """How many of those that failed stand in the library all the same."""
    failed = [
        row.goal for one in _cycles(place) for row in failing(judged(_reader(place), one), mark_of(one), gate_of(one)).rows
    ]
    return str(SubjectYear.objects.filter(goals__in=failed).exclude(library_state="refused").count())


@measure
def key_review_replayed(place: Place) -> str:
    """How many decisions come out otherwise when they are judged again by the rules of their year."""
    return str(sum(len(replayed(judged(_reader(place), one), one).different) for one in _cycles(place)))


@measure
def key_review_late(place: Place, year: int) -> str:
    """How many key reviews of a year have a step whose day has gone by."""
    return str(sum(one.late for one in listed(_reader(place), cycle_of(place.code, year))))


@measure
def pass_mark(place: Place, year: int) -> str:
    """The line that a review must reach in a year."""
    found = mark_of(cycle_of(place.code, year))
    return "不设" if found is None else f"{found.normalize():f}"


@measure
def failing_at(place: Place, year: int, line: str) -> str:
    """How many projects, of how many departments, would fail in a year by another line, in words."""
    cycle = cycle_of(place.code, year)
    found = failing(judged(_reader(place), cycle), Decimal(line), gate_of(cycle))
    return f"{len(found.rows)}个项目，{found.departments}个部门"


@measure
def panel_parties(place: Place) -> str:
    """Who sat at every sealed session, by kind, in the order of the kinds."""
    held = ReviewSession.objects.filter(place=place, state="sealed")
    at_each = [set(one.parties.filter(removed_at=None).values_list("kind", flat=True)) for one in held]
    always = set.intersection(*at_each) if at_each else set()
    return "；".join(label for kind, label in SessionParty.KINDS if kind in always)


@measure
def passed_in_panel(place: Place) -> str:
    """How many key reviews ended well in a sealed session, of how many that ended well."""
    chosen = KeyReview.objects.filter(place=place, struck_on=None).values("subject_year")
    passed = Goal.objects.filter(place=place, state__in=PASSED, subject_year__in=chosen)
    there = passed.filter(session_items__outcome="passed", session_items__session__state="sealed").distinct()
    return f"{there.count()}/{passed.count()}"


@measure
def rewarded_departments(place: Place) -> str:
    """How many departments were promised flexible money, each counted once."""
    return str(GoalReward.objects.filter(place=place).values("department").distinct().count())


@measure
def rewarded_money(place: Place) -> str:
    """How much flexible money was promised, 万元."""
    total = GoalReward.objects.filter(place=place).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return wan(total)


@measure
def library_bodies(place: Place) -> str:
    """How many bodies have indicators of their own in the library: the specific ones by sector."""
    return str(_specific(place).values("sector").distinct().count())


@measure
def library_uses(place: Place) -> str:
    """How many projects the specific indicators are for."""
    return str(_specific(place).values("sector", "purpose").distinct().count())


@measure
def library_indicators(place: Place) -> str:
    """How many specific indicators the library holds."""
    return str(_specific(place).count())


@measure
def library_common(place: Place) -> str:
    """How many categories of common indicators the library holds."""
    rows = LibraryIndicator.objects.filter(place=place, retired_on=None, sector=COMMON)
    return str(rows.values("category").distinct().count())


@measure
def goal_tier(place: Place, year: int, code: str) -> str:
    """The tier of a goal's newest review."""
    review = GoalReview.objects.filter(
        goal__place=place, goal__subject_year__budget_year=year, goal__subject_year__subject__code=code
    ).latest("pk")
    return grade_of(review.goal, review.total).label


@measure
def budgeted_units(place: Place) -> str:
    """How many budget units stand in the register."""
    return str(Organisation.objects.filter(place=place, kind="unit").count())


def _specific(place: Place) -> QuerySet[LibraryIndicator]:
    return LibraryIndicator.objects.filter(place=place, retired_on=None).exclude(sector=COMMON).order_by()
