"""The sources of money add up to the budget."""

from jiheng.rules.published.adding_up import shortfall
from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.published.money_columns import columns
from jiheng.rules.published.plain_figures import short


def find(form: PublishedForm) -> list[Finding]:
    """Each budget column on its own; a zero total above sources is another check's finding."""
    findings = []
    for column in columns(form):
        summed = None if column.executed or column.total.value == 0 else shortfall(column)
        if summed is not None:
            where = f"资金来源·{column.label}"
            findings.append(
                Finding("breakdown_sum", where, column.total.text, f"分项合计{short(summed)}万元")
            )
    return findings
