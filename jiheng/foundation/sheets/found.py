"""What reading a workbook yields: the data, what is wrong and where, what was understood but should be seen."""

from dataclasses import dataclass, field
from typing import Literal

from jiheng.foundation.sheets.meta import Map, Origin
from jiheng.rules.forms.data import FormData

ProblemKind = Literal["wrong", "missing", "layout", "total"]


@dataclass(frozen=True)
class Problem:
    """One thing to correct or to look at: the cell's address (blank for the whole sheet), the label, the words.

    `rule` is what the box asks for and `expected` what should stand there; `expect.py` fills them in.
    """

    cell: str
    label: str
    message: str
    kind: ProblemKind = "wrong"
    path: str = ""
    rule: str = ""
    expected: str = ""

    @property
    def said(self) -> str:
        """What is wrong, without what to do: that stands in `expected`."""
        return self.message.partition("；")[0] if self.expected else self.message

    def __str__(self) -> str:
        return " ".join(
            part
            for part in (self.cell, f"{self.label}：{self.message}" if self.label else self.message)
            if part
        )


@dataclass
class FormReading:
    """The form as read. `data` has the whole shape also when there are problems; wrong boxes are empty in it.

    `problems` must be put right; `notices` were understood (元 turned into 万元) and are to be confirmed.
    """

    data: FormData
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    origin: Origin = field(default_factory=Origin)
    cells: dict[str, str] = field(default_factory=dict)  # path → address of every box that was found
    sheet: str = ""  # the sheet that was read
    units: dict[str, str] = field(default_factory=dict)  # path → the unit that an amount's box or sheet states
    totals: dict[str, str] = field(default_factory=dict)  # table and column → address of a total row's box
    map: Map = field(default_factory=Map)  # where the boxes that were handed out stand by now

    @property
    def ok(self) -> bool:
        """Whether nothing has to be put right."""
        return not self.problems
