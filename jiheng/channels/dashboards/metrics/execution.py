"""How much of the budget has been paid."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric, share
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Payments over budgets, both from the ledger."""
    paid, whole = sum(row.money.executed for row in facts.rows), facts.total()
    return Figure(share(paid, whole), "%", f"{format_wan(paid)}/{format_wan(whole)} 万元", reverse("budgets:list"))


METRIC = Metric("execution", "预算执行率", "台账支付数 ÷ 全年预算数", 50, compute)
