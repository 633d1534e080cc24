"""The medium term beside the annual goal: what each year has to reach, what this year promises, what past years brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from jiheng.foundation.web.navigation import stages
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_checks.facts import MEDIUM_KEY
from jiheng.rules.goal_checks.names import plain
from jiheng.rules.medium_terms import WORDS, Period, Term, asked_in, falls_short, faults, period_of
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.targets import term_of


@dataclass(frozen=True)
class MediumCell:
    """One year of one indicator: what the medium term asks, what that year's goal promised, what came of it."""

    year: int
    asked: str
    promised: str
    actual: str
    now: bool


@dataclass(frozen=True)
class MediumLine:
    """One indicator over the years; `short` says in words what this year lacks, `faults` what does not add up."""

    row: GoalIndicator
    term: Term
    final: str
    spread: str
    cells: tuple[MediumCell, ...]
    value: str
    asked: str
    short: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Medium:
    """The medium term of a goal: its years, how many of its rows stand in it, and these rows."""

    period: Period
    years: tuple[int, ...]
    lines: tuple[MediumLine, ...]
    without: int
    clause: str


def period_in(goal: Goal) -> Period | None:
    """Return the medium term that the goal's year stands in, by the rules of the year; None where there is none."""
    rule, year = rule_in(goal.cycle, MEDIUM_KEY), goal.subject_year
    if rule is None or not rule.value or goal.scope == "department":
        return None
    longer, most = int(rule.value["longer_than"]), int(rule.value["most_years"])
    return period_of(year.first_year, year.last_year, year.budget_year, longer_than=longer, most=most)


def medium_of(goal: Goal, rows: Sequence[GoalIndicator]) -> Medium | None:
    """Return the medium term beside the goal; None for a project of one year and where the rules know none."""
    period = period_in(goal)
    if period is None:
        return None
    terms = [(row, term) for row in rows if (term := term_of(row)) is not None]
    past = _past(goal, period) if terms else {}
    rule = rule_in(goal.cycle, MEDIUM_KEY)
    years = tuple(sorted({*period.years, *(year for _, term in terms for year in term.years)}))
    lines = tuple(_line(goal, row, term, years, period, past) for row, term in terms)
    return Medium(period, years, lines, len(rows) - len(terms), str(rule.clause) if rule else "")


Past = dict[tuple[int, UUID], tuple[str, str]]


def _line(goal: Goal, row: GoalIndicator, term: Term, years: Sequence[int], period: Period, past: Past) -> MediumLine:
    this, unit = goal.subject_year.budget_year, term.final.unit or row.unit
    cells = tuple(
        MediumCell(
            year,
            plain(term.years[year]) if year in term.years else "",
            value_words(row) if year == this else past.get((year, row.lineage), ("", ""))[0],
            past.get((year, row.lineage), ("", ""))[1],
            year == this,
        )
        for year in years
    )
    asked, short = asked_in(term, this, row.unit), falls_short(term, this, row.value, row.unit)
    return MediumLine(
        row, term, f"{_sign(term)}{plain(term.final.value)}{unit}" if term.final.value is not None else row.term_text,
        WORDS[term.spread] if term.years else "", cells, value_words(row),
        f"{_sign(term)}{plain(asked)}{row.unit}" if asked is not None else "",
        f"比中期目标分到本年的{plain(short)}{row.unit}宽松" if short is not None else "",
        tuple(faults(term, period)),
    )  # fmt: skip


def _sign(term: Term) -> str:
    return {"higher": "≥", "lower": "≤"}.get(term.way, "=")


def _past(goal: Goal, period: Period) -> Past:
    """Return by year and lineage what approved goals of the medium term's earlier years promised and what came of it."""
    subject = goal.subject_year
    earlier = list(
        SubjectYear.objects.filter(
            subject_id=subject.subject_id, budget_year__gte=period.first, budget_year__lt=subject.budget_year
        )
    )
    if not earlier:
        return {}
    years = {one.pk: one.budget_year for one in earlier}
    found: Past = {}
    told = GoalIndicator.objects.filter(goal__subject_year__in=earlier, goal__current=True, goal__state="approved")
    for row in told.select_related("goal"):
        found[years[row.goal.subject_year_id], row.lineage] = (value_words(row), "")
    for stage in stages():
        for pk, outcomes in stage.outcomes(earlier).items():
            for lineage, (actual, unit) in outcomes.items():
                key = (years[pk], lineage)
                found[key] = (found.get(key, ("", ""))[0], _figure(actual, unit))
    return found


def _figure(value: Decimal, unit: str) -> str:
    return f"{plain(value)}{unit}"
