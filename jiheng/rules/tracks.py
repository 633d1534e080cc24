"""Proportional tracks (繁简分档): which goals a place treats lightly, as usual, or with special care, and what that asks.

A place lists its tracks in the order in which they are considered: the first whose conditions hold is the goal's, the
last one has no conditions and takes the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from jiheng.rules.money import Fen, format_exact, format_wan, wan_to_fen

TRACKS: Mapping[str, str] = MappingProxyType({"light": "简易", "standard": "标准", "deep": "重点"})
"""The tracks that workflow tables may name in `when`, and what they are called where a pack says nothing else."""
USUAL = "standard"
TRACKS_KEY = "goal_tracks"
"""The parameter that lists a place's tracks."""
CONDITIONS = frozenset({"from", "below", "kinds", "changes", "major", "listed"})
ASKED = frozenset({"fewest", "branches", "severity", "scored", "bulk", "raised"})
GRADES = frozenset({"block", "warn", "note", "off"})


@dataclass(frozen=True)
class TrackFacts:
    """What a goal's track depends on: the year's money in fen, kind and change of the subject, its importance."""

    fen: Fen
    kind: str = "project"
    change: str = "continuing"
    major: bool = False
    listed: bool = False


@dataclass(frozen=True)
class Raised:
    """Which share of a track's goals, in per cent, goes by lot to the reviewers of another one, `to`."""

    per_cent: Decimal
    to: str


@dataclass(frozen=True)
class Track:
    """One track of a place. `needs` are its conditions, of which one (`every` false) or all have to hold.

    What is None or empty is asked as of every other goal: `fewest` indicators, `branches` that must be there (keys),
    `severity` of single checks. `scored` goals are not passed before they were scored; without `bulk` none goes along
    with others. `raised` says how many are reviewed on another track all the same.
    """

    key: str
    label: str
    needs: tuple[tuple[str, Any], ...] = ()
    every: bool = False
    fewest: int | None = None
    branches: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    scored: bool = False
    bulk: bool = True
    raised: Raised | None = None


@dataclass(frozen=True)
class Placed:
    """The track of one goal and why, in words that name amount and threshold.

    `form` is the track whose form it was filled in by, where a lot raised it to another one; None: the same.
    """

    track: Track
    why: str
    form: Track | None = None


def read_tracks(value: Sequence[Mapping[str, Any]]) -> tuple[Track, ...]:
    """Read a pack's list of tracks. ValueError, in words, for one that could not be followed."""
    found = [_read(one) for one in value]
    keys = [one.key for one in found]
    if len(set(keys)) != len(keys):
        raise ValueError("繁简分档有重复的档")
    if not found or found[-1].needs or any(not one.needs for one in found[:-1]):
        raise ValueError("繁简分档的最后一档不写条件，接收其余的目标；其他各档都要写条件")
    for one in found:
        if one.raised is not None and (one.raised.to not in keys or _weight(one.raised.to) <= _weight(one.key)):
            raise ValueError(f"繁简分档“{one.key}”随机提档，须提到清单中比它重的一档")
    return tuple(found)


def _weight(key: str) -> int:
    return list(TRACKS).index(key)


def _read(one: Mapping[str, Any]) -> Track:
    key = str(one.get("key", ""))
    if key not in TRACKS:
        raise ValueError(f"繁简分档没有“{key}”这一档，只有{'、'.join(TRACKS)}")
    if unknown := set(one) - ASKED - {"key", "label", "any", "all"}:
        raise ValueError(f"繁简分档“{key}”有不认识的写法：{'、'.join(sorted(unknown))}")
    if "any" in one and "all" in one:
        raise ValueError(f"繁简分档“{key}”的 any 和 all 只能写一个")
    needs: Mapping[str, Any] = one.get("all") or one.get("any") or {}
    if unknown := set(needs) - CONDITIONS:
        raise ValueError(f"繁简分档“{key}”的条件不认识：{'、'.join(sorted(unknown))}")
    severity: Mapping[str, str] = one.get("severity", {})
    if wrong := set(severity.values()) - GRADES:
        raise ValueError(f"繁简分档“{key}”的严格程度不认识：{'、'.join(sorted(wrong))}")
    return Track(
        key,
        str(one.get("label") or TRACKS[key]),
        tuple(needs.items()),
        "all" in one,
        one.get("fewest"),
        tuple(one.get("branches", ())),
        dict(severity),
        bool(one.get("scored", False)),
        bool(one.get("bulk", True)),
        _read_raised(key, one["raised"]) if "raised" in one else None,
    )


