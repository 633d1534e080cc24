"""Keys in portions are all the keys, in their order, none too many at a time."""

from hypothesis import given
from hypothesis import strategies as st

from jiheng.foundation.portions import portions


@given(st.lists(st.integers(), max_size=40), st.integers(1, 12))
def test_portions_are_all_keys_in_order_and_none_is_too_long_or_empty(keys: list[int], most: int) -> None:
    parts = list(portions(keys, most))
    assert [key for part in parts for key in part] == keys
    assert all(1 <= len(part) <= most for part in parts)
    assert all(len(part) == most for part in parts[:-1])
