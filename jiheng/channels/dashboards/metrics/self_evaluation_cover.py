"""绩效自评覆盖: how much of the budgeted money evaluated itself."""

from jiheng.channels.dashboards.metric import Figure, Metric, cover_figure
from jiheng.channels.dashboards.scope import Scope


def figure(scope: Scope) -> Figure:
    """Share of the budgeted money."""
    return cover_figure(scope, METRIC.key, scope.cover(scope.budgeted, scope.self_evaluated))


METRIC = Metric(
    key="self_evaluation_cover",
    name="绩效自评覆盖",
    order=3,
    definition="自评表已报送财政的项目资金 ÷ 已安排预算的项目资金。",
    figure=figure,
    clause=lambda scope: scope.clause("self_evaluation_cover"),
    parts={
        "done": ("自评已报送的项目", lambda scope: scope.budgeted & scope.self_evaluated),
        "missing": ("自评未报送的项目", lambda scope: scope.budgeted - scope.self_evaluated),
    },
)
