"""Points of a goal's rows: shares by branch, what is missing, what a missed row costs."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.weights import Weighed, missed, shares_of

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


GRADES = GradeTable.model_validate(
    {
        "label": "自评等级",
        "cite": {"source": "test", "clause": "第一条"},
        "bands": [
            {"key": "excellent", "label": "优", "low": 90},
            {"key": "good", "label": "良", "low": 80},
            {"key": "fair", "label": "中", "low": 60},
            {"key": "poor", "label": "差", "low": 0},
        ],
    }
)


@pytest.mark.feature("3.03")
def test_a_missed_row_costs_its_points_and_perhaps_a_grade() -> None:
    rows = [Weighed(1, "产出指标", "台数", Decimal(10)), Weighed(2, "效益指标", "开出率", Decimal(15)), Weighed(3, "", "", Decimal(0))]
    told = missed(rows, Decimal(90), Decimal(10), GRADES)
    assert [(one.place, one.total, one.after, one.falls) for one in told] == [
        (1, Decimal(90), "优", False),
        (2, Decimal(85), "良", True),
    ]
    assert (told[0].share, told[1].before) == (Fraction(1, 9), "优")


def test_points_that_make_another_total_are_converted() -> None:
    [one] = missed([Weighed(1, "", "", Decimal(12))], Decimal(60), Decimal(0), GRADES)
    assert (one.total, one.after, one.share) == (Decimal(80), "良", Fraction(1, 5))
    assert missed([Weighed(1, "", "", Decimal(12))], Decimal(0), Decimal(0), GRADES) == []


@given(st.lists(points, min_size=1, max_size=12))
def test_a_heavier_row_never_costs_less(worth: list[Decimal]) -> None:
    told = missed([Weighed(at, "", "", one) for at, one in enumerate(worth, start=1)], Decimal(90), Decimal(10), GRADES)
    heavy_first = sorted(told, key=lambda one: -one.points)
    assert [one.total for one in heavy_first] == sorted(one.total for one in told)
    assert all(one.total + one.points == 100 for one in told)
