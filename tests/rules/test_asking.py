"""Questions in plain words become filters that can be seen; what is not known stays a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.asking import DENIALS, FILLERS, LONGEST, Asked, Choice, Known, understand

CHOICES = (
    Choice("goals", "state", "approved", "已批复", "状态"),
    Choice("goals", "state", "draft", "草拟", "状态"),
    Choice("self", "grade", "good", "良", "等级"),
    Choice("goals", "department", "7", "测试县教育局", "主管部门", body=True),
    Choice("self", "department", "7", "测试县教育局", "主管部门", body=True),
    Choice("goals", "department", "8", "测试县农业农村局", "主管部门", body=True),
    Choice("goals", "department", "9", "测试县城市管理局", "主管部门", body=True),
)
KNOWN = Known({"goals": ("绩效目标", "目标"), "self": ("单位自评", "自评")}, CHOICES, (2025, 2026, 2027), 2026)


@pytest.mark.feature("10.17")
@pytest.mark.parametrize(
    ("text", "lists", "year", "filters", "words"),
    [
        ("2025年教育局已批复的绩效目标", ("goals",), 2025, {"department": "7", "state": "approved"}, ()),
        ("去年 自评 良", ("self",), 2025, {"grade": "good"}, ()),
        ("明年草拟的目标有哪些", ("goals",), 2027, {"state": "draft"}, ()),
        ("校舍 维修", (), None, {}, ("校舍", "维修")),
        ("2019年 校舍", (), None, {}, ("2019年", "校舍")),
        ("未批复的绩效目标", ("goals",), None, {}, ("未批复",)),
        ("绩效目标 没已批复", ("goals",), None, {}, ("没已批复",)),
        ("绩效目标 管理局", ("goals",), None, {"department": "9"}, ()),
        ("绩效目标 测试县", ("goals",), None, {}, ("测试县",)),  # every body has it: none is taken
        ("单位自评 草拟", ("self",), None, {}, ("草拟",)),  # that list has no such state
        ("农业局草拟的目标", ("goals",), None, {"department": "8", "state": "draft"}, ()),  # its letters in their order
        ("列出城市管理局的绩效目标", ("goals",), None, {"department": "9"}, ()),
        ("非教育局的绩效目标", ("goals",), None, {}, ("非教育局",)),
        ("优良中差", (), None, {}, ("优良中差",)),
        ("", (), None, {}, ()),
    ],
)
def test_a_question_is_read_as_filters(
    text: str, lists: tuple[str, ...], year: int | None, filters: dict[str, str], words: tuple[str, ...]
) -> None:
    asked = understand(text, KNOWN)
    assert (asked.lists, asked.year, asked.words) == (lists, year, words)
    assert asked.filters(lists[0] if lists else "goals") == filters


@pytest.mark.feature("10.17")
def test_a_choice_leaves_out_the_lists_that_do_not_have_it() -> None:
    asked = understand("教育局 草拟", KNOWN)
    assert asked.concerns("goals")
    assert not asked.concerns("self")
    both = understand("教育局", KNOWN)
    assert both.concerns("goals")
    assert both.concerns("self")
    assert Asked().concerns("self")
    assert both.concerns("bodies", by_words=True)
    assert both.texts == ("测试县教育局",)
    assert not asked.concerns("bodies", by_words=True)


TERMS = st.sampled_from([*(one.label for one in CHOICES), "绩效目标", "自评", "2026年", "去年", "校舍", "维修", "A1", *FILLERS, *DENIALS, " "])


@given(st.lists(TERMS | st.text(max_size=4), max_size=8).map("".join))
def test_nothing_that_was_typed_is_lost_unseen(text: str) -> None:
    """Each letter is in a filter that is shown, in a word that is looked for, or only binds the sentence."""
    asked = understand(text, KNOWN)
    shown = "".join([*asked.words, *(one.label for one in asked.choices), *(n for key in asked.lists for n in KNOWN.lists[key])])
    shown += f"{asked.year or ''}年度今去上本明下" + "".join(FILLERS)
    for letter in text[:LONGEST]:
        if letter.isalnum() and letter.isascii():
            assert letter in shown
