"""No score is above its weight."""

from jiheng.rules.published.form import Finding, PublishedForm
from jiheng.rules.published.merged import rows_sharing_a_score


def find(form: PublishedForm) -> list[Finding]:
    """Each indicator row, and execution in the money block; a score printed once for several rows is theirs all."""
    shared = rows_sharing_a_score(form.rows)
    named = [
        (f"绩效指标第{row.number}行·{row.name}", row.weight, row.score)
        for row in form.rows
        if row.number not in shared
    ]
    named.append(("预算执行", form.budget.weight, form.budget.score))
    return [
        Finding("score_le_weight", where, f"得分{score.text}", f"分值{weight.text}")
        for where, weight, score in named
        if weight.value is not None and score.value is not None and score.value > weight.value
    ]
