"""Where a nearer pack is looser than one it rests on: both values with both clauses, and the stated reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jiheng.rules.entry import Citation
from jiheng.rules.policy.calendar import CalendarItem
from jiheng.rules.policy.loading import clause_in_packs
from jiheng.rules.policy.pack import Pack, section_name
from jiheng.rules.policy.parameters import Parameter, Point, loosenings
from jiheng.rules.policy.strict_yaml import Problem
from jiheng.rules.policy.words import point_words, said_lines
from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.rules.strictness import OF_FLOORS, Strictness


@dataclass(frozen=True)
class Conflict:
    """One rule of `place` that is looser than that of `upper`: values and clauses of both, since when, why looser.

    `reason` is what the nearer pack states for it; `binding` is true for a floor, which no reason excuses.
    `where` is file and line of the nearer entry.
    """

    place: str
    upper: str
    section: str
    key: str
    label: str
    since: str
    said: tuple[str, ...]
    clause: str
    upper_said: tuple[str, ...]
    upper_clause: str
    why: str
    binding: bool
    reason: str
    where: tuple[str, int]

    def __str__(self) -> str:
        ground = "底线，不得放宽" if self.binding else f"理由：{self.reason}" if self.reason else "没有写明理由"
        return (
            f"{section_name(self.section)}“{self.label}”（{self.key}）{self.since}："
            f"{self.place}为{'；'.join(self.said)}（{self.clause}），"
            f"{self.upper}为{'；'.join(self.upper_said)}（{self.upper_clause}），{self.why}；{ground}"
        )


@dataclass(frozen=True)
class _Looser:
    """What one comparison found, before names and clauses."""

    since: Point | None
    said: tuple[str, ...]
    cite: Citation
    upper_said: tuple[str, ...]
    upper_cite: Citation
    why: str


def conflicts(packs: list[Pack]) -> list[Conflict]:
    """Every rule of a pack that is looser than one of a pack it rests on, nearest pack first.

    What the upper pack only assumes, or takes from a convention of the system, is no rule and binds nobody.
    """
    found = []
    for index, near in enumerate(packs):
        for section, entries in near.entries.items():
            for key, entry in entries.items():
                for offset, far in enumerate(packs[index + 1 :], start=index + 1):
                    upper = far.entries[section].get(key)
                    strictness = _direction(section, key, packs[offset:])
                    if upper is None or strictness is None:
                        continue
                    found += [
                        Conflict(
                            near.manifest.name,
                            far.manifest.name,
                            section,
                            key,
                            upper.label,
                            point_words(one.since),
                            one.said,
                            clause_in_packs(packs, one.cite),
                            one.upper_said,
                            clause_in_packs(packs, one.upper_cite),
                            one.why,
                            bool(upper.floor),
                            entry.looser_because,
                            near.where[section, key],
                        )
                        for one in _compared(entry, upper, strictness, packs)
                    ]
    return found


def unreasoned(packs: list[Pack]) -> list[Problem]:
    """What stands against packs: rules looser than an upper one without a reason, reasons for what is not looser."""
    found = conflicts(packs)
    problems = [Problem(*one.where, f"{one}；请改正，或在条目里写 looser_because") for one in found if _open(one)]
    loose = {(one.place, one.section, one.key) for one in found}
    return problems + [
        Problem(*pack.where[section, key], f"“{entry.label}”没有比上级放宽，请删去 looser_because")
        for pack in packs
        for section, entries in pack.entries.items()
        for key, entry in entries.items()
        if entry.looser_because and (pack.manifest.name, section, key) not in loose
    ]


def _open(conflict: Conflict) -> bool:
    return conflict.binding or not conflict.reason.strip()


def _direction(section: str, key: str, uppers: list[Pack]) -> Strictness | None:
    """The direction that the nearest of the upper packs states for an entry; a floor's own counts too."""
    for pack in uppers:
        entry = pack.entries[section].get(key)
        if entry is None:
            continue
        if isinstance(entry, Parameter) and entry.floor_direction is not None:
            return OF_FLOORS[entry.floor_direction]
        if entry.stricter is not None:
            stated: Strictness = entry.stricter
            return stated
    return None


def _compared(near: Any, far: Any, strictness: Strictness, packs: list[Pack]) -> Iterator[_Looser]:
    if isinstance(near, Parameter):
        yield from _parameters(near, far, strictness, packs)
    elif not _binds(far, packs):
        return
    elif isinstance(near, GradeTable):
        yield from _grades(near, far)
    elif isinstance(near, CalendarItem):
        yield from _days(near, far)
    elif isinstance(near, Scorecard):
        yield from _cards(near, far)


def _binds(stated: Any, packs: list[Pack]) -> bool:
    """Whether what an upper pack says was found in a document."""
    source = next((pack.sources[stated.cite.source] for pack in packs if stated.cite.source in pack.sources), None)
    return not stated.assumed and source is not None and source.level != "system"


def _parameters(near: Parameter, far: Parameter, strictness: Strictness, packs: list[Pack]) -> Iterator[_Looser]:
    if near.by != far.by or near.unit != far.unit:
        first, other = near.values[0], far.values[0]
        words = f"按{near.by}、单位{near.unit}，与上级（按{far.by}、单位{far.unit}）无法比较"
        yield _Looser(
            first.since, said_lines(first.value, near.unit), first.cite,
            said_lines(other.value, far.unit), other.cite, words,
        )  # fmt: skip
        return
    for one in loosenings(near, far, strictness):
        if one.near is not None and _binds(one.far, packs):
            yield _Looser(
                one.since, said_lines(one.near.value, near.unit), one.near.cite,
                said_lines(one.far.value, far.unit), one.far.cite, one.why,
            )  # fmt: skip


def _grades(near: GradeTable, far: GradeTable) -> Iterator[_Looser]:
    """A grade reached with fewer points than above."""
    above = {band.key: band for band in far.bands}
    lower = [(band, above[band.key]) for band in near.falling if band.key in above and band.low < above[band.key].low]
    if lower:
        yield _Looser(
            None,
            tuple(f"{band.label} {band.low} 分起" for band, _ in lower), near.cite,
            tuple(f"{band.label} {band.low} 分起" for _, band in lower), far.cite, "分数线低于上级规定",
        )  # fmt: skip


def _days(near: CalendarItem, far: CalendarItem) -> Iterator[_Looser]:
    """A later last day than above."""
    if near.due(2024) > far.due(2024):
        said = [f"{_YEARS.get(one.due_on.year, '')}{one.due_on.month}月{one.due_on.day}日" for one in (near, far)]
        yield _Looser(None, (said[0],), near.cite, (said[1],), far.cite, "晚于上级规定的期限")


_YEARS = {-2: "前两年", -1: "上年", 0: "当年", 1: "次年", 2: "第三年", 3: "第四年"}


def _cards(near: Scorecard, far: Scorecard) -> Iterator[_Looser]:
    """A group of the upper card that the nearer card lacks."""
    own = {group.key for group in near.groups}
    lacking = [group.label for group in far.groups if group.key not in own]
    if lacking:
        yield _Looser(
            None, tuple(group.label for group in near.groups), near.cite,
            tuple(group.label for group in far.groups), far.cite, f"缺少{'、'.join(lacking)}",
        )  # fmt: skip
