"""No more was executed than was budgeted."""

from jiheng.rules.published.checks.execution_rate import unit_slip
from jiheng.rules.published.form import Finding, PublishedForm


def find(form: PublishedForm) -> list[Finding]:
    """Against the adjusted budget, the annual one where there is no adjusted; a printed zero is a budget.

    Where what was executed is printed more exactly than the budget, the budget's rounding is allowed for; where
    the rate shows that one of both was printed in 元 and the other in 万元, nothing can be said.
    """
    base, executed = form.budget.base, form.budget.executed
    if base.value is None or executed.value is None or unit_slip(form.budget):
        return []
    finer = base.places > 0 and executed.half < base.half
    if executed.value <= base.value + (base.half if finer else 0):
        return []
    return [Finding("executed_le_budget", "项目资金·全年执行数", executed.text, f"预算数{base.text}")]
