"""An official form read back from a workbook: values, and every mistake at its cell."""

import re
from collections.abc import Sequence
from decimal import Decimal

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter

from jiheng.foundation.sheets.found import FormReading, Problem, ProblemKind
from jiheng.foundation.sheets.grid import Grid, Spot, grids_of, label_of, open_books
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.locate import (
    Area,
    Found,
    areas_of,
    below,
    beside,
    boxes_in,
    hits,
    within,
)
from jiheng.foundation.sheets.meta import Map, read_origin
from jiheng.rules.forms.data import FormData, complete, definition_digest, empty_data, put, template_rows
from jiheng.rules.forms.definition import (
    Box,
    FootBlock,
    FormDefinition,
    MoneyBlock,
    NoteBlock,
    PairsBlock,
    TableBlock,
    TextBlock,
    Total,
)
from jiheng.rules.forms.fields import Column, Field, Kind
from jiheng.rules.forms.layout import total_of
from jiheng.rules.forms.values import Value, clean, empty, missing, shown
from jiheng.rules.reading.characters import plain

MOST_ROWS = 2000
LIKELY = 0.5
"""Share of a form's blocks that a sheet must show to be taken for that form."""
TOTALS = frozenset({"合计", "总计", "总分"})
HALF = Decimal("0.005")
"""Two printed decimals: a total may differ from the sum of exact parts by half of the last one."""


def read_form(definition: FormDefinition, content: bytes) -> FormReading:
    """Read an uploaded form. Never raises for what people upload: what is wrong is in `problems`.

    Boxes are found by their labels, so inserted rows and columns do no harm; where a label was changed, the
    hidden map of our own template helps. Amounts come in fen whatever unit the sheet states.
    """
    reading = FormReading(empty_data(definition))
    try:
        results, formulas = open_books(content)
    except Unreadable as unreadable:
        reading.problems.append(Problem("", "", str(unreadable), "layout"))
        return reading
    reading.origin, cells = read_origin(formulas)
    reading.map = cells
    if reading.origin.form and reading.origin.form != definition.key:
        words = f"上传的是表{reading.origin.form}，这里要的是《{definition.label}》（表{definition.key}）；请换正确的表"
        reading.problems.append(Problem("", "", words, "layout"))
        return reading
    if definition.period and reading.origin.period not in ("", definition.period):
        definition = definition.for_period(reading.origin.period)
    grids = grids_of(results, formulas)
    grid = _sheet_of(definition, grids, cells)
    if grid is None:
        words = f"没有认出《{definition.label}》；请用本系统下载的模板，或核对是否选错了文件"
        reading.problems.append(Problem("", "", words, "layout"))
        return reading
    reading.sheet = grid.name
    _Reader(definition, grid, cells, reading).read()
    _name_other_sheets(definition, grids, grid, reading)
    return reading


def _name_other_sheets(
    definition: FormDefinition, grids: Sequence[Grid], read: Grid, reading: FormReading
) -> None:
    """Say which other sheets show the same form: one upload is one form, the rest is not taken."""
    others = [grid.name for grid in grids if grid is not read and hits(definition, grid) >= LIKELY]
    if others:
        words = f"只读取了工作表“{read.name}”；{'、'.join(f'“{name}”' for name in others)}也像是这种表，没有读取，请分开上传"
        reading.notices.append(Problem("", "工作表", words))


def _sheet_of(definition: FormDefinition, grids: Sequence[Grid], cells: Map) -> Grid | None:
    """The sheet that the map names, else the one that shows most of the form's blocks, at least half of them."""
    for grid in grids:
        if cells.sheet and grid.name == cells.sheet:
            return grid
    rated = [(hits(definition, grid), -place) for place, grid in enumerate(grids)]
    if not rated or max(rated)[0] < LIKELY:
        return None
    return grids[-max(rated)[1]]


