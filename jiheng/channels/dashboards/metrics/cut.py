"""What results took off budgets."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.rules.money import format_wan


def compute(facts: Facts) -> Figure:
    """Cuts and recaptures in the ledger of the cycle, each with its decision."""
    rows = [row for row in facts.rows if row.money.cut or row.money.recapture]
    taken = -sum(row.money.cut + row.money.recapture for row in rows)
    url = reverse("budgets:list") + "?kind=cut"
    return Figure(format_wan(taken), "万元", f"{len(rows)} 项，每笔都写明所依据的决定", url)


METRIC = Metric(
    "cut", "因结果核减收回", "台账中核减和收回的合计，逐笔对应评价结果的决定", 80, compute, "result_consequences"
)
