"""A goal and its reviews as the official forms.

F1 for a project, F1P for a policy where the place has such a form, F2 for a whole department, F3 for a review, F14 for a
region.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.goals.models import Goal, GoalIndicator, GoalReview
from jiheng.stages.goals.policy_form import KEY as POLICY
from jiheng.stages.goals.policy_form import is_policy, policy_boxes
from jiheng.stages.goals.queries import signatures_for, value_words
from jiheng.stages.goals.services.reviewing import card_of

NEW = {"new"}


def form_key(goal: Goal) -> str:
    """Return which official form a goal is: F2 of a whole department, F1P of a policy where there is one, else F1."""
    if goal.scope == "department":
        return "F2"
    return POLICY if is_policy(goal) and POLICY in policy_for(goal.cycle).forms else "F1"


def goal_form(goal: Goal) -> tuple[FormDefinition, FormData]:
    """Return the official form of a goal with its data; amounts in fen."""
    key = form_key(goal)
    definition = policy_for(goal.cycle).forms[key]
    rows = list(goal.indicators.select_related("library"))
    data = _department(goal, rows) if goal.scope == "department" else _project(goal, rows)
    if key == POLICY:
        data |= policy_boxes(goal, apart=any(box.key == "content" for box in definition.boxes))
    columns = {column.key for table in definition.tables if table.key == "notes" for column in table.columns}
    if "interim" not in columns:  # only the forms of places that set interim targets have them
        data["notes"] = [{key: value for key, value in one.items() if key != "interim"} for one in data["notes"]]
    return definition, {"year": goal.subject_year.budget_year, **data}


def regional_form(goal: Goal, upper: str, bureau: str) -> tuple[FormDefinition, FormData]:
    """Return a transfer's goal as the form of a region (F14); `upper` is the place that handed the money down."""
    told = _project(goal, list(goal.indicators.select_related("library")))
    left = {key: value for key, value in told.items() if key not in {"unit", "attribute", "notes"}}
    head = {"upper": upper or None, "bureau": bureau, "department": goal.subject_year.department.name}
    return policy_for(goal.cycle).forms["F14"], {"year": goal.subject_year.budget_year, **left, **head}


def review_form(review: GoalReview) -> tuple[FormDefinition, FormData]:
    """Return the official review form (F3) of one review."""
    goal = review.goal
    policy = policy_for(goal.cycle)
    definition, card = policy.forms["F3"], card_of(goal)
    labels = {tier.key: tier.label for tier in card.tiers}
    items = [
        {
            "opinion": labels.get(line.get("tier", "")),
            "score": Decimal(line["points"]) if "points" in line else None,
        }
        for line in (review.lines.get(item.key, {}) for item in card.items)
    ]
    places = next(len(table.rows) for table in definition.tables if table.key == "items")
    year = goal.subject_year
    return definition, {
        "year": year.budget_year,
        "project_name": year.name,
        "department": year.department.name,
        "unit": year.unit.name,
        "items": items[:places],
        "grade": policy.grades[card.grades].band(review.grade).label,
        "total": review.total,
        "opinion": review.opinion or None,
        "reviewed_by": review.reviewer.split("（")[0],
        "reviewed_on": review.reviewed_on,
    }


def _project(goal: Goal, rows: Sequence[GoalIndicator]) -> FormData:
    year = goal.subject_year
    medium = goal.medium_fiscal_fen + goal.medium_other_fen
    return {
        "project_name": year.name,
        "department": f"{year.department.name}（{year.department.code}）",
        "unit": year.unit.name,
        "attribute": "新增项目" if year.change in NEW else "延续项目",
        "term": f"{year.first_year}年"
        if year.first_year == year.last_year
        else f"{year.first_year}—{year.last_year}年",
        "term_total": medium or None,
        "year_total": goal.fiscal_fen + goal.other_fen,
        "term_appropriation": goal.medium_fiscal_fen if medium else None,
        "year_appropriation": goal.fiscal_fen,
        "term_other": goal.medium_other_fen if medium else None,
        "year_other": goal.other_fen,
        "term_goal": goal.medium_objective or None,
        "year_goal": goal.objective or None,
        "indicators": [_year_and_term(row) for row in rows],
        "notes": [
            {**_note(row), "scoring": METHODS[row.method].label if row.method in METHODS else None}
            for row in rows
        ],
        **_foot(goal),
    }


def _year_and_term(row: GoalIndicator) -> dict[str, Any]:
    term = bool(row.term_text)
    return {
        "level1": row.level1,
        "term_level2": row.level2 if term else None,
        "term_name": row.name if term else None,
        "term_target": row.term_text or None,
        "level2": row.level2,
        "name": row.name,
        "target": value_words(row) or None,
    }


def _note(row: GoalIndicator) -> dict[str, Any]:
    evidence = row.library.evidence if row.library else ""
    source = "；".join(dict.fromkeys(part for part in (row.data_source, evidence) if part))
    return {
        "name": row.name,
        "explanation": row.explanation or (row.library.definition if row.library else "") or None,
        "weight": row.weight,
        "basis": row.standard or None,
        "source": source or None,
        "interim": row.interim_text or None,
    }


def _department(goal: Goal, rows: Sequence[GoalIndicator]) -> FormData:
    return {
        "department": goal.subject_year.unit.name,
        "tasks": [
            {
                "name": task.name,
                "content": task.content or None,
                "total": task.fiscal_fen + task.other_fen,
                "appropriation": task.fiscal_fen,
                "other": task.other_fen,
            }
            for task in goal.tasks.all()
        ],
        "year_goal": goal.objective or None,
        "indicators": [
            {"level1": row.level1, "level2": row.level2, "name": row.name, "target": value_words(row) or None}
            for row in rows
        ],
        "notes": [_note(row) for row in rows],
        **_foot(goal),
    }


def _foot(goal: Goal) -> FormData:
    signed = [
        one for one in signatures_for(goal) if not one.void and one.role in {"unit_project", "unit_finance"}
    ]
    last = {one.role: one for one in signed}
    names = "、".join(one.who.split("（")[0] for one in last.values())
    return {
        "filled_by": names or None,
        "headed_by": None,
        "filled_on": localtime(max(one.at for one in last.values())).date() if last else None,
    }