class _Reader:
    """Reads block after block of one sheet into one reading."""

    def __init__(self, definition: FormDefinition, grid: Grid, cells: Map, reading: FormReading) -> None:
        self.definition = definition
        self.grid = grid
        self.map = cells
        self.reading = reading
        self.data: FormData = reading.data
        self.unit, unit_at = grid.money_unit()
        if self.unit != "万元" and any(field.kind is Kind.MONEY_WAN for field in _fields(definition)):
            words = f"表上写明单位是{self.unit}，金额已按{self.unit}换算为万元，请核对"
            reading.notices.append(Problem(unit_at, "单位", words))

    def read(self) -> None:
        self.data["year"] = self.reading.origin.year or self.year_in_title()
        if self.reading.origin.digest not in ("", definition_digest(self.definition)):
            words = "这张表是按以前的表样下载的，已按现在的表样读取，请核对"
            self.reading.notices.append(Problem("", "", words))
        areas = areas_of(self.definition, self.grid)
        for block, area in zip(self.definition.blocks, areas, strict=True):
            match block:
                case PairsBlock() | FootBlock():
                    self.pairs([box for row in block.rows for box in row], area)
                case TextBlock():
                    self.text(block, area)
                case MoneyBlock():
                    self.money(block, area)
                case TableBlock():
                    self.table(block, area)
                case NoteBlock():
                    pass
        self.name_hidden()
        for block, area in zip(self.definition.blocks, areas, strict=True):
            if isinstance(block, TableBlock) and block.total and area and area.heading:
                self.reconcile(block, block.total, area.heading.bottom + 1, area)

    def name_hidden(self) -> None:
        """Say which rows and columns were read though nobody sees them."""
        read = [self.at(address) for address in self.reading.cells.values()]
        filled = [spot for spot in read if self.grid.filled(spot)]
        for row in sorted({spot.top for spot in filled if spot.top in self.grid.hidden_rows}):
            words = "这一行被隐藏或筛选掉了，但有内容，已照常读取；不需要的请删除后重新上传"
            self.reading.notices.append(Problem(f"A{row}", f"第 {row} 行", words))
        for column in sorted({spot.left for spot in filled if spot.left in self.grid.hidden_columns}):
            letter = get_column_letter(column)
            words = "这一列被隐藏了，但有内容，已照常读取，请取消隐藏后核对"
            self.reading.notices.append(Problem(f"{letter}1", f"{letter} 列", words))

    def year_in_title(self) -> int | None:
        for row in range(1, min(4, self.grid.rows) + 1):
            for spot in self.grid.line(row):
                found = re.search(r"(20[0-9]{2})年", plain(self.grid.value(row, spot.left)).replace(" ", ""))
                if found:
                    return int(found[1])
        return None

    # ---- single boxes

    def pairs(self, boxes: Sequence[Box], area: Area | None) -> None:
        found = boxes_in(self.grid, area, boxes) if area else {}
        labels = frozenset(one.spot for one in found.values())
        for box in boxes:
            one = found.get(box.key)
            if one is not None and one.inline is not None:
                self.take(box, one.spot, box.key, box.label, raw=one.inline)
                continue
            spot = beside(self.grid, one.spot, labels) if one else self.mapped(box.key)
            self.single(box, spot, one.unit if one else None)

    def text(self, block: TextBlock, area: Area | None) -> None:
        found = boxes_in(self.grid, area, block.boxes) if area else {}
        labels = frozenset(one.spot for one in found.values())
        for box in block.boxes:
            one = found.get(box.key)
            end = area.end if area else 0
            spot = below(self.grid, one.spot, end, labels) if one else self.mapped(box.key)
            self.single(box, spot, None)

    def single(self, box: Box, spot: Spot | None, unit: str | None) -> None:
        if spot is None:
            self.absent(box, box.key, box.label)
        else:
            self.take(box, spot, box.key, box.label, unit=unit)

    # ---- money

    def money(self, block: MoneyBlock, area: Area | None) -> None:
        columns = self.columns_of(block, area)
        row = area.heading.bottom + 1 if area and area.heading else 1
        left = min((one.spot.left for one in columns.values()), default=1)
        for line in block.rows:
            names = {label_of(name) for name in (line.label, *line.aliases)}
            at = self.row_with(names, row, area.end if area else 1, left)
            if at is not None:
                row = at + 1
            for column in block.columns:
                if column.key in line.dash:
                    continue
                path, label = f"{block.key}.{line.key}.{column.key}", f"{line.label}“{column.label}”"
                one = columns.get(column.key)
                if at is not None and one is not None:
                    self.take(column, within(self.grid, at, one), path, label, unit=one.unit)
                elif spot := self.mapped(path):
                    self.take(column, spot, path, label)
                else:
                    self.absent(column, path, label)

    def row_with(self, names: set[str], first: int, end: int, left: int) -> int | None:
        for row in range(first, min(end, self.grid.rows + 1)):
            if any(
                self.grid.label(row, spot.left) in names for spot in self.grid.line(row) if spot.left < left
            ):
                return row
        return None

    # ---- tables

    def columns_of(self, block: TableBlock | MoneyBlock, area: Area | None) -> dict[str, Found]:
        """The columns found by heading; for those missing, where the hidden map saw them."""
        found = dict(area.heading.columns) if area and area.heading else {}
        for column in block.columns:
            if column.key not in found:
                address = next(
                    (at for path, at in self.map.cells.items() if _is_in_column(path, block.key, column.key)),
                    None,
                )
                if address is not None:
                    found[column.key] = Found(self.at(address))
        return found

    def table(self, block: TableBlock, area: Area | None) -> None:
        columns = self.columns_of(block, area)
        if area is None or area.heading is None:
            if not block.optional:
                self.note_absent(block.label, required=any(column.required for column in block.columns))
            return
        for column in block.columns:
            if column.key not in columns and not column.computed:
                self.note_absent(f"{block.label}“{column.label}”", required=column.required)
        rows = self.body(block, area.heading.bottom + 1, area.end, columns)
        if block.fixed:
            self.fixed(block, rows, columns)
            return
        if len(rows) > MOST_ROWS:
            words = f"有 {len(rows)} 行，最多 {MOST_ROWS} 行"
            self.reading.problems.append(Problem("", block.label, words, "layout"))
            rows = rows[:MOST_ROWS]
        above: dict[str, Value] = {}
        for row in rows:
            above = self.row(block, row, columns, above)

    def body(self, block: TableBlock, first: int, end: int, columns: dict[str, Found]) -> list[int]:
        """The rows of the table that say something in a column of their own, up to the total or the next block."""
        plain_columns = [column for column in block.columns if not column.group and column.key in columns]
        rows: list[int] = []
        for row in range(first, min(end, self.grid.rows + 1)):
            if block.total and self.total_row(block, row, columns):
                break
            if self.stretches_over(row, columns):
                break
            spots = [within(self.grid, row, columns[column.key]) for column in plain_columns]
            if block.fixed or any(self.grid.filled(spot) and spot.top == row for spot in spots):
                rows.append(row)
        return rows

    def total_row(self, block: TableBlock, row: int, columns: dict[str, Found]) -> bool:
        total = block.total
        if total is None:
            return False
        names = {label_of(name) for name in (total.label, *total.aliases)} | TOTALS
        first = next(
            (spot for spot in self.grid.line(row) if spot.top == row and self.grid.filled(spot)), None
        )
        left = min((one.spot.left for key, one in columns.items() if key in total.sums), default=2)
        return first is not None and first.left < left and self.grid.label(row, first.left) in names

    def stretches_over(self, row: int, columns: dict[str, Found]) -> bool:
        """A filled cell across most of the columns is a remark below the table, not a row of it."""
        left = min(one.spot.left for one in columns.values())
        right = max(one.spot.right for one in columns.values())
        return any(
            self.grid.filled(spot)
            and min(spot.right, right) - max(spot.left, left) + 1 > 0.8 * (right - left + 1)
            for spot in self.grid.line(row)
        )

    def row(
        self, block: TableBlock, row: int, columns: dict[str, Found], above: dict[str, Value]
    ) -> dict[str, Value]:
        number = len(self.data[block.key])
        values: dict[str, Value] = {column.key: empty(column) for column in block.columns}
        self.data[block.key].append(values)
        for place, column in enumerate(block.columns):
            one = columns.get(column.key)
            if one is None:
                continue
            path, label = (
                f"{block.key}.{number}.{column.key}",
                f"{block.label}第{number + 1}行“{column.label}”",
            )
            spot = within(self.grid, row, one)
            if not column.group and spot.top != row:
                words = "与上一行合并成了一格，本行按空处理；请拆开单元格分别填写"
                self.reading.notices.append(Problem(spot.address, label, words, path=path))
                continue
            if column.group and not self.grid.filled(spot) and self.continues(block, place, row, columns):
                values[column.key] = above.get(column.key)
                continue
            self.take(column, spot, path, label, unit=one.unit)
        return values

    def continues(self, block: TableBlock, place: int, row: int, columns: dict[str, Found]) -> bool:
        """Whether an empty group cell means “as above”: always in foreign sheets and for required columns,

        in our own workbook, which merges equal neighbours, only when the row says something under the group.
        """
        column = block.columns[place]
        if column.required or not self.map.cells:
            return True
        for follower in block.columns[place + 1 :]:
            if follower.group:
                return False
            if follower.key in columns and self.grid.filled(within(self.grid, row, columns[follower.key])):
                return True
        return False

    def fixed(self, block: TableBlock, rows: Sequence[int], columns: dict[str, Found]) -> None:
        """Match the form's own rows with those of the sheet by their words, else by their order."""
        own = template_rows(block)
        words_of = [key for key in own[0] if not _column(block, key).group and key in columns]
        left = list(rows)
        for number, line in enumerate(own):
            names = {label_of(line[key]) for key in words_of}
            at = next(
                (
                    row
                    for row in left
                    if names & {self.grid.label(row, columns[key].spot.left) for key in words_of}
                ),
                None,
            )
            if at is None:
                words = f"找不到“{'、'.join(str(line[key]) for key in words_of[:1])}”一行"
                self.reading.problems.append(Problem("", block.label, words, "layout"))
                continue
            left = [row for row in left if row > at]
            for column in block.columns:
                if column.key in line or column.key not in columns:
                    continue
                path, label = (
                    f"{block.key}.{number}.{column.key}",
                    f"{block.label}第{number + 1}行“{column.label}”",
                )
                self.take(column, within(self.grid, at, columns[column.key]), path, label)

    def reconcile(self, block: TableBlock, total: Total, first: int, area: Area) -> None:
        """A total that is typed must be the sum of its rows."""
        columns = self.columns_of(block, area)
        for row in range(first, min(area.end, self.grid.rows + 1)):
            if self.total_row(block, row, columns):
                for key in total.sums:
                    if key in columns:
                        self.compare(block, total.label, _column(block, key), row, columns[key])
                return

    def compare(self, block: TableBlock, name: str, column: Column, row: int, one: Found) -> None:
        spot = within(self.grid, row, one)
        self.reading.totals[f"{block.key}.{column.key}"] = spot.address
        self.reading.units[f"{block.key}.{column.key}"] = one.unit or self.unit
        computed = total_of(block, column.key, complete(self.definition, self.data))
        unbounded = column.model_copy(update={"high": None})
        cleaned = clean(unbounded, self.grid.value(row, spot.left), money_unit=one.unit or self.unit)
        if cleaned.value is None or computed is None or self.grid.fault(spot):
            return
        typed, summed = Decimal(str(cleaned.value)), Decimal(str(computed))
        half = HALF * (10**6 if column.kind is Kind.MONEY_WAN else 1)
        if abs(typed - summed) >= half:
            words = f"写的是 {shown(column, cleaned.value)}，各行相加是 {shown(column, computed)}"
            self.reading.problems.append(
                Problem(spot.address, f"{block.label}{name}“{column.label}”", words, "total")
            )

    # ---- one cell

    def take(
        self, field: Field, spot: Spot, path: str, label: str, *, unit: str | None = None, raw: object = None
    ) -> None:
        """Clean one cell into the data; what is wrong or worth a look goes to its list."""
        self.reading.cells[path] = spot.address
        if field.kind is Kind.MONEY_WAN:
            self.reading.units[path] = unit or self.unit
        fault = self.grid.fault(spot)
        if fault:
            self.problem(spot, label, fault, "wrong", path)
            return
        value = self.grid.value(spot.top, spot.left) if raw is None else raw
        cleaned = clean(field, value, money_unit=unit or self.unit, year=self.data["year"])
        if cleaned.problem:
            self.problem(spot, label, cleaned.problem, "wrong", path)
            return
        if cleaned.notice:
            self.reading.notices.append(Problem(spot.address, label, cleaned.notice, path=path))
        put(self.data, path, cleaned.value)
        lack = "" if field.computed else missing(field, cleaned.value)
        if lack:
            self.problem(spot, label, "必须填写", "missing", path)

    def problem(self, spot: Spot, label: str, message: str, kind: ProblemKind, path: str) -> None:
        self.reading.problems.append(Problem(spot.address, label, message, kind, path))

    def absent(self, field: Field, path: str, label: str) -> None:
        if not field.computed:
            self.note_absent(label, required=field.required, path=path)

    def note_absent(self, label: str, *, required: bool, path: str = "") -> None:
        if required:
            words = "表上找不到这一栏；请用本系统下载的模板填写"
            self.reading.problems.append(Problem("", label, words, "layout", path))
        else:
            self.reading.notices.append(Problem("", label, "表上没有这一栏，按空处理", "layout", path))

    def mapped(self, path: str) -> Spot | None:
        """Where the hidden map of our own template has the box, if it does."""
        address = self.map.cells.get(path)
        return self.at(address) if address else None

    def at(self, address: str) -> Spot:
        column, row = coordinate_from_string(address)
        return self.grid.spot(row, column_index_from_string(column))


def _fields(definition: FormDefinition) -> list[Field]:
    return [*definition.boxes, *(column for block in definition.grids for column in block.columns)]


def _column(block: TableBlock, key: str) -> Column:
    return next(column for column in block.columns if column.key == key)


def _is_in_column(path: str, block: str, column: str) -> bool:
    parts = path.split(".")
    return len(parts) == 3 and (parts[0], parts[2]) == (block, column)
