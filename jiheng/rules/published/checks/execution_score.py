"""The published score of execution is its published rate times its weight."""

from decimal import Decimal

from jiheng.rules.published.checks.execution_rate import rate_agrees
from jiheng.rules.published.figures import Figure, Rate, rate
from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.published.plain_figures import short
from jiheng.rules.reading import is_blank

STEP = Decimal("0.05")
FULL = Decimal(100)


def find(form: PublishedForm) -> list[Finding]:
    """Rate × weight, capped at the weight or not. Where the rate itself follows from the amounts, the unrounded
    rate will do as well. An execution row among the indicators is held to the same where it names no target.
    """
    budget = form.budget
    if budget.weight.value is not None or budget.score.value is not None:
        exact = None
        if rate_agrees(budget) and budget.base.value and budget.executed.value is not None:
            exact = budget.executed.value * 100 / budget.base.value
        return _judge("预算执行·得分", budget.rate, exact, budget.weight, budget.score)
    return [
        finding
        for row in form.rows
        if row.is_execution and is_blank(row.target_text) and is_blank(row.reason)
        for finding in _judge(
            f"绩效指标第{row.number}行·{row.name}", rate(row.actual_text), None, row.weight, row.score
        )
    ]


def _judge(where: str, printed: Rate, exact: Decimal | None, weight: Figure, score: Figure) -> list[Finding]:
    if weight.value is None or score.value is None or not printed.readings:
        return []
    rates = [points for points, _ in printed.readings] + ([] if exact is None else [exact])
    fitting = {each for r in rates for each in (r, min(r, FULL))}
    if any(abs(r * weight.value / 100 - score.value) < STEP for r in fitting):
        return []
    points = max(rates[: len(printed.readings)])
    words = f"{short(points)}%×{short(weight)}＝{short(points * weight.value / 100)}"
    return [Finding("execution_score", where, score.text, words)]
