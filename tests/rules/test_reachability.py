"""How often a value was reached: shares, intervals, quartiles, and whether a stated chance holds."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.reachability import BOLD, SAFE, Outcome, Wanted, quantile, reach, suggested, wilson

FEWEST = 10
figures = st.decimals(min_value=0, max_value=1000, places=2, allow_nan=False, allow_infinity=False)


def outcomes(*values: str, unit: str = "%") -> list[Outcome]:
    return [Outcome(2024, unit, Decimal(one), 1, 1) for one in values]


@pytest.mark.feature("3.25")
def test_ten_satisfaction_rates_give_share_interval_and_a_range() -> None:
    past = outcomes("80", "85", "88", "90", "91", "92", "94", "95", "97", "99")
    told = reach(Wanted(">=", Decimal(90), unit="%"), past, FEWEST)
    assert told is not None
    assert (told.number, told.compared, told.met, told.share) == (10, 10, 7, Fraction(7, 10))
    assert told.quarters == (Decimal(80), Decimal(88), Decimal(91), Decimal(95), Decimal(99))
    # Wilson's interval of 7 in 10, worked out by hand from the formula: (0.7+0.19207)/(1.38415) ± …
    assert told.interval == pytest.approx((0.3968, 0.8922), abs=0.0005)
    assert told.suggested is not None
    assert (told.suggested.safe, told.suggested.bold) == (Decimal(80), Decimal(88))
    assert (told.suggested.safe_chance, told.suggested.bold_chance) == (Fraction(10, 11), Fraction(8, 11))


@pytest.mark.feature("3.25")
def test_nine_cases_are_told_but_nothing_is_concluded_from_them() -> None:
    told = reach(Wanted(">=", Decimal(90), unit="%"), outcomes(*["95"] * 9), FEWEST)
    assert told is not None
    assert (told.met, told.interval, told.suggested) == (9, None, None)
    assert reach(Wanted(">=", Decimal(90)), [], FEWEST) is None


def test_less_is_better_for_costs_and_units_are_converted() -> None:
    past = [Outcome(2023, "元", Decimal(10_000) * one) for one in range(1, 11)]
    told = reach(Wanted("<=", Decimal(3), unit="万元"), past, FEWEST)
    assert told is not None
    assert (told.met, told.quarters[0], told.quarters[-1]) == (3, Decimal(1), Decimal(10))
    assert told.suggested is not None
    assert (told.suggested.safe, told.suggested.bold) == (Decimal(10), Decimal(8))


def test_what_cannot_be_compared_is_only_counted() -> None:
    past = [Outcome(2022, "人", None, 5, 4), Outcome(2024, "公里", Decimal(7), 2, 2)]
    told = reach(Wanted(">=", Decimal(90), unit="%"), past, 1)
    assert told is not None
    assert (told.number, told.kept, told.first, told.last, told.compared, told.met) == (7, 6, 2022, 2024, 0, None)


def test_a_range_and_an_exact_value_have_no_better_way() -> None:
    past = outcomes(*["90"] * 6, *["95"] * 6)
    ranged = reach(Wanted("range", Decimal(80), Decimal(90), "%"), past, FEWEST)
    exact = reach(Wanted("=", Decimal(95), unit="%"), past, FEWEST)
    assert ranged is not None
    assert exact is not None
    assert (ranged.met, ranged.suggested, exact.met, exact.suggested) == (6, None, 6, None)
    led = reach(Wanted("=", Decimal(95), unit="%", direction="higher"), past, FEWEST)
    assert led is not None
    assert led.suggested is not None


@given(st.lists(figures, min_size=1, max_size=60), figures, st.sampled_from([">=", ">", "<=", "<"]))
def test_a_harder_value_is_never_reached_more_often(values: list[Decimal], value: Decimal, sign: str) -> None:
    past = [Outcome(2024, "%", one) for one in values]
    harder = value + 1 if sign in {">=", ">"} else value - 1
    easy, hard = (reach(Wanted(sign, one, unit="%"), past, 1) for one in (value, harder))
    assert easy is not None
    assert hard is not None
    assert easy.met is not None
    assert hard.met is not None
    assert hard.met <= easy.met <= len(values)


@given(st.lists(figures, min_size=1, max_size=60))
def test_cases_counted_together_say_the_same_as_one_by_one(values: list[Decimal]) -> None:
    single = [Outcome(2024, "%", one, 1, 0) for one in values]
    together = [Outcome(2024, "%", one, values.count(one), 0) for one in dict.fromkeys(values)]
    wanted = Wanted(">=", values[0], unit="%")
    assert reach(wanted, single, 3) == reach(wanted, together, 3)


@given(st.lists(figures, min_size=1, max_size=60))
def test_quantiles_occurred_and_stand_in_order(values: list[Decimal]) -> None:
    ordered = sorted(values)
    found = [quantile(ordered, Fraction(at, 20)) for at in range(21)]
    assert found == sorted(found)
    assert set(found) <= set(values)
    assert (found[0], found[-1]) == (ordered[0], ordered[-1])


@given(st.integers(1, 400), st.data())
def test_the_interval_holds_the_share_and_narrows_with_cases(number: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, number))
    low, high = wilson(met, number)
    assert 0 <= low <= met / number <= high <= 1
    more = wilson(4 * met, 4 * number)
    assert more[1] - more[0] < high - low


@given(st.lists(figures, min_size=9, max_size=60), st.sampled_from(["higher", "lower"]))
def test_as_many_past_cases_as_stated_reach_what_is_suggested(values: list[Decimal], better: str) -> None:
    advice = suggested(sorted(values), better)
    assert advice is not None
    for value, chance, least in (
        (advice.safe, advice.safe_chance, SAFE),
        (advice.bold, advice.bold_chance, BOLD),
    ):
        reached = sum(one >= value if better == "higher" else one <= value for one in values)
        assert chance >= least
        assert Fraction(reached, len(values) + 1) >= chance


@pytest.mark.feature("3.25")
@pytest.mark.parametrize("number", [10, 30, 200])
def test_the_stated_chance_holds_for_cases_not_seen_before(number: int) -> None:
    """Of 2,000 new cases of skewed distributions, the share that reaches the value is within 0.03 of what was said."""
    draw = random.Random(number)
    hits = {"safe": 0, "bold": 0}
    said = {"safe": Fraction(0), "bold": Fraction(0)}
    trials = 2000
    for _ in range(trials):
        shape = draw.choice([0.5, 1.0, 3.0])
        values = sorted(Decimal(str(draw.betavariate(8, shape))) for _ in range(number))
        fresh = Decimal(str(draw.betavariate(8, shape)))
        advice = suggested(values, "higher")
        assert advice is not None
        hits["safe"] += fresh >= advice.safe
        hits["bold"] += fresh >= advice.bold
        said = {"safe": advice.safe_chance, "bold": advice.bold_chance}
    for key, number_hit in hits.items():
        assert abs(number_hit / trials - float(said[key])) < 0.03


def test_a_share_of_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="above zero"):
        wilson(0, 0)
