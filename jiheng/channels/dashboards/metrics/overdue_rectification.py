"""Rectifications past their day."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.stages.results.queries import rectification_statistics


def compute(facts: Facts) -> Figure:
    """Rectifications of the cycle's evaluations that are not closed and whose day has passed."""
    found = rectification_statistics(facts.cycle)
    note = f"共下达 {found.issued} 条，已销号 {found.closed} 条"
    url = reverse("results:rectifications")
    return Figure(str(found.overdue), "条", note, url, "red" if found.overdue else "")


METRIC = Metric(
    "overdue_rectification", "逾期未销号整改", "已过整改时限而没有销号的问题", 90, compute, "rectification_days"
)
