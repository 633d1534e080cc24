"""How much of the budget department or bureau have evaluated."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric, share
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Money with a confirmed evaluation on a scorecard over all budgeted money."""
    done = [row for row in facts.rows if row.evaluated]
    part, whole = facts.total(done), facts.total()
    note = f"{len(done)}/{len(facts.rows)} 项，{format_wan(part)}/{format_wan(whole)} 万元"
    return Figure(share(part, whole), "%", note, reverse("evaluation:evaluations"))


METRIC = Metric(
    "evaluation_cover",
    "部门和财政评价覆盖",
    "结果已确认的部门评价、财政评价、事中评价所涉项目预算 ÷ 全部项目预算",
    40,
    compute,
    "department_evaluation_share",
)
