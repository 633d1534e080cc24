"""What a kind of list says about itself: columns, checks, how it is written, taken back and given out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.expect import REGISTERED
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.tables import ListRow, TableDefinition
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.forms.values import Value


@dataclass(frozen=True)
class Setting:
    """Who imports, and into which budget year (None for lists that belong to no year).

    `unread` are the addresses of cells that could not be read: their values stand as empty.
    """

    person: Person
    cycle: Cycle | None
    unread: frozenset[str] = frozenset()

    @property
    def year(self) -> Cycle:
        """The cycle of a list that belongs to a year."""
        if self.cycle is None:
            raise LookupError("这种清单须指明预算年度")
        return self.cycle


@dataclass(slots=True)
class Checked:
    """A row held against what is already registered.

    `made` is what `apply` will take; `same` says that exactly this is there already, so that a list may be
    sent again. Problems keep the whole list from being imported, notices are to be looked at.
    """

    row: ListRow
    made: Any = None
    same: str = ""
    problems: Sequence[Problem] = ()
    notices: Sequence[Problem] = ()

    def wrong(self, column: str, label: str, message: str, rule: str = REGISTERED) -> None:
        """Name a mistake at the cell of a column, and the rule that it breaks."""
        cell = self.row.cells.get(column, f"第{self.row.number}行")
        self.problems = [*self.problems, Problem(cell, label, message, rule=rule)]

    def look(self, column: str, label: str, message: str) -> None:
        """Name something that was understood but should be looked at."""
        cell = self.row.cells.get(column, f"第{self.row.number}行")
        self.notices = [*self.notices, Problem(cell, label, message)]


@dataclass(frozen=True)
class ListKind:
    """A kind of list. `amount` is the key of the column whose sum is reconciled, "" when there is none.

    `check` holds rows against the database, in file order; `apply` writes what they made and returns the
    number of records and the fen that now stand there; `undo` takes a batch back or raises Refused;
    `rows` gives the list out again, in the order of `columns`.
    """

    key: str
    label: str
    about: str
    order: int
    roles: frozenset[str]
    yearly: bool
    amount: str
    definition: Callable[[Setting], TableDefinition]
    check: Callable[[Setting, Sequence[ListRow]], Iterable[Checked]]
    apply: Callable[[Setting, Sequence[Any], ImportBatch], tuple[int, int]]
    undo: Callable[[ImportBatch, Person], int]
    rows: Callable[[Setting], Iterable[Sequence[Value]]]
    undone: str = ""
    """What taking a batch back means, as the question before it says."""
