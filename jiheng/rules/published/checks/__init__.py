"""The checks of published tables by name; each is one file with one function `find(form) -> list[Finding]`."""

from collections.abc import Callable

from jiheng.rules.published.checks import (
    amount_readable,
    breakdown_sum,
    breakdown_sum_executed,
    executed_le_budget,
    execution_rate,
    execution_score,
    objective_copied,
    score_le_weight,
    score_vs_attainment,
    scores_sum_total,
    total_row_vs_subrow,
    weights_sum_100,
)
from jiheng.rules.published.form import Finding, PublishedForm

CHECKS: dict[str, Callable[[PublishedForm], list[Finding]]] = {
    "weights_sum_100": weights_sum_100.find,
    "scores_sum_total": scores_sum_total.find,
    "score_le_weight": score_le_weight.find,
    "execution_rate": execution_rate.find,
    "execution_score": execution_score.find,
    "executed_le_budget": executed_le_budget.find,
    "score_vs_attainment": score_vs_attainment.find,
    "objective_copied": objective_copied.find,
    "breakdown_sum": breakdown_sum.find,
    "breakdown_sum_executed": breakdown_sum_executed.find,
    "total_row_vs_subrow": total_row_vs_subrow.find,
    "amount_readable": amount_readable.find,
}

LABELS = {
    "weights_sum_100": "权重合计不是 100",
    "scores_sum_total": "各项得分之和不是公布的总分",
    "score_le_weight": "得分高于分值",
    "execution_rate": "执行率与金额不符",
    "execution_score": "执行率得分与执行率不符",
    "executed_le_budget": "执行数大于预算数",
    "score_vs_attainment": "得分与完成情况不符",
    "objective_copied": "完成情况照抄目标",
    "breakdown_sum": "预算分项之和不是总额",
    "breakdown_sum_executed": "执行分项之和不是总额",
    "total_row_vs_subrow": "总额为零而分项不为零",
    "amount_readable": "金额不是数字",
}
