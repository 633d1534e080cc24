"""Numbers told as ranges: every number is in one of them, none besides, and no two ranges touch."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.runs import runs


def test_runs_and_single_numbers() -> None:
    assert runs([16, 9, 8, 10, 9]) == [(8, 10), (16, 16)]
    assert runs([]) == []


@given(st.lists(st.integers(0, 60)))
def test_ranges_hold_the_numbers_and_nothing_else(numbers: list[int]) -> None:
    found = runs(numbers)
    assert [one for low, high in found for one in range(low, high + 1)] == sorted(set(numbers))
    assert all(after[0] > before[1] + 1 for before, after in pairwise(found))
