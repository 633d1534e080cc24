"""A publication on its official form: F1, F1P or F2 for a goal, F5 for a self-evaluation, F7 for an evaluation.

Forms are filled from what was published and from nothing else, so that they say no more than the page does.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycle_of, policy_for, rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.money import round_half_up
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.goals.policy_form import KEY as POLICY_FORM
from jiheng.stages.goals.policy_form import KIND as POLICY

FORMED = ("goal", "self_evaluation", "evaluation")
"""Kinds with an official form; for the assessment of departments none is prescribed."""


def has_form(publication: Publication) -> bool:
    """Return whether there is an official form for what was published."""
    return publication.kind in FORMED


def official_form(publication: Publication) -> tuple[FormDefinition, FormData]:
    """Return the form of a publication under the rules of its year, with its data; amounts in fen."""
    told = publication.content
    whole = told.get("scope") == "department"
    cycle = cycle_of(publication.place.code, publication.budget_year)
    key, fill = {
        "goal": ("F2", _department_goal) if whole else (_goal_form(publication, cycle), _goal),
        "self_evaluation": ("F5", _self_evaluation),
        "evaluation": ("F7", _evaluation),
    }[publication.kind]
    data: FormData = {"year": told["budget_year"], **fill(told)}
    if key == "F5" and told["execution_points"]:
        weights = rules_at(cycle).value("self_evaluation_weights").value
        data["money"]["total"]["points"] = Decimal(str(weights["execution"]))
    return policy_for(cycle).forms[key], data


def _goal_form(publication: Publication, cycle: Cycle) -> str:
    """The form of a policy for a policy's goal where the place has one, else that of a project."""
    policies = SubjectYear.objects.filter(subject__uuid=publication.subject_uuid, cycle=cycle, kind=POLICY)
    return POLICY_FORM if POLICY_FORM in policy_for(cycle).forms and policies.exists() else "F1"


def form_name(publication: Publication) -> str:
    """Return what the file of the form is called."""
    return f"{publication.title}（{publication.number}）"


def _head(told: FormData) -> FormData:
    return {"project_name": told["project"], "department": told["department"], "unit": told["unit"]}


def _goal(told: FormData) -> FormData:
    return {
        **_head(told),
        "year_total": told["money"]["fen"],
        "year_appropriation": told["fiscal"]["fen"],
        "year_other": told["other"]["fen"],
        **_promised(told),
    }


def _department_goal(told: FormData) -> FormData:
    return {
        "department": told["unit"],
        "tasks": [
            {
                "name": one["name"],
                "content": one["content"] or None,
                "total": one["fiscal"]["fen"] + one["other"]["fen"],
                "appropriation": one["fiscal"]["fen"],
                "other": one["other"]["fen"],
            }
            for one in told["tasks"]
        ],
        **_promised(told),
    }


def _promised(told: FormData) -> FormData:
    rows = told["indicators"]
    return {
        "year_goal": told["objective"] or None,
        "indicators": [_row(one) for one in rows],
        "notes": [{"name": one["name"], "weight": _number(one["weight"])} for one in rows],
    }


def _row(one: FormData) -> FormData:
    """An indicator's branch, name and value."""
    return {
        "level1": one["level1"],
        "level2": one["level2"],
        "name": one["name"],
        "target": with_unit(one["target"], one["unit"]) or None,
    }


def with_unit(text: str, unit: str) -> str:
    """Return what was written with its unit behind it, where it ends in a figure and does not say it."""
    return f"{text}{unit}" if text[-1:].isdigit() and unit not in text else text


def _self_evaluation(told: FormData) -> FormData:
    budget, executed = told["budget"]["fen"], told["executed"]["fen"]
    total: dict[str, Any] = {
        "initial": told["initial"]["fen"],
        "adjusted": budget,
        "executed": executed,
        "rate": round_half_up(Fraction(executed, budget) * 100) if budget else None,
        "score": _number(told["execution_points"]),
    }
    return {
        **_head(told),
        "money": {"total": total},
        "goal": told["objective"] or None,
        "result": told["result"] or None,
        "indicators": [
            {
                **_row(one),
                "actual": with_unit(one["actual"], one["unit"]) or None,
                "points": _number(one["weight"]),
                "score": _number(one["points"]),
                "reason": one["reason"] or None,
            }
            for one in told["indicators"]
        ],
    }


def _evaluation(told: FormData) -> FormData:
    rows = [{**one, "level2": one["level2"] or one["level1"]} for one in told["scores"]]
    return {
        **_head(told),
        "items": [
            {
                "level1": one["level1"],
                "level1_points": _full(rows, one, "level1"),
                "level2": one["level2"],
                "level2_points": _full(rows, one, "level1", "level2"),
                "name": one["name"],
                "points": _number(one["weight"]),
                "score": _number(one["points"]),
            }
            for one in rows
        ],
        "grade": told["grade"] or None,
    }


def _full(rows: list[FormData], one: FormData, *levels: str) -> Decimal:
    """Return the full points of the branch in which an item stands: those of its items together."""
    same = [row["weight"] for row in rows if all(row[level] == one[level] for level in levels)]
    return sum((Decimal(weight) for weight in same), Decimal(0))


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
