"""Which self-evaluations have to be written up as a report, and in which outline."""

from collections.abc import Mapping, Sequence
from typing import Any


def outline_asked(rows: Sequence[Mapping[str, Any]], kind: str, fen: int) -> str:
    """Return the key of the outline that the first fitting row names, or "" where none fits.

    A row names an `outline`; `kinds` of subject and `least` (元, inclusive; held against `fen`, the whole year's
    budget) narrow it.
    """
    for row in rows:
        if kind in row.get("kinds", (kind,)) and fen >= int(row.get("least", 0)) * 100:
            return str(row["outline"])
    return ""
