"""Three states made one: whatever two people do to a table, no cell and no row is lost without being named."""

import os
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.rules.merging import Known, Merged, Row, merge, merge_cells, recognised

MERGES = int(os.environ.get("JIHENG_MERGES", "150"))
"""Random merges tried here; `python -m bench.merging --property` tries 10,000 and prints the number."""
COLUMNS = ("name", "target", "weight", "source")


def edited(rows: Sequence[Row], chance: random.Random, who: str) -> list[Row]:
    """What one person makes of a table: cells changed and cleared, rows added, removed, moved, columns left out."""
    out = [Row(row.key, dict(row.cells)) for row in rows]
    for number in range(chance.randrange(8)):
        deed = chance.randrange(7)
        if deed <= 2 and out:
            at = chance.randrange(len(out))
            value = chance.choice([None, "甲", "乙", f"{who}{number}"])
            out[at] = Row(out[at].key, {**out[at].cells, chance.choice(COLUMNS): value})
        elif deed == 3:
            row = Row(f"{who}{number}", {column: chance.choice([None, "甲", who]) for column in COLUMNS})
            out.insert(chance.randrange(len(out) + 1), row)
        elif deed == 4 and out:
            out.pop(chance.randrange(len(out)))
        elif deed == 5 and len(out) > 1:
            out.insert(chance.randrange(len(out)), out.pop(chance.randrange(len(out))))
        elif deed == 6 and chance.random() < 0.3:
            gone = chance.choice(COLUMNS)
            out = [Row(row.key, {c: v for c, v in row.cells.items() if c != gone}) for row in out]
    return out


