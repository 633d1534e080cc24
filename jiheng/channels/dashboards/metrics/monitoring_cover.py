"""运行监控覆盖: how much of the money with a goal was looked at at the latest checkpoint."""

from jiheng.channels.dashboards.metric import Figure, Metric, cover_figure
from jiheng.channels.dashboards.scope import Scope


def done(scope: Scope) -> frozenset[int]:
    """Subjects whose report of the latest checkpoint has left the unit."""
    return frozenset(one.year for one in scope.reports if one.left) & scope.goals


def figure(scope: Scope) -> Figure:
    """Share of the money with a goal."""
    if scope.checkpoint is None:
        return Figure(None, "percent", "还没有开启监控点")
    found = cover_figure(scope, METRIC.key, scope.cover(scope.goals, done(scope)))
    return Figure(found.value, found.kind, f"{scope.checkpoint.label}：{found.note}", found.url, found.tone)


METRIC = Metric(
    key="monitoring_cover",
    name="运行监控覆盖",
    order=2,
    definition="最近一个监控点监控表已离开单位的项目资金 ÷ 绩效目标已批复的项目资金。",
    figure=figure,
    clause=lambda scope: scope.clause("monitoring_cover"),
    parts={
        "done": ("最近监控点已报监控表的项目", done),
        "missing": ("最近监控点未报监控表的项目", lambda scope: scope.goals - done(scope)),
    },
)
