"""Many keys asked about in portions: databases bound the length of one question."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST = 5000
"""So many keys both databases take in one question, beside its other conditions."""


def portions(keys: Sequence[T], most: int = MOST) -> Iterator[Sequence[T]]:
    """Yield the keys in their order, at most `most` at a time; nothing for none."""
    for start in range(0, len(keys), most):
        yield keys[start : start + most]
