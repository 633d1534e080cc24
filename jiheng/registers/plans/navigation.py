"""Action plans in the left side, and what of them waits for whom."""

from datetime import timedelta

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.navigation import NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.registers.plans.access import may_accept, visible_tasks
from jiheng.registers.plans.models import PlanTask

AHEAD = timedelta(days=30)


def todos(person: Person) -> list[Todo]:
    """Tasks of the own role that come near or are overdue; reported ones for who may accept them."""
    if person.role not in BUREAU_ROLES:
        return []
    rows = visible_tasks(person).filter(plan__cycle__state="open")
    mine = rows.filter(state="open", role=person.role, due__lte=clock.today() + AHEAD).order_by("due", "pk")
    found = [_todo(one, "填报进展") for one in mine[:20]]
    waiting = rows.filter(state="reported").order_by("due", "pk")
    return found + [_todo(one, "验收") for one in waiting[:20] if may_accept(person, one)]


def _todo(task: PlanTask, verb: str) -> Todo:
    return Todo(task.label, verb, reverse("plans:task", args=[task.pk]), due=task.due, detail=task.plan.name)


ITEMS = [
    NavItem(
        key="plans",
        label="行动计划",
        icon="list-check",
        order=62,
        url="plans:list",
        roles=BUREAU_ROLES | OVERSEER_ROLES,
        todos=todos,
        records={"plans.plantask": visible_tasks},
    )
]
