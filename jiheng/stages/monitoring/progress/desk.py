"""What waits in periodic reports."""

from datetime import timedelta

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.stages.monitoring.progress.access import RECEIVERS, visible_progress
from jiheng.stages.monitoring.progress.owed import owed_in

AHEAD = timedelta(days=30)


def todos(person: Person) -> list[Todo]:
    """Reports that a department owes within a month or is late with; reports to receive for the bureau."""
    if person.role in RECEIVERS:
        waiting = visible_progress(person).filter(state="submitted", cycle__state="open").order_by("due", "pk")[:50]
        return [_todo(str(one), "收取报送", reverse("monitoring:progress", args=[one.pk])) for one in waiting]
    if person.role != "department_reviewer":
        return []
    found = []
    for cycle in cycles_in_sight(person).filter(state="open"):
        for one in owed_in(cycle, person):
            written = one.report is not None and one.report.state != "draft"
            if not written and one.due - AHEAD <= clock.today():
                url = reverse("monitoring:progress_list")
                found.append(Todo(f"{cycle.budget_year} 年{one.duty.label}", "报送进展", url, due=one.due))
    return found


def _todo(title: str, verb: str, url: str) -> Todo:
    return Todo(title, verb, url)
