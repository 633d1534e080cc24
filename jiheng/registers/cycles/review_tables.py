"""Filling a review table of the pack: tiers ticked item by item, points within them, the total and its grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.refusal import Refusal, under
from jiheng.rules.scoring.grades import Band
from jiheng.rules.scoring.scorecard import Scorecard

Lines = Mapping[str, Mapping[str, str]]
"""By item: tier, points and remark, as they are kept."""


@dataclass(frozen=True)
class Answers:
    """What was given on a table: tiers and points by item, remarks, the opinion on the whole."""

    tiers: Mapping[str, str]
    points: Mapping[str, Decimal]
    remarks: Mapping[str, str]
    opinion: str = ""


@dataclass(frozen=True)
class Filled:
    """A table that is whole: the total, its grade, the lines to keep, the clause of the table."""

    total: Decimal
    band: Band
    lines: dict[str, dict[str, str]]
    opinion: str
    clause: str

    @property
    def columns(self) -> dict[str, Any]:
        """What a record of the review keeps of it, by its columns."""
        return {"total": self.total, "grade": self.band.key, "opinion": self.opinion, "lines": self.lines}

    @property
    def told(self) -> dict[str, Any]:
        """What the audit chain keeps of it."""
        return {"total": str(self.total), "grade": self.band.label, "lines": self.lines, "comment": self.opinion}


def clause_of(cycle: Cycle, card: Scorecard) -> str:
    """Return the clause of a table in a cycle."""
    return str(policy_for(cycle).clause_of(card))


def grade_by(cycle: Cycle, card: Scorecard, total: Decimal) -> Band:
    """Return the grade of a total on a table in a cycle."""
    return policy_for(cycle).grades[card.grades].grade(total)


def filled(cycle: Cycle, card: Scorecard, answers: Answers) -> Filled:
    """逐项评定档次（可在档次区间内给分），得出总分和等级；分数未满的须写明意见。

    Points left out are those of the ticked tier. Raises Refused with every item that is missing or outside its tier.
    """
    given = _points(card, answers)
    clause = clause_of(cycle, card)
    missing = [
        Refusal(f"“{item.label}”还没有评定", clause, remedy="请选择档次或给分", where=item.key)
        for item in card.items
        if item.key not in given
    ]
    ticked = {key: tier for key, tier in answers.tiers.items() if tier}
    if found := missing + under(clause, card.problems(given, ticked)):
        raise Refused(found)
    total = card.total_of(given).points
    if total < card.total and not answers.opinion.strip():
        raise refuse("没有得满分的，须写明审核意见", clause, remedy="请说明扣分之处和修改要求", where="opinion")
    lines = {
        item.key: {
            "tier": answers.tiers.get(item.key, ""),
            "points": str(given[item.key]),
            "remark": answers.remarks.get(item.key, "").strip()[:300],
        }
        for item in card.items
    }
    return Filled(total, grade_by(cycle, card, total), lines, answers.opinion.strip(), clause)


def _points(card: Scorecard, answers: Answers) -> dict[str, Decimal]:
    items = {item.key for item in card.items}
    if unknown := sorted((set(answers.tiers) | set(answers.points)) - items):
        raise mistaken(f"审核表没有“{'、'.join(unknown)}”这一项", remedy="请刷新页面后重填")
    given = dict(answers.points)
    for key, tier in answers.tiers.items():
        if tier and key not in given:
            try:
                given[key] = card.ticked(key, tier)
            except LookupError as error:
                raise mistaken(str(error), where=key) from error
    return given


def read_answers(card: Scorecard, data: Mapping[str, str]) -> Answers:
    """Read what was typed into a table. ValidationError names the item whose points are no number."""
    tiers, points, remarks = {}, {}, {}
    for item in card.items:
        if tier := data.get(f"tier-{item.key}", ""):
            tiers[item.key] = tier
        remarks[item.key] = data.get(f"remark-{item.key}", "")
        text = data.get(f"points-{item.key}", "").strip()
        if text:
            try:
                points[item.key] = Decimal(forms.DecimalField(max_digits=6, decimal_places=2).clean(text))
            except forms.ValidationError as error:
                raise forms.ValidationError(f"“{item.label}”的得分“{text}”不是最多两位小数的数") from error
    return Answers(tiers, points, remarks, data.get("opinion", ""))


def typed_items(card: Scorecard, typed: Mapping[str, str], refusals: list[Refusal]) -> list[dict[str, Any]]:
    """Return the items of a table as its page shows them, with what was typed and what is wrong beside each."""
    wrong = {one.where: one for one in refusals if one.where}
    return [
        {
            "row": row,
            "tiers": [
                {"band": band, "tick": card.ticked(row.item.key, band.key)} for band in card.tiers_of(row.item.key)
            ],
            "tier": typed.get(f"tier-{row.item.key}", ""),
            "points": typed.get(f"points-{row.item.key}", ""),
            "remark": typed.get(f"remark-{row.item.key}", ""),
            "wrong": wrong.get(row.item.key),
            "first": row.item is row.level1.items[0] if row.level1.items else False,
        }
        for row in card.rows
    ]


def kept_items(card: Scorecard, lines: Lines) -> list[dict[str, Any]]:
    """Return the items of a table that was filled: level, item, tier, points and remark."""
    tiers = {tier.key: tier.label for tier in card.tiers}
    return [
        {
            "item": row.item,
            "level": row.level1.label,
            "tier": tiers.get(lines.get(row.item.key, {}).get("tier", ""), ""),
            **{key: lines.get(row.item.key, {}).get(key, "") for key in ("points", "remark")},
        }
        for row in card.rows
    ]
