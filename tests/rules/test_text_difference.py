"""Two texts word by word: nothing is lost, figures stay whole, changes are read in one piece."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules import text_difference
from jiheng.rules.text_difference import Piece, difference

TEXTS = st.text(alphabet="目标购置设备台，。0123456789.%ab ", max_size=60)


@given(TEXTS, TEXTS)
def test_pieces_give_both_texts_back(before: str, after: str) -> None:
    found = difference(before, after)
    assert "".join(one.text for one in found if one.kind != "inserted") == before
    assert "".join(one.text for one in found if one.kind != "deleted") == after
    assert all(one.text for one in found)
    assert all(one.kind != two.kind for one, two in pairwise(found))


@given(TEXTS)
def test_equal_texts_have_no_change(text: str) -> None:
    assert [one.kind for one in difference(text, text)] == (["same"] if text else [])


@pytest.mark.feature("3.09")
def test_figures_are_never_cut_in_two() -> None:
    found = difference("购置设备120台，合格率达到98.5%", "购置设备20台，合格率达到98%")
    assert found == [
        Piece("same", "购置设备"), Piece("deleted", "120"), Piece("inserted", "20"), Piece("same", "台，合格率达到"),
        Piece("deleted", "98.5%"), Piece("inserted", "98%"),
    ]  # fmt: skip


def test_a_single_word_between_changes_goes_with_them() -> None:
    found = difference("完成道路维修", "推进道桥养护")
    assert [one.kind for one in found] == ["deleted", "inserted"]


def test_long_texts_are_held_against_each_other_by_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_difference, "LARGE", 10)
    found = difference("第一句不变。第二句要改。第三句不变。", "第一句不变。第二句改了。第三句不变。")
    assert found == [
        Piece("same", "第一句不变。"), Piece("deleted", "第二句要改。"), Piece("inserted", "第二句改了。"),
        Piece("same", "第三句不变。"),
    ]  # fmt: skip
