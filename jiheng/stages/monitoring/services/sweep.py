"""Finding a whole year's deviations again: what stands in the records beside what the frozen rules say.

Nothing is written. Only the columns that the rules need are read, three queries a batch, and held against the same
rules that found the deviations when readings were filled in, with the money that the report recorded then.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from jiheng.foundation.audit.queries import last_acts
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.sweeping import Difference, Sweep, sweep
from jiheng.rules.monitoring import (
    LIGHT_LABELS,
    IndicatorProgress,
    MonitoringFacts,
    MonitoringLines,
    deviations,
    forecast_execution,
    light_of,
)
from jiheng.stages.monitoring.facts import PROGRESS, monitoring_lines, progress_from
from jiheng.stages.monitoring.models import MonitoringReport, Reading, Warning

BATCH = 5000
FINDING = ("monitoring.readings", "monitoring.refresh")
"""The acts in which deviations are found, after the opening of the checkpoint."""


class Record(NamedTuple):
    """What stands in the records for one report; money in fen."""

    pk: int
    subject: str
    day: date
    created_at: datetime
    budget_fen: int
    executed_fen: int
    expected_fen: int | None
    light: str


class Found(NamedTuple):
    """A deviation as it is compared: rule, light, fact, and the indicator that it is about."""

    rule: str
    light: str
    fact: str
    indicator: int | None


Filled = tuple[Record, list[IndicatorProgress], list[Found]]
RECORD_COLUMNS = ("pk", "subject_year__name", "checkpoint__as_of", *Record._fields[3:])
COLUMNS = ("report_id", *PROGRESS)
FOUND_COLUMNS = ("report_id", "rule", "light", "fact", "reading__indicator_id")


def find_again(cycle: Cycle) -> Sweep:
    """Find again the deviations of every report of the cycle, and compare with the warnings that stand there.

    按当时本年度所用的那一版规则，逐份重新查找偏差、监控结论和全年预计执行数，只对照，不改动。
    """
    return sweep(cycle, lambda dated: _filled(cycle, dated=dated), monitoring_lines, partial(_compared, cycle.budget_year))


def _filled(cycle: Cycle, *, dated: bool) -> Iterator[tuple[Filled, int, datetime | None]]:
    """Yield the reports, how many rows and, `dated`, when deviations were found in them; a few queries a `BATCH`."""
    reports = MonitoringReport.objects.filter(cycle=cycle).order_by("pk")
    waiting = reports.values_list(*RECORD_COLUMNS).iterator(chunk_size=BATCH)
    while batch := [Record(*values) for values in islice(waiting, BATCH)]:
        # A range, not a list of keys; sorted as the rows of a report stand on its page.
        span = {"report__gte": batch[0].pk, "report__lte": batch[-1].pk}
        indicators: dict[int, list[IndicatorProgress]] = defaultdict(list)
        held = Reading.objects.filter(**span).order_by("report_id", "indicator__position")
        for pk, *columns in held.values_list(*COLUMNS):
            indicators[pk].append(progress_from(*columns))
        warnings: dict[int, list[Found]] = defaultdict(list)
        for pk, *columns in Warning.objects.filter(**span).order_by("pk").values_list(*FOUND_COLUMNS):
            warnings[pk].append(Found(*columns))
        moments = last_acts(MonitoringReport, [one.pk for one in batch], FINDING) if dated else {}
        for record in batch:
            moment = moments.get(record.pk, record.created_at) if dated else None
            rows = indicators[record.pk]
            yield (record, rows, warnings[record.pk]), len(rows), moment


def _compared(year: int, filled: Filled, lines: MonitoringLines) -> Iterator[Difference]:
    """Yield what the rules say differently, the record itself left as it is."""
    record, indicators, warnings = filled

    def differs(what: str, stored: str, computed: str) -> Difference:
        return Difference(record.pk, record.subject, what, stored, computed)

    facts = MonitoringFacts(year, record.day, record.budget_fen, record.executed_fen, tuple(indicators))
    found = deviations(facts, lines)
    again = [
        Found(one.rule, one.light, one.fact[:300], int(one.where) if one.where else None) for one in found
    ]
    if again != warnings:
        yield differs("偏差", _words(warnings), _words(again))
    light = light_of(found)
    # A checkpoint opens without a light where the ledger shows nothing: the unit has not spoken yet.
    if light != record.light and (found or record.light):
        yield differs("监控结论", LIGHT_LABELS.get(record.light, record.light or "空"), LIGHT_LABELS[light])
    forecast = forecast_execution(facts)
    expected = int(forecast.value) if forecast else None
    if expected != record.expected_fen:
        yield differs("全年预计执行数（分）", _fen(record.expected_fen), _fen(expected))


def _words(found: list[Found]) -> str:
    return "；".join(one.fact for one in found) or "没有"


def _fen(amount: int | None) -> str:
    return "空" if amount is None else f"{amount:,}"
