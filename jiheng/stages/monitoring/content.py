"""Exactly what is signed."""

from typing import Any

from jiheng.foundation.audit.chain import content_hash
from jiheng.stages.monitoring.models import MonitoringReport


def signed_content(report: MonitoringReport) -> dict[str, Any]:
    """Return what a signature under a report is bound to: the money in fen, readings, note, measures."""
    return {
        "report": [report.checkpoint_id, report.goal_id],
        "money": [report.budget_fen, report.executed_fen],
        "note": report.note,
        "readings": [
            [one.indicator_id, one.actual_text, one.expected_text, one.likelihood, one.causes, one.reason]
            for one in sorted(report.readings.all(), key=lambda one: one.pk)
        ],
        "measures": [
            [one.kind, one.text, one.responsible, one.due]
            for one in sorted(report.measures.all(), key=lambda one: one.pk)
        ],
    }


def hash_of(report: MonitoringReport) -> str:
    """Return the digest of what is signed."""
    return content_hash(signed_content(report))
