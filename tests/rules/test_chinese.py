"""Pieces of Chinese text and what a question asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.chinese import Question, index_of, initials_of, loose_question, question_of

TEXT = st.text(st.sampled_from("绩效目标满意度公里率abＡ１2，（）𠮷 "), max_size=12)


def found(question: Question, index: str) -> bool:
    """Whether an index holds what is asked, as a database answers it."""
    kept = index.split()

    def stands(tokens: tuple[str, ...], open_end: bool) -> bool:
        for at in range(len(kept) - len(tokens) + 1):
            part = kept[at : at + len(tokens)]
            if part[:-1] == list(tokens[:-1]) and (
                part[-1].startswith(tokens[-1]) if open_end else part[-1] == tokens[-1]
            ):
                return True
        return False

    return all(any(stands(one.tokens, one.open_end) for one in ways) for ways in question.all_of)


@given(TEXT, st.integers(0, 12), st.integers(1, 12))
def test_every_part_of_a_text_is_found_in_it(text: str, at: int, length: int) -> None:
    part = text[at : at + length].strip()
    if any(one.isalnum() for one in part) and not part[0].isascii() and not part[-1].isascii():
        assert found(question_of(part), index_of([text]))


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("满意", True), ("满", True), ("度", True), ("意度", True), ("满度", False), ("度满", False), ("群众 满意", True),
        ("qzmyd", True), ("myd", True), ("mdy", False), ("m", False), ("", True), ("ＧＤＰ", True), ("gd", True), ("dp", False),
    ],
)  # fmt: skip
def test_words_are_found_where_they_stand(words: str, held: bool) -> None:
    assert found(question_of(words), index_of(["群众满意度", "GDP占比"], sounded="群众满意度")) == held


def test_synonyms_are_other_ways_of_asking() -> None:
    index = index_of(["公路修建里程"])
    assert not found(question_of("道路建设"), index)
    assert found(question_of("道路建设", [["公路", "道路"], ["建设", "修建"]]), index_of(["公路修建里程"]))
    assert not found(question_of("道路建设", [["公路", "道路"]]), index)


def test_loose_question_asks_for_any_pair() -> None:
    assert found(loose_question("培训班办了几期"), index_of(["举办培训班期数"]))
    assert not loose_question("a")


@pytest.mark.parametrize(
    ("text", "initials"), [("绩效目标", "jxmb"), ("公里", "gl"), ("ＧＤＰ增长率", "gdpzcl"), ("𠮷，", ""), ("座", "z")]
)
def test_initials(text: str, initials: str) -> None:
    assert initials_of(text) == initials
