"""What the rules are told about a goal at a checkpoint."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in, rules_at
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
        idle=rule_in(cycle, "monitoring_idle_after"),
    )


PROGRESS = tuple(f"indicator__{one}" for one in ("pk", "name", "kind", "operator", "value", "unit", "weight"))
PROGRESS += ("actual", "likelihood", "due")
"""The columns of a reading from which `progress_from` is made, in its order."""


def progress_of(reading: Reading) -> IndicatorProgress:
    """Return one indicator as the rules see it."""
    row = reading.indicator
    return progress_from(
        row.pk, row.name, row.kind, row.operator, row.value, row.unit, row.weight, reading.actual, reading.likelihood,
        reading.due,
    )  # fmt: skip


def progress_from(
    pk: int, name: str, kind: str, operator: str, value: Decimal | None, unit: str, weight: Decimal,
    actual: Decimal | None, likelihood: str, due: Decimal | None = None,
) -> IndicatorProgress:  # fmt: skip
    """Return one indicator as the rules see it, from the columns `PROGRESS`."""
    countable = kind == "quantitative" and value is not None
    return IndicatorProgress(
        key=str(pk),
        label=name,
        operator=operator or ">=",
        target=value if countable else None,
        actual=actual if countable else None,
        cumulative=is_cumulative(operator or ">=", unit),
        weight=weight,
        likelihood=likelihood,
        due=due if countable else None,
    )


def monitoring_facts(report: MonitoringReport, readings: Iterable[Reading] | None = None) -> MonitoringFacts:
    """Gather money and readings of a report (or those given instead); amounts in fen from the ledger."""
    rows = report.readings.select_related("indicator") if readings is None else readings
    return MonitoringFacts(
        budget_year=report.cycle.budget_year,
        day=report.checkpoint.as_of,
        budget=report.budget_fen,
        paid=report.executed_fen,
        indicators=tuple(progress_of(one) for one in rows),
    )


def workflow_facts(report: MonitoringReport) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a report."""
    readings = list(report.readings.select_related("indicator"))
    first = report.measures.first()
    deviations = []
    for warning in report.warnings.select_related("reading__indicator"):
        reading = warning.reading
        deviations.append(
            {
                "label": reading.indicator.name if reading is not None else warning.fact,
                "reason": reading.reason if reading is not None else report.note,
                "measure": first.text if first else "",
                "clause": warning.clause,
            }
        )
    return {
        "readings_missing": missing_readings(readings),
        "deviations": deviations,
        "goal_state": report.goal.state,
    }


def missing_readings(readings: Iterable[Reading]) -> list[str]:
    """Return the names of the indicators that have no reading yet."""
    return [one.indicator.name for one in readings if not one.actual_text]


def rate_of(report: MonitoringReport) -> Decimal | None:
    """Return the execution rate in per cent, two decimals; None without a budget."""
    if report.budget_fen <= 0:
        return None
    return (Decimal(report.executed_fen) * 100 / report.budget_fen).quantize(Decimal("0.01"))
