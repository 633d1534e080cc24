"""部门和财政评价覆盖: how much of the budgeted money somebody else evaluated."""

from jiheng.channels.dashboards.metric import Figure, Metric, cover_figure
from jiheng.channels.dashboards.scope import Scope


def figure(scope: Scope) -> Figure:
    """Share of the budgeted money; not everything must be evaluated, so it is never coloured."""
    found = cover_figure(
        scope, METRIC.key, scope.cover(scope.budgeted, scope.evaluated), part="done"
    )
    return Figure(found.value, found.kind, found.note, found.url)


METRIC = Metric(
    key="evaluation_cover",
    name="部门和财政评价覆盖",
    order=4,
    definition="部门评价、财政评价、事中评价结果已确定的项目资金 ÷ 已安排预算的项目资金；一个项目评过多次只计一次。",
    figure=figure,
    clause=lambda scope: scope.clause("department_evaluation_share"),
    parts={
        "done": ("评价结果已确定的项目", lambda scope: scope.budgeted & scope.evaluated),
        "missing": ("没有安排评价或结果未确定的项目", lambda scope: scope.budgeted - scope.evaluated),
    },
)
