"""Money: exact both ways, half up, and shares that add up to the fen."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.money import (
    fen_to_wan,
    fen_to_yuan,
    format_wan,
    format_yuan,
    round_half_up,
    share_out,
    times,
    wan_to_fen,
    yuan_to_fen,
)

fens = st.integers(min_value=-(10**18), max_value=10**18)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.56", 1_234_560_000),
        ("0.000001", 1),
        ("-3", -3_000_000),
        (" 84726.10 ", 84_726_100_000),
        ("+1", 1_000_000),
    ],
)
def test_wan_to_fen_reads_exactly(text, fen):
    assert wan_to_fen(text) == fen


def test_amounts_read_from_numbers():
    assert wan_to_fen(Decimal("310.2")) == 310_200_000
    assert yuan_to_fen(Decimal(12345600)) == 1_234_560_000
    assert yuan_to_fen(5) == 500
    assert yuan_to_fen("1,000.01") == 100_001


@pytest.mark.parametrize("text", ["", "1,23.4", "12万", "1.", "１２", "nan", "1e3", "0.0000001"])
def test_wan_to_fen_refuses_what_is_no_amount_or_finer_than_a_fen(text):
    with pytest.raises(ValueError, match="万元"):
        wan_to_fen(text)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_yuan_to_fen_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError, match="不是以元为单位"):
        yuan_to_fen(value)


@given(fens)
def test_fen_survive_the_way_to_wan_and_back(fen):
    assert wan_to_fen(fen_to_wan(fen)) == fen
    assert yuan_to_fen(fen_to_yuan(fen)) == fen
    assert yuan_to_fen(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(1_234_560_000, "1,234.56"), (5_000, "0.01"), (4_999, "0.00"), (-5_000, "-0.01"), (0, "0.00")],
)
def test_format_wan_groups_and_rounds_half_up(fen, shown):
    assert format_wan(fen) == shown


def test_format_yuan_shows_fen():
    assert format_yuan(1_234_560_000) == "12,345,600.00"
    assert format_yuan(-7) == "-0.07"


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("4.985", 2, "4.99"),
        ("89.995", 2, "90.00"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("89.994999", 2, "89.99"),
    ],
)
def test_round_half_up_goes_away_from_zero(value, places, rounded):
    assert str(round_half_up(Decimal(value), places)) == rounded


def test_round_half_up_is_exact_for_fractions():
    assert round_half_up(Fraction(1, 3)) == Decimal("0.33")
    assert round_half_up(Fraction(1, 8)) == Decimal("0.13")


decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)


@given(decimals, st.integers(0, 9), st.integers(1, 40))
def test_round_half_up_of_a_decimal_is_that_of_its_fraction(value, places, precision):
    with localcontext(Context(prec=precision)):
        found = round_half_up(value, places)
    assert str(found) == str(round_half_up(Fraction(value), places)), "digits, places and no negative zero"


@given(fens, st.integers(0, 6))
def test_round_half_up_stays_within_half_a_unit(fen, places):
    value = fen_to_wan(fen)
    assert abs(Fraction(round_half_up(value, places)) - Fraction(value)) <= Fraction(1, 2 * 10**places)


@given(fens, weights)
def test_share_out_adds_up_and_stays_within_a_fen(total, parts):
    shares = share_out(total, parts)
    assert sum(shares) == total
    for share, part in zip(shares, parts, strict=True):
        assert abs(share - Fraction(total * part, sum(parts))) < 1


@given(fens, weights)
def test_share_out_gives_nothing_to_a_zero_weight(total, parts):
    assert all(share == 0 for share, part in zip(share_out(total, parts), parts, strict=True) if part == 0)


def test_share_out_prefers_the_largest_remainder_then_the_earlier():
    assert share_out(100, [1, 1, 1]) == [34, 33, 33]
    assert share_out(10, [Decimal("0.55"), Decimal("0.25"), Decimal("0.2")]) == [6, 2, 2]
    assert share_out(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("parts", [[], [0, 0], [1, -1]])
def test_share_out_refuses_weights_that_share_nothing(parts):
    with pytest.raises(ValueError, match="分配权数"):
        share_out(100, parts)


def test_times_rounds_half_up_to_the_fen():
    assert times(300_000_000, Decimal("0.2")) == 60_000_000
    assert times(5, Decimal("0.5")) == 3
