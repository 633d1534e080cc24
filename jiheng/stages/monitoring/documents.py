"""A monitoring report as the official form F4."""

from jiheng.foundation.documents.forms import form_pdf
from jiheng.foundation.sheets.write import write_form
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition, NoteBlock
from jiheng.stages.goals.queries import value_words
from jiheng.stages.monitoring.models import MonitoringReport, Reading
from jiheng.stages.monitoring.queries import MoneyLine, expected_value, money_lines

CAUSES = {
    "funds": "cause_funds",
    "rules": "cause_rules",
    "people": "cause_people",
    "equipment": "cause_hardware",
    "other": "cause_other",
}

CALCULATED = NoteBlock(
    kind="note",
    text="“推算”是系统按执行情况推算到年底的数，不是实施单位填写的；全年预计执行数由系统按已执行数和序时进度推算。",
)
"""Said below the official notes: what on the form the unit did not write."""


def report_form(report: MonitoringReport) -> tuple[FormDefinition, FormData]:
    """Return form F4 of a report with its data, its headings naming the months covered; amounts in fen.

    全年预计完成情况 is what the unit wrote; where it wrote nothing, the forecast stands there, called 推算.
    """
    policy = policy_for(report.cycle)
    definition = policy.forms["F4"].for_period(f"1-{report.checkpoint.as_of.month}月")
    year = report.subject_year
    whole, fiscal, other = money_lines(report)
    measures = "；".join(one.text for one in report.measures.all())
    definition = definition.model_copy(update={"blocks": (*definition.blocks, CALCULATED)})
    return definition, {
        "year": year.budget_year,
        "project_name": year.name,
        "department": f"{year.department.name}（{year.department.code}）",
        "unit": year.unit.name,
        "money": {"total": _money(whole), "appropriation": _money(fiscal), "other": _money(other)},
        "year_goal": report.goal.objective or None,
        "indicators": [_row(report, one, measures) for one in report.readings.select_related("indicator")],
    }


def _money(line: MoneyLine) -> FormData:
    rate = line.rate
    return {
        "initial": line.initial,
        "executed": line.executed,
        "rate": None if rate is None else round(rate * 100, 2),
        "forecast": line.expected,
    }


def _row(report: MonitoringReport, reading: Reading, measures: str) -> FormData:
    row, forecast = reading.indicator, expected_value(report, reading)
    doubtful = reading.likelihood in {"possible", "impossible"}
    return {
        "level1": row.level1,
        "level2": row.level2,
        "name": row.name,
        "target": value_words(row) or None,
        "actual": reading.actual_text or None,
        "forecast": reading.expected_text or (f"推算 {forecast}" if forecast else None),
        **{column: cause in reading.causes for cause, column in CAUSES.items()},
        "cause_words": reading.reason or None,
        **{key: reading.likelihood == key for key in ("certain", "possible", "impossible")},
        "remark": measures if doubtful and measures else None,
    }


def report_xlsx(report: MonitoringReport) -> bytes:
    """Return form F4 as a workbook."""
    return write_form(*report_form(report))


def report_pdf(report: MonitoringReport, stamp: str) -> bytes:
    """Return form F4 on paper; `stamp` says who printed it."""
    return form_pdf(*report_form(report), stamp=stamp)
