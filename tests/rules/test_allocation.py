"""Sharing out by weighted factors: the floor under the weight of results, every sum to the fen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.allocation import (
    Factor,
    Floor,
    Recipient,
    floor_refusals,
    parts_in_words,
    scheme_refusals,
    shares,
)

FACTORS = [Factor("服务人口", Decimal(90)), Factor("绩效评价结果", Decimal(10), result=True)]


def body(name: str, people: str | None, result: str | None) -> Recipient:
    return Recipient(name, (Decimal(people) if people else None, Decimal(result) if result else None))


@pytest.mark.parametrize(("weight", "fine"), [("9.99", False), ("10", True), ("10.01", True)])
def test_weight_of_results_is_held_at_its_line(weight, fine):
    found = floor_refusals(Decimal(weight), Floor(Decimal(10), "第二条"), "")
    assert (found == []) is fine
    assert [one.clause for one in found] == ([] if fine else ["第二条"])


@pytest.mark.parametrize(("in_principle", "reason", "fine"), [(True, "应急", True), (True, " ", False), (False, "应急", False)])
def test_only_in_principle_a_reason_lets_less_pass(in_principle, reason, fine):
    assert (floor_refusals(Decimal(0), Floor(Decimal(10), "第二条", in_principle), reason) == []) is fine


def test_every_factor_carries_its_part_and_every_body_its_share_of_it():
    found = shares(100_000_000_000, FACTORS, [body("甲", "30", "90"), body("乙", "70", "60")], "average")
    assert [one.parts for one in found] == [(27_000_000_000, 6_000_000_000), (63_000_000_000, 4_000_000_000)]
    assert parts_in_words(100_000_000, FACTORS)[1] == "绩效评价结果：100.00×10%＝10.00万元"


@pytest.mark.parametrize(("way", "amounts"), [("average", [33, 33, 33]), ("zero", [45, 45, 9])])
def test_a_body_without_result_counts_as_the_rules_say(way, amounts):
    factors = [Factor("基数", Decimal(30)), Factor("结果", Decimal(70), result=True)]
    rows = [body("甲", "1", "80"), body("乙", "1", "80"), body("丙", "1", None)]
    found = [one.amount for one in shares(99, factors, rows, way)]
    assert sum(found) == 99
    assert all(abs(one - wanted) <= 1 for one, wanted in zip(found, amounts, strict=True))


@given(
    st.integers(1, 10**13),
    st.integers(1, 9999),
    st.lists(st.tuples(st.integers(0, 10**6), st.one_of(st.none(), st.integers(1, 100))), min_size=2, max_size=30),
)
def test_rows_and_columns_add_up_to_the_fen(total, weight, rows):
    share = Decimal(weight) / 100
    factors = [Factor("因素", 100 - share), Factor("结果", share, result=True)]
    told = [Recipient(str(at), (Decimal(one), None if two is None else Decimal(two))) for at, (one, two) in enumerate(rows)]
    if scheme_refusals(total, factors, told, "第二条"):
        return
    found = shares(total, factors, told, "average")
    assert sum(one.amount for one in found) == total
    assert all(sum(one.parts) == one.amount and min(one.parts) >= 0 for one in found)


@pytest.mark.parametrize(
    ("total", "factors", "rows", "words"),
    [
        (0, FACTORS, [body("甲", "1", "1"), body("乙", "1", "1")], "须大于零"),
        (1, [Factor("人口", Decimal("89.99")), FACTORS[1]], [body("甲", "1", "1"), body("乙", "1", "1")], "现为99.99%"),
        (1, FACTORS, [body("甲", "1", "1")], "至少两个"),
        (1, FACTORS, [body("甲", "1", "1"), body("乙", None, "1")], "乙没有填写“服务人口”"),
        (1, FACTORS, [body("甲", "0", "1"), body("乙", "0", "1")], "“服务人口”合计为零"),
        (1, FACTORS, [body("甲", "1", None), body("乙", "1", None)], "“绩效评价结果”合计为零"),
    ],
)
def test_what_cannot_be_computed_is_named(total, factors, rows, words):
    (found,) = scheme_refusals(total, factors, rows, "第二条")
    assert words in found.message
    assert found.clause == "第二条"
