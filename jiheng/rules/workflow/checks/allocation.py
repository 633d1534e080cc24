"""Conditions of sharing money out."""

from decimal import Decimal

from jiheng.rules.allocation import Floor, floor_refusals
from jiheng.rules.workflow.registry import Answer, Facts, check


@check("results_weighted", reads=("policy", "result_weight", "exception_reason"))
def results_weighted(facts: Facts, _: object) -> Answer:
    """分配资金时评价结果的权重不得低于制度规定；制度写明“原则上”的，例外须写明理由。

    事实：policy、result_weight（评价结果的权重，百分数；没有权重可问的为 None）、exception_reason（例外理由，没有为空）。
    """
    if facts["result_weight"] is None:
        return None
    minimum = facts["policy"].get("allocation_result_weight_min")
    if minimum is None:
        return None
    principle = facts["policy"].get("allocation_result_weight_in_principle")
    floor = Floor(Decimal(str(minimum.value)), str(minimum.clause), bool(principle and principle.value))
    return floor_refusals(Decimal(str(facts["result_weight"])), floor, facts["exception_reason"] or "")
