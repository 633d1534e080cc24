"""The sources of money add up to the budget."""

from jiheng.rules.published.adding_up import shortfall
from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.published.money_columns import columns
from jiheng.rules.published.plain_figures import short


def find(form: PublishedForm) -> list[Finding]:
    """One finding for the table, whichever of its budget columns it is; a zero total is another check's finding."""
    wrong = []
    for column in columns(form):
        if not column.executed and column.total.value != 0:
            summed = shortfall(column, cut=form.list_cut, whole=form.complete)
            wrong += [] if summed is None else [(column, summed)]
    if not wrong:
        return []
    where = "、".join(column.label for column, _ in wrong)
    printed = "/".join(column.total.text for column, _ in wrong)
    words = f"分项合计{'/'.join(short(summed) for _, summed in wrong)}万元"
    return [Finding("breakdown_sum", f"资金来源·{where}", printed, words)]
