"""The report of a self-evaluation as data for the writers of documents."""

from jiheng.foundation.documents.report import Part, Report, ReportTable
from jiheng.rules.money import format_wan
from jiheng.rules.scoring.method import plain
from jiheng.stages.evaluation.documents import rate_of, signed_foot
from jiheng.stages.evaluation.judging import actual_words, grade_label
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.self_outlines import parts_of
from jiheng.stages.goals.queries import value_words


def report_of(record: SelfEvaluation) -> Report:
    """Return what the unit wrote, with the table of results that comes from the record alone."""
    year, rate = record.subject_year, rate_of(record.budget_fen, record.executed_fen)
    parts: dict[str, list[Part]] = {section.key: [text] for section, text in parts_of(record) if text}
    known = [section.key for section, _ in parts_of(record)]
    if table := _results(record):
        parts.setdefault("analysis" if "analysis" in known else known[-1], []).append(table)
    scored = f"{plain(record.total)} 分，{grade_label(record, record.grade)}" if record.total is not None else "未评定"
    _, day = signed_foot(record)
    draft = record.state == "draft"
    return Report(
        subject=year.name,
        facts=(
            ("预算年度", f"{year.budget_year} 年"),
            ("主管部门", year.department.name),
            ("实施单位", year.unit.name),
            ("全年预算", f"{format_wan(record.budget_fen)} 万元"),
            ("全年执行", f"{format_wan(record.executed_fen)} 万元" + (f"（{rate}%）" if rate is not None else "")),
            ("自评得分", scored),
        ),
        sections=parts,
        issuer=year.unit.name,
        issued_on=None if draft else day,
        draft=draft,
    )


def _results(record: SelfEvaluation) -> ReportTable | None:
    rows = tuple(
        (
            one.indicator.level2,
            one.indicator.name,
            value_words(one.indicator) or "—",
            actual_words(one) or "—",
            plain(one.indicator.weight),
            plain(one.points) if one.points is not None else "—",
            one.reason or "—",
        )
        for one in record.lines.select_related("indicator")
    )
    if not rows:
        return None
    head = ("二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分", "偏差原因和改进措施")
    return ReportTable("绩效指标完成情况", head, rows, (9, 13, 10, 11, 6, 6, 20), frozenset({4, 5}))
