"""What the overview counts: every budgeted subject the person may see, with what has been done about it.

Ten queries whatever the size; metrics add up the rows, so that a number and its parts agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.registers.budgets.queries import Balance, balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport
from jiheng.stages.monitoring.queries import current_checkpoint, which

LEFT_UNIT = ("submitted", "rechecked", "accepted")


@dataclass(frozen=True)
class Row:
    """One budgeted subject of the cycle; money in fen from the ledger."""

    year: int
    department: int
    department_name: str
    book: str
    money: Balance
    goal: bool
    reported: bool
    slow: bool
    off_target: bool
    self_evaluated: bool
    evaluated: bool
    asked_fen: int
    agreed_fen: int

    @property
    def budget_fen(self) -> int:
        """全年预算数，分。"""
        return self.money.budget


@dataclass(frozen=True)
class Facts:
    """The rows, and the checkpoint that monitoring is read at (None before the first one)."""

    cycle: Cycle
    rows: tuple[Row, ...]
    checkpoint: Checkpoint | None

    def total(self, rows: Iterable[Row] | None = None) -> int:
        """Return the budget of rows (all unless given) in fen."""
        return sum(row.budget_fen for row in (self.rows if rows is None else rows))


def _ids(rows: QuerySet[Any], path: str = "subject_year_id") -> set[int]:
    return set(rows.values_list(path, flat=True))


def gather(cycle: Cycle, person: Person) -> Facts:
    """Read the facts of a cycle as far as the person may see them."""
    found = visible_subject_years(person).filter(cycle=cycle, kind="project").exclude(library_state="refused")
    listed = list(
        found.order_by("pk").values_list("pk", "department_id", "department__name", "book", "requested_fen")
    )
    money = balances([row[0] for row in listed])
    here = [row for row in listed if money[row[0]].budget or money[row[0]].cut]
    checkpoint = current_checkpoint(cycle)
    reports = MonitoringReport.objects.filter(checkpoint=checkpoint)
    goals = _ids(Goal.objects.filter(cycle=cycle, state="approved", current=True))
    reported = _ids(which(reports, "reported"))
    slow, off = _ids(which(reports, "slow")), _ids(which(reports, "off_target"))
    own = _ids(SelfEvaluation.objects.filter(cycle=cycle, state__in=LEFT_UNIT))
    judged = _ids(Evaluation.objects.filter(cycle=cycle, state="confirmed"))
    agreed = dict(
        Appraisal.objects.filter(cycle=cycle, state="concluded").values_list("subject_year_id", "agreed_fen")
    )
    rows = tuple(
        Row(
            year=pk,
            department=department,
            department_name=name,
            book=book,
            money=money[pk],
            goal=pk in goals,
            reported=pk in reported,
            slow=pk in slow,
            off_target=pk in off,
            self_evaluated=pk in own,
            evaluated=pk in judged,
            asked_fen=asked,
            agreed_fen=agreed.get(pk, asked) or 0,
        )
        for pk, department, name, book, asked in here
    )
    return Facts(cycle, rows, checkpoint)
