"""支出标准: proposed from costs of the past, asked of every line of a project's cost, and the list of those missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import Fen, format_yuan, round_half_up
from jiheng.rules.refusal import Refusal

BASE_PRICE = Decimal(100)
"""The price level of the year and place for which a standard is proposed."""
LEVELS = {"province": "省级", "city": "市级", "county": "县级", "township": "乡级"}
KINDS = {"general": "通用标准", "special": "专用标准"}
ORIGINS = {"evaluation": "绩效评价", "review": "预算评审", "accounts": "决算", "other": "其他"}


@dataclass(frozen=True)
class Method:
    """How standards are proposed (参数 standard_proposal).

    `least` costs at least; `confidence` of the band around the median, per cent; `fence`: a cost is named as an outlier
    when it lies further beyond a quartile than so many times the distance of the quartiles, counted in ratios.
    """

    least: int
    confidence: Decimal
    fence: Decimal


@dataclass(frozen=True)
class Cost:
    """What so much of something cost: money in fen, `price` the price level then and there (100: as here and now)."""

    name: str
    amount_fen: Fen
    quantity: Decimal
    price: Decimal = BASE_PRICE

    @property
    def unit_cost(self) -> Fraction:
        """Fen for one unit at today's price level, exact."""
        return Fraction(self.amount_fen) / Fraction(self.quantity) * Fraction(BASE_PRICE) / Fraction(self.price)


@dataclass(frozen=True)
class Outlier:
    """A cost that lies far from the others: which, how much for a unit (fen), and why it is named."""

    place: int
    name: str
    unit_fen: Fen
    words: str


@dataclass(frozen=True)
class Proposal:
    """A standard as the costs suggest it, all in fen for one unit.

    `low` and `high` are the quartiles: the lower one is what the cheaper quarter does with. The band holds the true
    median with `confidence` per cent. Outliers are named and left out of everything else.
    """

    given: int
    used: int
    low: Fen
    median: Fen
    high: Fen
    band_low: Fen
    band_high: Fen
    confidence: Decimal
    outliers: tuple[Outlier, ...]


def faults_of(costs: Sequence[Cost]) -> list[tuple[int, str]]:
    """Return which costs cannot be counted with, and why: nothing may be divided by what is not there."""
    found = []
    for at, one in enumerate(costs):
        if one.quantity <= 0:
            found.append((at, "数量须大于零"))
        elif one.amount_fen <= 0:
            found.append((at, "金额须大于零"))
        elif one.price <= 0:
            found.append((at, "价格水平须大于零"))
    return found


def propose(costs: Sequence[Cost], method: Method, clause: str) -> Proposal | Refusal:
    """Return the standard that the costs suggest, or why none is proposed: too few of them, with or without outliers.

    The middle of the costs is little moved by single ones (中位数), the band around it takes no distribution for
    granted: it lies between two costs in their order, interpolated between the two nearest coverages. ValueError for costs
    that `faults_of` names.
    """
    if found := faults_of(costs):
        raise ValueError(f"第{found[0][0] + 1}项：{found[0][1]}")
    if short := _too_few(len(costs), method, clause, ""):
        return short
    units = [one.unit_cost for one in costs]
    ordered = sorted(units)
    bottom, top = _fences(ordered, method)
    left = [one for one in ordered if not bottom(one) and not top(one)]
    if short := _too_few(len(left), method, clause, f"，另有{len(costs) - len(left)}项离群"):
        return short
    middle = _quantile(left, Fraction(1, 2))
    outliers = tuple(
        Outlier(at, costs[at].name, _fen(unit), f"是中位数的{round_half_up(unit / middle)}倍")
        for at, unit in sorted(enumerate(units), key=lambda one: (-one[1], one[0]))
        if bottom(unit) or top(unit)
    )
    band = _band(left, Fraction(method.confidence) / 100)
    return Proposal(
        len(costs), len(left), _fen(_quantile(left, Fraction(1, 4))), _fen(middle), _fen(_quantile(left, Fraction(3, 4))),
        _fen(band[0]), _fen(band[1]), method.confidence, outliers,
    )  # fmt: skip


