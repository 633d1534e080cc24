"""An official form as data: its blocks, boxes and columns in the order of the paper."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field as Limit
from pydantic import model_validator

from jiheng.rules.entry import Entry, Strict
from jiheng.rules.forms.fields import Box, Column, Field, Kind

Key = Annotated[str, Limit(pattern=r"^[a-z][a-z0-9_]*$")]


class Side(Strict):
    """The tall heading at the left of a block, merged over all its rows."""

    text: str
    span: int = Limit(default=1, ge=1)


class PairsBlock(Strict):
    """Rows of label and value beside each other: 项目名称 | … ."""

    kind: Literal["pairs"]
    side: Side | None = None
    rows: tuple[tuple[Box, ...], ...]

    def spans(self) -> Iterator[tuple[str, int]]:
        """Each row's name and width in grid columns."""
        for row in self.rows:
            yield row[0].label, sum(box.label_span + box.span for box in row)


class TextBlock(Strict):
    """Boxes beside each other with the label above the value: 预期目标 | 实际完成情况."""

    kind: Literal["text"]
    side: Side | None = None
    boxes: tuple[Box, ...]

    def spans(self) -> Iterator[tuple[str, int]]:
        """The row's name and width in grid columns."""
        yield self.boxes[0].label, sum(box.span for box in self.boxes)


class MoneyRow(Strict):
    """A fixed row of a money block; columns in `dash` do not apply to it and show “—”."""

    key: Key
    label: str
    aliases: tuple[str, ...] = ()
    dash: tuple[str, ...] = ()


class MoneyBlock(Strict):
    """Fixed rows by fixed columns: 年度资金总额, 其中…, by 年初预算数, 全年预算数…; data are nested by key."""

    kind: Literal["money"]
    key: Key
    side: Side | None = None
    label_span: int = Limit(default=1, ge=1)
    columns: tuple[Column, ...]
    rows: tuple[MoneyRow, ...]

    @model_validator(mode="after")
    def _dashes_name_columns(self) -> "MoneyBlock":
        unknown = {key for row in self.rows for key in row.dash} - {column.key for column in self.columns}
        if unknown:
            raise ValueError(f"{self.key}：dash 指向不存在的列 {'、'.join(sorted(unknown))}")
        return self

    def spans(self) -> Iterator[tuple[str, int]]:
        """The block's name and width in grid columns."""
        yield self.key, self.label_span + sum(column.span for column in self.columns)


class Total(Strict):
    """The last row of a table: sums of columns, with amounts from elsewhere in the form added in.

    `sums` maps a column to the paths added to it, as in `points: [money.annual.points]`.
    """

    label: str
    aliases: tuple[str, ...] = ()
    sums: dict[str, tuple[str, ...]]


class TableBlock(Strict):
    """Rows that repeat: indicators, tasks, review items. Data are a list of dictionaries."""

    kind: Literal["table"]
    key: Key
    label: str
    side: Side | None = None
    columns: tuple[Column, ...]
    rows: tuple[
        dict[str, str], ...
    ] = ()  # what a blank template shows; in a fixed table, the form's own words
    repeat: int = Limit(default=1, ge=1)  # how often a blank template shows each of them
    fixed: bool = False  # the rows are the form's own: none may be added
    optional: bool = False  # left out of a filled-in form when it has no rows
    total: Total | None = None

    @model_validator(mode="after")
    def _names_exist(self) -> "TableBlock":
        known = {column.key for column in self.columns}
        named = {key for row in self.rows for key in row} | set(self.total.sums if self.total else ())
        if named - known:
            raise ValueError(f"{self.label}：没有列 {'、'.join(sorted(named - known))}")
        return self

    def spans(self) -> Iterator[tuple[str, int]]:
        """The table's name and width in grid columns."""
        yield self.label, sum(column.span for column in self.columns)


