"""The two sides of form F1: indicators of the whole term beside those of the year, row by row."""

from collections.abc import Iterable, Mapping
from itertools import zip_longest

from jiheng.rules.forms.values import Value

Row = Mapping[str, Value]
_OWN = ("name", "target")


def side_by_side(term: Iterable[Row], year: Iterable[Row]) -> list[dict[str, Value]]:
    """Rows of F1's indicator table from both lists (level1, level2, name, target).

    Indicators under the same heading share rows as long as both sides have one; headings keep the order in
    which they first come. Both sides of a row carry the heading, so that tall cells merge as on the official form.
    """
    both = (list(term), list(year))
    headings = list(dict.fromkeys((row["level1"], row["level2"]) for side in both for row in side))
    order = list(dict.fromkeys(level1 for level1, _ in headings))
    rows: list[dict[str, Value]] = []
    for level1, level2 in sorted(headings, key=lambda heading: order.index(heading[0])):
        sides = [[row for row in side if (row["level1"], row["level2"]) == (level1, level2)] for side in both]
        for left, right in zip_longest(*sides, fillvalue={}):
            rows.append(
                {"level1": level1, "term_level2": level2, "level2": level2}
                | {f"term_{key}": left.get(key) for key in _OWN}
                | {key: right.get(key) for key in _OWN}
            )
    return rows


def apart(rows: Iterable[Row]) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    """The term's and the year's indicators out of F1's rows; a side without a name has none in that row."""
    given = list(rows)
    term = [
        {
            "level1": row["level1"],
            "level2": row["term_level2"],
            "name": row["term_name"],
            "target": row["term_target"],
        }
        for row in given
        if row["term_name"]
    ]
    year = [{key: row[key] for key in ("level1", "level2", *_OWN)} for row in given if row["name"]]
    return term, year
