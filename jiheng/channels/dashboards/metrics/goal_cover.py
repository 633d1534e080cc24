"""How much of the budget has an approved goal."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric, share
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Money with an approved goal over all budgeted money."""
    done = [row for row in facts.rows if row.goal]
    part, whole = facts.total(done), facts.total()
    note = f"{len(done)}/{len(facts.rows)} 项，{format_wan(part)}/{format_wan(whole)} 万元"
    return Figure(share(part, whole), "%", note, reverse("goals:list"))


METRIC = Metric(
    "goal_cover", "绩效目标覆盖", "有已批复绩效目标的项目预算 ÷ 全部项目预算", 10, compute, "goal_before_release"
)
