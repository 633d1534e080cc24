"""The same list through django-import-export, written as well as that library lets one: same rules, same chain.

Cells are read and rows checked by the product's own rules, what is registered is asked for once, rows are written in
bulk and without a diff, the gates are asked once for all, and the chain gets one entry with the digest of all rows.
What differs is the library's road: openpyxl, a dictionary, an object and a result for each row, in a trial and again.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import tablib
from import_export import fields, resources, widgets

from jiheng.channels.exchange.files.budgets import DEFINITION, _checked
from jiheng.channels.exchange.kinds import Setting
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.sheets.tables import ListRow
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, entries_digest, gate_refusals
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.forms.values import clean, missing

NUMBERS = ("place_id", "subject_year_id", "budget_year", "amount_fen")
WORDS = ("kind", "book", "source", "day", "note", "reference")


class LedgerResource(resources.ModelResource):
    """Entries of the ledger from the columns of the product's own list."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        for name in NUMBERS:
            self.fields[name] = fields.Field(name, name, widgets.IntegerWidget())
        for name in WORDS:
            self.fields[name] = fields.Field(name, name, widgets.Widget())

    class Meta:
        """The settings that make it fastest."""

        model = LedgerEntry
        fields = ()
        import_id_fields = ()
        force_init_instance = True
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        use_transactions = True

    def before_import(self, _dataset: Any, **_: Any) -> None:
        """Ask once for what is registered."""
        self.waiting: list[ListRow] = []
        self.postings: list[Posting] = []
        self.checks = iter(_checked(self.setting, cast("Sequence[ListRow]", self._rows())))

    def _rows(self) -> Iterator[ListRow]:
        while True:
            yield self.waiting.pop()

    def before_import_row(self, row: dict[str, Any], **told: Any) -> None:
        """Read the cells of a row by the rules of their columns, and hold it against the register."""
        values = {}
        for column in DEFINITION.columns:
            read = clean(column, row.get(column.label, row.get(f"{column.label}（万元）")))
            wrong = read.problem or missing(column, read.value)
            if wrong:
                raise ValueError(wrong)
            values[column.key] = read.value
        self.waiting.append(ListRow(told.get("row_number", 0), values, {}))
        checked = next(self.checks)
        if checked.problems:
            raise ValueError(str(checked.problems[0]))
        made: Posting = checked.made
        self.postings.append(made)
        row.update(
            place_id=made.year.place_id, subject_year_id=made.year.pk, budget_year=made.year.budget_year,
            amount_fen=made.amount_fen, kind=made.kind, book=made.year.book, source=made.source, day=made.day,
            note=made.note, reference=made.reference,
        )  # fmt: skip

    def after_import(self, _dataset: Any, _result: Any, **told: Any) -> None:
        """Ask the gates once for all; with a real import one entry into the chain."""
        refused = gate_refusals(self.postings)
        if refused:
            raise Refused(refused)
        if not told.get("dry_run"):
            rows: Sequence[Sequence[object]] = [(one.year.pk, *one[1:]) for one in self.postings]
            fen = sum(one.amount_fen for one in self.postings)
            told_of = {"entries": len(rows), "fen": fen, "entries_sha256": entries_digest(rows)}
            record("ledger.post", "ledger", told_of)


class UsualResource(LedgerResource):
    """The same with what the library does unless told otherwise: each row saved for itself, with its difference."""

    class Meta:
        """The library's own settings, which a subclass must take back by name; the ledger's entries are all new."""

        use_bulk = False
        skip_diff = False


def load(content: bytes, person: Any, cycle: Cycle, *, usual: bool = False) -> int:
    """Try the list and then import it, as the library's own pages do; return how many entries now stand."""
    resource = UsualResource if usual else LedgerResource
    for trial in (True, False):
        dataset = tablib.Dataset().load(content, format="xlsx")
        with act(person):
            result = resource(Setting(person, cycle)).import_data(dataset, dry_run=trial, raise_errors=True)
        if result.has_errors() or result.has_validation_errors():
            raise RuntimeError("django-import-export refused the list")
    return LedgerEntry.objects.filter(kind__in=("initial", "adjustment")).count()
