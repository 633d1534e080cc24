"""What a publication says: chosen fields only, in plain values, nothing about persons.

Redaction works by naming what is published, so that a new field stays inside until somebody adds it here.
"""

import re
from typing import Any

from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Section
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.assessment.queries import card_lines, grade_label
from jiheng.stages.disclosure.queries import content_wanted
from jiheng.stages.evaluation.documents import outline_of
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.self_outlines import parts_of
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.goals.models import Goal

_TELEPHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def redacted(text: str) -> str:
    """Return the text without telephone and identity numbers."""
    return _TELEPHONE.sub("（电话略）", _IDENTITY.sub("（证件号略）", text))


def money(fen: int) -> dict[str, Any]:
    """Return an amount as fen and as people read it."""
    return {"fen": fen, "text": f"{format_wan(fen)} 万元"}


def goal_content(goal: Goal) -> dict[str, Any]:
    """Return the public part of an approved goal."""
    year = goal.subject_year
    return {
        "project": year.name,
        "unit": year.unit.name,
        "department": year.department.name,
        "budget_year": year.budget_year,
        "scope": goal.scope,
        "money": money(goal.fiscal_fen + goal.other_fen),
        "fiscal": money(goal.fiscal_fen),
        "other": money(goal.other_fen),
        "objective": redacted(goal.objective),
        "revision": goal.revision,
        "tasks": [
            {
                "name": redacted(task.name),
                "content": redacted(task.content),
                "fiscal": money(task.fiscal_fen),
                "other": money(task.other_fen),
            }
            for task in goal.tasks.all()
        ],
        "indicators": [
            {
                "level1": row.level1,
                "level2": row.level2,
                "name": redacted(row.name),
                "target": row.target_text,
                "unit": row.unit,
                "weight": str(row.weight),
            }
            for row in goal.indicators.order_by("position")
        ],
    }


def self_evaluation_content(record: SelfEvaluation) -> dict[str, Any]:
    """Return the public part of a self-evaluation; a re-checked score stands beside the unit's own.

    With the text of its report where the place asks for one and its `publication_contents` name the report.
    """
    year = record.subject_year
    grades = policy_for(record.cycle).grades["evaluation"]
    labels = {band.key: band.label for band in grades.bands}
    return {
        "project": year.name,
        "unit": year.unit.name,
        "department": year.department.name,
        "budget_year": year.budget_year,
        "initial": money(record.initial_fen),
        "budget": money(record.budget_fen),
        "executed": money(record.executed_fen),
        "execution_points": _text(record.execution_points),
        "objective": redacted(record.goal.objective),
        "result": redacted(record.actual_objective),
        "total": _text(record.total),
        "grade": labels.get(record.grade, ""),
        "recheck_total": _text(record.recheck_total),
        "recheck_grade": labels.get(record.recheck_grade, ""),
        "indicators": [
            {
                "level1": line.indicator.level1,
                "level2": line.indicator.level2,
                "name": redacted(line.indicator.name),
                "target": line.indicator.target_text,
                "unit": line.indicator.unit,
                "actual": redacted(line.actual_text),
                "weight": str(line.indicator.weight),
                "points": _text(line.points),
                "reason": redacted(line.reason),
            }
            for line in record.lines.select_related("indicator").order_by("indicator__position")
        ],
        **({"report": _told(parts_of(record))} if parts_of(record) and content_wanted(record.cycle, "report") else {}),
    }


def evaluation_content(record: Evaluation) -> dict[str, Any]:
    """Return the public part of a confirmed evaluation: score, grade, problems, advice.

    With the text of its report, part by part, where the place's `publication_contents` name the report.
    """
    year = record.subject_year
    card = card_of(record)
    labels = {band.key: band.label for band in policy_for(record.cycle).grades[card.grades].bands}
    points = dict(record.lines.values_list("item", "points"))
    return {
        "project": year.name,
        "unit": year.unit.name,
        "department": year.department.name,
        "budget_year": record.evaluated_year,
        "kind": record.kind_words,
        "money": money(record.amount_fen),
        "total": _text(record.total),
        "grade": labels.get(record.grade, ""),
        "scores": [
            {
                "level1": row.level1.label,
                "level2": row.level2.label if row.level2 else "",
                "name": row.item.label,
                "weight": str(row.item.points),
                "points": _text(points.get(row.item.key)),
            }
            for row in card.rows
        ],
        "findings": [
            {"text": redacted(one.text), "advice": redacted(one.advice)} for one in record.findings.all()
        ],
        **({"report": _report(record)} if content_wanted(record.cycle, "report") else {}),
    }


def assessment_content(record: Assessment) -> dict[str, Any]:
    """Return the public part of a department's confirmed assessment: score, grade, each item of the card.

    What was entered from outside is told by its points only: its words and sources stay inside.
    """
    return {
        "department": record.department.name,
        "budget_year": record.cycle.budget_year,
        "base": _text(record.base),
        "plus": _text(record.plus),
        "minus": _text(record.minus),
        "vetoed": record.vetoed,
        "total": _text(record.total),
        "grade": grade_label(record),
        "scores": [
            {
                "level1": one.row.level1.label,
                "level2": one.row.level2.label if one.row.level2 else "",
                "name": one.row.item.label,
                "weight": str(one.row.item.points),
                "points": _text(one.line.points if one.line else None),
            }
            for one in card_lines(record)
        ],
    }


def _report(record: Evaluation) -> list[dict[str, str]]:
    return _told([(one, str(record.sections.get(one.key, "")).strip()) for one in outline_of(record).sections])


def _told(parts: list[tuple[Section, str]]) -> list[dict[str, str]]:
    return [{"title": one.title, "text": redacted(text)} for one, text in parts if text]


def _text(value: object) -> str:
    return "" if value is None else str(value)
