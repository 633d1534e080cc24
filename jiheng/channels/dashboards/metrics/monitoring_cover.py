"""How much of the budget was looked at on the latest checkpoint."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric, share
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Money whose monitoring report left the unit over all budgeted money."""
    if facts.checkpoint is None:
        return Figure("—", "", "还没有开启监控", reverse("monitoring:overview"))
    done = [row for row in facts.rows if row.reported]
    part, whole = facts.total(done), facts.total()
    note = f"{facts.checkpoint.label}：{len(done)}/{len(facts.rows)} 项，{format_wan(part)}/{format_wan(whole)} 万元"
    return Figure(share(part, whole), "%", note, reverse("monitoring:missing"))


METRIC = Metric(
    "monitoring_cover", "运行监控覆盖", "最近一次监控已报送的项目预算 ÷ 全部项目预算", 20, compute, "monitoring_cover"
)
