"""Mistakes of one kind are told once, with every cell named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.web.alike import ONE_BY_ONE, gathered, spans


def wrong(cell: str, said: str = "没有填写", label: str = "指标值", rule: str = "必填") -> Problem:
    return Problem(cell, label, said, rule=rule, expected="如 ≥95%")


@pytest.mark.parametrize(("cells", "words"), [
    (["H3", "H5", "H4", "K2"], "H3–H5、K2"), (["AA2", "B9", "B10"], "B9–B10、AA2"), (["", "A1"], "A1"), ([], ""), (["表头"], "表头"),
])  # fmt: skip
def test_addresses_below_each_other_are_joined(cells: list[str], words: str) -> None:
    assert spans(cells) == words


@pytest.mark.parametrize(("count", "lines"), [(ONE_BY_ONE, ONE_BY_ONE), (ONE_BY_ONE + 1, 1)])
def test_few_are_told_one_by_one_and_many_together(count: int, lines: int) -> None:
    told = gathered([wrong(f"H{number}") for number in range(count)])
    assert len(told) == lines
    assert all(one.many is (lines == 1) for one in told)


def test_what_differs_is_not_said_for_all() -> None:
    told = gathered([wrong(f"H{at}", f"“{at}”看不懂") for at in range(4)])
    assert (told[0].same, told[0].expected) == (False, "如 ≥95%")
    other = gathered([*(wrong(f"H{at}") for at in range(4)), *(wrong(f"K{at}", label="分值") for at in range(4))])
    assert [one.cells for one in other] == ["H0–H3", "K0–K3"]


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("甲乙丙"), st.sampled_from(["必填", "最多 3 字"]))))
def test_no_mistake_is_lost_or_told_twice(made: list[tuple[int, str, str]]) -> None:
    problems = [wrong(f"H{number}", label=label, rule=rule) for number, label, rule in made]
    told = gathered(problems)
    assert sorted(str(one) for group in told for one in group.problems) == sorted(str(one) for one in problems)
    assert all(one.many or len(one.problems) == 1 for one in told)
