"""Tracks of goals: the first whose conditions hold, told with amount and threshold; lists that nobody could follow."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.money import wan_to_fen
from jiheng.rules.tracks import TrackFacts, asked_of, needs_of, place_on_track, read_tracks

WORDS = {"project": "项目支出", "new": "新增"}
LIST: list[dict[str, Any]] = [
    {"key": "deep", "any": {"from": 500, "major": True, "listed": True, "changes": ["new"]}, "scored": True, "bulk": False},
    {"key": "light", "label": "简化", "all": {"below": 30, "kinds": ["project"]}, "fewest": 2, "branches": ["output"]},
    {"key": "standard"},
]
TRACKS = read_tracks(LIST)


def placed(fen: int, **more: Any) -> tuple[str, str]:
    found = place_on_track(TrackFacts(fen, **more), TRACKS, WORDS)
    return found.track.key, found.why


@pytest.mark.parametrize(
    ("fen", "track", "why"),
    [
        (29_999_999, "light", "年度资金 299,999.99 元，不足 30.00 万元"),
        (30_000_000, "standard", "年度资金 30.00 万元，达到 30.00 万元（简化档）"),
        (30_000_001, "standard", "达到 30.00 万元（简化档）"),
        (499_999_999, "standard", "不足 500.00 万元（重点档）"),
        (500_000_000, "deep", "年度资金 500.00 万元，达到 500.00 万元"),
        (500_000_001, "deep", "达到 500.00 万元"),
    ],
)
def test_a_track_begins_at_its_line(fen: int, track: str, why: str) -> None:
    key, told = placed(fen)
    assert (key, why in told) == (track, True), told


def test_importance_goes_before_little_money() -> None:
    assert placed(1, major=True) == ("deep", "列为重大")
    assert placed(1, listed=True) == ("deep", "列入重点审核清单")
    assert placed(1, change="new") == ("deep", "新增")
    assert placed(1, kind="department")[0] == "standard", "all conditions of the light track have to hold"


@given(st.integers(0, 10**12), st.booleans(), st.booleans())
def test_every_goal_has_one_track_and_more_money_never_a_lighter_one(fen: int, major: bool, listed: bool) -> None:
    order = ["light", "standard", "deep"]
    own, more = (placed(one, major=major, listed=listed)[0] for one in (fen, fen + wan_to_fen(1)))
    assert order.index(own) <= order.index(more)


def test_conditions_and_demands_are_told() -> None:
    deep, light, rest = TRACKS
    assert needs_of(deep, WORDS) == "年度资金达到 500.00 万元，或者列为重大，或者列入重点审核清单，或者新增"
    assert needs_of(light, WORDS) == "年度资金不足 30.00 万元，并且项目支出"
    assert needs_of(rest, WORDS) == "其余的"
    assert asked_of(deep, {}, {}) == ["按审核表逐项评分后才能通过", "逐项办理，不得成批"]
    assert asked_of(light, {"output": "产出指标"}, {}) == ["至少 2 个指标", "必设产出指标", "可以成批办理"]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], "最后一档"),
        ([{"key": "deep", "any": {"from": 1}}], "最后一档"),
        ([{"key": "deep"}, {"key": "standard"}], "其他各档都要写条件"),
        ([{"key": "deep", "any": {"from": 1}}, {"key": "deep"}], "重复"),
        ([{"key": "express"}], "没有“express”这一档"),
        ([{"key": "deep", "any": {"above": 1}}, {"key": "standard"}], "条件不认识：above"),
        ([{"key": "deep", "any": {"from": 1}, "all": {"from": 1}}, {"key": "standard"}], "只能写一个"),
        ([{"key": "standard", "severity": {"low_rate": "loud"}}], "严格程度不认识"),
        ([{"key": "standard", "steps": 3}], "不认识的写法：steps"),
    ],
)
def test_a_list_that_could_not_be_followed_is_refused(rows: list[dict[str, object]], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_tracks(rows)
