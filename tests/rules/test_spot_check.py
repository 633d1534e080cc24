"""A reported value held against the source data: just below, at and above the allowed difference."""

from decimal import Decimal

import pytest

from jiheng.rules.spot_check import compare


@pytest.mark.parametrize(
    ("reported", "verified", "tolerance", "deviation", "untrue"),
    [
        ("100", "95.01", "5", "4.99", False),
        ("100", "95", "5", "5.00", False),
        ("100", "94.99", "5", "5.01", True),
        ("100", "105", "5", "5.00", False),
        ("100", "105.01", "5", "5.01", True),
        ("-40", "-38", "5", "5.00", False),
        ("-40", "-37.9", "5", "5.25", True),
        ("3", "3.15000001", "5", "5.00", True),  # shown as 5.00, yet more than it
        ("100", "99.99", "0", "0.01", True),
        ("100.0", "100", "0", "0", False),
        ("0", "0.00", "5", "0", False),
        ("0", "0.01", "5", None, True),
    ],
)
def test_the_difference_decides(reported: str, verified: str, tolerance: str, deviation: str | None, untrue: bool) -> None:
    told = compare(Decimal(reported), Decimal(verified), Decimal(tolerance))
    assert (told.deviation, told.untrue) == (None if deviation is None else Decimal(deviation), untrue)


def test_the_calculation_is_written_out() -> None:
    assert compare(Decimal("120.00"), Decimal(114), Decimal(5)).calculation == "｜120－114｜÷120＝5.00%，容许 5%"
    assert "为不实" in compare(Decimal(0), Decimal(3), Decimal(5)).calculation
