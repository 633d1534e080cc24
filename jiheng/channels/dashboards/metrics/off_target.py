"""Money whose results lag behind their targets."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Subjects with a drift warning at the latest checkpoint."""
    rows = [row for row in facts.rows if row.off_target]
    note = f"涉及预算 {format_wan(facts.total(rows))} 万元"
    return Figure(str(len(rows)), "项", note, reverse("monitoring:list") + "?what=off_target", "red" if rows else "")


METRIC = Metric(
    "off_target", "偏离目标", "最近一次监控中指标完成情况低于应达到水平的项目", 70, compute, "monitoring_lights"
)
