"""A year's plan of evaluations against the shares that the place demands. Amounts are fen, shares per cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import format_wan, round_half_up
from jiheng.rules.refusal import Refusal


def _exact(fen: int) -> str:
    """Return an amount in 万元 to the fen, with two decimals at least: what is asked for must suffice."""
    wan = Decimal(fen) / 1_000_000
    short = wan.quantize(Decimal("0.01"))
    return f"{short if short == wan else wan:,f}"


@dataclass(frozen=True)
class Portion:
    """One way of counting: what is planned of how much, in things (`unit` 个) or in fen (`unit` 万元)."""

    label: str
    planned: int
    total: int
    money: bool

    @property
    def rate(self) -> Fraction | None:
        """The share in per cent; None of nothing."""
        return Fraction(self.planned, self.total) * 100 if self.total > 0 else None

    def short(self, minimum: Decimal) -> int:
        """How much more must be planned to reach the minimum share; 0 when it is reached."""
        needed = Fraction(minimum) * self.total / 100
        whole = -(-needed.numerator // needed.denominator)
        return max(whole - self.planned, 0)

    def reached(self, minimum: Decimal) -> bool:
        """Whether the share is reached; of nothing there is nothing to reach."""
        return self.short(minimum) == 0

    def words(self, minimum: Decimal, *, gap: bool = True) -> str:
        """The share in words, with what is missing unless `gap` is False: nothing is, where another way suffices."""
        if self.rate is None:
            return f"{self.label}为零"
        shown = format_wan if self.money else str
        unit = "万元" if self.money else "个"
        share = f"{round_half_up(self.rate).normalize():f}%"
        said = f"{self.label}{shown(self.planned)}{unit}，占{shown(self.total)}{unit}的{share}"
        missing = self.short(minimum)
        if not missing or not gap:
            return said
        return f"{said}，还差{_exact(missing) if self.money else missing}{unit}"


@dataclass(frozen=True)
class Demand:
    """A share that the rules demand: one of the portions must reach it (数量或金额有一项达到即可)."""

    label: str
    minimum: Decimal
    portions: Sequence[Portion]
    clause: str

    @property
    def met(self) -> bool:
        """Whether one portion reaches the minimum."""
        return any(one.reached(self.minimum) for one in self.portions)

    @property
    def words(self) -> str:
        """Where the plan stands."""
        return "；".join(one.words(self.minimum, gap=not self.met) for one in self.portions)


@dataclass(frozen=True)
class Count:
    """A number of things that the rules demand in the plan (2个部门做整体支出财政评价试点)."""

    label: str
    needed: int
    planned: int
    clause: str

    @property
    def met(self) -> bool:
        """Whether so many are planned."""
        return self.planned >= self.needed

    @property
    def words(self) -> str:
        """Where the plan stands."""
        return f"已列{self.planned}个，须{self.needed}个"


def plan_refusals(demands: Sequence[Demand | Count], without_reason: Sequence[str], clause: str) -> list[Refusal]:
    """What stands against a plan: a share not reached, too few of a kind, projects without a reason of selection."""
    found = []
    for one in demands:
        if one.met:
            continue
        if isinstance(one, Count):
            found.append(Refusal(f"{one.label}{one.words}", one.clause, "请在计划中补充", "lines"))
        else:
            line = f"{one.minimum.normalize():f}%"
            found.append(Refusal(f"{one.label}没有达到{line}：{one.words}", one.clause, "请在计划中补充项目", "lines"))
    if without_reason:
        names = "、".join(f"“{name}”" for name in without_reason[:5])
        found.append(Refusal(f"{names}没有写明入选理由", clause, "请选择或填写入选理由", "reasons"))
    return found
