"""What waits in plans of evaluation."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.evaluation.models import EvaluationPlan
from jiheng.stages.evaluation.plans.access import visible_plans

MOST = 50
ADOPTS = {"performance_office": "department", "bureau_leader": "fiscal"}


def todos(person: Person) -> list[Todo]:
    """Plans to adopt for the bureau; drafts of their own for those who draw them up."""
    plans = visible_plans(person).filter(cycle__state="open").order_by("pk")
    if person.role in ADOPTS:
        waiting = plans.filter(state="proposed", kind=ADOPTS[person.role])[:MOST]
        found = [_todo(one, "确定评价计划") for one in waiting]
    else:
        found = []
    if person.role in {"department_reviewer", "performance_office", "evaluation_centre"}:
        kind = "department" if person.role == "department_reviewer" else "fiscal"
        found += [_todo(one, "编制评价计划") for one in plans.filter(state="draft", kind=kind)[:MOST]]
    return found


def _todo(plan: EvaluationPlan, verb: str) -> Todo:
    return Todo(f"{plan.cycle.budget_year} 年度 {plan}", verb, reverse("evaluation:plan", args=[plan.pk]))
