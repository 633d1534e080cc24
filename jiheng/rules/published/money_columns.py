"""The columns of the money block: which figure of a source stands under which total."""

import re
from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.published.figures import NOTHING, Figure
from jiheng.rules.published.form import PublishedForm, Source

TOTAL_NAME = re.compile(r"合计|总计|小计|总额|总投资|总金额|总资金|资金总量")
CHILD_NAME = re.compile(r"^[(（]?其中|^其中")
OTHER_MONEY = re.compile(
    r"^(?:上年|年初|以前年度|其他|自筹|自有|单位|社会|专户|财政专户|结转|结余|银行|贷款|债券|捐)"
)
SOURCE_NAME = re.compile(
    r"中央|省|市|县|区级|州级|盟|旗|自治|镇级|乡级|级|财政|资金|拨款|补助|上级|自筹|自有|其他|结转|结余|基金|债券|贷款|社会|单位|专户|预算|"
    r"捐|配套|支出|收入"
)


CENT = Decimal("0.005")
"""万元 by which a sum may differ from its total: half a unit of the second decimal."""


@dataclass(frozen=True)
class Part:
    """One source's figure in one column."""

    name: str
    figure: Figure

    @property
    def value(self) -> Decimal:
        """The amount in 万元; a blank cell adds nothing."""
        return self.figure.value or Decimal(0)


@dataclass(frozen=True)
class Column:
    """The sources' figures under one total. `executed` tells the column of what was spent."""

    label: str
    total: Figure
    parts: tuple[Part, ...]
    executed: bool

    @property
    def tolerance(self) -> Decimal:
        """0.005 万元; half a unit of the total's last decimal where it has decimals, but fewer than its parts.

        A total without decimals may be an exact one whose zeros were not printed.
        """
        finer = any(part.figure.half < self.total.half for part in self.parts if part.figure.value)
        return max(CENT, self.total.half) if finer and self.total.places > 0 else CENT


def columns(form: PublishedForm) -> list[Column]:
    """The columns whose figures are all readable; none where rows print different numbers of figures."""
    sources = [source for source in form.sources if source.figures]
    widths = {len(source.figures) for source in sources if not _blank(source)}
    if len(widths) != 1 or any(figure.problem for source in sources for figure in source.figures):
        return []
    width = widths.pop()
    return [
        Column(label, total, _parts(sources, place, width), executed)
        for place, (label, total, executed) in enumerate(_totals(form, width))
        if total.value is not None
    ]


def _blank(source: Source) -> bool:
    return all(figure.value is None for figure in source.figures)


def _parts(sources: list[Source], place: int, width: int) -> tuple[Part, ...]:
    return tuple(Part(s.name, s.figures[place] if len(s.figures) == width else NOTHING) for s in sources)


def _totals(form: PublishedForm, width: int) -> list[tuple[str, Figure, bool]]:
    """The totals over three figures (年初、全年、执行), two (预算、执行) or one (the budget, else what was spent)."""
    budget = form.budget
    annual, adjusted = ("年初预算数", budget.annual, False), ("全年预算数", budget.adjusted, False)
    executed = ("全年执行数", budget.executed, True)
    base = adjusted if budget.adjusted.value is not None else annual
    if width == 3:
        return [annual, adjusted, executed]
    if width == 2:
        return _two_totals(form, [[base, executed], [annual, executed], [annual, adjusted]])
    if width == 1:
        return [_only_total(form, [base, annual, executed, ("到位资金", budget.received, False)])]
    return []


def _two_totals(
    form: PublishedForm, choices: list[list[tuple[str, Figure, bool]]]
) -> list[tuple[str, Figure, bool]]:
    """The pair of totals that two figures a row give; the first choice where none fits."""
    for choice in choices:
        sums = [_plain_sum(form, place) for place in range(2)]
        if all(
            t[1].value is not None and abs(t[1].value - s) <= CENT for t, s in zip(choice, sums, strict=True)
        ):
            return choice
    return choices[0]


def _plain_sum(form: PublishedForm, place: int) -> Decimal:
    figures = [source.figures[place] for source in form.sources if len(source.figures) > place]
    return sum((figure.value or Decimal(0) for figure in figures), Decimal(0))


def _only_total(form: PublishedForm, totals: list[tuple[str, Figure, bool]]) -> tuple[str, Figure, bool]:
    """The total to which single figures belong: the one that they give, else the first that is printed."""
    plain_sum = _plain_sum(form, 0)
    printed = [total for total in totals if total[1].value is not None]
    for label, figure, _ in printed:
        if figure.value is not None and abs(plain_sum - figure.value) <= CENT:
            return label, figure, False
    label, figure, _ = printed[0] if printed else totals[0]
    return label, figure, False
