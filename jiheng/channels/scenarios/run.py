"""Runs a place's script in a fresh database and compares what comes out with what the place published."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from jiheng.channels.scenarios.acts import perform
from jiheng.channels.scenarios.measures import compute
from jiheng.channels.scenarios.world import World, settle
from jiheng.rules.entry import Strict
from jiheng.rules.policy import PackError
from jiheng.rules.policy.strict_yaml import read_yaml

DIFFERENT, EQUAL, DISAGREE = "不等", "相等", "公布数自相矛盾"


class PlaceData(Strict):
    """Which place the script is about."""

    code: str
    name: str
    region_code: str


class ActData(Strict):
    """One act: on which day, which word, what is said with it."""

    day: date
    do: str
    with_: dict[str, Any] = Field(alias="with")


class Script(Strict):
    """What people did, in the order of the year."""

    place: PlaceData
    since: date
    bodies: list[dict[str, str]]
    acts: list[ActData]


class Expected(Strict):
    """One published figure, used for comparing only.

    `near` and `within` are for figures published as about so much; `also_published` is another value that
    the same document gives for the same thing.
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
    note: str = ""


class Published(Strict):
    """All published figures of a place."""

    figures: list[Expected]


@dataclass(frozen=True)
class Compared:
    """One line of the table."""

    key: str
    label: str
    published: str
    computed: str
    equal: bool
    kind: str
    verdict: str
    unit: str
    clause: str
    note: str

    @property
    def accepted(self) -> bool:
        """Whether the line stands: equal, also where the document contradicts itself."""
        return self.equal

    def plain(self) -> dict[str, Any]:
        """Return the line for machines."""
        return asdict(self)


def folder(place: str) -> Any:
    """Return where a place's script lies."""
    return files("jiheng") / "packs" / place / "scenario"


def read_script(place: str) -> Script:
    """Read what people did. FileNotFoundError when the place has no script."""
    return Script.model_validate(_plain(folder(place) / "input.yaml"))


def read_expected(place: str) -> Published:
    """Read what the place published."""
    return Published.model_validate(_plain(folder(place) / "expected.yaml"))


def _plain(path: Any) -> Any:
    document, problems = read_yaml(path.name, path.read_text(encoding="utf-8"))
    if problems:
        raise PackError(path.name, problems)
    return document.value


def play(place: str, seed: str) -> World:
    """Perform the whole script; ValueError when its days are not in order."""
    script = read_script(place)
    world = settle(
        code=script.place.code,
        name=script.place.name,
        region_code=script.place.region_code,
        bodies=script.bodies,
        since=script.since,
        seed=seed,
    )
    last = script.since
    for one in script.acts:
        if one.day < last:
            raise ValueError(f"剧本顺序有误：{one.day} 的“{one.do}”排在 {last} 之后")
        last = one.day
        perform(world, one.day, one.do, one.with_)
    return world


def compare(world: World, expected: Published) -> list[Compared]:
    """Compute every figure by the system's own statistics and set it beside the published one."""
    return [_compared(world, one) for one in expected.figures]


def _compared(world: World, one: Expected) -> Compared:
    computed = compute(world.place, one.measure, dict(one.with_))
    equal = _near(computed, one) if one.near else computed == one.published
    verdict = EQUAL if equal else DIFFERENT
    published = one.published
    if one.also_published:
        equal = computed in {one.published, one.also_published}
        verdict = DISAGREE if equal else DIFFERENT
        published = f"{one.published}／{one.also_published}"
    return Compared(
        one.key, one.label, published, computed, equal, one.kind, verdict, one.unit, one.clause, one.note
    )


def _near(computed: str, one: Expected) -> bool:
    try:
        return abs(Decimal(computed) - Decimal(one.near)) <= Decimal(one.within)
    except InvalidOperation:
        return False


def run(place: str, seed: str) -> list[Compared]:
    """Play the script and compare."""
    return compare(play(place, seed), read_expected(place))


KINDS = {"input": "填报", "generated": "生成", "derived": "推算"}


def as_text(table: list[Compared]) -> Iterator[str]:
    """Return the table for people, one line a figure."""
    for row in table:
        yield f"{row.verdict}\t{KINDS[row.kind]}\t{row.label}：公布 {row.published}{row.unit}，系统 {row.computed}{row.unit}（{row.clause}）"
        if row.note:
            yield f"\t\t注：{row.note}"
    wrong = sum(not row.equal for row in table)
    yield f"共 {len(table)} 项，{len(table) - wrong} 项相等，{wrong} 项不等"
