"""Telling those whose turn it is, within the same act as the step."""

from django.urls import reverse

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.accounts.roles import ROLES, UNIT_ROLES
from jiheng.foundation.notices.services import notify
from jiheng.stages.monitoring.models import MonitoringReport


def tell(report: MonitoringReport, role: str, text: str) -> None:
    """Tell the holders of one role in the body that the report concerns."""
    organisation = body_of(report, role)
    if organisation is not None:
        notify(
            organisation=organisation,
            role=role,
            text=f"{report.subject_year.name}（{report.checkpoint.label}监控）：{text}",
            link=reverse("monitoring:detail", args=[report.pk]),
            about=report,
        )


def body_of(report: MonitoringReport, role: str) -> Organisation | None:
    """Return in which body this role handles the report: the unit, its department, the bureau."""
    if role in UNIT_ROLES:
        return report.subject_year.unit
    if ROLES[role].side == "department":
        return report.subject_year.department
    return bureaus_of(report.place_id).first()
