"""Interim targets (阶段性目标): what an indicator is to have reached at each checkpoint of the year.

One text says them all: 7月：30人次；10月：80人次. The months are those of the checkpoints that the rules name; with a
single checkpoint the value alone will do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from jiheng.rules.monitoring import is_cumulative
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.reading import factor_between, plain, read_target

KEY = "goal_interim_targets"
"""The parameter that lets indicators have interim targets."""
COUNTED = frozenset({">=", ">", "=", "<=", "<"})
"""Signs whose values can be held against interim ones."""
RATES = frozenset({"%", "％", "‰", "分", ""})
PART = re.compile(r"[;；\n]+|\s+(?=(?:截至|到)?[0-9][^:：\s]{0,9}月[^:：\s]{0,3}[:：])")
"""What parts them: a sign, a line of its own, or a blank before the next month (sheets join the lines of a cell so)."""
NAMED = re.compile(r"^(?P<when>[^:：]{1,20})[:：](?P<value>.+)$", re.DOTALL)
MONTH = re.compile(r"^(?:截至|到)?(?:1月?(?:-+|—+|~+|–+|至|到))?(?P<month>1[0-2]|0?[1-9])月(?:份|底|末)?(?:前)?$")


class Point(NamedTuple):
    """A checkpoint of the year: its key, what it is called, its month."""

    key: str
    label: str
    month: int


class InterimRow(NamedTuple):
    """What interim targets are held against: the year's target as it was read, and the text of the interim ones."""

    text: str
    operator: str
    value: Decimal | None
    unit: str
    year: int

    @property
    def counted(self) -> bool:
        """Whether the interim targets are figures too: not for days, ranges and words."""
        return self.operator in COUNTED and self.value is not None


@dataclass(frozen=True)
class InterimTarget:
    """What is due at one checkpoint: as written, and as a figure in the unit of the year's target where it counts."""

    point: Point
    text: str
    value: Decimal | None


@dataclass(frozen=True)
class Interim:
    """The interim targets of a row in the order of the checkpoints, and what is wrong with them, in words."""

    targets: tuple[InterimTarget, ...] = ()
    problems: tuple[str, ...] = ()

    def at(self, key: str) -> InterimTarget | None:
        """The target of a checkpoint; None where none was set."""
        return next((one for one in self.targets if one.point.key == key), None)


def points_of(policy: PolicyAt) -> tuple[Point, ...]:
    """The checkpoints at which a place's indicators may have interim targets, in order; none where it offers none."""
    known = policy.policy.parameters  # rules that were frozen before the key existed do without it
    offered = policy.get(KEY) if KEY in known else None
    if offered is None or not offered.value:
        return ()
    rows = sorted(
        policy.value("monitoring_checkpoints").value,
        key=lambda one: (int(one.get("year_offset", 0)), int(one["month"]), int(one["day"])),
    )
    return tuple(Point(str(one["key"]), str(one["label"]), int(one["month"])) for one in rows)


def example_of(points: Sequence[Point]) -> str:
    """Return how the interim targets of these checkpoints are written."""
    return "；".join(f"{one.month}月：…" for one in points)


def read_interim(row: InterimRow, points: Sequence[Point]) -> Interim:
    """Read the interim targets of a row; each fault is named, nothing is guessed."""
    found: dict[str, InterimTarget] = {}
    problems: list[str] = []
    names = "、".join(one.label for one in points)
    for part in (one.strip() for one in PART.split(row.text)):
        if not part:
            continue
        named = NAMED.match(part)
        if named is None and len(points) == 1 and len(PART.split(row.text.strip("；; \n"))) == 1:
            point: Point | None = points[0]
            text = part
        else:
            point = None if named is None else _point(named["when"], points)
            text = part if named is None else named["value"].strip()
        if point is None:
            problems.append(f"“{part}”没有写明是哪个监控时点，本年度的监控时点是{names}" if named is None else (
                f"“{named['when'].strip()}”不是监控时点，本年度的监控时点是{names}"
            ))
        elif point.key in found:
            problems.append(f"{point.label}写了两次")
        else:
            value, problem = _value(row, text)
            if problem:
                problems.append(f"{point.label}的{problem}")
            found[point.key] = InterimTarget(point, text, value)
    ordered = tuple(found[one.key] for one in points if one.key in found)
    return Interim(ordered, tuple(problems) + tuple(_against_direction(row, ordered)))


def _point(when: str, points: Sequence[Point]) -> Point | None:
    shown = plain(when).replace(" ", "")
    named = [one for one in points if plain(one.label).replace(" ", "") == shown]
    month = MONTH.match(shown)
    meant = named or [one for one in points if month and one.month == int(month["month"])]
    return meant[0] if len(meant) == 1 else None


def _value(row: InterimRow, text: str) -> tuple[Decimal | None, str]:
    """The figure of an interim target in the row's unit, and what is wrong with it."""
    if not row.counted:
        return None, ""
    target = read_target(text, unit="" if _has_unit(text) else row.unit, year=row.year)
    if target.kind != "quantitative" or target.value is None or target.op == "≈":
        return None, f"“{text}”不是确定的数"
    if target.op and target.op != row.operator:
        return None, f"“{text}”的符号与全年指标值不同"
    if not target.unit or target.unit == row.unit:
        return target.value, ""
    factor = factor_between(target.unit, row.unit)
    if factor is None:
        return None, f"“{text}”的单位与全年指标值的单位“{row.unit or '无'}”不同"
    return target.value * factor, ""


def _has_unit(text: str) -> bool:
    return bool(read_target(text).unit)


def _against_direction(row: InterimRow, targets: Sequence[InterimTarget]) -> Iterator[str]:
    """What does not run toward the year's target: amounts only grow, rates of “at most” may also fall to it."""
    told = [(one.point.label, one.value) for one in targets if one.value is not None]
    if not told or row.value is None:
        return
    steps = [*told, ("全年", row.value)]
    falls = [two for one, two in pairwise(steps) if two[1] < one[1]]
    rises = [two for one, two in pairwise(steps) if two[1] > one[1]]
    either_way = row.operator in {"<=", "<", "="} and row.unit in RATES and not is_cumulative(row.operator, row.unit)
    if not falls or (either_way and not rises):
        return
    if either_way:
        yield f"各时点的值有升有降，应当一路趋向全年的{_plain(row.value)}{row.unit}"
        return
    for (one, value), (other, after) in pairwise(steps):
        if after < value:
            much, less = f"{_plain(value)}{row.unit}", f"{_plain(after)}{row.unit}"
            yield f"{one}的{much}超过{other}的{less}，应当逐步增加、不超过全年指标值"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
