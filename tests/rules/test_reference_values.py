"""Reference values among promised ones, and out of date."""

from decimal import Decimal

import pytest

from jiheng.rules.reference_values import Limits, is_stale, last_good_year, place_of, spread_of

LIMITS = Limits(5, {"plan": 1, "history": 3, "industry": 5, "other": 3})
PROMISED = [Decimal(one) for one in (80, 85, 90, 90, 95, 98)]


@pytest.mark.feature("4.04")
@pytest.mark.parametrize(
    ("value", "direction", "percentile"),
    [("90", "positive", 50), ("≥95", "positive", 75), ("99", "positive", 100), ("70", "positive", 0), ("85", "reverse", 75), ("99", "reverse", 0)],
)
def test_place_among_promised_values_follows_the_direction(value: str, direction: str, percentile: int) -> None:
    place = place_of(value, "%", PROMISED, direction, LIMITS)
    assert place is not None
    assert place.percentile == percentile


@pytest.mark.parametrize(
    ("value", "unit", "direction", "number"),
    [
        ("90", "%", "positive", 4),
        ("较好", "%", "positive", 6),
        ("90", "%", "moderate", 6),
        ("90", "%", "none", 6),
        ("90人", "%", "positive", 6),
    ],
)
def test_no_place_where_nothing_can_be_said(value: str, unit: str, direction: str, number: int) -> None:
    assert place_of(value, unit, PROMISED[:number], direction, LIMITS) is None


@pytest.mark.feature("4.04")
def test_a_plan_is_of_its_year_and_a_standard_lasts_longer() -> None:
    assert [last_good_year(kind, 2020, LIMITS) for kind in ("plan", "history", "industry", "other")] == [2021, 2023, 2025, 2023]
    assert not is_stale("industry", 2020, 2025, LIMITS)
    assert is_stale("industry", 2020, 2026, LIMITS)


def test_spread_names_the_middle() -> None:
    assert spread_of([]) is None
    found = spread_of(PROMISED)
    assert found is not None
    assert (found.number, found.low, found.middle, found.high) == (6, 80, 90, 98)