def _read_raised(key: str, told: Any) -> Raised:
    if not isinstance(told, Mapping) or set(told) != {"per_cent", "to"} or not 0 < Decimal(str(told["per_cent"])) <= 100:
        raise ValueError(f"繁简分档“{key}”的随机提档须写 per_cent（大于0、不超过100）和 to")
    return Raised(Decimal(str(told["per_cent"])), str(told["to"]))


def raise_by_lot(placed: Placed, tracks: Sequence[Track]) -> Placed:
    """Return the goal on the track to which a lot that fell on it raises it; its form stays that of its own track."""
    raised = placed.track.raised
    to = next((one for one in tracks if raised is not None and one.key == raised.to), None)
    if raised is None or to is None:
        return placed
    why = f"{placed.why}，属{placed.track.label}档；随机抽取{raised.per_cent.normalize():f}%，抽中，按{to.label}档审核"
    return Placed(to, why, placed.track)


def place_on_track(facts: TrackFacts, tracks: Sequence[Track], words: Mapping[str, str]) -> Placed:
    """Return the first track whose conditions hold. `words` are the labels of kinds and changes."""
    short: list[str] = []
    for one in tracks:
        answers = [_answer(name, asked, facts, words) for name, asked in one.needs]
        if not one.needs:
            return Placed(one, "；".join(dict.fromkeys(short)) or "没有列入其他各档")
        held = [why for holds, why in answers if holds]
        if len(held) == len(answers) or (held and not one.every):
            return Placed(one, "，".join(held))
        short += [f"{why}（{one.label}档）" for holds, why in answers if not holds and why]
    raise ValueError("繁简分档没有接收其余目标的一档")


def _answer(name: str, asked: Any, facts: TrackFacts, words: Mapping[str, str]) -> tuple[bool, str]:
    """Whether one condition holds, and why in words; why not is told of money alone."""
    money = f"年度资金 {format_exact(facts.fen)}"
    if name == "from":
        line = wan_to_fen(asked)
        return facts.fen >= line, f"{money}，{'达到' if facts.fen >= line else '不足'} {format_wan(line)} 万元"
    if name == "below":
        line = wan_to_fen(asked)
        return facts.fen < line, f"{money}，{'不足' if facts.fen < line else '达到'} {format_wan(line)} 万元"
    if name in {"kinds", "changes"}:
        own = facts.kind if name == "kinds" else facts.change
        return own in asked, words.get(own, own) if own in asked else ""
    own_mark, label = (facts.major, "列为重大") if name == "major" else (facts.listed, "列入重点审核清单")
    holds = own_mark is bool(asked)
    return holds, (label if own_mark else f"没有{label}") if holds else ""


def needs_of(track: Track, words: Mapping[str, str]) -> str:
    """Tell the conditions of a track in one line; those of the last are 其余的."""
    told = []
    for name, asked in track.needs:
        if name in {"from", "below"}:
            told.append(f"年度资金{'达到' if name == 'from' else '不足'} {format_wan(wan_to_fen(asked))} 万元")
        elif name in {"kinds", "changes"}:
            told.append("、".join(words.get(one, one) for one in asked))
        else:
            told.append(("" if asked else "没有") + ("列为重大" if name == "major" else "列入重点审核清单"))
    return ("，并且" if track.every else "，或者").join(told) or "其余的"


def asked_of(track: Track, branches: Mapping[str, str], checks: Mapping[str, str]) -> list[str]:
    """Tell what a track asks for. `branches` and `checks` are labels by key."""
    grades = {"block": "不改正不能提交", "warn": "提醒", "note": "建议", "off": "不审核"}
    told = [f"至少 {track.fewest} 个指标"] if track.fewest is not None else []
    if track.branches:
        told.append(f"必设{'、'.join(branches.get(one, one) for one in track.branches)}")
    told += [f"“{checks.get(key, key)}”{grades[grade]}" for key, grade in track.severity.items()]
    if track.scored:
        told.append("按审核表逐项评分后才能通过")
    told.append("可以成批办理" if track.bulk else "逐项办理，不得成批")
    if track.raised is not None:
        told.append(f"提交时随机抽取{track.raised.per_cent.normalize():f}%按{TRACKS[track.raised.to]}档审核")
    return told