def _too_few(number: int, method: Method, clause: str, besides: str) -> Refusal | None:
    least = max(method.least, _fewest(Fraction(method.confidence) / 100))
    if number >= least:
        return None
    words = f"可用的成本数据只有{number}项{besides}，不足{least}项，不能据以测算标准"
    return Refusal(words, clause, "请补充成本数据，或依据文件直接登记标准", "costs")


def _fewest(confidence: Fraction) -> int:
    """How many costs there must be for the least and the most of them to hold the median so surely."""
    number = 2
    while 1 - Fraction(1, 2 ** (number - 1)) < confidence:
        number += 1
    return number


def _fen(value: Fraction) -> Fen:
    return int(round_half_up(value, 0))


def _quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which so much of the ordered ones lies, linear between neighbours."""
    at = share * (len(ordered) - 1)
    whole = int(at)
    if whole + 1 >= len(ordered):
        return ordered[-1]
    return ordered[whole] + (at - whole) * (ordered[whole + 1] - ordered[whole])


class _Beyond:
    """Whether a value lies beyond one quartile by more than the ratio of both to the power of the fence.

    Costs spread by ratios: twice as dear is as far off as half the price. Compared exactly, by whole powers.
    """

    def __init__(self, near: Fraction, far: Fraction, fence: Fraction) -> None:
        self.near, self.far = near, far
        self.power, self.root = fence.numerator, fence.denominator

    def __call__(self, value: Fraction) -> bool:
        ratio = self.near / self.far
        away = value / self.near
        if ratio == 1:
            return away != 1 and (away > 2 or away < Fraction(1, 2))
        if (away > 1) != (ratio > 1) or away == 1:
            return False
        far, limit = away**self.root, ratio**self.power
        return far > limit if ratio > 1 else far < limit


def _fences(ordered: Sequence[Fraction], method: Method) -> tuple[_Beyond, _Beyond]:
    low, high = _quantile(ordered, Fraction(1, 4)), _quantile(ordered, Fraction(3, 4))
    fence = Fraction(method.fence)
    return _Beyond(low, high, fence), _Beyond(high, low, fence)


def _band(ordered: Sequence[Fraction], confidence: Fraction) -> tuple[Fraction, Fraction]:
    """The values between which the true median lies with this confidence, whatever the distribution.

    Between the d-th from below and from above lies the median with 1 - 2·P(Bin(n, ½) < d). The d with a little more
    and the next with a little less than asked are joined as Hettmansperger and Sheather (1986) do.
    """
    number, whole = len(ordered), 2 ** len(ordered)
    at, term, below = 1, 1, 1  # 2^n · P(Bin < at)
    while at + 1 <= number // 2:
        term = term * (number - at + 1) // at
        if whole - 2 * (below + term) < confidence * whole:
            break
        below, at = below + term, at + 1
    else:
        return ordered[at - 1], ordered[number - at]
    wide, tight = Fraction(whole - 2 * below, whole), Fraction(whole - 2 * (below + term), whole)
    part = (wide - confidence) / (wide - tight)
    weight = (number - at) * part / (at + (number - 2 * at) * part)
    low = (1 - weight) * ordered[at - 1] + weight * ordered[at]
    high = (1 - weight) * ordered[number - at] + weight * ordered[number - at - 1]
    return low, high


@dataclass(frozen=True)
class Standard:
    """A standard that a line goes by: in fen for one unit, its version, whether that still holds, and its clause."""

    name: str
    unit_fen: Fen
    number: int
    holds: bool
    clause: str


@dataclass(frozen=True)
class Line:
    """One line of a project's cost: what, how many, at which price (fen for one), and the standard that it goes by."""

    item: str
    quantity: Decimal
    unit_fen: Fen
    amount_fen: Fen
    standard: Standard | None = None
    excepted: bool = False

    @property
    def over_fen(self) -> Fen:
        """What the line asks above its standard, fen; 0 without a standard."""
        if self.standard is None or self.unit_fen <= self.standard.unit_fen:
            return 0
        return self.amount_fen - amount_of(self.quantity, self.standard.unit_fen)


