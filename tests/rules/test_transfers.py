"""Handing money down with its goals: what adds up, every sum to the fen, which sums are broken, who keeps less."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.transfers import (
    HandedShare,
    PromisedRow,
    as_given,
    broken_sums,
    proposed,
    split_value,
    sums,
    unkept,
)

CLAUSE = "测试条款"
ROADS = PromisedRow("a", "新建村道里程", "数量指标", ">=", Decimal("120.5"), None, "公里", "≥120.5")
PASSED = PromisedRow("b", "验收合格率", "质量指标", ">=", Decimal(98), None, "%", "≥98")
FIGURES = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False, allow_infinity=False)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@pytest.mark.parametrize(
    ("name", "level2", "operator", "value", "unit", "adds"),
    [
        ("新建村道里程", "数量指标", ">=", "120", "公里", True),
        ("高标准农田建设面积", "数量指标", ">=", "1.2", "万亩", True),
        ("培训人次", "数量指标", ">=", "500", "人次", True),
        ("项目总成本", "成本指标", "<=", "500", "万元", True),
        ("带动增收总额", "经济效益指标", ">=", "30", "万元", True),
        ("补助村数", "数量指标", "=", "12", "个", True),
        ("安全事故起数", "社会效益指标", "<=", "3", "起", True),
        ("受益户", "数量指标", ">=", "12", "圈", True),
        ("受益户", "社会效益指标", ">=", "12", "圈", False),
        ("验收合格率", "质量指标", ">=", "98", "%", False),
        ("群众满意度", "服务对象满意度指标", ">=", "90", "分", False),
        ("单台设备成本", "成本指标", "<=", "8000", "元/台", False),
        ("人均补助标准", "成本指标", "=", "600", "元", False),
        ("拨付时间", "时效指标", "<=", "30", "天", False),
        ("产值增长", "经济效益指标", ">=", "2", "倍", False),
        ("质量达标数", "质量指标", ">=", "20", "个", False),
    ],
)
@pytest.mark.feature("3.24")
def test_amounts_add_up_and_rates_are_handed_on_as_they_are(name, level2, operator, value, unit, adds):
    row = PromisedRow("a", name, level2, operator, Decimal(value), None, unit, "")
    assert (as_given(row) == "") is adds


@pytest.mark.parametrize(("operator", "value", "high"), [("qualitative", None, None), ("<=", None, None), ("range", "3", "5")])
def test_words_days_and_ranges_do_not_add_up(operator, value, high):
    row = PromisedRow("a", "数", "数量指标", operator, value and Decimal(value), high and Decimal(high), "个", "")
    assert as_given(row)


@given(FIGURES, WEIGHTS)
def test_a_figure_is_split_no_finer_than_it_is_written(total, weights):
    parts = split_value(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    assert all(part.normalize().as_tuple().exponent >= min(0, total.normalize().as_tuple().exponent) for part in parts)


@pytest.mark.parametrize(
    ("total", "unit", "weights", "parts"),
    [
        ("236.00", "万元", [5, 3], ["147.5", "88.5"]),
        ("236", "万元", [1, 2], ["78.666667", "157.333333"]),
        ("0.01", "元", [1, 1], ["0.01", "0"]),
        ("10", "元", [1, 2], ["3.33", "6.67"]),
        ("1", "亿元", [1, 1], ["0.5", "0.5"]),
        ("5", "台", [1, 1], ["3", "2"]),
    ],
)
def test_money_is_split_to_the_fen_and_things_stay_whole(total, unit, weights, parts):
    found = split_value(Decimal(total), weights, unit)
    assert sum(found) == Decimal(total)
    assert found == [Decimal(one) for one in parts]


def test_a_cost_is_shared_as_the_money_beside_it():
    cost = replace(ROADS, name="项目总成本", value=Decimal(236), unit="万元", operator="<=")
    for one in proposed(236_000_000, [cost], {"a": Decimal(5), "b": Decimal(3), "c": Decimal(1)}):
        assert one.values[cost.key] * 1_000_000 == one.fen


@pytest.mark.feature("3.24")
@given(st.integers(0, 10**14), FIGURES, WEIGHTS, st.sampled_from([">=", "<=", "="]))
def test_what_is_proposed_holds_to_the_fen(fen, total, weights, sign):
    row = replace(ROADS, value=total, operator=sign)
    found = proposed(fen, [row], {f"{at}": Decimal(one) for at, one in enumerate(weights)})
    assert sum(one.fen for one in found) == fen
    assert broken_sums(sums(fen, [row], found), CLAUSE) == []


@pytest.mark.feature("3.24")
@given(st.integers(1, 10**14), WEIGHTS, st.integers(-3, 3), st.randoms())
def test_one_fen_too_much_or_too_little_breaks_the_sum_whatever_the_order(fen, weights, off, random):
    shares = proposed(fen, [], {f"{at}": Decimal(one) for at, one in enumerate(weights)})
    shares[0] = replace(shares[0], fen=shares[0].fen + off)
    random.shuffle(shares)
    (money,) = sums(fen, [], shares)
    assert money.difference == off
    assert money.broken == ("多" if off > 0 else "少" if off < 0 else "")


@pytest.mark.parametrize(
    ("sign", "parts", "broken"),
    [
        (">=", ("60", "60.4"), "少"), (">=", ("60", "60.5"), ""), (">=", ("60", "60.6"), ""),
        ("<=", ("60", "60.4"), ""), ("<=", ("60", "60.5"), ""), ("<=", ("60", "60.6"), "多"),
        ("=", ("60", "60.4"), "少"), ("=", ("60", "60.5"), ""), ("=", ("60", "60.6"), "多"),
    ],
)  # fmt: skip
@pytest.mark.feature("3.24")
def test_a_sum_is_held_below_at_and_above(sign, parts, broken):
    shares = [HandedShare(f"{at}", 0, {"a": Decimal(part)}) for at, part in enumerate(parts)]
    line = sums(0, [replace(ROADS, operator=sign)], shares)[1]
    assert line.broken == broken


def test_a_broken_sum_says_how_much_and_who_has_nothing():
    shares = [HandedShare("甲县", 60_000_000, {"a": Decimal(100)}), HandedShare("乙县", 0, {})]
    money, roads = broken_sums(sums(100_000_000, [ROADS], shares), CLAUSE)
    assert money.message == "资金应分100.00 万元，各份合计60.00 万元，少40.00 万元，乙县没有分到"
    assert roads.message == "“新建村道里程”应分120.5公里，各份合计100公里，少20.5公里，乙县没有分到"
    assert {money.clause, roads.clause} == {CLAUSE}


def lower(row: PromisedRow, **changed: Any) -> PromisedRow:
    return replace(row, **changed)


@pytest.mark.feature("3.24")
@pytest.mark.parametrize(
    ("own", "kept"),
    [
        (lower(ROADS, value=Decimal("39.9"), text="≥39.9"), False),
        (lower(ROADS, value=Decimal(40), text="≥40"), True),
        (lower(ROADS, value=Decimal(41), text="≥41"), True),
        (lower(ROADS, value=Decimal(41000), unit="米", text="≥41000"), True),
        (lower(ROADS, value=Decimal(41), unit="人", text="≥41人"), False),
        (lower(ROADS, value=Decimal(41), operator="<=", text="≤41"), False),
    ],
)
def test_a_share_is_kept_or_bettered(own, kept):
    share = HandedShare("甲县", 5, {"a": Decimal(40)})
    found = unkept(share, [ROADS, PASSED], 5, {"a": own, "b": PASSED}, CLAUSE)
    assert (found == []) is kept


def test_money_rows_and_words_of_a_share_are_kept():
    words = PromisedRow("c", "制度健全", "可持续影响指标", "qualitative", None, None, "", "制度健全")
    share = HandedShare("甲县", 5, {})
    assert unkept(share, [words], 5, {"c": words}, CLAUSE) == []
    found = unkept(share, [words, PASSED], 4, {"c": replace(words, text="基本健全")}, CLAUSE)
    assert [one.where for one in found] == ["fiscal_fen", "indicators", "indicators"]
    assert "基本健全" in found[1].message
    assert "没有承接" in found[2].message
