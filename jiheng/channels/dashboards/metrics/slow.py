"""Money whose spending is behind."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Subjects with a spending warning at the latest checkpoint."""
    rows = [row for row in facts.rows if row.slow]
    note = f"涉及预算 {format_wan(facts.total(rows))} 万元"
    return Figure(str(len(rows)), "项", note, reverse("monitoring:list") + "?what=slow", "red" if rows else "")


METRIC = Metric(
    "slow", "支出偏慢", "最近一次监控中执行率低于规定要求的项目", 60, compute, "monitoring_execution_floor"
)
