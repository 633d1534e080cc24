"""红灯资金: the unspent money of projects that the latest checkpoint judged red."""

from jiheng.channels.dashboards.metric import Figure, Metric, rows_url
from jiheng.channels.dashboards.scope import Scope


def red(scope: Scope) -> frozenset[int]:
    """Subjects with a red light."""
    return frozenset(one.year for one in scope.reports if one.light == "red")


def figure(scope: Scope) -> Figure:
    """What is not spent of their budgets."""
    if scope.checkpoint is None:
        return Figure(None, "wan", "还没有开启监控点")
    found = red(scope)
    left = sum(max(scope.years[pk].budget - scope.years[pk].payment, 0) for pk in found)
    note = f"{scope.checkpoint.label}：红灯 {len(found)} 项"
    return Figure(left, "wan", note, rows_url(scope, METRIC.key, "red"), "red" if left else "green")


METRIC = Metric(
    key="money_at_risk",
    name="红灯项目未支出资金",
    order=40,
    definition="最近一个监控点监控结论为红灯的项目，台账预算数减支付数，合计。",
    figure=figure,
    clause=lambda scope: scope.clause("monitoring_lights"),
    parts={"red": ("监控结论为红灯的项目", red)},
)
