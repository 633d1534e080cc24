"""Tracks of goals: the first whose conditions hold, told with amount and threshold; lists that nobody could follow."""

from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.money import wan_to_fen
from jiheng.rules.sampling import drawn
from jiheng.rules.tracks import (
    TrackFacts,
    asked_of,
    needs_of,
    place_on_track,
    raise_by_lot,
    read_tracks,
)

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
        ([{"key": "light", "any": {"below": 1}, "raised": 5}, {"key": "standard"}], "须写 per_cent"),
        ([{"key": "light", "any": {"below": 1}, "raised": {"per_cent": 0, "to": "standard"}}, {"key": "standard"}], "大于0"),
        ([{"key": "light", "any": {"below": 1}, "raised": {"per_cent": 5, "to": "deep"}}, {"key": "standard"}], "比它重的一档"),
        ([{"key": "deep", "any": {"from": 1}, "raised": {"per_cent": 5, "to": "standard"}}, {"key": "standard"}], "比它重的一档"),
    ],
)
def test_a_list_that_could_not_be_followed_is_refused(rows: list[dict[str, object]], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_tracks(rows)


def test_a_lot_can_be_repeated_by_hand_and_falls_as_often_as_it_says() -> None:
    share, hits = Decimal(5), 0
    for number in range(4_000):
        first = int(sha256(f"7:ab\ngoals.goal:{number}".encode()).hexdigest()[:8], 16)
        assert drawn("7:ab", f"goals.goal:{number}", share) == (first * 20 < 16**8), "no number of these lies on the edge"
        hits += drawn("7:ab", f"goals.goal:{number}", share)
    assert 160 <= hits <= 240, hits
    assert not drawn("7:ab", "goals.goal:1", Decimal("0.000001"))
    assert all(drawn(seed, "goals.goal:1", Decimal(100)) for seed in "abc")


def test_one_that_a_lot_raises_is_told_so_and_keeps_its_form() -> None:
    light = {"key": "light", "all": {"below": 30}, "fewest": 2, "raised": {"per_cent": "2.50", "to": "standard"}}
    tracks = read_tracks([LIST[0], light, {"key": "standard"}])
    assert asked_of(tracks[1], {}, {})[-1] == "提交时随机抽取2.5%按标准档审核"
    raised = raise_by_lot(place_on_track(TrackFacts(1), tracks, WORDS), tracks)
    assert (raised.track.key, raised.form and raised.form.key) == ("standard", "light")
    assert "属简易档；随机抽取2.5%，抽中，按标准档审核" in raised.why
    usual = place_on_track(TrackFacts(wan_to_fen(30)), tracks, WORDS)
    assert raise_by_lot(usual, tracks) is usual
