"""One box of a form: what may stand in it. The same field makes the page, the workbook and the print."""

from enum import StrEnum

from pydantic import Field as Limit
from pydantic import model_validator

from jiheng.rules.entry import Citation, Strict


class Kind(StrEnum):
    """What a box holds, and as which Python value it is kept."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long_text"  # str, several lines
    MONEY_WAN = "money_wan"  # int, fen; shown in 万元
    NUMBER = "number"  # Decimal
    POINTS = "points"  # Decimal, at most two decimals
    PERCENT = "percent"  # Decimal, per cent: 95.5 means 95.5%
    DATE = "date"  # datetime.date
    CHOICE = "choice"  # str, one of `choices`
    TARGET = "target"  # rules.reading.Target: sign, value and unit, or words
    TICK = "tick"  # bool


class Field(Strict):
    """One box: its key in the data, its label on paper, its kind and limits."""

    key: str = Limit(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    computed: bool = False  # filled by the system: shown, locked in a template
    choices: tuple[str, ...] = ()
    ticked: bool = False  # printed as a line of small squares, one of them filled
    max_length: int = Limit(default=2000, gt=0, le=30000)
    low: int | None = None  # least allowed number (万元 for money, per cent for percent)
    high: int | None = None
    aliases: tuple[str, ...] = ()  # other labels seen in filled-in workbooks
    help: str = ""
    cite: Citation | None = None

    @model_validator(mode="after")
    def _choices_fit_kind(self) -> "Field":
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"“{self.label}”：choice 须列出 choices，其他类型不得列出")
        return self


class Box(Field):
    """A labelled box in a row of boxes: how many grid columns label and value take."""

    label_span: int = Limit(default=1, ge=0)  # 0: no label is printed
    span: int = Limit(default=1, ge=1)
    lines: int = Limit(default=1, ge=1)  # height of the box on paper


class Column(Field):
    """A column of a table or of a money block; `head` are the headings above its own label."""

    span: int = Limit(default=1, ge=1)
    head: tuple[str, ...] = ()
    group: bool = False  # equal neighbours are merged into one tall cell
