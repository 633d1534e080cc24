"""What waits in reported situations."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.stage import Todo
from jiheng.foundation.workflow.models import Signature
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
    rows = visible_situations(person).filter(cycle__state="open", state__in=verbs).order_by("due", "pk")[:50]
    return [_todo(one, verbs[one.state]) for one in rows]


def _todo(one: SituationReport, verb: str) -> Todo:
    reason = ""
    if one.state == "draft" and one.submitted_on is not None:
        last = Signature.objects.filter(subject=subject_key(one)).order_by("-pk").first()
        reason = f"{last.name}：{last.comment}" if last is not None and last.action == "return" else ""
    url = reverse("monitoring:situation", args=[one.pk])
    return Todo(f"{one.subject_year.name}：{one.facts[:40]}", verb, url, due=one.due, reason=reason)
