"""Version 1 of the interface: one module for each part, each with an `AREA` of endpoints."""

from functools import cache

from jiheng.channels.api.endpoint import Endpoint
from jiheng.channels.api.v1 import (
    accountability,
    allocations,
    appraisal,
    assessment,
    audit,
    bodies,
    desk,
    disclosure,
    duties,
    evaluation,
    exemplars,
    express,
    feedbacks,
    fieldwork,
    goals,
    imports,
    keyreviews,
    ledger,
    manygoals,
    mappings,
    monitoring,
    orders,
    panels,
    planning,
    plans,
    policygoals,
    proposals,
    radar,
    recaptures,
    registers,
    results,
    reviews,
    rulebooks,
    sessions,
    situations,
    standards,
    transfers,
    warrants,
    wholegoals,
    years,
)

PARTS = (
    registers.AREA, mappings.AREA, proposals.AREA, years.AREA, bodies.AREA, plans.AREA, duties.AREA, rulebooks.AREA, warrants.AREA, exemplars.AREA,
    standards.AREA,
    appraisal.AREA, radar.AREA, panels.AREA, goals.AREA,
    keyreviews.AREA, transfers.AREA, express.AREA, policygoals.AREA, manygoals.AREA, duties.GOALS, wholegoals.AREA,
    sessions.AREA, monitoring.AREA, recaptures.AREA, situations.AREA,
    evaluation.AREA, orders.AREA, planning.AREA, fieldwork.AREA, reviews.AREA,
    results.AREA, feedbacks.AREA, accountability.AREA, allocations.AREA, assessment.AREA,
    disclosure.AREA, ledger.AREA, imports.AREA, desk.AREA, audit.AREA,
)  # fmt: skip


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Return every endpoint of the version, in the order of its parts."""
    return tuple(one for part in PARTS for one in part.endpoints)
