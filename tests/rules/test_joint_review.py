"""Several parties in their order: none is skipped, the one that lacks is named, the limit just below, at and above."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.appraisal import Request
from jiheng.rules.joint_review import (
    Standing,
    conclusion_refusals,
    parties_of,
    review_demanded,
    signing_refusals,
    turn_refusals,
)

FOUR = parties_of(
    [
        {"key": "a", "label": "部门", "duty": "陈述", "roles": ["department_reviewer"]},
        {"key": "b", "label": "财政", "duty": "初审", "roles": ["division"]},
        {"key": "c", "label": "第三方专家", "duty": "质询", "roles": ["expert"]},
        {"key": "d", "label": "人大预工委", "duty": "审查", "roles": ["congress"]},
    ]
)
KEYS = ["a", "b", "c", "d"]


@pytest.mark.parametrize(("fen", "demanded"), [(29_999_999_99, False), (30_000_000_00, True), (30_000_000_01, True)])
def test_the_limit_just_below_at_and_above(fen, demanded):
    assert review_demanded(FOUR, 30_000_000_00, ["new", "raised"], Request("project", "new", fen)) is demanded


def test_other_changes_other_places_and_no_limit():
    request = Request("project", "continuing", 90_000_000_00)
    assert not review_demanded(FOUR, 30_000_000_00, ["new", "raised"], request)
    assert review_demanded(FOUR, None, None, request)
    assert not review_demanded((), None, None, request)
    assert review_demanded(FOUR, None, ["raised"], Request("project", "enlarged", 1)) is False
    assert review_demanded(FOUR, None, ["enlarged"], Request("project", "raised", 1)) is True


@given(st.frozensets(st.sampled_from(KEYS)), st.sampled_from(KEYS))
def test_nobody_speaks_before_those_who_come_first(spoken, party):
    found = turn_refusals(FOUR, spoken, party, "条款")
    assert [one.where for one in found] == [key for key in KEYS[: KEYS.index(party)] if key not in spoken]
    assert all(one.clause == "条款" for one in found)


def test_a_stranger_has_no_turn():
    assert turn_refusals(FOUR, KEYS, "x", "条款")[-1].message == "不是会审的一方"


@pytest.mark.parametrize("lacking", [set(some) for number in range(5) for some in combinations(KEYS, number)])
def test_a_conclusion_names_every_party_that_lacks(lacking):
    there = frozenset(KEYS) - lacking
    standing = Standing(there, 0, minuted=True, signed=there)
    found = conclusion_refusals(FOUR, standing, "条款", "四方会审")
    assert {one.where for one in found} == lacking
    assert all(one.message.startswith("四方会审缺") for one in found)
    unsigned = conclusion_refusals(FOUR, Standing(frozenset(KEYS), 0, True, there), "条款")
    assert {one.where for one in unsigned} == lacking
    assert {one.where for one in signing_refusals(FOUR, standing, "条款")} == lacking


def test_no_review_at_all_names_all_parties_and_open_questions_stop_it():
    none = conclusion_refusals(FOUR, None, "条款", "四方会审")[0].message
    assert "部门陈述、财政初审、第三方专家质询、人大预工委审查" in none
    standing = Standing(frozenset(KEYS), 2, minuted=False, signed=frozenset(KEYS))
    assert [one.where for one in conclusion_refusals(FOUR, standing, "条款")] == ["questions"]
    assert [one.where for one in signing_refusals(FOUR, standing, "条款")] == ["questions", "minutes"]


def test_a_party_named_twice_is_told():
    with pytest.raises(ValueError, match="两次"):
        parties_of([{"key": "a", "label": "", "duty": "", "roles": []}] * 2)