def amount_of(quantity: Decimal, unit_fen: Fen) -> Fen:
    """Money of so many at a price, rounded half up to the fen."""
    return int(round_half_up(Fraction(quantity) * unit_fen, 0))


def _yuan(fen: Fen) -> str:
    return f"{format_yuan(fen)} 元"  # prices and their sums stand in one table: all of them in 元


def line_refusal(line: Line, clause: str) -> Refusal | None:
    """没有支出标准的、超过标准的、标准已经更新的，不得安排；经批准列入例外的除外。`clause` makes standards a condition."""
    if line.excepted:
        return None
    if line.standard is None:
        words = f"“{line.item}”{_yuan(line.amount_fen)}没有支出标准"
        return Refusal(words, clause, "请对照标准库选择标准；确实没有标准的，由财政局写明理由列入例外", "lines")
    if not line.standard.holds:
        words = f"“{line.item}”所依据的“{line.standard.name}”第{line.standard.number}版已经更新或停用"
        return Refusal(words, line.standard.clause, "请撤回这一行，按现行标准重新测算", "lines")
    if line.over_fen > 0:
        words = (
            f"“{line.item}”单价{_yuan(line.unit_fen)}，高于“{line.standard.name}”标准"
            f"{_yuan(line.standard.unit_fen)}，多{_yuan(line.over_fen)}"
        )
        return Refusal(words, line.standard.clause, "请按标准测算；有特殊需要的，由财政局写明理由列入例外", "lines")
    return None


def standard_refusals(lines: Sequence[Line], asked_fen: Fen, clause: str) -> list[Refusal]:
    """没有标准原则上不安排预算：项目的申报金额要全部落到测算明细，逐行有标准、不超标准，或者经批准列入例外。"""
    if asked_fen <= 0 and not lines:
        return []
    if not lines:
        return [Refusal("没有支出测算明细，不能对照支出标准", clause, "请逐行登记测算明细", "lines")]
    found = [one for one in (line_refusal(line, clause) for line in lines) if one is not None]
    total = sum(line.amount_fen for line in lines)
    if total != asked_fen:
        words = f"测算明细合计{_yuan(total)}，申报金额{_yuan(asked_fen)}，相差{_yuan(abs(total - asked_fen))}"
        found.append(Refusal(words, clause, "请补齐测算明细，或改正申报金额", "lines"))
    return found


def budget_refusal(lines_fen: Fen, budget_fen: Fen, clause: str) -> Refusal | None:
    """安排的预算不得高于测算明细合计：高出的部分没有标准。Both in fen."""
    if budget_fen <= lines_fen:
        return None
    words = f"安排后预算合计{_yuan(budget_fen)}，高于测算明细合计{_yuan(lines_fen)}"
    return Refusal(words, clause, "追加预算的，先修改申报金额、补登测算明细", "amount_fen")


@dataclass(frozen=True)
class Want:
    """A line without a standard: of which project (`subject`), what it is called, its unit of measure, its money in fen."""

    subject: int
    item: str
    unit: str
    amount_fen: Fen
    excepted: bool = False


@dataclass(frozen=True)
class Missing:
    """A standard that is missing: for what, by which unit, how much money waits for it, in how many lines and projects."""

    item: str
    unit: str
    amount_fen: Fen
    excepted_fen: Fen
    lines: int
    subjects: int


def missing_standards(wants: Iterable[Want]) -> list[Missing]:
    """Return what standards are missing, most money first; names that differ in blanks alone are one."""
    groups: dict[tuple[str, str], list[Want]] = defaultdict(list)
    for one in wants:
        groups["".join(one.item.split()), one.unit.strip()].append(one)
    found = [
        Missing(
            item, unit, sum(one.amount_fen for one in rows), sum(one.amount_fen for one in rows if one.excepted),
            len(rows), len({one.subject for one in rows}),
        )
        for (item, unit), rows in groups.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.amount_fen, one.item, one.unit))
