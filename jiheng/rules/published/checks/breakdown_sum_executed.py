"""The money spent by source adds up to the money spent."""

from jiheng.rules.published.adding_up import shortfall
from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.published.money_columns import columns
from jiheng.rules.published.plain_figures import short


def find(form: PublishedForm) -> list[Finding]:
    """The column 全年执行数 of tables that print it for each source."""
    findings = []
    for column in columns(form):
        summed = (
            shortfall(column, cut=form.list_cut, whole=form.complete)
            if column.executed and column.total.value != 0
            else None
        )
        if summed is not None:
            words = f"执行数分项合计{short(summed)}万元"
            findings.append(
                Finding("breakdown_sum_executed", f"资金来源·{column.label}", column.total.text, words)
            )
    return findings
