"""What a dashboard looks at: one budget year as one person sees it, read by grouped queries, each once.

All amounts are fen. The number of queries is the same for ten projects and for ten thousand.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Q, Sum

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import granted_in, rules_at, window
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.labels import book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_books import must_cover
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.disclosure.access import Narrowed, waiting_for
from jiheng.stages.disclosure.queries import (
    Waiting,
    waiting_by_kind,
)
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.queries import LEFT_THE_UNIT
from jiheng.stages.goals.books import books_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import held_years
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport
from jiheng.stages.monitoring.queries import LEFT_UNIT, current_checkpoint, narrowed
from jiheng.stages.results.access import visible_decisions, visible_rectifications
from jiheng.stages.results.queries import overdue


@dataclass(frozen=True)
class YearFacts:
    """One subject in the year: whose, which book, what the ledger says."""

    pk: int
    department: int
    department_name: str
    unit: int
    unit_name: str
    book: str
    kind: str
    library: str
    requested: int
    initial: int = 0
    adjustment: int = 0
    cut: int = 0
    recapture: int = 0
    payment: int = 0
    in_ledger: bool = False

    @property
    def budget(self) -> int:
        """The present budget."""
        return self.initial + self.adjustment + self.cut + self.recapture

    @property
    def money(self) -> int:
        """What the subject weighs: its budget, before there is one the sum asked for."""
        return self.budget if self.in_ledger else self.requested


@dataclass(frozen=True)
class ReportFacts:
    """One report of the latest checkpoint."""

    year: int
    left: bool
    light: str
    slow: bool
    off_target: bool


@dataclass(frozen=True)
class EvaluationFacts:
    """One evaluation that is ordered or confirmed."""

    year: int
    kind: str
    grade: str
    amount: int
    confirmed: bool
    due: date


@dataclass(frozen=True)
class Cover:
    """How much of what is due is done: numbers and money."""

    due: int
    done: int
    due_fen: int
    done_fen: int

    @property
    def ratio(self) -> float | None:
        """Share of the money, None when there is none."""
        return self.done_fen / self.due_fen if self.due_fen else None


class Scope:
    """A budget year as one person sees it, perhaps only one department of it."""

    def __init__(self, person: Person, cycle: Cycle, department: int | None = None) -> None:
        self.person = person
        self.cycle = cycle
        self.department = department
        self.today = clock.today()

    def inside(self, path: str = "") -> Q:
        """Return the condition "of this year, in the person's sight" for rows with a subject's year at `path`."""
        found = within(self.person, path) & Q(**{f"{path}cycle": self.cycle})
        if self.department is not None:
            found &= Q(**{f"{path}department_id": self.department})
        return found

    # --- subjects and money

    @cached_property
    def years(self) -> dict[int, YearFacts]:
        """Every subject of the year, refused ones too; two queries."""
        sums: dict[int, dict[str, int]] = {}
        entries = LedgerEntry.objects.filter(self.inside("subject_year__")).order_by()
        for year, kind, fen in entries.values_list("subject_year_id", "kind").annotate(fen=Sum("amount_fen")):
            sums.setdefault(year, {})[kind] = fen
        rows = SubjectYear.objects.filter(self.inside()).order_by("department__code", "pk")
        found = {}
        for pk, department, department_name, unit, unit_name, book, kind, library, requested in rows.values_list(
            "pk", "department_id", "department__name", "unit_id", "unit__name", "book", "kind", "library_state",
            "requested_fen",
        ):  # fmt: skip
            money = sums.get(pk, {})
            found[pk] = YearFacts(
                pk, department, department_name, unit, unit_name, book, kind, library, requested,
                money.get("initial", 0), money.get("adjustment", 0), money.get("cut", 0),
                money.get("recapture", 0), money.get("payment", 0), bool(money),
            )  # fmt: skip
        return found

    @cached_property
    def wanted(self) -> dict[int, YearFacts]:
        """The subjects that were not refused: what goals should cover."""
        return {pk: one for pk, one in self.years.items() if one.library != "refused"}

    @cached_property
    def budgeted(self) -> frozenset[int]:
        """The projects with a budget: what self-evaluation and evaluation should cover."""
        return frozenset(
            pk for pk, one in self.years.items() if one.kind == "project" and one.library == "budgeted"
        )

    def cover(self, due: Iterable[int], done: Iterable[int]) -> Cover:
        """Weigh what is done against what is due, by number and by money."""
        all_due = set(due)
        all_done = all_due.intersection(done)  # walks the smaller one: a province has thousands of departments
        fen = {pk: self.years[pk].money for pk in all_due}
        return Cover(len(all_due), len(all_done), sum(fen.values()), sum(fen[pk] for pk in all_done))

    # --- stages

    @cached_property
    def goals(self) -> frozenset[int]:
        """Subjects with an approved goal in force."""
        found = Goal.objects.filter(self.inside("subject_year__"), state="approved", current=True)
        return frozenset(found.values_list("subject_year_id", flat=True)) & frozenset(self.wanted)

    @cached_property
    def goals_wanted(self) -> frozenset[int]:
        """Subjects that must have a goal by the pack's threshold, in the budgets that goals must cover."""
        limit, books = rules_at(self.cycle).value("goal_project_threshold").fen, books_of(self.cycle)
        return frozenset(
            pk for pk, one in self.wanted.items()
            if one.kind == "department" or (one.requested >= limit and must_cover(one.book, books))
        )  # fmt: skip

    @cached_property
    def granted(self) -> dict[int, dict[str, date]]:
        """Until when units were given more time, by unit and task of the calendar."""
        return granted_in(self.cycle.pk)

    def late(self, years: Iterable[int], due: Callable[[Mapping[str, date]], date | None]) -> frozenset[int]:
        """Return those of some subjects whose day has passed; `due` tells the day of a unit with its extensions."""
        usual = due({})
        if usual is None or usual >= self.today:
            return frozenset()
        units = {unit: due(given) for unit, given in self.granted.items()}
        return frozenset(pk for pk in years if (units.get(self.years[pk].unit) or usual) < self.today)

    @cached_property
    def goals_held(self) -> frozenset[int]:
        """Subjects without approved goal that the appraisal holds back: not late with what they may not do."""
        years = list(SubjectYear.objects.filter(self.inside(), pk__in=self.goals_wanted - self.goals))
        for year in years:
            year.cycle = self.cycle
        return frozenset(held_years(years))

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        """The latest opened checkpoint."""
        return current_checkpoint(self.cycle)

    @cached_property
    def reports(self) -> list[ReportFacts]:
        """The reports of the latest checkpoint; one query."""
        if self.checkpoint is None:
            return []
        rows = MonitoringReport.objects.filter(self.inside("subject_year__"), checkpoint=self.checkpoint)
        values = narrowed(rows.order_by()).values_list("subject_year_id", "state", "light", "slow", "off_target")
        return [
            ReportFacts(year, state in LEFT_UNIT, light, slow, off) for year, state, light, slow, off in values
        ]

    @cached_property
    def self_evaluated(self) -> frozenset[int]:
        """Subjects whose self-evaluation has left the unit."""
        found = SelfEvaluation.objects.filter(self.inside("subject_year__"), state__in=LEFT_THE_UNIT)
        return frozenset(found.values_list("subject_year_id", flat=True))

    @cached_property
    def evaluations(self) -> list[EvaluationFacts]:
        """Evaluations by department and bureau; one query."""
        rows = Evaluation.objects.filter(self.inside("subject_year__")).order_by()
        values = rows.values_list("subject_year_id", "kind", "grade", "amount_fen", "state", "due")
        return [
            EvaluationFacts(year, kind, grade, amount, state == "confirmed", due)
            for year, kind, grade, amount, state, due in values
        ]

    @cached_property
    def evaluated(self) -> frozenset[int]:
        """Subjects with a confirmed evaluation."""
        return frozenset(one.year for one in self.evaluations if one.confirmed)

    @cached_property
    def appraised(self) -> tuple[int, int, int]:
        """Concluded appraisals: how many, what they asked for, what was agreed; one query."""
        rows = Appraisal.objects.filter(self.inside("subject_year__"), concluded_on__isnull=False)
        sums = rows.order_by().aggregate(n=Count("pk"), asked=Sum("asked_fen"), agreed=Sum("agreed_fen"))
        return sums["n"], sums["asked"] or 0, sums["agreed"] or 0

    @cached_property
    def decisions(self) -> dict[str, tuple[int, int]]:
        """Results applied: number and fen of `cut` (decided), `kept` and `open` ones; one query."""
        rows = visible_decisions(self.person).filter(self.inside("evaluation__subject_year__")).order_by()
        found = {"cut": (0, 0), "kept": (0, 0), "open": (0, 0)}
        values = rows.select_related(None).values_list("state", "base_fen", "amount_fen")
        for state, base, amount in values:
            key = "open" if state != "decided" else "cut" if amount else "kept"
            count, fen = found[key]
            found[key] = count + 1, fen + (base if key == "open" else amount or 0)
        return found

    @cached_property
    def unproposed(self) -> int:
        """Confirmed results for which nothing has been proposed; only the bureau and overseers see them."""
        if not self.person.sees_whole_place:
            return 0
        found = Evaluation.objects.filter(
            self.inside("subject_year__"), state="confirmed", decision__isnull=True
        )
        return found.count()

    @cached_property
    def rectification(self) -> tuple[int, int, int]:
        """Orders to put right: how many, closed, overdue; one query."""
        rows = visible_rectifications(self.person).filter(self.inside("finding__evaluation__subject_year__"))
        plain = rows.select_related(None).defer(None).order_by()
        late = Q(pk__in=overdue(plain).values("pk"))
        sums = plain.aggregate(n=Count("pk"), closed=Count("pk", filter=Q(state="closed")), late=Count("pk", filter=late))
        return sums["n"], sums["closed"], sums["late"]

    @cached_property
    def late_measures(self) -> int:
        """Measures against deviations whose day has passed; one query."""
        rows = Measure.objects.filter(
            self.inside("report__subject_year__"),
            report__state__in=LEFT_UNIT,
            done_on__isnull=True,
            due__lt=self.today,
        )
        return rows.count()

    @cached_property
    def _waiting(self) -> dict[str, Waiting]:
        """What may be public and is not, by kind; a query for each and one for extensions."""
        departments = waiting_for(self.person).departments
        if self.department is not None:
            departments &= Q(department_id=self.department)
        return waiting_by_kind(self.cycle, Narrowed(self.inside("subject_year__"), departments))

    @property
    def unpublished(self) -> dict[str, int]:
        """How much may be public and is not, by kind."""
        return {kind: one.number for kind, one in self._waiting.items()}

    @property
    def publishable(self) -> bool:
        """Whether there is anything yet that may be public: a goal in force, or a confirmed evaluation."""
        return bool(self.goals or self.evaluated)

    @cached_property
    def unpublished_late(self) -> int:
        """What should have been public by now."""
        return sum(one.late for one in self._waiting.values())

    def passed(self, key: str) -> bool:
        """Whether the day of a task of the calendar has passed."""
        found = window(self.cycle, key)
        return found is not None and found.due < self.today

    def clause(self, parameter: str) -> str:
        """Return the clause of a parameter as it applies to the year."""
        return str(rules_at(self.cycle).value(parameter).clause)


