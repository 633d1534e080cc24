"""How much easier a promise became: sign, unit, day, range, words, weight, what fell away."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.softness import Promise, compared, moved


def promise(key: str = "a", **more: Any) -> Promise:
    values: dict[str, Any] = {
        "name": key, "level1": "产出指标", "text": "", "weight": Decimal(20), "operator": ">=", "value": Decimal(100), "unit": "台",
    }  # fmt: skip
    return Promise(key, **(values | more))


@pytest.mark.feature("3.15")
@pytest.mark.parametrize(
    ("old", "new", "verdict", "ease"),
    [
        ({}, {"value": Decimal(80)}, "easier", Fraction(1, 5)),
        ({}, {"value": Decimal(120)}, "harder", Fraction(-1, 5)),
        ({"operator": "<="}, {"operator": "<=", "value": Decimal(120)}, "easier", Fraction(1, 5)),
        ({"operator": "<="}, {"operator": "<", "value": Decimal(50)}, "harder", Fraction(-1, 2)),
        ({"unit": "公里"}, {"unit": "米", "value": Decimal(50_000)}, "easier", Fraction(1, 2)),
        ({"unit": "台"}, {"unit": "元"}, "unclear", None),
        ({"operator": "="}, {"operator": "=", "value": Decimal(90)}, "unclear", None),
        ({"operator": "=", "direction": "higher"}, {"operator": "=", "value": Decimal(90), "direction": "higher"}, "easier", Fraction(1, 10)),
        ({"operator": ">="}, {"operator": "<="}, "unclear", None),
        ({"value": Decimal(0), "operator": "<="}, {"value": Decimal(2), "operator": "<="}, "easier", Fraction(1)),
        ({"operator": "range", "high": Decimal(120)}, {"operator": "range", "value": Decimal(90), "high": Decimal(120)}, "easier", Fraction(1, 2)),
        ({"operator": "range", "high": Decimal(120)}, {"operator": "range", "value": Decimal(105), "high": Decimal(115)}, "harder", Fraction(-1, 2)),
        ({"operator": "range", "high": Decimal(120)}, {"operator": "range", "value": Decimal(110), "high": Decimal(130)}, "unclear", None),
        ({}, {"value": None, "operator": "qualitative", "text": "明显提高"}, "easier", Fraction(1)),
        ({"value": None, "operator": "", "text": "好"}, {"value": None, "operator": "", "text": "好"}, "same", Fraction(0)),
        ({"value": None, "operator": "", "text": "好"}, {"value": None, "operator": "", "text": "较好"}, "unclear", None),
        ({"value": None, "due": date(2026, 6, 30)}, {"value": None, "due": date(2026, 9, 11)}, "easier", Fraction(73, 365)),
    ],
)  # fmt: skip
def test_rows_are_compared_by_sign_unit_and_day(old: dict[str, Any], new: dict[str, Any], verdict: str, ease: Fraction | None) -> None:
    found = moved(promise(**old), promise(**new))
    assert (found.verdict, found.ease) == (verdict, ease)


@pytest.mark.feature("3.15")
def test_softness_weighs_rows_and_what_fell_away() -> None:
    old = [promise("a"), promise("b", weight=Decimal(10)), promise("c", weight=Decimal(10)), promise("d", weight=Decimal(60))]
    new = [promise("a", value=Decimal(50)), promise("c", weight=Decimal(10), value=Decimal(110)), promise("d", weight=Decimal(60))]
    found = compared(old, new)
    assert found.eased == Fraction(20 * 1, 2 * 100) + Fraction(10, 100)
    assert found.hardened == Fraction(1, 100)
    assert found.net == Fraction(19, 100)
    assert [one.row.key for one in found.softer] == ["a", "b"]


def test_points_that_leave_results_for_outputs_are_counted() -> None:
    old = [promise("a", weight=Decimal(50)), promise("b", weight=Decimal(40), level1="效益指标")]
    new = [promise("a", weight=Decimal(70)), promise("b", weight=Decimal(20), level1="效益指标")]
    assert compared(old, new).moved == 20
    assert compared(new, old).moved == 0
    assert compared(old, new).eased == 0


@given(st.decimals("0.01", 10_000, places=2), st.decimals("0.01", 10_000, places=2), st.sampled_from([">=", "<="]))
def test_there_and_back_has_the_other_verdict(one: Decimal, two: Decimal, sign: str) -> None:
    first, second = promise(operator=sign, value=one), promise(operator=sign, value=two)
    other = {"easier": "harder", "harder": "easier", "same": "same"}
    assert moved(second, first).verdict == other[moved(first, second).verdict]


def test_nothing_promised_before_is_no_softness() -> None:
    found = compared([], [promise("a")])
    assert (found.net, found.unclear, found.moved) == (0, 0, 0)
