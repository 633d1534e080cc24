"""Units that measure the same thing are told in one another."""

from decimal import Decimal

import pytest

from jiheng.rules.reading import factor_between
from jiheng.rules.reading.units import COUNTS, SCALES


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("万人次", "人次", "10000"), ("万人", "人", "10000"), ("万件", "件", "10000"), ("亿元", "万元", "10000"),
        ("公里", "米", "1000"), ("公顷", "亩", "15"), ("吨", "公斤", "1000"), ("次", "场", "1"),
    ],
)  # fmt: skip
def test_one_unit_is_so_many_of_another(one: str, other: str, factor: str) -> None:
    assert factor_between(one, other) == Decimal(factor)


def test_different_things_have_no_factor() -> None:
    assert factor_between("元", "亩") is None


def test_no_plain_count_begins_with_a_scale() -> None:
    """It would be read as one of what it is ten thousand of."""
    assert [one for one in COUNTS if any(one.startswith(scale) for scale in SCALES)] == []
