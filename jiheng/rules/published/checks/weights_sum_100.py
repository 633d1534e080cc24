"""Weights of the rows and of execution add up to 100."""

from decimal import Decimal

from jiheng.rules.published.form import Finding, PublishedForm

WHOLE = Decimal(100)
WITHOUT_EXECUTION = Decimal(90)
STEP = Decimal("0.01")


def find(form: PublishedForm) -> list[Finding]:
    """Only where the whole table is visible and every row weighted. Where execution's weight is not printed, rows
    may add up to 100 or, with ten points of execution elsewhere, to 90. An execution row among the indicators is
    not counted a second time from the money block.
    """
    weights = [row.weight.value for row in form.rows]
    known = [weight for weight in weights if weight is not None]
    if not form.complete or not known or len(known) != len(weights):
        return []
    rows, execution = sum(known, Decimal(0)), form.budget.weight.value
    sums = [rows, rows + WHOLE - WITHOUT_EXECUTION] if execution is None else [rows + execution]
    if execution is not None and any(row.is_execution and row.weight.value == execution for row in form.rows):
        sums.append(rows)
    if any(abs(total - WHOLE) < STEP for total in sums):
        return []
    words = f"指标权重{rows:f}" + ("" if execution is None else f"＋执行率{execution:f}＝{sums[0]:f}")
    printed = form.weight_total.text or (form.total_row.weight.text if form.total_row else "") or "100"
    return [Finding("weights_sum_100", "分值（权重）合计", printed, words)]
