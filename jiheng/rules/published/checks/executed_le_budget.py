"""No more was executed than was budgeted."""

from jiheng.rules.published.form import Finding, PublishedForm


def find(form: PublishedForm) -> list[Finding]:
    """Against the adjusted budget, the annual one where there is no adjusted; a printed zero is a budget."""
    base, executed = form.budget.base, form.budget.executed
    if base.value is None or executed.value is None or executed.value <= base.value:
        return []
    return [Finding("executed_le_budget", "项目资金·全年执行数", executed.text, f"预算数{base.text}")]
