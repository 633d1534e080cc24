"""No money without its goal: the gate that the ledger asks before it takes a movement of money.

`settings.JIHENG_LEDGER_GATES` names `release_refusals`; why it stands there: docs/decisions/0017.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.portions import portions
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.subjects.labels import book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.express import Standing
from jiheng.rules.refusal import Refusal
from jiheng.rules.release_gate import NOTHING_FIRST, First, GoalStand, Late, Move, Subject, Terms
from jiheng.stages.appraisal.queries import budget_refusals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.releases import Followed, followed, releases_of


def release_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """Return everything against these movements of money; empty when they may be posted."""
    return [one for found in refusals_by_year(postings).values() for one in found]


def refusals_by_year(postings: Sequence[Posting]) -> dict[int, list[Refusal]]:
    """没有评估结论不得安排预算；没有批复的绩效目标不得安排和支付资金；追加（制度规定的，调减也是）须申报与新金额相应的绩效目标。

    By subject and year, only those with something against them. Cuts, pauses, recaptures and refunds pass;
    reductions pass where the rules do not ask for a goal over the new sum. What a leader released first in an
    emergency passes until its goal is late.
    """
    held = _by_year(postings)
    own = {pk: rows for pk, rows in held.items() if any(move_of(one).asks_for_goal for one in rows)}
    years = {pk: rows[0].year for pk, rows in own.items()}
    stands = stands_of(years.values())
    found = budget_refusals([years[pk] for pk, rows in own.items() if any(brings_money(one) for one in rows)])
    rules: dict[int, Terms] = {}
    for pk, year in years.items():
        if year.cycle_id not in rules:
            rules[year.cycle_id] = Terms(rules_at(year.cycle))
        one = stands[pk]
        moves = [move_of(row) for row in own[pk]]
        against = rules[year.cycle_id].against(one.subject, moves, one.goals, one.budget_fen, one.first)
        if against:
            found[pk] = [*found.get(pk, []), *against]
    return found


@dataclass(frozen=True)
class Stand:
    """Where one subject and year stands before money moves: its goals, its budget in fen, what was released first."""

    subject: Subject
    goals: tuple[GoalStand, ...]
    budget_fen: int
    first: First


def stands_of(asked: Iterable[SubjectYear]) -> dict[int, Stand]:
    """Return what the gate looks at, by subject and year; a fixed number of queries for many."""
    years = {one.pk: one for one in asked}
    _with_cycles(years.values())
    goals, budgets, express = _goals_of(list(years)), _budgets_of(list(years)), _express_of(list(years))
    return {
        pk: Stand(
            Subject(year.name, year.kind, year.budget_year, year.book, book_label(year.book), year.requested_fen),
            tuple(
                GoalStand(one.state == "approved" and one.current, one.state != "draft", one.fiscal_fen + one.other_fen)
                for one in goals.get(pk, ())
            ),
            budgets[pk],
            express.get(pk, NOTHING_FIRST),
        )
        for pk, year in years.items()
    }


def move_of(posting: Posting) -> Move:
    """Return a movement of money as the rules look at it."""
    return Move(posting.kind, posting.amount_fen)


def _express_of(years: Sequence[int]) -> dict[int, First]:
    """Return by subject and year what was released first, of those where anything was."""
    held: dict[int, list[Followed]] = {}
    for one in followed(releases_of(years)):
        held.setdefault(one.release.subject_year_id, []).append(one)
    posted = _posted(list(held))
    return {
        pk: First(
            sum(one.release.amount_fen for one in rows if subject_key(one.release) not in posted),
            any(one.standing in {Standing.AWAITED, Standing.HANDED_IN} for one in rows),
            tuple(
                Late(one.release.decided_on, one.release.amount_fen, one.due, one.release.clause)
                for one in rows
                if one.standing is Standing.LATE
            ),
        )
        for pk, rows in held.items()
    }


def _posted(years: Sequence[int]) -> set[str]:
    """Return the decisions that stand behind entries of these subjects and years."""
    found: set[str] = set()
    for part in portions(years):
        rows = LedgerEntry.objects.filter(subject_year__in=part).exclude(cause="")
        found |= set(rows.values_list("cause", flat=True))
    return found


def _by_year(postings: Sequence[Posting]) -> dict[int, list[Posting]]:
    """Return the movements of money by subject and year, in the order of the list."""
    held: dict[int, list[Posting]] = {}
    for one in postings:
        held.setdefault(one.year.pk, []).append(one)
    return held


def _with_cycles(years: Iterable[SubjectYear]) -> None:
    """Hang the cycles on the subjects' years: one query instead of one for each row of a list."""
    wanted = {year.cycle_id for year in years}
    cycles: Mapping[int, Cycle] = (
        Cycle.objects.select_related("snapshot", "place").defer("snapshot__content").in_bulk(wanted)
    )
    for year in years:
        year.cycle = cycles[year.cycle_id]


def _goals_of(years: Sequence[int]) -> dict[int, list[Goal]]:
    found: dict[int, list[Goal]] = {}
    for part in portions(years):
        some = Goal.objects.filter(subject_year__in=part)
        for goal in some.only("subject_year", "state", "current", "fiscal_fen", "other_fen").order_by("pk"):
            found.setdefault(goal.subject_year_id, []).append(goal)
    return found


def _budgets_of(years: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in portions(years):
        found |= {pk: one.budget for pk, one in balances(part).items()}
    return found
