"""支出偏慢: projects whose money lags at the latest checkpoint."""

from jiheng.channels.dashboards.metric import Figure, Metric, rows_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.money import format_wan


def slow(scope: Scope) -> frozenset[int]:
    """Subjects with a warning about their money."""
    return frozenset(one.year for one in scope.reports if one.slow)


def figure(scope: Scope) -> Figure:
    """How many, and their money."""
    if scope.checkpoint is None:
        return Figure(None, "count", "还没有开启监控点")
    found = slow(scope)
    money = sum(scope.years[pk].money for pk in found)
    note = f"{scope.checkpoint.label}：涉及 {format_wan(money)} 万元"
    return Figure(len(found), "count", note, rows_url(scope, METRIC.key, "slow"), "amber" if found else "green", "项")


METRIC = Metric(
    key="slow_projects",
    name="支出偏慢",
    order=20,
    definition="最近一个监控点按规则预警“执行率低于最低要求”“落后于序时进度”或“资金沉淀”（到规定的时间进度仍没有支出）的项目。",
    figure=figure,
    clause=lambda scope: scope.clause("monitoring_execution_floor"),
    parts={"slow": ("支出偏慢的项目", slow)},
)
