"""What other lines and limits would do: nothing when unchanged, parts that add up, cases counted by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.appraisal import AFTER_REVISION, NOT_SUPPORTED, SUPPORTED, Request
from jiheng.rules.gate_simulation import Asked, Lines, Scored, by_department, crossing, turned
from tests.rules.test_appraisal import Rules

NOW = Lines(Decimal(80), Decimal(60))
POINTS = st.decimals(0, 100, places=2)
LINES = st.builds(lambda one, two: Lines(max(one, two), min(one, two)), POINTS, POINTS)
SCORED = st.lists(
    st.builds(
        Scored,
        key=st.integers(1, 10**6),
        department=st.integers(1, 5),
        points=POINTS,
        vetoed=st.booleans(),
        conclusion=st.sampled_from([SUPPORTED, AFTER_REVISION, NOT_SUPPORTED]),
        asked=st.integers(0, 10**10),
        agreed=st.integers(0, 10**10),
    ),
    max_size=25,
)
ASKED = st.lists(
    st.builds(
        Asked,
        key=st.integers(1, 10**6),
        department=st.integers(1, 5),
        request=st.builds(
            Request,
            subject_kind=st.sampled_from(["project", "policy", "department"]),
            change=st.sampled_from(["new", "raised", "adjusted", "renewed", "continuing"]),
            amount_fen=st.integers(0, 2 * 10**9),
            is_major=st.booleans(),
        ),
    ),
    max_size=25,
)
LIMITS = st.one_of(st.none(), st.integers(0, 20_000_000).map(Decimal))
RULES = st.builds(Rules, limit=LIMITS, joined=st.sampled_from(["", "both", "either"]))


def row(key: int, points: str, *, vetoed: bool = False, department: int = 1) -> Scored:
    return Scored(key, department, Decimal(points), vetoed, SUPPORTED, 100, 70)


@pytest.mark.feature("1.04")
def test_75_instead_of_60_turns_those_between_and_no_others() -> None:
    rows = [row(1, "59.99"), row(2, "60"), row(3, "74.99"), row(4, "75"), row(5, "75.01"), row(6, "70", vetoed=True)]
    found = turned(rows, NOW, Lines(Decimal(80), Decimal(75)))
    assert [(one.row.key, one.before, one.after, one.at_stake) for one in found] == [
        (2, AFTER_REVISION, NOT_SUPPORTED, 70),
        (3, AFTER_REVISION, NOT_SUPPORTED, 70),
    ]
    back = turned(rows, Lines(Decimal(80), Decimal(75)), NOW)
    assert [(one.row.key, one.comes_in, one.at_stake) for one in back] == [(2, True, 100), (3, True, 100)]


@given(SCORED, LINES)
def test_the_same_lines_change_nothing(rows: list[Scored], lines: Lines) -> None:
    assert turned(rows, lines, lines) == []


@given(SCORED, LINES, LINES)
def test_departments_add_up_to_the_whole(rows: list[Scored], now: Lines, then: Lines) -> None:
    found = turned(rows, now, then)
    parts = by_department(found, lambda one: one.row.department, lambda one: one.at_stake)
    assert (sum(one.count for one in parts), sum(one.fen for one in parts)) == (len(found), sum(one.at_stake for one in found))
    halves = [turned(rows[:7], now, then), turned(rows[7:], now, then)]
    assert [*halves[0], *halves[1]] == found


@given(SCORED, POINTS, st.decimals(0, 20, places=2))
def test_a_higher_line_lets_nobody_in(rows: list[Scored], line: Decimal, more: Decimal) -> None:
    lower, higher = Lines(max(line, Decimal(80)), line), Lines(max(line + more, Decimal(80)), line + more)
    assert not any(one.comes_in for one in turned(rows, lower, higher))


@pytest.mark.feature("1.06")
def test_another_limit_asks_those_between_and_no_others() -> None:
    rules = Rules(Decimal(5_000_000))
    amounts = [299_999_999, 300_000_000, 499_999_999, 500_000_000]
    rows = [Asked(number, 1, Request("project", "new", fen)) for number, fen in enumerate(amounts)]
    assert [(one.row.key, bool(one.then)) for one in crossing(rows, rules, Decimal(3_000_000))] == [(1, True), (2, True)]
    assert [(one.row.key, bool(one.then)) for one in crossing(rows, rules, Decimal(8_000_000))] == [(3, False)]
    assert [one.row.key for one in crossing(rows, rules, None)] == [0, 1, 2]


@given(ASKED, RULES)
def test_the_same_limit_changes_nothing(rows: list[Asked], rules: Rules) -> None:
    assert crossing(rows, rules, rules.limit) == []


@given(ASKED, RULES, LIMITS)
def test_crossings_of_departments_add_up(rows: list[Asked], rules: Rules, limit: Decimal | None) -> None:
    found = crossing(rows, rules, limit)
    parts = by_department(found, lambda one: one.row.department, lambda one: one.row.request.amount_fen)
    assert sum(one.fen for one in parts) == sum(one.row.request.amount_fen for one in found)
    assert [*crossing(rows[:9], rules, limit), *crossing(rows[9:], rules, limit)] == found
