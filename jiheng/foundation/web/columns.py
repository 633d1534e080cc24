"""Columns of a list, and its rows as they are drawn.

Rows are put together here, not in a template: a page has some five hundred cells, and a template spends most of a
page's time on looking up their names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from jiheng.foundation.web.export import UNITS
from jiheng.foundation.web.templatetags import jiheng as show
from jiheng.rules.workflow.steps import Tone

Kind = Literal["text", "wan", "yuan", "points", "percent", "number", "day", "due", "state"]
RIGHT = frozenset({"wan", "yuan", "points", "percent", "number"})


@dataclass(frozen=True)
class Column:
    """One column. `value` is a path ("subject.name") or a function of the row.

    `kind` says how it looks: amounts are fen, percent a ratio, state a text coloured by `tone(row)`.
    `sort` is the model field or annotation to sort by ("" when it cannot be sorted); `total` the
    integer field summed over everything filtered. `card` keeps the column on a phone: the title and the two
    figures that matter. `shown` False hides it until the person chooses it.
    """

    key: str
    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    total: str = ""
    link: Callable[[Any], str] | None = None
    tone: Callable[[Any], Tone] | None = None
    card: bool = False
    shown: bool = True
    help: str = ""

    @property
    def heading(self) -> str:
        """The label with its unit of money."""
        return self.label + UNITS.get(self.kind, "")

    def read(self, row: Any) -> Any:
        """Return the bare value of this column for a row."""
        if callable(self.value):
            return self.value(row)
        return reduce(_step, self.value.split("."), row)


def _step(found: Any, name: str) -> Any:
    found = getattr(found, name, None)
    return found() if callable(found) else found


@dataclass(frozen=True)
class Cell:
    """One cell as it is drawn."""

    column: Column
    text: Any
    link: str = ""
    tone: Tone | None = None


@dataclass(frozen=True)
class Row:
    """One row as it is drawn."""

    pk: Any
    cells: list[Cell]
    tone: Tone = "grey"


def row_of(columns: Sequence[Column], row: Any, tone: Callable[[Any], Tone] | None = None) -> Row:
    """Return what a row shows in these columns."""
    return Row(row.pk, [_cell(column, row) for column in columns], tone(row) if tone else "grey")


def _cell(column: Column, row: Any) -> Cell:
    value = column.read(row)
    tone = (column.tone(row) if column.tone else "grey") if column.kind == "state" else None
    return Cell(column, shown(column, value), column.link(row) if column.link else "", tone)


_LOOKS: dict[str, Callable[[Any], Any]] = {
    "wan": show.wan,
    "yuan": show.yuan,
    "points": show.points,
    "percent": show.percent,
    "number": show.count,
    "day": show.day,
    "due": show.due,
}


def shown(column: Column, value: Any) -> Any:
    """Return a value as its column shows it."""
    look = _LOOKS.get(column.kind)
    return look(value) if look else show.orna(value)


def rows_html(columns: Sequence[Column], rows: Sequence[Row], *, dense: bool, pick: bool) -> SafeString:
    """Draw the rows: a tick box in front where acts can be done in bulk; in dense rows the whole text on hover."""
    title = _title(columns)
    openings = [_opening(column, title=column is title) for column in columns]
    parts = []
    for number, row in enumerate(rows, start=1):
        parts.append("<tr>" if row.tone == "grey" else f'<tr class="row-{row.tone}">')
        if pick:
            parts.append(_tick(row.pk, number))
        for opening, cell in zip(openings, row.cells, strict=True):
            text = conditional_escape(cell.text)
            hover = f' title="{text}"' if dense and cell.column.kind == "text" else ""
            inside: str = text if cell.tone is None else show.state_badge(cell.text, cell.tone)
            if cell.link:
                inside = f'<a href="{escape(cell.link)}">{inside}</a>'
            parts.append(f"{opening}{hover}>{inside}</td>")
        parts.append("</tr>")
    return mark_safe("".join(parts))  # noqa: S308  every text in it was escaped above


def _title(columns: Sequence[Column]) -> Column | None:
    """Return the column that heads a card: the first one, or the first with a link where that is a bare figure."""
    if not columns or columns[0].kind not in RIGHT:
        return columns[0] if columns else None
    return next((one for one in columns if one.link), columns[0])


def _opening(column: Column, *, title: bool) -> str:
    names = f"kind-{column.kind}"
    names += " cell-keep" if column.card or title else ""
    names += " cell-title" if title else ""
    return f'<td class="{names}" data-label="{escape(column.heading)}"'


def _tick(pk: Any, number: int) -> str:
    return format_html(
        '<td class="pick"><label class="pick-box"><input class="form-check-input" type="checkbox" name="pk" '
        'value="{}" aria-label="选中第 {} 行"></label></td>',
        pk,
        number,
    )
