"""Telling those whose turn it is, within the same act as the step."""

from django.urls import reverse

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.accounts.roles import ROLES, UNIT_ROLES
from jiheng.foundation.notices.services import notify
from jiheng.stages.goals.access import being_drafted, workflow_of
from jiheng.stages.goals.models import Goal


def tell_next(goal: Goal, text: str) -> None:
    """Tell every role that has a forward step now; the unit also hears that its goal came back."""
    steps = [one for one in workflow_of(goal).steps if one.from_state == goal.state and not one.own]
    roles = {role for one in steps for role in one.by if not one.comment or being_drafted(goal)}
    for role in sorted(roles):
        tell(goal, role, text)


def tell(goal: Goal, role: str, text: str) -> None:
    """Tell the holders of one role in the body that the goal concerns."""
    organisation = body_of(goal, role)
    if organisation is not None:
        link = reverse("goals:detail", args=[goal.pk])
        notify(organisation=organisation, role=role, text=text, link=link, about=goal)


def body_of(goal: Goal, role: str) -> Organisation | None:
    """Return in which body this role handles the goal: the unit, its department, the bureau."""
    if role in UNIT_ROLES:
        return goal.subject_year.unit
    if ROLES[role].side == "department":
        return goal.subject_year.department
    return bureaus_of(goal.place_id).first()