@dataclass(frozen=True)
class Line:
    """A department, a unit or a budget book: its money and how far each stage covers it."""

    key: str
    label: str
    subjects: int
    fen: int
    paid: int
    covers: tuple[Cover, ...]


def _line_of(one: YearFacts, what: str) -> tuple[str, str]:
    if what == "book":
        return one.book, book_label(one.book)
    return (str(one.unit), one.unit_name) if what == "unit" else (str(one.department), one.department_name)


def lines_by(scope: Scope, what: str) -> list[Line]:
    """Return the cover by `department`, `unit` or `book`: goals, monitoring, self-evaluation, evaluation, in this order."""
    groups: dict[str, list[YearFacts]] = {}
    labels: dict[str, str] = {}
    for one in scope.wanted.values():
        key, label = _line_of(one, what)
        groups.setdefault(key, []).append(one)
        labels[key] = label
    monitored = {one.year for one in scope.reports if one.left}
    found = []
    for key, rows in groups.items():
        keys = {one.pk for one in rows}
        covers = (
            scope.cover(keys, scope.goals),
            scope.cover(keys & scope.goals, monitored),
            scope.cover(keys & scope.budgeted, scope.self_evaluated),
            scope.cover(keys & scope.budgeted, scope.evaluated),
        )
        money, paid = sum(one.money for one in rows), sum(one.payment for one in rows)
        found.append(Line(key, labels[key], len(rows), money, paid, covers))
    return found