def three(seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    chance = random.Random(seed)
    base = [
        Row(f"r{number}", {column: chance.choice([None, "甲", "乙", "丙"]) for column in COLUMNS})
        for number in range(chance.randrange(7))
    ]
    return base, edited(base, chance, "m"), edited(base, chance, "t")


def cells_of(rows: Sequence[Row]) -> dict[str, Any]:
    return {row.key: dict(row.cells) for row in rows}


def nothing_lost(base: Sequence[Row], side: Sequence[Row], made: Merged, which: str) -> None:
    """Every cell that the side changed stands in the result or in a conflict; every row that goes is named."""
    old, result = cells_of(base), cells_of(made.rows)
    conflicts = {(one.key, one.column): getattr(one, which) for one in made.conflicts}
    removed = {row.key for row in made.removed}
    for row in side:
        if (row.key, "") in conflicts:
            told = conflicts[row.key, ""]
            assert told is not None
            assert all(told[column] == value for column, value in row.cells.items())
            continue
        was = old.get(row.key)
        changed = {c: v for c, v in row.cells.items() if was is None or v != was.get(c)}
        if row.key not in result:
            assert was is not None
            assert changed == {}
            assert which == "theirs" or row.key in removed
            continue
        for column, value in changed.items():
            kept = result[row.key].get(column) == value
            assert kept or conflicts.get((row.key, column), ...) == value


@settings(max_examples=MERGES)
@given(st.integers(0, 2**48))
def test_no_cell_of_either_side_is_lost_silently(seed: int) -> None:
    base, mine, theirs = three(seed)
    made = merge(base, mine, theirs)
    nothing_lost(base, mine, made, "mine")
    nothing_lost(base, theirs, made, "theirs")
    assert len({row.key for row in made.rows}) == len(made.rows)
    assert merge(base, mine, theirs) == made
    everything = merge(base, mine, theirs, {one.name for one in made.conflicts})
    result = cells_of(everything.rows)
    for one in everything.conflicts:
        if one.column:
            assert result[one.key][one.column] == one.theirs
        else:
            assert (one.key in result) == (one.theirs is not None)


@settings(max_examples=MERGES)
@given(st.integers(0, 2**48))
def test_sides_that_did_nothing_change_nothing(seed: int) -> None:
    base, mine, theirs = three(seed)
    whole = [Row(row.key, {**dict.fromkeys(COLUMNS), **row.cells}) for row in mine]
    assert cells_of(merge(base, whole, base).rows) == cells_of(whole)
    assert [row.key for row in merge(base, whole, base).rows] == [row.key for row in whole]
    assert not merge(base, whole, base).changes
    alone = merge(base, base, theirs)
    assert [row.key for row in alone.rows] == [row.key for row in theirs]
    assert alone.conflicts == []
    both = merge(base, whole, whole)
    assert (both.rows, both.conflicts, both.changes) == (whole, [], False)


@settings(max_examples=MERGES)
@given(st.integers(0, 2**48))
def test_both_sides_see_the_same_conflicts(seed: int) -> None:
    base, mine, theirs = three(seed)
    one, two = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {(c.name, str(c.mine), str(c.theirs)) for c in one.conflicts} == {
        (c.name, str(c.theirs), str(c.mine)) for c in two.conflicts
    }


def row(key: str, **cells: Any) -> Row:
    return Row(key, cells)


@pytest.mark.feature("10.05")
def test_what_only_one_side_changed_is_taken_and_the_rest_is_named() -> None:
    base = [row("a", name="培训场次", target="≥10场"), row("b", name="合格率", target="≥90%")]
    mine = [row("a", name="培训场次", target="≥12场"), row("b", name="合格率", target="≥95%")]
    theirs = [row("a", name="培训次数", target="≥10场"), row("b", name="合格率", target="≥98%")]
    made = merge(base, mine, theirs)
    assert made.rows[0] == row("a", name="培训次数", target="≥12场")
    (conflict,) = made.conflicts
    assert (conflict.name, conflict.base, conflict.mine, conflict.theirs) == ("b|target", "≥90%", "≥95%", "≥98%")
    assert made.rows[1].cells["target"] == "≥95%"
    assert merge(base, mine, theirs, {"b|target"}).rows[1].cells["target"] == "≥98%"
    assert made.kept == [("a", "target")]


def test_removing_what_the_other_changed_is_a_conflict_and_else_is_named() -> None:
    base = [row("a", name="甲"), row("b", name="乙")]
    gone = merge(base, base, [base[1]])
    assert (gone.removed, [one.key for one in gone.rows]) == ([base[0]], ["b"])
    changed = [row("a", name="甲二"), base[1]]
    made = merge(base, changed, [base[1]])
    assert [one.name for one in made.conflicts] == ["a|"]
    assert made.rows == changed
    assert merge(base, changed, [base[1]], {"a|"}).rows == [base[1]]
    back = merge(base, [base[1]], changed)
    assert back.rows == [base[1]]
    assert merge(base, [base[1]], changed, {"a|"}).rows == changed


def test_order_follows_the_side_that_moved_rows_and_new_rows_follow_their_neighbour() -> None:
    base = [row(key) for key in "abc"]
    moved = merge(base, [row(key) for key in "axbc"], [row(key) for key in "cybaz"])
    assert "".join(one.key for one in moved.rows) == "cybaxz"
    assert moved.moved
    assert not moved.disordered
    both = merge(base, [row(key) for key in "bca"], [row(key) for key in "cba"])
    assert ("".join(one.key for one in both.rows), both.moved, both.disordered) == ("bca", False, True)


def test_a_key_twice_is_refused_and_untold_columns_stay() -> None:
    with pytest.raises(ValueError, match="twice"):
        merge([], [row("a"), row("a")], [])
    assert merge_cells({"x": 1, "y": 2}, {"x": 1, "y": 3}, {"x": 5}).rows[0].cells == {"x": 5, "y": 3}


@pytest.mark.feature("10.05")
def test_rows_are_known_by_their_words_then_by_their_place_then_by_what_they_share() -> None:
    known = [Known("1", ("培训场次", "数量")), Known("2", ("合格率", "质量")), Known("3", ("满意度", "满意度"))]
    turned = [Known("", ("满意度", "满意度")), Known("2", ("培训合格率", "质量")), Known("", ("培训场次", "数量"))]
    assert recognised(known, turned) == {0: "3", 1: "2", 2: "1"}
    renamed = [Known("", ("培训次数", "数量", "年报")), Known("", ("新增指标", "时效", "台账"))]
    old = [Known("1", ("培训场次", "数量", "年报"))]
    assert recognised(old, renamed) == {0: "1"}
    twins = [Known("1", ("同名", "数量")), Known("2", ("同名", "质量"))]
    assert recognised(twins, [Known("", ("同名", "质量")), Known("", ("同名", "数量"))]) == {0: "2", 1: "1"}
