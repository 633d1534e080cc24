"""Scores of the rows and of execution add up to the published total."""

from decimal import Decimal

from jiheng.rules.published.figures import Figure
from jiheng.rules.published.form import Finding, PublishedForm

STEP = Decimal("0.01")
WHOLE = Decimal(100)
USUAL_EXECUTION = Decimal(10)


def find(form: PublishedForm) -> list[Finding]:
    """Only where the whole table is visible, every row scored and a total printed. Where execution's own score is
    not printed, any score that its weight allows may be in the total.
    """
    scores = [row.score.value for row in form.rows]
    known = [score for score in scores if score is not None]
    total = _total(form)
    if not form.complete or total.value is None or not known or len(known) != len(scores):
        return []
    rows = sum(known, Decimal(0))
    low, high = _possible(form, rows)
    if low - STEP < total.value < high + STEP:
        return []
    if form.budget.score.value is not None and _executed_in_rows(form) and abs(rows - total.value) < STEP:
        return []
    execution = form.budget.score.value
    words = f"指标得分{rows:f}" + (
        "" if execution is None else f"＋执行率{execution:f}＝{rows + execution:f}"
    )
    return [Finding("scores_sum_total", "总分", total.text, words)]


def _total(form: PublishedForm) -> Figure:
    if form.self_score.value is None and form.total_row is not None:
        return form.total_row.score
    return form.self_score


def _executed_in_rows(form: PublishedForm) -> bool:
    return any(row.is_execution for row in form.rows)


def _possible(form: PublishedForm, rows: Decimal) -> tuple[Decimal, Decimal]:
    """The totals that the printed scores allow: one, or a stretch as wide as execution's unprinted score."""
    score, weight = form.budget.score.value, form.budget.weight.value
    if score is not None:
        return rows + score, rows + score
    if weight is not None:
        return rows, rows + weight
    weights = [row.weight.value for row in form.rows]
    known = [value for value in weights if value is not None]
    all_here = len(known) == len(weights) and abs(sum(known, Decimal(0)) - WHOLE) < STEP
    if all_here or _executed_in_rows(form):
        return rows, rows
    return rows, rows + USUAL_EXECUTION
