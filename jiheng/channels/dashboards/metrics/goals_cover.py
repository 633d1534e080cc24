"""绩效目标覆盖: how much of the money has an approved goal."""

from jiheng.channels.dashboards.metric import Figure, Metric, cover_figure
from jiheng.channels.dashboards.scope import Scope


def missing(scope: Scope) -> frozenset[int]:
    """Subjects without an approved goal."""
    return frozenset(scope.wanted) - scope.goals


def figure(scope: Scope) -> Figure:
    """Share of the money."""
    return cover_figure(scope, METRIC.key, scope.cover(scope.wanted, scope.goals))


METRIC = Metric(
    key="goals_cover",
    name="绩效目标覆盖",
    order=1,
    definition="有已批复绩效目标的项目资金 ÷ 全部项目资金（不予入库的除外）。资金取台账预算数，没有台账的取申报数。",
    figure=figure,
    clause=lambda scope: scope.clause("goal_before_release"),
    parts={
        "due": ("应有绩效目标的项目", lambda scope: frozenset(scope.wanted)),
        "done": ("绩效目标已批复的项目", lambda scope: scope.goals),
        "missing": ("没有已批复绩效目标的项目", missing),
    },
)
