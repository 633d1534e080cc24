"""偏离目标: projects whose indicators lag, or may not be reached, at the latest checkpoint."""

from jiheng.channels.dashboards.metric import Figure, Metric, rows_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.money import format_wan


def off(scope: Scope) -> frozenset[int]:
    """Subjects with a warning about their indicators."""
    return frozenset(one.year for one in scope.reports if one.off_target)


def figure(scope: Scope) -> Figure:
    """How many, and their money."""
    if scope.checkpoint is None:
        return Figure(None, "count", "还没有开启监控点")
    found = off(scope)
    money = sum(scope.years[pk].money for pk in found)
    note = f"{scope.checkpoint.label}：涉及 {format_wan(money)} 万元"
    return Figure(len(found), "count", note, rows_url(scope, METRIC.key, "off"), "amber" if found else "green", "项")


METRIC = Metric(
    key="off_target",
    name="偏离目标",
    order=30,
    definition="最近一个监控点有指标低于应达到的水平，或单位判断全年可能完不成的项目。",
    figure=figure,
    clause=lambda scope: scope.clause("monitoring_gap_points"),
    parts={"off": ("偏离目标的项目", off)},
)
