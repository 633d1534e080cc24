"""Figures of what is covered, of special work funds, of budgets moved and of rules in force."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from jiheng.channels.scenarios.measures import measure, wan
from jiheng.foundation.accounts.models import Place
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.queries import cycle_of, rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy import load_policy
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.goals.models import GoalIndicator


def _covered(place: Place, year: int) -> QuerySet[SubjectYear]:
    """The whole money of units, in the books that the year's rules cover."""
    books = rule_in(cycle_of(place.code, year), "goal_budget_books")
    if books is None:
        raise LookupError("制度包没有写明绩效目标管理覆盖哪几本预算（goal_budget_books）")
    return SubjectYear.objects.filter(place=place, budget_year=year, kind="department", book__in=books.value)


@measure
def covered_units(place: Place, year: int) -> str:
    """How many units' money is under performance management."""
    return str(_covered(place, year).order_by().values("unit").distinct().count())


@measure
def covered_money(place: Place, year: int) -> str:
    """How much money is, 亿元."""
    fen = _covered(place, year).aggregate(all=Sum("requested_fen"))["all"] or 0
    return f"{(Decimal(fen) / 10**10).normalize():f}"


@measure
def covered_books(place: Place, year: int) -> str:
    """How many of the four budgets the covered money is in."""
    return str(_covered(place, year).order_by().values("book").distinct().count())


def _cut(place: Place, work_years: list[int], category: str) -> int:
    found = Appraisal.objects.filter(
        place=place, subject_year__budget_year__in=work_years, subject_year__category=category, state="concluded"
    )
    return int(found.aggregate(all=Sum(F("asked_fen") - F("agreed_fen")))["all"] or 0)


@measure
def category_cut(place: Place, years: list[int], category: str) -> str:
    """How much reviews cut from projects of a category, over some years, 万元."""
    return wan(_cut(place, years, category))


def _arranged(place: Place, year: int, category: str) -> int:
    found = LedgerEntry.objects.filter(
        place=place, budget_year=year, kind="initial", subject_year__category=category
    )
    return int(found.aggregate(all=Sum("amount_fen"))["all"] or 0)


@measure
def category_arranged(place: Place, year: int, category: str) -> str:
    """How much was budgeted for a category at the beginning of a year, 万元."""
    return wan(_arranged(place, year, category))


@measure
def category_fall(place: Place, year: int, category: str) -> str:
    """By how many per cent the category's first budgets lie below those of the year before."""
    before = _arranged(place, year - 1, category)
    return f"{Decimal(before - _arranged(place, year, category)) * 100 / before:.2f}" if before else "—"


def _moved(place: Place, year: int, sign: str) -> dict[str, Any]:
    side = {"amount_fen__gt": 0} if sign == "up" else {"amount_fen__lt": 0}
    found = LedgerEntry.objects.filter(place=place, budget_year=year, kind="adjustment", **side)
    return found.aggregate(all=Sum("amount_fen"), items=Count("subject_year", distinct=True))


@measure
def moved_money(place: Place, year: int, sign: str) -> str:
    """By how much budgets were moved up or down in a year, 万元, down with its sign."""
    return wan(int(_moved(place, year, sign)["all"] or 0))


@measure
def moved_items(place: Place, year: int, sign: str) -> str:
    """How many projects' budgets were moved up or down."""
    return str(_moved(place, year, sign)["items"])


@measure
def local_rules(place: Place) -> str:
    """How many numbered documents of the place its rules rest on."""
    policy = load_policy(place.code)
    above = set(load_policy("national").sources)
    return str(sum(1 for key, one in policy.sources.items() if key not in above and one.number))


@measure
def promised(place: Place, year: int, code: str, indicator: str) -> str:
    """The value that an approved goal promises for an indicator, as a number."""
    row = GoalIndicator.objects.get(
        goal__place=place, goal__subject_year__budget_year=year, goal__subject_year__subject__code=code,
        goal__state="approved", goal__current=True, name=indicator,
    )  # fmt: skip
    return "—" if row.value is None else f"{row.value.normalize():f}"


@measure
def card_size(place: Place, level: int) -> str:
    """How many criteria of the first or second level the review table has."""
    card = load_policy(place.code).scorecards["goal_review"]
    return str(len(card.groups) if level == 1 else len(list(card.items)))
