"""What the rules are told about a goal at a checkpoint."""

from decimal import Decimal
from typing import Any

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.rules.monitoring import (
    IndicatorProgress,
    MonitoringFacts,
    MonitoringLines,
    is_cumulative,
)
from jiheng.stages.monitoring.models import MonitoringReport, Reading


def monitoring_lines(cycle: Cycle) -> MonitoringLines:
    """Return the lines against which deviations are measured, with the clause of each rule."""
    rules = rules_at(cycle)
    return MonitoringLines.of(
        gap=rules.value("monitoring_gap_points"),
        floors=rules.value("monitoring_execution_floor"),
        lights=rules.value("monitoring_lights"),
        likelihoods=rules.value("monitoring_likelihood_reason"),
    )


def progress_of(reading: Reading) -> IndicatorProgress:
    """Return one indicator as the rules see it."""
    row = reading.indicator
    countable = row.kind == "quantitative" and row.value is not None
    return IndicatorProgress(
        key=str(row.pk),
        label=row.name,
        operator=row.operator or ">=",
        target=row.value if countable else None,
        actual=reading.actual if countable else None,
        cumulative=is_cumulative(row.operator or ">=", row.unit),
        weight=row.weight,
        likelihood=reading.likelihood,
    )


def monitoring_facts(report: MonitoringReport) -> MonitoringFacts:
    """Gather money and readings of a report; amounts in fen from the ledger."""
    readings = report.readings.select_related("indicator")
    return MonitoringFacts(
        budget_year=report.cycle.budget_year,
        day=report.checkpoint.as_of,
        budget=report.budget_fen,
        paid=report.executed_fen,
        indicators=tuple(progress_of(one) for one in readings),
    )


def workflow_facts(report: MonitoringReport, person: Person) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a report."""
    readings = list(report.readings.select_related("indicator"))
    measures = list(report.measures.all())
    by_row = {str(one.indicator_id): one for one in readings}
    deviations = []
    for warning in report.warnings.select_related("reading__indicator"):
        reading = warning.reading
        reason = reading.reason if reading is not None else report.note
        label = reading.indicator.name if reading is not None else warning.fact
        deviations.append(
            {
                "label": label,
                "reason": reason,
                "measure": measures[0].text if measures else "",
                "clause": warning.clause,
            }
        )
    return {
        "policy": rules_at(report.cycle),
        "readings_missing": [one.indicator.name for one in by_row.values() if not one.actual_text],
        "deviations": deviations,
        "goal_state": report.goal.state,
        "findings": [],
        "halves": {
            "project": [one.indicator.name for one in readings if not one.actual_text],
            "finance": [],
        },
        "responsible_organisation": report.subject_year.unit_id,
        "acting_organisation": person.organisation_id,
    }


def rate_of(report: MonitoringReport) -> Decimal | None:
    """Return the execution rate in per cent, two decimals; None without a budget."""
    if report.budget_fen <= 0:
        return None
    return (Decimal(report.executed_fen) * 100 / report.budget_fen).quantize(Decimal("0.01"))
