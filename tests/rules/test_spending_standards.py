"""Standards from costs: the true one lies in the band, far ones are named, few are refused; lines without one are refused."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.rules.refusal import Refusal
from jiheng.rules.spending_standards import (
    Cost,
    Line,
    Method,
    Missing,
    Proposal,
    Standard,
    Want,
    amount_of,
    budget_refusal,
    faults_of,
    missing_standards,
    propose,
    standard_refusals,
)

METHOD = Method(least=8, confidence=Decimal(90), fence=Decimal("1.5"))
CLAUSE, OWN = "《方案》三（四）13", "《办法》第六条"
DESK = Standard("办公桌", 150_000, 2, True, OWN)


def costs_of(*units: int, price: Decimal = Decimal(100)) -> list[Cost]:
    return [Cost(f"项目{at}", unit * 10, Decimal(10), price) for at, unit in enumerate(units)]


def proposed(costs: list[Cost], method: Method = METHOD) -> Proposal:
    found = propose(costs, method, CLAUSE)
    assert isinstance(found, Proposal)
    return found


@pytest.mark.feature("4.13")
@pytest.mark.parametrize(("number", "spread"), [(16, 0.15), (25, 0.3), (60, 0.5)])
def test_the_true_standard_lies_in_the_band_as_often_as_it_says(number: int, spread: float) -> None:
    """Costs with known drivers: a true unit cost, the price level, the size of the project, chance; one in twenty slipped."""
    draw, true, hit, named, slips, rounds = random.Random(number), 80_000, 0, 0, 0, 400
    for _ in range(rounds):
        costs, wrong = [], set()
        for at in range(number):
            price, many = Decimal(draw.randint(80, 125)), Decimal(draw.randint(1, 400))
            unit = true * draw.lognormvariate(0, spread) * float(price) / 100
            if draw.random() < 0.05:
                unit *= 100 if draw.random() < 0.5 else 0.01  # 元 and 万元 mixed up, quantities forgotten
                wrong.add(at)
            costs.append(Cost(str(at), max(1, round(unit * float(many))), many, price))
        found = proposed(costs)
        hit += found.band_low <= true <= found.band_high
        named += len(wrong & {one.place for one in found.outliers})
        slips += len(wrong)
    assert 0.85 <= hit / rounds <= 0.95, hit / rounds
    assert named >= 0.95 * slips > 0


def test_the_band_of_ten_costs_is_worked_by_hand() -> None:
    """Of ten costs: between the 3rd and 8th lies the median with 912/1024, between the 2nd and 9th with 1002/1024."""
    found = proposed(costs_of(*range(100, 110)))
    part = (Fraction(1002, 1024) - Fraction(9, 10)) / Fraction(90, 1024)
    weight = 8 * part / (2 + 6 * part)
    low = 101 + weight
    assert (found.low, found.median, found.high) == (102, 105, 107)  # 102.25, 104.5, 106.75
    assert found.band_low == int(low + Fraction(1, 2))
    assert found.band_high == int(209 - low + Fraction(1, 2))
    assert (found.given, found.used, found.outliers) == (10, 10, ())


def test_outliers_are_named_and_left_out() -> None:
    found = proposed(costs_of(98, 99, 100, 100, 101, 102, 103, 104, 9_000, 1))
    assert [(one.name, one.unit_fen) for one in found.outliers] == [("项目8", 9_000), ("项目9", 1)]
    assert found.outliers[0].words == "是中位数的89.55倍"
    assert (found.given, found.used) == (10, 8)
    assert 98 <= found.band_low <= found.median <= found.band_high <= 104


def test_equal_costs_name_only_what_is_twice_or_half() -> None:
    found = proposed(costs_of(*[100] * 12, 199, 201, 49))
    assert [one.unit_fen for one in found.outliers] == [201, 49]


@pytest.mark.feature("4.13")
@pytest.mark.parametrize(
    ("number", "method", "words"),
    [
        (7, METHOD, "只有7项，不足8项"),
        (4, Method(2, Decimal(90), Decimal("1.5")), "只有4项，不足5项"),  # four cannot hold a median with 90 %
        (0, METHOD, "只有0项"),
    ],
)
def test_small_samples_are_refused(number: int, method: Method, words: str) -> None:
    found = propose(costs_of(*range(100, 100 + number)), method, CLAUSE)
    assert isinstance(found, Refusal)
    assert words in found.message
    assert found.clause == CLAUSE
    enough = propose(costs_of(*range(100, 108)), METHOD, CLAUSE)
    assert isinstance(enough, Proposal)


def test_outliers_may_leave_too_few() -> None:
    found = propose(costs_of(100, 100, 101, 102, 103, 104, 105, 9_000), METHOD, CLAUSE)
    assert isinstance(found, Refusal)
    assert "只有7项，另有1项离群" in found.message


@pytest.mark.parametrize(("cost", "why"), [
    (Cost("a", 1, Decimal(0)), "数量"), (Cost("a", 0, Decimal(1)), "金额"), (Cost("a", 1, Decimal(1), Decimal(0)), "价格"),
])  # fmt: skip
def test_what_cannot_be_divided_is_said(cost: Cost, why: str) -> None:
    assert why in faults_of([cost])[0][1]
    with pytest.raises(ValueError, match=why):
        propose([cost], METHOD, CLAUSE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 10**9), min_size=8, max_size=40), st.integers(2, 50), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_money_scales(units: list[int], times: int, chance: random.Random) -> None:
    found = propose(costs_of(*units), METHOD, CLAUSE)
    mixed = costs_of(*units)
    chance.shuffle(mixed)
    again = propose(mixed, METHOD, CLAUSE)
    if isinstance(found, Refusal):
        assert isinstance(again, Refusal)
        return
    assert isinstance(again, Proposal)
    assert (again.low, again.median, again.high, again.band_low, again.band_high) == (
        found.low, found.median, found.high, found.band_low, found.band_high
    )  # fmt: skip
    assert found.low <= found.median <= found.high
    assert found.band_low <= found.median <= found.band_high
    assert found.used + len(found.outliers) == found.given
    dearer = proposed(costs_of(*(one * times for one in units)))
    assert {one.place for one in dearer.outliers} == {one.place for one in found.outliers}
    assert abs(dearer.median - found.median * times) <= times


def test_price_levels_are_taken_out() -> None:
    cheap = proposed(costs_of(*range(100, 110)))
    assert proposed(costs_of(*range(200, 220, 2), price=Decimal(200))).median == cheap.median


def line(unit_fen: int = 150_000, standard: Standard | None = DESK, *, many: int = 4, excepted: bool = False) -> Line:
    return Line("办公桌", Decimal(many), unit_fen, amount_of(Decimal(many), unit_fen), standard, excepted)


@pytest.mark.feature("4.12")
@pytest.mark.parametrize(
    ("lines", "asked", "words"),
    [
        ([], 600_000, ["没有支出测算明细"]),
        ([], 0, []),
        ([line()], 600_000, []),
        ([line(149_999)], 599_996, []),
        ([line(150_001)], 600_004, ["高于“办公桌”标准1,500.00 元，多0.04 元"]),
        ([line(150_001, excepted=True)], 600_004, []),
        ([line(standard=None)], 600_000, ["没有支出标准"]),
        ([line(standard=None, excepted=True)], 600_000, []),
        ([line(standard=Standard("办公桌", 150_000, 1, False, OWN))], 600_000, ["第1版已经更新或停用"]),
        ([line()], 600_001, ["相差0.01 元"]),
        ([line()], 599_999, ["相差0.01 元"]),
    ],
)
def test_a_line_without_a_standard_is_refused(lines: list[Line], asked: int, words: list[str]) -> None:
    found = standard_refusals(lines, asked, CLAUSE)
    assert len(found) == len(words), found
    for one, text in zip(found, words, strict=True):
        assert text in one.message
        assert one.clause in {CLAUSE, OWN}
        assert one.remedy


@given(st.lists(st.booleans(), max_size=12), st.integers(-1, 1))
def test_each_line_speaks_for_itself(held: list[bool], off: int) -> None:
    lines = [line(standard=DESK if one else None) for one in held]
    asked = sum(one.amount_fen for one in lines) + off
    found = standard_refusals(lines, asked, CLAUSE)
    if not lines:
        assert len(found) == (asked > 0)
        return
    assert len(found) == held.count(False) + (off != 0)
    assert not any(one.where == "" for one in found)


@pytest.mark.parametrize(("budget", "refused"), [(99, False), (100, False), (101, True)])
def test_no_budget_above_the_lines(budget: int, refused: bool) -> None:
    found = budget_refusal(100, budget, CLAUSE)
    assert (found is not None) == refused
    assert found is None or "1.01 元，高于测算明细合计1.00 元" in found.message


def test_missing_standards_are_ordered_by_money() -> None:
    rows = [
        Want(1, "桌 椅", "套", 500), Want(2, "桌椅", "套", 700, excepted=True), Want(2, "桌椅", "套", 100),
        Want(3, "保洁", "平方米", 1_200), Want(3, "桌椅", "把", 5_000),
    ]  # fmt: skip
    assert missing_standards(rows) == [
        Missing("桌椅", "把", 5_000, 0, 1, 1),
        Missing("桌椅", "套", 1_300, 700, 3, 2),
        Missing("保洁", "平方米", 1_200, 0, 1, 1),
    ]


@given(st.lists(st.builds(Want, st.integers(1, 4), st.sampled_from("甲乙丙"), st.sampled_from(["台", "套"]), st.integers(0, 99), st.booleans())))
def test_no_yuan_is_lost_from_the_work_list(rows: list[Want]) -> None:
    found = missing_standards(rows)
    assert sum(one.amount_fen for one in found) == sum(one.amount_fen for one in rows)
    assert sum(one.lines for one in found) == len(rows)
    assert [one.amount_fen for one in found] == sorted((one.amount_fen for one in found), reverse=True)