class FootBlock(Strict):
    """Lines under the frame: 填报人, 单位负责人, date. Label and value stand in one run, without borders."""

    kind: Literal["foot"]
    rows: tuple[tuple[Box, ...], ...]

    def spans(self) -> Iterator[tuple[str, int]]:
        """Each line's name and width in grid columns."""
        for row in self.rows:
            yield row[0].label, sum(box.label_span + box.span for box in row)


class NoteBlock(Strict):
    """Filling notes printed with the form."""

    kind: Literal["note"]
    text: str

    def spans(self) -> Iterator[tuple[str, int]]:
        """Notes take the whole width."""
        yield from ()


Block = Annotated[
    PairsBlock | TextBlock | MoneyBlock | TableBlock | FootBlock | NoteBlock, Limit(discriminator="kind")
]


class FormDefinition(Entry):
    """An official form. `title` may hold {year}; every row fills exactly the grid of `widths`."""

    key: str = Limit(pattern=r"^[A-Z][A-Za-z0-9-]*$")
    title: str
    unit: str = "单位：万元"
    paper: Literal["portrait", "landscape"] = "portrait"
    widths: tuple[Annotated[int, Limit(gt=0, le=100)], ...] = Limit(min_length=2)
    period: str = ""  # the words for the months covered that the labels use, as 1-7月
    blocks: tuple[Block, ...]

    @model_validator(mode="after")
    def _rows_fill_the_grid(self) -> "FormDefinition":
        whole = len(self.widths)
        for block in self.blocks:
            side = getattr(block, "side", None)
            for name, span in block.spans():
                width = span + (side.span if side else 0)
                if width != whole:
                    raise ValueError(f"表{self.key}“{name}”一行占{width}列，应占{whole}列")
        return self

    @model_validator(mode="after")
    def _keys_are_unique(self) -> "FormDefinition":
        keys = [box.key for box in self.boxes] + [block.key for block in self.grids] + ["year"]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"表{self.key}的键重复：{'、'.join(twice)}")
        return self

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All single boxes of the head, the texts and the foot, in the order of the paper."""
        found: list[Box] = []
        for block in self.blocks:
            if isinstance(block, PairsBlock | FootBlock):
                found.extend(box for row in block.rows for box in row)
            elif isinstance(block, TextBlock):
                found.extend(block.boxes)
        return tuple(found)

    @property
    def grids(self) -> tuple[MoneyBlock | TableBlock, ...]:
        """The blocks whose data are nested: money blocks and tables."""
        return tuple(block for block in self.blocks if isinstance(block, MoneyBlock | TableBlock))

    @property
    def tables(self) -> tuple[TableBlock, ...]:
        """The blocks with repeating rows."""
        return tuple(block for block in self.blocks if isinstance(block, TableBlock))

    @property
    def moneys(self) -> tuple[MoneyBlock, ...]:
        """The blocks with fixed rows and columns."""
        return tuple(block for block in self.blocks if isinstance(block, MoneyBlock))

    def for_period(self, period: str) -> "FormDefinition":
        """The same form for other months: `1-7月执行数` becomes `1-9月执行数`."""
        if not self.period:
            raise ValueError(f"表{self.key}没有可换的期间")
        return FormDefinition.model_validate_json(self.model_dump_json().replace(self.period, period))

    def field(self, path: str) -> Field:
        """The field at `project_name`, `money.annual.initial` or `indicators.name`; LookupError if none."""
        head, *rest = path.split(".")
        for box in self.boxes:
            if box.key == head and not rest:
                return box
        for block in self.grids:
            if block.key == head and rest:
                for column in block.columns:
                    if column.key == rest[-1]:
                        return column
        raise LookupError(f"表{self.key}没有“{path}”")


__all__ = [
    "Block",
    "Box",
    "Column",
    "Field",
    "FootBlock",
    "FormDefinition",
    "Kind",
    "MoneyBlock",
    "MoneyRow",
    "NoteBlock",
    "PairsBlock",
    "Side",
    "TableBlock",
    "TextBlock",
    "Total",
]
