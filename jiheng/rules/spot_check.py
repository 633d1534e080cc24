"""Whether a reported value holds against the source data: the difference in per cent of what was reported."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.money import round_half_up

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Compared:
    """How far the source data is from the report: per cent with two decimals, None where zero was reported."""

    deviation: Decimal | None
    untrue: bool
    calculation: str


def compare(reported: Decimal, verified: Decimal, tolerance: Decimal) -> Compared:
    """Hold a reported value against the source data.

    误差＝｜填报值－核实值｜÷｜填报值｜×100%，超过容许误差（`tolerance`，per cent）的为不实；恰好等于的不算。填报为 0 而核实不为 0
    的为不实。
    """
    if reported == verified:
        return Compared(Decimal(0), untrue=False, calculation=f"填报 {_text(reported)}，核实相同")
    if reported == 0:
        return Compared(None, untrue=True, calculation=f"填报 0，核实 {_text(verified)}，没有可比的基数，为不实")
    exact = abs(Fraction(reported) - Fraction(verified)) / abs(Fraction(reported)) * 100
    untrue = exact > Fraction(tolerance)
    told = round_half_up(exact)
    words = f"｜{_text(reported)}－{_text(verified)}｜÷{_text(abs(reported))}＝{told}%，容许 {_text(tolerance)}%"
    return Compared(told, untrue, words)


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
