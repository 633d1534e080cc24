"""An official form as a workbook: merged, bordered, ready to print, with a hidden map for the way back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.meta import Origin, write_origin
from jiheng.foundation.sheets.text import escaped, neutral, sheet_name
from jiheng.rules.forms.data import template_data
from jiheng.rules.forms.definition import FormDefinition, TableBlock
from jiheng.rules.forms.fields import Field, Kind
from jiheng.rules.forms.layout import Cell, Layout, Role, lay_out
from jiheng.rules.forms.values import Value
from jiheng.rules.money import fen_to_wan

POINTS_A_LINE = 15
LINES_A_ROW = 26
"""A sheet row is at most 409 points high: taller boxes take several merged rows."""
THIN = Side(style="thin", color="000000")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
INPUT = PatternFill("solid", start_color="FFF9E5")
LOCKED = PatternFill("solid", start_color="F2F2F2")
HEADING = PatternFill("solid", start_color="F5F7FA")
FORMATS = {
    Kind.MONEY_WAN: "#,##0.00",
    Kind.PERCENT: "0.00%",
    Kind.DATE: 'yyyy"年"m"月"d"日"',
    Kind.TEXT: "@",
    Kind.LONG_TEXT: "@",
    Kind.TARGET: "@",
}
UNFRAMED = (Role.TITLE, Role.UNIT, Role.FOOT_LABEL, Role.FOOT_VALUE, Role.NOTE)
VALUES = (Role.VALUE, Role.FOOT_VALUE)


def write_form(
    definition: FormDefinition, data: Mapping[str, Any], *, place: str = "", record: str = ""
) -> bytes:
    """The filled-in form as .xlsx. `place` and `record` are kept in the hidden sheet and come back on reading.

    LookupError when `data` holds a key that the form does not have.
    """
    return _write(definition, data, Origin.of(definition, data, place, record), template=False)


def write_template(
    definition: FormDefinition,
    data: Mapping[str, Any] | None = None,
    *,
    place: str = "",
    record: str = "",
    base: str = "",
) -> bytes:
    """The form for filling in: what `data` knows already is there, input boxes are shaded and unlocked.

    Empty tables show the form's own first rows; rows may be inserted although the rest is locked. `base` (see
    `meta.packed`) is what was handed out, for merging when the form comes back.
    """
    filled = template_data(definition, data or {})
    return _write(definition, filled, Origin.of(definition, filled, place, record, base), template=True)


def _write(definition: FormDefinition, data: Mapping[str, Any], origin: Origin, *, template: bool) -> bytes:
    book = Workbook()
    sheet = cast("Worksheet", book.active)
    sheet.title = sheet_name(definition.label)
    drawer = _Drawer(sheet, definition, lay_out(definition, data), template=template)
    drawer.draw()
    write_origin(book, origin, sheet.title, drawer.addresses)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


class _Drawer:
    """Puts the cells of a layout on a sheet and remembers where each path went."""

    def __init__(
        self, sheet: Worksheet, definition: FormDefinition, layout: Layout, *, template: bool
    ) -> None:
        self.sheet = sheet
        self.definition = definition
        self.layout = layout
        self.template = template
        self.addresses: dict[str, str] = {}
        self.starts = [1]
        for lines in layout.lines:
            self.starts.append(self.starts[-1] + max(1, -(-lines // LINES_A_ROW)))
        self.lists: dict[str, DataValidation] = {}

    def draw(self) -> None:
        for number, width in enumerate(self.layout.widths, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width + 0.7
        for row, lines in enumerate(self.layout.lines):
            first, end = self.starts[row], self.starts[row + 1]
            for number in range(first, end):
                self.sheet.row_dimensions[number].height = POINTS_A_LINE * lines / (end - first) + 3
        for cell in self.layout.cells:
            self.cell(cell)
        self.printing()
        if self.template:
            self.protect()

    def cell(self, cell: Cell) -> None:
        top, bottom = self.starts[cell.row], self.starts[cell.row + cell.rows] - 1
        left, right = cell.column + 1, cell.column + cell.columns
        corner = cast("SheetCell", self.sheet.cell(top, left))
        if cell.field is not None and cell.role in (*VALUES, Role.TOTAL):
            fill_value(corner, cell.field, cell.value)
        else:
            corner.value = escaped(cell.text)
        for row in self.sheet.iter_rows(top, bottom, left, right):
            for one in row:
                self.style(cast("SheetCell", one), cell)
        if cell.role in VALUES and cell.field is not None:
            self.input(corner, cell, cell.field)
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)

    def style(self, one: SheetCell, cell: Cell) -> None:
        if cell.role not in UNFRAMED:
            one.border = FRAME
        one.font = _font(cell.role)
        one.alignment = _alignment(cell)
        if cell.role in (Role.HEAD, Role.LABEL, Role.SIDE, Role.TOTAL_LABEL):
            one.fill = HEADING
        if self.template and cell.role in VALUES and cell.field is not None:
            computed = cell.field.computed
            one.fill = LOCKED if computed else INPUT
            one.protection = Protection(locked=computed)

    def input(self, corner: SheetCell, cell: Cell, field: Field) -> None:
        """Remember where the box lies, and give it its list or hint."""
        for path in (cell.path, *cell.paths):
            self.addresses[path] = corner.coordinate
        if self.template and not field.computed:
            check = self.validation(field)
            if check is not None:
                check.add(corner)

    def validation(self, field: Field) -> DataValidation | None:
        """One drop-down list or hint shared by all boxes of the field."""
        name = f"{field.kind}{field.choices}{field.help}"
        if name not in self.lists:
            check = _validation(field)
            if check is None:
                return None
            self.sheet.add_data_validation(check)
            self.lists[name] = check
        return self.lists[name]

    def printing(self) -> None:
        sheet = self.sheet
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.orientation = self.definition.paper
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.5
        margins.top = margins.bottom = 0.6
        cast("HeaderFooterItem", sheet.oddFooter).center.text = "第 &P 页，共 &N 页"
        last = get_column_letter(len(self.layout.widths))
        sheet.print_area = f"A1:{last}{self.starts[-1] - 1}"
        heading = self.repeated()
        if heading:
            sheet.print_title_rows = f"{heading[0]}:{heading[1]}"
        sheet.sheet_view.showGridLines = False

    def repeated(self) -> tuple[int, int] | None:
        """The heading rows of the longest table: printed again on each further page."""
        tables = [
            part for part in self.layout.parts if isinstance(self.definition.blocks[part.block], TableBlock)
        ]
        if not tables:
            return None
        longest = max(tables, key=lambda part: part.end - part.body)
        return self.starts[longest.first], self.starts[longest.body] - 1

    def protect(self) -> None:
        """Lock all but the input boxes; no password, and rows may be inserted."""
        guard = self.sheet.protection
        guard.sheet = True
        guard.insertRows = guard.deleteRows = guard.formatRows = guard.formatColumns = False
        guard.formatCells = False


def fill_value(target: SheetCell, field: Field, value: Value) -> None:
    """Put a form's value into a cell: real numbers and dates, everything else as plain text."""
    if field.kind in FORMATS:
        target.number_format = FORMATS[field.kind]
    if value is None or value is False:
        return
    if value is True:
        target.value = "√"
    elif field.kind is Kind.MONEY_WAN and isinstance(value, int):
        target.value = fen_to_wan(value)
    elif field.kind is Kind.PERCENT and isinstance(value, Decimal):
        target.value = value / 100
    elif isinstance(value, Decimal | date):
        target.value = value
    else:
        neutral(target, str(value))


