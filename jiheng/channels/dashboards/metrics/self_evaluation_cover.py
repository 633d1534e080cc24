"""How much of the budget has a self-evaluation that left the unit."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric, share
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Money with a self-evaluation over all budgeted money."""
    done = [row for row in facts.rows if row.self_evaluated]
    part, whole = facts.total(done), facts.total()
    note = f"{len(done)}/{len(facts.rows)} 项，{format_wan(part)}/{format_wan(whole)} 万元"
    return Figure(share(part, whole), "%", note, reverse("evaluation:list"))


METRIC = Metric(
    "self_evaluation_cover", "单位自评覆盖", "已报财政的自评项目预算 ÷ 全部项目预算", 30, compute, "self_evaluation_cover"
)
