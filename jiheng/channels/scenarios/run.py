"""Runs a place's script in a fresh database and compares what comes out with what was published or is demanded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import Field

from jiheng.channels.scenarios.demands import (
    Answered,
    Demand,
    Line,
    Outcome,
    answer,
    attempt,
    demands_as_text,
)
from jiheng.channels.scenarios.script import Script, folder, plain, read_script
from jiheng.channels.scenarios.vocabulary import compute, perform
from jiheng.channels.scenarios.world import World, settle
from jiheng.rules.entry import Strict

DIFFERENT, EQUAL, DISAGREE, AMBIGUOUS = "不等", "相等", "公布数自相矛盾", "公布数有两种读法"


class Expected(Strict):
    """One published figure, used for comparing only.

    `near` and `within` are for figures published as about so much; `also_published` is another value that
    the same document gives for the same thing. `readings` are the ways in which a figure may be read that the
    document leaves open, each with what it adds to `with`: all are computed and shown, one of them must be equal.
    """

    key: str
    label: str
    kind: Literal["input", "generated", "derived"]
    clause: str
    published: str
    also_published: str = ""
    unit: str
    measure: str
    with_: dict[str, Any] = Field(alias="with")
    near: str = ""
    within: str = ""
    readings: dict[str, dict[str, Any]] = {}
    note: str = ""


class Published(Strict):
    """All that the run is compared with: published figures, and what the document demands of the system."""

    figures: list[Expected] = []
    demands: list[Demand] = []


@dataclass
class Played:
    """What a script left: the world it was played in, and how the system answered each named act."""

    world: World
    last: date
    outcomes: dict[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared(Line):
    """What was published, what the system's own statistics say."""

    published: str


def read_expected(place: str) -> Published:
    """Read what the place published."""
    return Published.model_validate(plain(folder(place) / "expected.yaml"))


def play(place: str, seed: str) -> Played:
    """Perform the whole script of a place."""
    return play_script(read_script(place), seed)


def play_script(script: Script, seed: str) -> Played:
    """Perform a script; ValueError when its days are not in order or a name stands twice."""
    world = settle(
        code=script.place.code,
        name=script.place.name,
        region_code=script.place.region_code,
        bodies=script.bodies,
        since=script.since,
        seed=seed,
    )
    played = Played(world, script.since)
    for one in script.acts:
        if one.day < played.last:
            raise ValueError(f"剧本顺序有误：{one.day} 的“{one.do}”排在 {played.last} 之后")
        if one.name in played.outcomes:
            raise ValueError(f"剧本中“{one.name}”出现两次")
        played.last = one.day
        if one.name:
            played.outcomes[one.name] = attempt(world, one)
        else:
            perform(world, one.day, one.do, one.with_)
    return played


def compare(world: World, expected: Published) -> list[Compared]:
    """Compute every figure by the system's own statistics and set it beside the published one."""
    return [_compared(world, one) for one in expected.figures]


def _compared(world: World, one: Expected) -> Compared:
    if one.readings:
        return _read_in_ways(world, one)
    computed = compute(world.place, one.measure, dict(one.with_))
    equal = _near(computed, one) if one.near else computed == one.published
    verdict = EQUAL if equal else DIFFERENT
    published = one.published
    if one.also_published:
        equal = computed in {one.published, one.also_published}
        verdict = DISAGREE if equal else DIFFERENT
        published = f"{one.published}／{one.also_published}"
    return _line(one, published, computed, verdict, equal=equal)


def _read_in_ways(world: World, one: Expected) -> Compared:
    told = {way: compute(world.place, one.measure, {**one.with_, **more}) for way, more in one.readings.items()}
    equal = one.published in told.values()
    words = "；".join(f"{way} {value}" for way, value in told.items())
    verdict = AMBIGUOUS if equal else DIFFERENT
    return _line(one, one.published, words, verdict, equal=equal)


def _line(one: Expected, published: str, computed: str, verdict: str, *, equal: bool) -> Compared:
    return Compared(
        key=one.key, label=one.label, computed=computed, equal=equal, kind=one.kind, verdict=verdict, unit=one.unit,
        clause=one.clause, note=one.note, published=published,
    )  # fmt: skip


def _near(computed: str, one: Expected) -> bool:
    try:
        return abs(Decimal(computed) - Decimal(one.near)) <= Decimal(one.within)
    except InvalidOperation:
        return False


Row = Compared | Answered


def judge(played: Played, expected: Published) -> list[Row]:
    """Compare what was played with everything that is expected: figures first, then demands."""
    return [*compare(played.world, expected), *answer(played.world, expected.demands, played.outcomes, played.last)]


def run(place: str, seed: str) -> list[Row]:
    """Play the script and compare."""
    return judge(play(place, seed), read_expected(place))


KINDS = {"input": "填报", "generated": "生成", "derived": "推算"}


def as_text(table: Sequence[Row]) -> Iterator[str]:
    """Return the table for people: published figures, then demands, each with its sum."""
    figures = [row for row in table if isinstance(row, Compared)]
    demands = [row for row in table if isinstance(row, Answered)]
    if figures:
        yield from _figures_as_text(figures)
    if demands:
        yield from demands_as_text(demands)


def _figures_as_text(table: Sequence[Compared]) -> Iterator[str]:
    for row in table:
        yield f"{row.verdict}\t{KINDS[row.kind]}\t{row.label}：公布 {row.published}{row.unit}，系统 {row.computed}{row.unit}（{row.clause}）"
        if row.note:
            yield f"\t\t注：{row.note}"
    wrong = sum(not row.equal for row in table)
    yield f"共 {len(table)} 项，{len(table) - wrong} 项相等，{wrong} 项不等"
