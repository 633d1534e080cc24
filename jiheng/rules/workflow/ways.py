"""The ways by which rows of a workflow table part: what a case is, as a place may name it in `when`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from jiheng.rules.tracks import TRACKS
from jiheng.rules.workflow.steps import Step


@dataclass(frozen=True)
class Way:
    """One thing that tells cases apart: what it is, and its values in words."""

    label: str
    values: Mapping[str, str]


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "allocator": Way("资金由谁分配", {"department": "主管部门分配的", "bureau": "财政部门分配的"}),
        "joint": Way("是否联合评价", {"yes": "联合评价的", "no": "不是联合评价的"}),
        "track": Way("繁简分档", {key: f"{label}档的" for key, label in TRACKS.items()}),
    }
)


def words_of(step: Step) -> str:
    """For which cases a row is, in words; empty when it is for all."""
    return "".join(f"（{WAYS[way].values[value]}）" for way, value in step.when.items())


def wrong_ways(step: Step) -> list[str]:
    """What a row names as its way and no case can have."""
    return [
        f"“{way}: {value}”不是分路的写法"
        for way, value in step.when.items()
        if way not in WAYS or value not in WAYS[way].values
    ]


def parted(steps: Sequence[Step]) -> list[tuple[str, list[Step]]]:
    """The rows that a case of each kind meets, by the kind in words; one entry when the table does not part."""
    found: list[tuple[str, list[Step]]] = [("", list(steps))]
    for way in sorted({way for step in steps for way in step.when}):
        found = [
            (name + words, [one for one in rows if one.when.get(way, value) == value])
            for name, rows in found
            for value, words in WAYS[way].values.items()
        ]
    return found
