"""Entries of a policy in plain words: a value with its unit, since when, the clause; tables line by line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jiheng.rules.money import format_wan, yuan_to_fen
from jiheng.rules.policy.parameters import NO_WORDS, Parameter, Point, Setting, value_lines
from jiheng.rules.policy.policy import Policy


def for_readers(note: str) -> str:
    """A note without the sentences that explain the codes of the rule files to those who write them."""
    sentences = re.split(r"(?<=[。；])", note.strip())
    return "".join(one for one in sentences if not re.search(r"[a-z_]{2,}", one)).strip()


def said_lines(value: Any, unit: str, words: Mapping[str, str] = NO_WORDS) -> tuple[str, ...]:
    """A value in lines of words, grades by the `words` of the place; amounts of money in 万元."""
    if value is not None and unit == "元":
        return (f"{format_wan(yuan_to_fen(value))} 万元",)
    return tuple(value_lines(value, unit, words))


def point_words(since: Point | None) -> str:
    """From when something holds: 2021 年度起, 2021-06-29 起; empty for what has no dates."""
    if since is None:
        return ""
    return f"{since} 年度起" if isinstance(since, int) else f"{since.isoformat()} 起"


def setting_at(parameter: Parameter, budget_year: int, day: date) -> Setting:
    """What a parameter says for a budget year and a day; its last word where it says nothing yet."""
    return parameter.said(day if parameter.by == "event" else budget_year) or parameter.values[-1]


def entry_lines(policy: Policy, section: str, said: Any, budget_year: int, day: date) -> tuple[str, ...]:
    """One entry in lines of words."""
    if section == "parameters":
        return said_lines(setting_at(said, budget_year, day).value, said.unit, policy.grade_words)
    if section == "grades":
        return tuple(f"{band.label}：{band.low} 分起" for band in said.falling)
    if section == "scorecards":
        return tuple(f"{group.label} {group.points} 分" for group in said.groups)
    if section == "calendar":
        return (f"{budget_year} 年度：{said.due(budget_year).isoformat()} 截止",)
    if section == "workflows":
        return tuple(f"{step.label}：{_states(said, step)}，{_roles(policy, step.by)}" for step in said.steps)
    if section == "documents":
        return tuple(part.title for part in said.sections)
    return (said.title.replace("{year}", str(budget_year)),)


def entry_clause(policy: Policy, said: Any, budget_year: int, day: date) -> str:
    """The clause of one entry, of a parameter that of the value in force."""
    cite = setting_at(said, budget_year, day).cite if isinstance(said, Parameter) else said.cite
    return str(policy.clause_of(cite))


def entry_since(said: Any, budget_year: int, day: date) -> str:
    """From when what an entry says holds; empty for what has no dates."""
    return point_words(setting_at(said, budget_year, day).since) if isinstance(said, Parameter) else ""


def entry_note(said: Any, budget_year: int, day: date) -> str:
    """What is explained to readers about one entry."""
    if isinstance(said, Parameter):
        return for_readers(setting_at(said, budget_year, day).note or said.note)
    return for_readers(getattr(said, "note", ""))


def _states(workflow: Any, step: Any) -> str:
    return f"{workflow.states[step.from_state].label} → {workflow.states[step.to_state].label}"


def _roles(policy: Policy, roles: Sequence[str]) -> str:
    return "、".join(policy.role_labels.get(role, role) for role in roles)