def _validation(field: Field) -> DataValidation | None:
    choices = ("√",) if field.kind is Kind.TICK else field.choices
    listed = ",".join(choices)
    check: DataValidation | None = None
    if choices and len(listed) <= 250 and not any("," in choice or '"' in choice for choice in choices):
        check = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        check.error, check.errorTitle = f"请从{'、'.join(choices)}中选择", "不在可选项中"
    elif field.help:
        check = DataValidation(allow_blank=True)
    if check is not None and field.help:
        check.showInputMessage = True
        check.promptTitle, check.prompt = field.label[:30], field.help[:250]
    return check


def _font(role: Role) -> Font:
    if role is Role.TITLE:
        return Font(name="黑体", size=16, bold=True)
    bold = role in (Role.HEAD, Role.SIDE, Role.TOTAL_LABEL, Role.TOTAL)
    return Font(name="宋体", size=9 if role is Role.NOTE else 10, bold=bold)


def _alignment(cell: Cell) -> Alignment:
    horizontal, vertical = "center", "center"
    if cell.role in (Role.UNIT, Role.FOOT_LABEL):
        horizontal = "right"
    elif cell.role in (Role.NOTE, Role.FOOT_VALUE) or cell.prose:
        horizontal = "left"
    elif cell.field is not None and cell.field.kind is Kind.MONEY_WAN:
        horizontal = "right"
    return Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)
