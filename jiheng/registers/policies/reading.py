"""Rules in plain words: every value in force with its clause and history, and what a place has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.registers.policies.models import Confirmation, Snapshot
from jiheng.registers.policies.queries import approved_files, assumed_entries
from jiheng.rules.policy import Policy, available_places, load_policy
from jiheng.rules.policy.conflicts import Conflict, conflicts
from jiheng.rules.policy.loading import layers
from jiheng.rules.policy.overrides import KINDS, Override
from jiheng.rules.policy.pack import section_name
from jiheng.rules.policy.parameters import Parameter, Point, Setting
from jiheng.rules.policy.words import (
    entry_clause,
    entry_lines,
    entry_note,
    for_readers,
    point_words,
    said_lines,
)

STAGES = {
    "appraisal": "事前绩效评估",
    "goals": "绩效目标",
    "monitoring": "绩效运行监控",
    "evaluation": "绩效评价",
    "results": "结果应用",
    "assessment": "工作考核",
    "disclosure": "信息公开",
    "budget": "预算约束",
    "clocks": "法定时限",
    "duties": "职责与办理",
}


@dataclass(frozen=True)
class ValueLine:
    """One dated value of a rule: from when, what, by which clause, found or assumed."""

    since: str
    lines: tuple[str, ...]
    clause: str
    assumed: bool
    note: str
    in_force: bool


@dataclass(frozen=True)
class RuleLine:
    """One rule in words: the value in force, all dated values, the pack it comes from, and its confirmation."""

    key: str
    label: str
    note: str
    value: ValueLine | None
    history: tuple[ValueLine, ...]
    origin: str
    floor: bool
    assumed: bool
    confirmation: Confirmation | None

    def says(self, words: Sequence[str]) -> bool:
        """Whether every searched word stands in the rule."""
        text = " ".join(
            [self.key, self.label, self.note, self.origin]
            + [part for one in self.history for part in (*one.lines, one.clause, one.note)]
        ).lower()
        return all(word.lower() in text for word in words)


@dataclass(frozen=True)
class RuleGroup:
    """The rules of one stage."""

    key: str
    label: str
    rules: tuple[RuleLine, ...]


def visible_snapshots(person: Person) -> QuerySet[Snapshot]:
    """Return the frozen versions of the person's place, newest first, without their text."""
    return Snapshot.objects.filter(place_id=person.place_id).defer("content").order_by("-pk")


@lru_cache(maxsize=8)
def _stage_files(place: str) -> dict[str, str]:
    """Which file of the packs, and so which stage, each parameter stands in."""
    found: dict[str, str] = {}
    for pack in reversed(layers(place)):
        for (section, key), (file, _) in pack.where.items():
            if section == "parameters":
                found[key] = PurePosixPath(file).stem
    return found


def pack_names(policy: Policy) -> dict[str, str]:
    """Return the names of the packs that a policy is laid together from."""
    return _names(policy.place) | {policy.place: policy.name}


def packs_of(policy: Policy) -> list[str]:
    """Return the names of a policy's packs, from the place's own to the farthest."""
    names = pack_names(policy)
    return [names.get(one, one) for one in policy.chain]


@lru_cache(maxsize=8)
def _names(place: str) -> dict[str, str]:
    return {pack.place: pack.manifest.name for pack in layers(place)}


def _value_line(policy: Policy, parameter: Parameter, setting: Setting, now: Setting | None) -> ValueLine:
    return ValueLine(
        point_words(setting.since),
        said_lines(setting.value, parameter.unit, policy.grade_words),
        str(policy.clause_of(setting.cite)),
        setting.assumed,
        for_readers(setting.note),
        setting is now,
    )


def confirmations(place: Place) -> dict[tuple[str, str], Confirmation]:
    """Return what the bureau has confirmed, by entry and digest of what was confirmed."""
    return {(one.entry, one.value_digest): one for one in Confirmation.objects.filter(place=place)}


def rules_by_stage(
    policy: Policy, place: Place, budget_year: int, day: date, query: str = ""
) -> list[RuleGroup]:
    """Return every parameter in words, grouped by stage in the order of the year, narrowed by a search."""
    confirmed, assumed = confirmations(place), assumed_entries(policy)
    files, names = _stage_files(policy.place), pack_names(policy)
    groups: dict[str, list[RuleLine]] = {key: [] for key in (*STAGES, "")}
    for key, parameter in policy.parameters.items():
        point: Point = day if parameter.by == "event" else budget_year
        now = parameter.said(point)
        history = [_value_line(policy, parameter, setting, now) for setting in parameter.values]
        entry = f"parameters.{key}"
        origin = policy.origin("parameters", key)
        line = RuleLine(
            key,
            parameter.label,
            for_readers(parameter.note),
            next((one for one in history if one.in_force), None),
            tuple(history),
            names.get(origin, origin),
            parameter.floor,
            entry in assumed,
            confirmed.get((entry, content_hash(assumed[entry]))) if entry in assumed else None,
        )
        if line.says(query.split()):
            stage = files.get(key, "")
            groups[stage if stage in STAGES else ""].append(line)
    return [RuleGroup(key, STAGES.get(key, "其他"), tuple(lines)) for key, lines in groups.items() if lines]


@dataclass(frozen=True)
class Assumption:
    """One entry that no document was found for: what it says, and the bureau's word on it."""

    entry: str
    section: str
    label: str
    lines: tuple[str, ...]
    clause: str
    note: str
    confirmation: Confirmation | None


def assumptions(policy: Policy, place: Place, budget_year: int, day: date) -> list[Assumption]:
    """Return every assumed entry of a policy, those still open first, in the order of the sections."""
    confirmed = confirmations(place)
    found = []
    for entry, content in assumed_entries(policy).items():
        section, _, key = entry.partition(".")
        said: Any = getattr(policy, section)[key]
        found.append(
            Assumption(
                entry,
                section_name(section),
                said.label,
                entry_lines(policy, section, said, budget_year, day),
                entry_clause(policy, said, budget_year, day),
                entry_note(said, budget_year, day),
                confirmed.get((entry, content_hash(content))),
            )
        )
    return sorted(found, key=lambda one: one.confirmation is not None)


def _setting(parameter: Parameter, budget_year: int, day: date) -> Setting:
    return parameter.said(day if parameter.by == "event" else budget_year) or parameter.values[-1]


def levels_above(policy: Policy) -> list[Policy]:
    """Return the rules of each level above, nearest first, as they stand now; a pack that is gone is left out."""
    places = available_places()
    return [load_policy(place) for place in policy.chain[1:] if place in places]


def counted(rows: Sequence[Override]) -> str:
    """Return how many differences there are of each kind, in words."""
    numbers = {word: sum(one.kind == word for one in rows) for word in KINDS.values()}
    return "，".join(f"{word} {number} 处" for word, number in numbers.items() if number)


def conflicts_of(place: Place) -> tuple[list[Conflict], list[Conflict]]:
    """Return where the place's rules as they stand are looser than those above: its own, and those of the levels above."""
    packs = layers(place.code, amendments=approved_files(place))
    found, own = conflicts(packs), packs[0].manifest.name
    return [one for one in found if one.place == own], [one for one in found if one.place != own]
