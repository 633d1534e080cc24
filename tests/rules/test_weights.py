"""Points of a goal's rows: shares by branch, what is missing, what a missed row costs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.weights import Weighed, shares_of

points = st.decimals(0, 100, places=2)
rows = st.lists(st.tuples(st.sampled_from(["产出指标", "效益指标", ""]), points), max_size=12)


@pytest.mark.feature("3.03")
@given(rows, points)
def test_nothing_is_counted_twice_or_left_out(told: list[tuple[str, Decimal]], demanded: Decimal) -> None:
    weighed = [Weighed(at, branch, "", worth) for at, (branch, worth) in enumerate(told, start=1)]
    shares = shares_of(weighed, demanded)
    assert shares.total == sum((worth for _, worth in told), Decimal(0))
    assert sum((worth for _, worth in shares.branches), Decimal(0)) == shares.total
    assert shares.total + shares.missing == demanded
    assert shares.over == max(Decimal(0), shares.total - demanded)
    if shares.heaviest is None:
        assert not any(worth for _, worth in told)
    else:
        assert shares.heaviest.points == max(worth for _, worth in told)


def test_the_first_of_equally_heavy_rows_is_named() -> None:
    shares = shares_of(
        [Weighed(1, "产出指标", "台数", Decimal(10)), Weighed(2, "效益指标", "开出率", Decimal(20)), Weighed(3, "效益指标", "使用率", Decimal(20))],
        Decimal(90),
    )
    assert shares.branches == (("产出指标", Decimal(10)), ("效益指标", Decimal(40)))
    assert shares.heaviest is not None
    assert shares.heaviest.place == 2
    assert shares.missing == 40
