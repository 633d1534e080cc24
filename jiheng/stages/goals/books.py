"""绩效目标对各本预算的覆盖: which budgets must be covered by goals, how far they are, what is missing."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.registers.subjects.labels import BOOKS, book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_books import Covered, Stand, covered
from jiheng.stages.goals.access import visible_years
from jiheng.stages.goals.models import Goal

RULE = "goal_budget_books"


def books_of(cycle: Cycle) -> frozenset[str] | None:
    """Return the budgets that goals must cover; None where the rules name none and goals cover whatever is spent."""
    rule = rule_in(cycle, RULE)
    return frozenset(rule.value) if rule is not None and rule.value else None


def above_threshold(cycle: Cycle) -> Q:
    """Return what must have a goal: subjects from the pack's threshold up, in the budgets that goals must cover.

    Whole departments whatever their money and wherever it comes from.
    """
    limit, books = rules_at(cycle).value("goal_project_threshold").fen, books_of(cycle)
    enough = Q(requested_fen__gte=limit)
    return Q(kind="department") | (enough if books is None else enough & Q(book__in=books))


@dataclass(frozen=True)
class BookLine:
    """How far one budget is covered, with its name."""

    label: str
    cover: Covered


def _projects(person: Person, cycle: Cycle) -> QuerySet[SubjectYear]:
    """The subjects of a year in sight that goals are counted over: not refused, above the threshold, of whatever budget.

    A department's whole expenditure is no budget of its own and is left out.
    """
    limit = rules_at(cycle).value("goal_project_threshold").fen
    rows = visible_years(person).filter(cycle=cycle, requested_fen__gte=limit, requested_fen__gt=0)
    return rows.exclude(library_state="refused").exclude(kind="department")


def book_lines(person: Person, cycle: Cycle) -> list[BookLine]:
    """Return how far each of the four budgets is covered by goals, by number and by the money asked for."""
    goals = Goal.objects.filter(subject_year=OuterRef("pk"))
    rows = _projects(person, cycle).annotate(
        approved=Exists(goals.filter(state="approved", current=True)), handed_in=Exists(goals.exclude(state="draft"))
    )
    alike = rows.order_by().values_list("book", "handed_in", "approved").annotate(Sum("requested_fen"), Count("pk"))
    stands = [Stand(book, fen, handed_in, approved, number) for book, handed_in, approved, fen, number in alike]
    found = covered(stands, dict(BOOKS), books_of(cycle))
    return [BookLine(book_label(one.book), one) for one in found]


def uncovered(person: Person, cycle: Cycle) -> list[BookLine]:
    """Return the budgets that the rules list and goals do not cover wholly."""
    if books_of(cycle) is None:
        return []
    return [one for one in book_lines(person, cycle) if one.cover.missing]


def missing_goals(person: Person, cycle: Cycle | None) -> QuerySet[SubjectYear]:
    """Return what stands in a budget that goals must cover and has no approved goal."""
    if cycle is None:
        return visible_years(person).none()
    approved = Goal.objects.filter(subject_year=OuterRef("pk"), state="approved", current=True)
    rows, books = _projects(person, cycle).filter(~Exists(approved)), books_of(cycle)
    rows = rows if books is None else rows.filter(book__in=books)
    return rows.annotate(begun=Exists(Goal.objects.filter(subject_year=OuterRef("pk"))))
