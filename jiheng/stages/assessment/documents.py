"""The assessment table of a department or a lower finance bureau (F15) as workbook rows and as PDF."""

from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.foundation.web.export import Sheet
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.entry import Citation
from jiheng.rules.policy.outline import Outline, Section
from jiheng.rules.scoring.method import plain
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.assessment.queries import CardLine, card_lines, grade_label, item_label

HEAD = ("考核内容", "考核指标", "指标说明", "年度工作目标", "评分标准", "权数", "事实", "得分")
TABLE = Outline(
    key="assessment_table",
    label="预算绩效管理工作考核表",
    cite=Citation(source="zhongfa-2018-34", clause="八 绩效管理工作考核"),
    title="预算绩效管理工作考核表",
    sections=(
        Section(key="card", title="一、考核评分"),
        Section(key="facts", title="二、加减分和否决事项", required=False),
        Section(key="total", title="三、考核结果"),
    ),
)


def _row(one: CardLine) -> tuple[str, ...]:
    item, line = one.row.item, one.line
    target = f"{plain(item.target)}{item.unit}" if item.target is not None else ""
    sign = {">=": "不低于", "<=": "不高于", "=": ""}.get(item.operator, "") if target else ""
    return (
        one.row.level1.label,
        item.label,
        item.explanation,
        f"{sign}{target}",
        item.standard,
        plain(item.points),
        line.fact if line else "",
        "不适用" if line is None or line.points is None else plain(line.points),
    )


def sheet_of(assessment: Assessment) -> tuple[Sheet, list[tuple[str, ...]]]:
    """Return the card as the rows of a workbook, with the total in its notes."""
    sheet = Sheet(
        title=f"{assessment.department}预算绩效管理工作考核表",
        columns=[(label, "text") for label in HEAD],
        totals=[False] * len(HEAD),
        notes=[
            ("被考核单位", str(assessment.department)),
            ("预算年度", f"{assessment.cycle.budget_year} 年"),
            ("总分", plain(assessment.total)),
            ("等级", grade_label(assessment)),
            ("计算", assessment.calculation),
        ],
    )
    return sheet, [_row(one) for one in card_lines(assessment)]


def report_of(assessment: Assessment, facts: list[OutsideFact]) -> Report:
    """Return the card as a report to be printed."""
    rows = tuple((row[0], row[1], row[4], row[5], row[6], row[7]) for row in map(_row, card_lines(assessment)))
    card = ReportTable(
        "",
        ("考核内容", "考核指标", "评分标准", "权数", "事实", "得分"),
        rows,
        (13, 17, 32, 7, 22, 9),
        frozenset({3, 5}),
    )
    sections: dict[str, str | list[str | ReportTable]] = {
        "card": [card],
        "total": (
            f"总分{plain(assessment.total)}分，等级“{grade_label(assessment)}”。计算：{assessment.calculation}。"
        ),
    }
    standing = [one for one in facts if one.withdrawn_on is None]
    if standing:
        lines = tuple(
            (
                one.get_kind_display(),
                item_label(one),
                plain(one.points) if one.kind not in {"veto", "absent"} else "—",
                one.text,
                one.source,
            )
            for one in standing
        )
        sections["facts"] = [
            ReportTable("", ("性质", "事项", "分值", "事实", "来源"), lines, (10, 26, 8, 32, 24), frozenset({2}))
        ]
    confirmed = assessment.confirmed_on is not None
    return Report(
        subject=str(assessment.department),
        facts=(
            ("预算年度", f"{assessment.cycle.budget_year} 年"),
            ("依据", str(policy_for(assessment.cycle).clause_of(TABLE))),
        ),
        sections=sections,
        issuer=f"{assessment.place}财政局" if confirmed else "",
        issued_on=assessment.confirmed_on,
        draft=not confirmed,
    )
