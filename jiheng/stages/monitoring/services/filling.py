"""What the unit says at a checkpoint: readings and measures; the money is the ledger's, deviations are the rules'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.claim import Seen, claim
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rules_at
from jiheng.rules.monitoring import deviations, forecast_execution, light_of
from jiheng.rules.reading import Problem, factor_between, read_quantity
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.monitoring.access import may_fill_report, may_refresh
from jiheng.stages.monitoring.facts import monitoring_facts, monitoring_lines
from jiheng.stages.monitoring.models import Measure, MonitoringReport, Reading, Warning

FILLED = ["actual_text", "actual", "expected_text", "likelihood", "causes", "reason"]
MONEY = ["budget_fen", "executed_fen", "light", "expected_fen", "note"]


@dataclass(frozen=True)
class ReadingData:
    """What the unit says about one indicator at a checkpoint."""

    actual_text: str
    expected_text: str = ""
    likelihood: str = ""
    causes: list[str] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True)
class MeasureData:
    """One corrective measure: what, by which post, until when, of which kind (monitoring_measures)."""

    text: str
    responsible: str
    due: date
    kind: str = "correct"


def save_readings(
    *,
    report: MonitoringReport,
    readings: Mapping[int, ReadingData],
    note: str,
    measures: Sequence[MeasureData],
    person: Person,
    version: int | None = None,
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """项目经办填写各指标完成情况、偏差原因和纠偏措施；执行数按台账取，偏差按规则算。

    All unreadable values are refused together, each at its row; nothing is then written. Overtaken when
    somebody else saved since `seen` (or `version`). A `draft` (autosave) leaves no entry in the chain.
    """
    require(may_fill_report(person, report))
    rows = list(report.readings.select_related("indicator"))
    stood = {row.pk: {one: getattr(row, one) for one in FILLED} for row in rows}
    problems = [one for row in rows if row.pk in readings for one in fill(row, readings[row.pk])]
    problems += _wrong_measures(report, measures)
    if problems:
        raise Refused(problems)
    with act(person):
        claim(report, "fill", seen=seen, version=version)
        _write(rows, stood)
        report.note = note.strip()
        # What was already done stays: its outcome is on record.
        report.measures.filter(done_on__isnull=True).delete()
        Measure.objects.bulk_create(
            [
                Measure(
                    report=report,
                    kind=one.kind,
                    text=one.text.strip(),
                    responsible=one.responsible.strip(),
                    due=one.due,
                )
                for one in measures
            ]
        )
        find_deviations(report=report, person=person, readings=rows)
        if not draft:
            record(
                "monitoring.readings",
                report,
                {"values": {row.indicator.name: row.actual_text for row in rows}, "light": report.light},
            )


def _write(rows: Sequence[Reading], stood: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the readings and fields that are no longer as they stood."""
    fields = [one for one in FILLED if any(getattr(row, one) != stood[row.pk][one] for row in rows)]
    changed = [row for row in rows if any(getattr(row, one) != stood[row.pk][one] for one in fields)]
    if changed:
        Reading.objects.bulk_update(changed, fields)


def _wrong_measures(report: MonitoringReport, measures: Sequence[MeasureData]) -> list[Refusal]:
    kinds, clause = measure_kinds(report), clause_in(report.cycle, "monitoring_measures")
    found = []
    for number, measure in enumerate(measures, 1):
        if not measure.text.strip() or not measure.responsible.strip():
            found.append(
                Refusal(f"第 {number} 条纠偏措施须写明措施和责任岗位", clause, where=f"measure-{number}")
            )
        if measure.kind not in kinds:
            found.append(
                Refusal(f"第 {number} 条纠偏措施的处理方式不在选项之内", clause, where=f"measure-{number}")
            )
    return found


def measure_kinds(report: MonitoringReport) -> dict[str, str]:
    """Return the ways of dealing with a deviation that the rules name, with their labels."""
    return {
        str(one["key"]): str(one["label"])
        for one in rules_at(report.cycle).value("monitoring_measures").value
    }


def cause_kinds(report: MonitoringReport) -> dict[str, str]:
    """Return the classes of causes that the rules name, with their labels."""
    rows = rules_at(report.cycle).value("monitoring_deviation_causes").value
    return {str(one["key"]): str(one["label"]) for one in rows}


def fill(row: Reading, data: ReadingData) -> list[Refusal]:
    """Put what was typed into a reading, unsaved; return what is wrong with it, at its row."""
    where = f"reading-{row.pk}"
    row.actual_text, row.expected_text = data.actual_text.strip()[:200], data.expected_text.strip()[:200]
    row.likelihood, row.causes, row.reason = data.likelihood, list(data.causes), data.reason.strip()[:300]
    row.actual = None
    if row.likelihood and row.likelihood not in dict(Reading.LIKELIHOODS):
        return [mistake(f"“{row.indicator.name}”的完成可能性不在选项之内", where=where)]
    if not row.actual_text or row.indicator.kind != "quantitative" or row.indicator.value is None:
        return []
    read = read_quantity(row.actual_text)
    if isinstance(read, Problem):
        return [mistake(f"“{row.indicator.name}”：{read}", where=where)]
    row.actual = read.value
    if read.unit and read.unit != row.indicator.unit:
        factor = factor_between(read.unit, row.indicator.unit) if row.indicator.unit else None
        if factor is None:
            row.actual = None
            words = f"“{row.indicator.name}”的单位“{read.unit}”与目标单位“{row.indicator.unit or '无'}”不一致"
            return [mistake(words, remedy="请按目标的单位填写", where=where)]
        row.actual = read.value * factor
    return []


def refresh_money(*, report: MonitoringReport, person: Person, version: int | None = None) -> None:
    """台账有更新的，按台账重取预算数和执行数，重新计算偏差；此前的签名因内容变化而作废。"""
    require(may_refresh(person, report))
    with act(person):
        claim(report, "fill", version=version)
        before = report.executed_fen
        find_deviations(report=report, person=person)
        record("monitoring.refresh", report, {"before_fen": before, "after_fen": report.executed_fen})


def find_deviations(
    *, report: MonitoringReport, person: Person, readings: Sequence[Reading] | None = None
) -> None:
    """Read the ledger, apply the rules and replace the report's warnings by what they find now.

    `readings` are those of the report, with their indicators, where they are at hand.
    """
    rows = list(report.readings.select_related("indicator")) if readings is None else readings
    with act(person):
        money = balance(report.subject_year_id, report.checkpoint.as_of)
        report.budget_fen, report.executed_fen = money.budget, money.executed
        facts = monitoring_facts(report, rows)
        found = deviations(facts, monitoring_lines(report.cycle))
        forecast = forecast_execution(facts)
        report.light = light_of(found)
        report.expected_fen = int(forecast.value) if forecast else None
        report.save(update_fields=MONEY)
        report.warnings.all().delete()
        by_row = {str(one.indicator_id): one for one in rows}
        Warning.objects.bulk_create(
            [
                Warning(
                    report=report,
                    reading=by_row.get(one.where),
                    rule=one.rule,
                    light=one.light,
                    fact=one.fact[:300],
                    clause=one.clause[:300],
                )
                for one in found
            ]
        )
