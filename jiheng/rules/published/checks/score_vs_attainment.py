"""Full points only for a target that was reached, points lost only for one that was missed or with a reason."""

from jiheng.rules.published.attainment import attainment
from jiheng.rules.published.form import Finding, PublishedForm, Row
from jiheng.rules.published.merged import merged_rows
from jiheng.rules.reading import is_blank

NO_REASON = frozenset(
    {"0", "无偏差", "无偏离", "无差异", "没有", "暂无", "不存在偏差", "未偏离", "无扣分", "否"}
)


def find(form: PublishedForm) -> list[Finding]:
    """Rows with a readable quantitative target and actual value and a weight and a score of their own."""
    merged = merged_rows(form.rows)
    return [finding for row in form.rows if row.number not in merged for finding in _judge(row)]


def _judge(row: Row) -> list[Finding]:
    weight, score = row.weight.value, row.score.value
    if weight is None or score is None or weight <= 0:
        return []
    verdict = attainment(row)
    where = f"绩效指标第{row.number}行·{row.name}"
    printed = f"指标值{row.target_text}，完成值{row.actual_text}，得分{row.score.text}/{row.weight.text}"
    if verdict == "missed" and score >= weight:
        return [Finding("score_vs_attainment", where, printed, "未达到指标值却得满分")]
    lost = weight - score > row.score.half
    if verdict == "reached" and lost and not _has_reason(row) and not _proportional(row):
        return [Finding("score_vs_attainment", where, printed, "已达到指标值却扣分，且未说明原因")]
    return []


def _has_reason(row: Row) -> bool:
    return not is_blank(row.reason) and row.reason not in NO_REASON


def _proportional(row: Row) -> bool:
    """Execution is scored by its rate: below 100% it loses points whatever target stands beside it."""
    return row.is_execution and (row.actual.value is None or row.actual.value < 100)
