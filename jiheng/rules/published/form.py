"""A published table in the shape of the system's own goal and self-evaluation forms."""

import re
from dataclasses import dataclass, field

from jiheng.rules.published.figures import NOTE, NOTHING, Figure, Rate
from jiheng.rules.reading import Target, plain

FORMS = {
    "F1": "项目支出绩效目标表",
    "F2": "部门（单位）整体支出绩效目标表",
    "F5": "项目支出绩效自评表",
    "F6": "部门（单位）整体支出绩效自评表",
}
TOTAL_NAME = re.compile(
    r"(?:项目|绩效|指标|自评|评价|综合|最终|总体|得分|分值|权重)*(?:合计|总计|小计|总分|总得分|总分值|总权重|综合得分|最终得分|自评得分)(?:得分|分值|权重|分|数)?:?"
)
SUBTOTAL_NAME = re.compile(r"(?:小计|合计)$")
NUMBERING = re.compile(r"^(?:(?:指标|目标) ?)?[0-9]{1,2} ?[:.、] ?")
EXECUTION_NAME = re.compile(
    r"(?:项目|部门|单位|年度|全年|本年|当年|整体)?(?:预算|资金|支出|财政|专项|拨款)*(?:预算|资金|支出|经费)执行(?:率|进度|情况)?|执行率"
)
"""The execution of the whole budget; that of one source (中央资金执行率) is another matter."""


@dataclass(frozen=True)
class Source:
    """One row of the money by source (or by purpose): its name and its figures in the order printed."""

    name: str
    text: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Budget:
    """The money block: amounts in 万元, the rate, the weight and score of execution."""

    unit: str = "万元"
    annual: Figure = NOTHING
    adjusted: Figure = NOTHING
    executed: Figure = NOTHING
    received: Figure = NOTHING
    rate: Rate = field(default_factory=Rate)
    weight: Figure = NOTHING
    score: Figure = NOTHING

    @property
    def base(self) -> Figure:
        """What execution is measured by: the adjusted budget, the annual one where there is no adjusted."""
        return self.annual if self.adjusted.value is None else self.adjusted


@dataclass(frozen=True)
class Row:
    """One indicator row, texts as published, figures and target parsed."""

    number: int
    level1: str
    level2: str
    level3: str
    target_text: str
    unit: str
    actual_text: str
    target: Target
    actual: Target
    weight: Figure
    score: Figure
    reason: str

    @property
    def name(self) -> str:
        """What the row is called where it is mentioned."""
        return self.level3 or self.level2 or self.level1 or f"第{self.number}行"

    @property
    def is_total(self) -> bool:
        """Whether the row is the table's own total among its indicators."""
        names = self._bare_names
        if any(TOTAL_NAME.fullmatch(name) for name in names):
            return True
        return (
            not self.target_text
            and not self.actual_text
            and any(SUBTOTAL_NAME.search(name) for name in names)
        )

    @property
    def is_grand_total(self) -> bool:
        """Whether it is the total of the whole table, not of a section."""
        whole = {"合计", "总计", "指标合计", "分值合计", "得分合计", "权重合计", "合计得分"}
        return self.is_total and not any(
            SUBTOTAL_NAME.search(name) and name not in whole for name in self._bare_names
        )

    @property
    def _bare_names(self) -> list[str]:
        """The names of its levels without notes (合计(100分)) and colons."""
        names = (self.level1, self.level2, self.level3)
        return [NOTE.sub("", plain(name).replace(" ", "").rstrip(":")).rstrip(":") for name in names if name]

    @property
    def is_execution(self) -> bool:
        """Whether the row is the budget's execution, listed among the indicators."""
        name = next((name for name in (self.level3, self.level2, self.level1) if name), "")
        bare = NOTE.sub("", NUMBERING.sub("", plain(name))).replace(" ", "")
        return EXECUTION_NAME.fullmatch(bare) is not None


@dataclass(frozen=True)
class Unread:
    """A printed text that could not be read, and why."""

    where: str
    published: str
    why: str


@dataclass(frozen=True)
class PublishedForm:
    """One published table as goal form (F1, F2) or self-evaluation form (F5, F6)."""

    form: str
    project_name: str
    source: str
    budget: Budget
    sources: tuple[Source, ...]
    objective: str
    result: str
    rows: tuple[Row, ...]
    total_row: Row | None
    self_score: Figure
    weight_total: Figure
    complete: bool
    list_cut: bool
    """Whether the editors noted that the list of sources was not wholly visible."""
    unread: tuple[Unread, ...]


@dataclass(frozen=True)
class Finding:
    """One inconsistency that a table contains: where, what it prints and what follows from its own figures."""

    check: str
    where: str
    published: str
    computed: str
