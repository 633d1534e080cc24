"""The official scoring form (F9) and the report of an appraisal as data for the writers of documents."""

from decimal import Decimal
from typing import Any

from jiheng.foundation.documents.report import Part, Report, ReportTable
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline
from jiheng.rules.scoring.method import plain
from jiheng.rules.scoring.scorecard import Item, Scorecard
from jiheng.stages.appraisal.facts import card_in, outline_in, scored
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.queries import ComparedDimension, compared

NUMERALS = "一二三四五六七八九十"
PART_OF = {"financing": "funding"}
"""Dimensions of the scorecard whose part of the report goes by another key."""


def form_of(appraisal: Appraisal) -> FormDefinition:
    """Return the scoring form as frozen for the cycle."""
    return policy_for(appraisal.cycle).forms["F9"]


def form_data(appraisal: Appraisal) -> FormData:
    """Return the filled form: the bureau's points where it has scored, else the department's own."""
    year = appraisal.subject_year
    points = scored(appraisal, "bureau") or scored(appraisal, "department")
    concluded = appraisal.concluded_on is not None
    agreed = appraisal.agreed_fen if concluded else None
    return {
        "year": year.budget_year,
        "project_name": year.name,
        "department": str(year.department),
        "unit": str(year.unit),
        "attribute": "延续项目" if year.change == "continuing" else "新增项目",
        "asked": appraisal.asked_fen,
        "items": _rows(card_in(appraisal.cycle), points),
        "conclusion": appraisal.get_conclusion_display() if concluded else "",
        "advised": agreed,
        "cut": appraisal.asked_fen - agreed if agreed is not None else None,
        "opinion": appraisal.conclusion_reason,
        "concluded_on": appraisal.concluded_on,
    }


def _rows(card: Scorecard, points: dict[str, Decimal]) -> list[dict[str, Any]]:
    numbers = {group.key: numeral for group, numeral in zip(card.groups, NUMERALS, strict=False)}
    return [
        {
            "dimension": f"{numbers.get(row.level1.key, '')}、{row.level1.label}",
            "dimension_points": row.level1.points,
            "aspect": row.item.label,
            "points": row.item.points,
            "content": "；".join(row.item.guidance),
            "opinion": tier_label(card, row.item, points.get(row.item.key)),
            "score": points.get(row.item.key),
        }
        for row in card.rows
    ]


def tier_label(card: Scorecard, item: Item, value: Decimal | None) -> str:
    """Return the tier (优良中差) in which points of an item fall; empty while it is not scored."""
    if value is None:
        return ""
    for band in card.tiers_of(item.key):
        if band.lowest <= value <= band.highest:
            return band.label
    return ""


def outline_of(appraisal: Appraisal) -> Outline:
    """Return the outline of the report as frozen for the cycle."""
    return outline_in(appraisal.cycle)


def report_of(appraisal: Appraisal) -> Report:
    """Return the report: what people wrote, with tables and figures that come from the record alone."""
    year, known = appraisal.subject_year, {section.key for section in outline_of(appraisal).sections}
    parts: dict[str, list[Part]] = {key: [text] for key, text in appraisal.sections.items() if key in known}
    for group, dimension in zip(card_in(appraisal.cycle).groups, compared(appraisal), strict=True):
        key = PART_OF.get(group.key, group.key)
        if key in known:
            parts.setdefault(key, []).append(_score_table(dimension))
    if "conclusion" in known:
        parts.setdefault("conclusion", []).extend(_conclusion_parts(appraisal))
    return Report(
        subject=year.name,
        facts=(
            ("预算年度", f"{year.budget_year} 年"),
            ("主管部门", str(year.department)),
            ("实施单位", str(year.unit)),
            ("申报金额", f"{format_wan(appraisal.asked_fen)} 万元"),
            ("评估缘由", appraisal.trigger),
        ),
        sections=parts,
        issuer=str(appraisal.place) + "财政局" if appraisal.concluded_on else "",
        issued_on=appraisal.concluded_on,
        draft=appraisal.concluded_on is None,
    )


def _score_table(dimension: ComparedDimension) -> ReportTable:
    rows = tuple(
        (
            one.item.label,
            plain(one.item.points),
            plain(one.department) if one.department is not None else "—",
            plain(one.bureau) if one.bureau is not None else "—",
            one.bureau_fact or one.department_fact or "—",
        )
        for one in dimension.items
    )
    return ReportTable(
        f"{dimension.label}评分",
        ("评估要点", "分值", "部门评分", "财政评分", "扣分所缺的事实"),
        rows,
        (28, 10, 12, 12, 38),
        frozenset({1, 2, 3}),
    )


def _conclusion_parts(appraisal: Appraisal) -> list[Part]:
    if appraisal.concluded_on is None or appraisal.agreed_fen is None:
        return []
    cut = appraisal.asked_fen - appraisal.agreed_fen
    amounts = (
        f"申报 {format_wan(appraisal.asked_fen)} 万元，核减 {format_wan(cut)} 万元，"
        f"建议预算控制数 {format_wan(appraisal.agreed_fen)} 万元"
    )
    found: list[Part] = [f"评估结论：{appraisal.get_conclusion_display()}。{amounts}。"]
    if appraisal.conclusion_reason:
        found.append(f"评估意见：{appraisal.conclusion_reason}")
    conditions = tuple(
        (one.text, one.due.isoformat(), "已完成" if one.met_on else "未完成")
        for one in appraisal.conditions.all()
    )
    if conditions:
        found.append(ReportTable("须完善事项", ("事项", "期限", "完成情况"), conditions, (60, 20, 20)))
    return found
