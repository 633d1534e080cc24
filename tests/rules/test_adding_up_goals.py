"""A department's values from its projects': exact, in one unit and one direction, or told why not."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.adding_up_goals import Part, money_of, plain, work_out


def part(value: str | None, unit: str = "公里", operator: str = ">=", fen: int = 100, name: str = "甲") -> Part:
    return Part(name, operator, None if value is None else Decimal(value), unit, fen)


def test_sums_are_exact_and_in_one_unit() -> None:
    assert work_out("sum", [part("0.1"), part("0.2", name="乙"), part("700", "米", name="丙")], "公里").text == "≥1"
    assert work_out("sum", [part("1.5"), part("2", name="乙")], "米").text == "≥3500"


def test_a_mean_is_weighed_by_money_and_rounded_once() -> None:
    parts = [part("90", "%", fen=1), part("100", "%", fen=2, name="乙")]
    assert work_out("mean", parts, "%").text == "≥96.67"
    assert work_out("mean", [part("90", "%", fen=0)], "%").faults == ("各项目都没有资金，不能按资金加权",)


@pytest.mark.parametrize(("line", "text"), [("89.99", "≥100"), ("90", "≥100"), ("90.01", "≥50"), ("95.01", "≥0")])
def test_a_share_counts_those_that_reach_the_line(line: str, text: str) -> None:
    parts = [part("90", "%"), part("95", "%", name="乙")]
    assert work_out("reached", parts, "%", Decimal(line)).text == text


def test_for_what_should_be_little_less_is_better() -> None:
    parts = [part("5", "天", "<="), part("7", "天", "<=", name="乙")]
    assert work_out("reached", parts, "%", Decimal(5)).text == "≥50"
    assert work_out("sum", parts, "天").text == "≤12"


@pytest.mark.parametrize(
    ("method", "parts", "unit", "fault"),
    [
        ("sum", [], "个", "没有选择"),
        ("sum", [part("1"), part("2", operator="<=", name="乙")], "公里", "符号不同"),
        ("sum", [part("1"), part("2", "亩", name="乙")], "公里", "“乙”的单位与“公里”不能换算"),
        ("sum", [part(None)], "公里", "不是一个数"),
        ("sum", [part("1", operator="qualitative")], "公里", "不是一个数"),
        ("mean", [Part("甲", "", None, "", gone=True)], "公里", "已没有这个指标"),
        ("count", [part("1")], "公里", "不能以“公里”为单位"),
        ("reached", [part("1")], "%", "没有填写界限"),
        ("reached", [part("1"), part("1", "米", name="乙")], "%", "不能与同一界限相比"),
        ("reached", [part("1")], "个", "须以“%”为单位"),
    ],
)
def test_what_does_not_add_up_is_told(method: str, parts: list[Part], unit: str, fault: str) -> None:
    found = work_out(method, parts, unit, None)
    assert found.value is None
    assert found.text == ""
    assert any(fault in one for one in found.faults), found.faults


def test_counts_and_money() -> None:
    assert work_out("count", [part("1"), part("2", name="乙")], "个").text == "≥2"
    assert money_of([(1, 2), (3, 4)]) == (4, 6)
    assert [plain(Decimal(one)) for one in ("1E+3", "0.00", "1.50")] == ["1000", "0", "1.5"]
    with pytest.raises(ValueError, match="没有“median”"):
        work_out("median", [], "个")


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**12)), min_size=1, max_size=20))
def test_order_does_not_matter_and_a_mean_lies_between(rows: list[tuple[int, int]]) -> None:
    parts = [Part(str(at), ">=", Decimal(value) / 100, "%", fen) for at, (value, fen) in enumerate(rows)]
    for method in ("sum", "mean"):
        assert work_out(method, parts, "%") == work_out(method, parts[::-1], "%")
    total = work_out("sum", parts, "%").value
    assert total is not None
    assert Fraction(total) == Fraction(sum(value for value, _ in rows), 100)
    mean = work_out("mean", parts, "%").value
    assert mean is not None
    assert min(one.value for one in parts if one.value is not None) <= mean <= max(one.value or Decimal(0) for one in parts)
