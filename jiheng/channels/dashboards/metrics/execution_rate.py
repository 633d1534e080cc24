"""预算执行率: how much of the budget was spent."""

from jiheng.channels.dashboards.metric import Figure, Metric, narrowed_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.money import format_wan


def figure(scope: Scope) -> Figure:
    """Payments over the present budget."""
    budget = sum(one.budget for one in scope.years.values())
    paid = sum(one.payment for one in scope.years.values())
    if budget <= 0:
        return Figure(None, "percent", "台账中还没有预算")
    note = f"{format_wan(paid)} / {format_wan(budget)} 万元"
    return Figure(paid / budget, "percent", note, narrowed_url(scope, "subjects:list", sort="rate"))


METRIC = Metric(
    key="execution_rate",
    name="预算执行率",
    order=10,
    definition="台账支付合计 ÷ 台账预算数（年初预算加调整，减核减和收回）。",
    figure=figure,
    clause=lambda scope: scope.clause("monitoring_execution_floor"),
)
