"""Measures that nobody carries out go up: first to the department, then to the bureau."""

from datetime import date

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.notices.services import notify
from jiheng.registers.cycles.clocks import work_days
from jiheng.registers.cycles.queries import rules_at
from jiheng.stages.monitoring.models import Measure
from jiheng.stages.monitoring.queries import LEFT_UNIT


def escalate_overdue() -> int:
    """纠偏措施过期没有落实的，告知主管部门；再过规定的工作日仍没有落实的，告知业务股室和绩效管理股。

    Each step is told once. Returns how many measures are past their day.
    """
    today = clock.today()
    late = Measure.objects.filter(
        report__cycle__state="open", report__state__in=LEFT_UNIT, done_on__isnull=True, due__lt=today
    )
    found = list(
        late.select_related(
            "report__cycle__snapshot",
            "report__cycle__place",
            "report__checkpoint",
            "report__subject_year__department",
            "report__subject_year__unit",
        ).defer("report__cycle__snapshot__content")
    )
    for measure in found:
        _tell(measure, measure.report.subject_year.department, "department_reviewer", today)
        days = int(rules_at(measure.report.cycle).value("monitoring_decision_days").value)
        bureau = bureaus_of(measure.report.place_id).first()
        if bureau is not None and work_days(measure.report.cycle).between(measure.due, today) > days:
            for role in ("division", "performance_office"):
                _tell(measure, bureau, role, today)
    return len(found)


def _tell(measure: Measure, organisation: Organisation, role: str, today: date) -> None:
    year = measure.report.subject_year
    late = (today - measure.due).days
    notify(
        organisation=organisation,
        role=role,
        text=f"{year.unit.name}“{year.name}”的纠偏措施“{measure.text}”逾期 {late} 天没有落实",
        link=reverse("monitoring:detail", args=[measure.report_id]),
        about=measure.report,
        key=f"measure:{measure.pk}:late",
    )
