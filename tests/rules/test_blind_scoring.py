"""Sheets of several experts: means, what is dropped, the spread just below, at and above its limit, who is tied."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.blind_scoring import BlindRule, CardItem, Ties, another_round, conflict, result_of

ITEMS = [CardItem("need", "立项必要性", Decimal(60)), CardItem("cost", "投入经济性", Decimal(40))]
RULE = BlindRule(required=True, least=3, drop_from=5, total_spread=Decimal(10), item_spread=Decimal(25), rounds=2)


def sheets(*rows: tuple[str, str]) -> dict[str, dict[str, Decimal]]:
    return {f"专家{at}": {"need": Decimal(one), "cost": Decimal(other)} for at, (one, other) in enumerate(rows, 1)}


def test_three_sheets_are_all_counted():
    found = result_of(ITEMS, sheets(("50", "30"), ("51", "30"), ("52", "31")), RULE)
    assert (found.points, found.total) == ({"need": Decimal("51.00"), "cost": Decimal("30.33")}, Decimal("81.33"))
    assert (found.totals, found.spread, found.dropped) == ((Decimal(80), Decimal(81), Decimal(83)), Decimal(3), ())


def test_from_five_the_two_extreme_sheets_do_not_count_but_their_distance_does():
    four = sheets(("50", "30"), ("50", "30"), ("50", "30"), ("10", "10"))
    assert result_of(ITEMS, four, RULE).dropped == ()
    found = result_of(ITEMS, four | sheets(*[("50", "30")] * 4, ("60", "40")) , RULE)
    assert found.dropped == ("专家5", "专家1")
    assert (found.total, found.spread, found.wide) == (Decimal(80), Decimal(20), True)


@pytest.mark.parametrize(("apart", "wide"), [("9.99", False), ("10", False), ("10.01", True)])
def test_only_what_is_above_the_limit_is_scored_again(apart, wide):
    found = result_of(ITEMS, sheets(("40", "30"), ("40", "30"), (str(40 + Decimal(apart)), "30")), RULE)
    assert found.wide is wide
    assert [another_round(number, found, RULE) for number in (1, 2)] == [wide, False]


@pytest.mark.parametrize(("apart", "wide"), [("9.99", False), ("10", False), ("10.01", True)])
def test_an_item_is_marked_above_its_share(apart, wide):
    found = result_of(ITEMS, sheets(("40", "20"), ("40", "20"), ("40", str(20 + Decimal(apart)))), RULE)
    assert [one.wide for one in found.items] == [False, wide]


@pytest.mark.parametrize("wrong", [{}, {"专家1": {"need": Decimal(1)}}])
def test_nothing_comes_of_no_or_half_a_sheet(wrong):
    with pytest.raises(ValueError, match=r"没有专家评分|专家1"):
        result_of(ITEMS, wrong, RULE)


points = st.tuples(st.integers(0, 6000), st.integers(0, 4000)).map(lambda two: (str(Decimal(two[0]) / 100), str(Decimal(two[1]) / 100)))


@given(st.lists(points, min_size=1, max_size=12), st.integers(1, 12) | st.none(), st.randoms())
def test_the_result_lies_among_the_sheets_and_does_not_hang_on_their_order(rows, drop, chance):
    rule = BlindRule(True, 1, drop, Decimal(10), Decimal(25), 3)
    given_sheets = sheets(*rows)
    found = result_of(ITEMS, given_sheets, rule)
    for one in found.items:
        assert min(one.given) <= one.mean <= max(one.given)
    assert found.spread == max(found.totals) - min(found.totals) >= 0
    assert len(found.dropped) == (2 if drop is not None and len(rows) >= max(drop, 3) else 0)
    assert sum(found.points.values()) == found.total
    names = list(given_sheets)
    chance.shuffle(names)
    again = result_of(ITEMS, {name: given_sheets[name] for name in names}, rule)
    assert (again.spread, again.wide) == (found.spread, found.wide)
    if len(set(found.totals)) == len(found.totals):
        assert again.points == found.points
    held = [number for number in range(1, 4) if another_round(number, found, rule)]
    assert held == ([1, 2] if found.wide else [])


@given(st.frozensets(st.integers(1, 9)), st.frozensets(st.integers(1, 9)), st.booleans())
def test_whoever_is_of_an_applicant_or_had_a_hand_recuses(bodies, applicants, acted):
    why = conflict(Ties(bodies, acted), applicants)
    assert bool(why) is (bool(bodies & applicants) or acted)


def test_a_pack_with_impossible_numbers_is_told():
    said = {"required": True, "least": 0, "drop_from": None, "total_spread": 10, "item_spread": 40, "rounds": 2}
    with pytest.raises(ValueError, match="正数"):
        BlindRule.of(said)
