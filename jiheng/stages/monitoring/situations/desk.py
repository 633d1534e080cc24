"""What waits in reported situations."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.signed import sent_back
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.access import visible_situations

VERBS = {
    "department_reviewer": {"reported": "签收情况", "handling": "办理情况"},
    "division": {"handed": "签收情况", "bureau": "办理情况"},
}


def todos(person: Person) -> list[Todo]:
    """Drafts to hand in for the unit; situations to receive and to handle for the department and the division."""
    verbs = {"draft": "报送情况"} if person.role == "unit_project" else VERBS.get(person.role, {})
    if not verbs:
        return []
    rows = list(visible_situations(person).filter(cycle__state="open", state__in=verbs).order_by("due", "pk")[:50])
    back = sent_back(one for one in rows if one.state == "draft" and one.submitted_on is not None)
    return [_todo(one, verbs[one.state], back.get(one.pk)) for one in rows]


def _todo(one: SituationReport, verb: str, back: Signature | None) -> Todo:
    reason = f"{back.name}：{back.comment}" if back is not None else ""
    url = reverse("monitoring:situation", args=[one.pk])
    return Todo(f"{one.subject_year.name}：{one.facts[:40]}", verb, url, due=one.due, reason=reason)
