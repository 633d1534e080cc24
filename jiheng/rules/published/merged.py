"""Rows under one merged cell: a weight or a score that was printed once for several of them."""

from collections.abc import Sequence
from decimal import Decimal

from jiheng.rules.published.form import Row


def rows_sharing_a_score(rows: Sequence[Row]) -> frozenset[int]:
    """Numbers of rows whose score is printed once for them and the weighted rows after them that have none.

    Only where the weights together have room for the score; else it is just too high.
    """
    found: set[int] = set()
    for place, row in enumerate(rows):
        if row.score.value is None or row.weight.value is None or row.score.value <= row.weight.value:
            continue
        followers = _followers(rows, place + 1, lacks="score")
        room = row.weight.value + sum((one.weight.value or Decimal(0) for one in followers), Decimal(0))
        if followers and row.score.value <= room:
            found |= {row.number, *(one.number for one in followers)}
    return frozenset(found)


def rows_sharing_a_weight(rows: Sequence[Row]) -> frozenset[int]:
    """Numbers of rows whose weight is printed once for them and the scored rows after them that have none."""
    found: set[int] = set()
    for place, row in enumerate(rows):
        if row.weight.value is None or row.score.value is None:
            continue
        followers = _followers(rows, place + 1, lacks="weight")
        if followers:
            found |= {row.number, *(one.number for one in followers)}
    return frozenset(found)


def merged_rows(rows: Sequence[Row]) -> frozenset[int]:
    """Numbers of rows whose weight or score is not their own alone."""
    return rows_sharing_a_score(rows) | rows_sharing_a_weight(rows)


def _followers(rows: Sequence[Row], first: int, *, lacks: str) -> list[Row]:
    """The rows from `first` on, without a gap, that have the one and lack the other."""
    found: list[Row] = []
    for place in range(first, len(rows)):
        row = rows[place]
        weight, score = row.weight, row.score
        if (lacks == "score" and weight.value is not None and not score.text) or (
            lacks == "weight" and score.value is not None and not weight.text
        ):
            found.append(row)
        else:
            break
    return found
