"""Counts, covers, positions and lists of monitoring."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.budgets.queries import Balance, balance, by_source
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import in_cycle, rules_at
from jiheng.registers.subjects.access import within
from jiheng.rules.money import round_half_up
from jiheng.rules.monitoring import (
    OFF_TARGET_RULES,
    SITUATIONS,
    SLOW_RULES,
    IndicatorProgress,
    MonitoringFacts,
    deviations,
    due_value,
    execution_rate,
    forecast_execution,
    forecast_indicator,
    target_progress,
    time_progress,
)
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.access import SHOWN_WITH, visible_measures, visible_reports, workflow_of
from jiheng.stages.monitoring.content import hash_of
from jiheng.stages.monitoring.facts import (
    PROGRESS,
    monitoring_facts,
    monitoring_lines,
    progress_from,
    progress_of,
)
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport, Reading, Warning

LEFT_UNIT = ("department", "division", "bureau", "closed")
LISTS = {
    "due": "应监控",
    "reported": "已报送",
    "closed": "已办结",
    "slow": "支出偏慢",
    "off_target": "偏离目标",
    "missing": "未报送",
}
APPROPRIATIONS = frozenset({"fiscal", "upper", "bond"})
"""Sources that form F4 counts as 财政拨款; all others are 其他资金."""


def checkpoints_of(cycle: Cycle) -> list[Checkpoint]:
    """Return the checkpoints that the pack prescribes for the cycle, in order; none of them is saved."""
    rules = rules_at(cycle)
    days = timedelta(days=int(rules.value("monitoring_due_days").value))
    found = []
    for row in rules.value("monitoring_checkpoints").value:
        year = cycle.budget_year + int(row.get("year_offset", 0))
        as_of = date(year, int(row["month"]), int(row["day"]))
        key, label = str(row["key"]), str(row["label"])
        found.append(Checkpoint(cycle=cycle, key=key, label=label, as_of=as_of, due=as_of + days))
    return sorted(found, key=lambda one: one.as_of)


# --- counts


@dataclass(frozen=True)
class MonitoringStatistics:
    """One checkpoint: how many goals are due, reported, closed, behind in money, off target, per light."""

    due: int
    reported: int
    closed: int
    slow: int
    off_target: int
    lights: dict[str, int]
    budget_fen: int = 0
    executed_fen: int = 0

    @property
    def missing(self) -> int:
        """How many have not left their units."""
        return self.due - self.reported

    @property
    def rate(self) -> Decimal | None:
        """The execution rate of all of them as a ratio; None without a budget."""
        return Decimal(self.executed_fen) / self.budget_fen if self.budget_fen > 0 else None


def reports_at(checkpoint: Checkpoint, person: Person | None = None) -> QuerySet[MonitoringReport]:
    """Return the reports of a checkpoint: all of them, or what the person sees."""
    reports = MonitoringReport.objects.filter(checkpoint=checkpoint)
    return reports if person is None else reports.filter(within(person, "subject_year__"))


def monitoring_statistics(checkpoint: Checkpoint, person: Person | None = None) -> MonitoringStatistics:
    """Count one checkpoint; each number has its list in `reports_where`."""
    reports = reports_at(checkpoint, person)
    figures = reports.aggregate(
        due=Count("pk"),
        reported=Count("pk", filter=Q(state__in=LEFT_UNIT)),
        closed=Count("pk", filter=Q(state="closed")),
        budget_fen=Sum("budget_fen", default=0),
        executed_fen=Sum("executed_fen", default=0),
    )
    # The sums must not be called like the annotations: a filter would then read the sum and count nothing.
    behind = narrowed(reports.order_by()).aggregate(
        slow_count=Count("pk", filter=Q(slow=True)), off_count=Count("pk", filter=Q(off_target=True))
    )
    lights = dict(reports.order_by().values_list("light").annotate(n=Count("pk")))
    return MonitoringStatistics(
        **figures, slow=behind["slow_count"], off_target=behind["off_count"], lights=lights
    )


def narrowed(reports: QuerySet[Any]) -> QuerySet[Any]:
    """Return the reports with what their warnings say: `slow`, `off_target`."""

    def has(rules: Collection[str]) -> Exists:
        return Exists(Warning.objects.filter(report=OuterRef("pk"), rule__in=sorted(rules)))

    found: QuerySet[Any] = reports.annotate(slow=has(SLOW_RULES), off_target=has(OFF_TARGET_RULES))
    return found


def which(reports: QuerySet[Any], what: str) -> QuerySet[Any]:
    """Narrow reports to those behind one number of LISTS, or to one of the four situations."""
    situation = next((one for one in SITUATIONS if one.key == what), None)
    if situation is not None:
        return narrowed(reports).filter(slow=situation.slow, off_target=situation.off_target)
    if what in {"slow", "off_target"}:
        return narrowed(reports).filter(**{what: True})
    if what == "missing":
        return reports.exclude(state__in=LEFT_UNIT)
    if what == "reported":
        return reports.filter(state__in=LEFT_UNIT)
    return reports.filter(state="closed") if what == "closed" else reports


def reports_where(checkpoint: Checkpoint, what: str) -> QuerySet[MonitoringReport]:
    """Return the reports behind one number: due, reported, closed, slow, off_target, missing."""
    return which(MonitoringReport.objects.filter(checkpoint=checkpoint), what)


def current_checkpoint(cycle: Cycle) -> Checkpoint | None:
    """Return the latest opened checkpoint of the cycle."""
    return Checkpoint.objects.filter(cycle=cycle).order_by("-as_of").first()


def opened_checkpoints(cycle: Cycle) -> list[Checkpoint]:
    """Return the checkpoints that were opened, in the order of the year."""
    return list(Checkpoint.objects.filter(cycle=cycle).order_by("as_of"))


def checkpoint_in(cycle: Cycle, key: str) -> Checkpoint | None:
    """Return the opened checkpoint with this primary key in the cycle; the latest for anything else."""
    found = Checkpoint.objects.filter(cycle=cycle).select_related("cycle")
    chosen = found.filter(pk=key).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
    return chosen or found.order_by("-as_of").first()


@dataclass(frozen=True)
class CheckpointLine:
    """A prescribed checkpoint: the opened one, or when it will be."""

    planned: Checkpoint
    opened: Checkpoint | None
    clause: str
    due: int = 0
    reported: int = 0

    @property
    def may_open(self) -> bool:
        """Whether its day has come and nobody opened it."""
        return self.opened is None and self.planned.as_of <= clock.today()


def calendar_of_checkpoints(cycle: Cycle, person: Person | None = None) -> list[CheckpointLine]:
    """Return every checkpoint of the year, opened or ahead, in order; counted as the person sees it."""
    held = {one.key: one for one in Checkpoint.objects.filter(cycle=cycle)}
    reports = MonitoringReport.objects.filter(checkpoint__cycle=cycle)
    if person is not None:
        reports = reports.filter(within(person, "subject_year__"))
    grouped = (
        reports.order_by()
        .values_list("checkpoint__key")
        .annotate(due=Count("pk"), reported=Count("pk", filter=Q(state__in=LEFT_UNIT)))
    )
    counted = {key: (due, reported) for key, due, reported in grouped}
    clause = str(rules_at(cycle).value("monitoring_checkpoints").clause)
    return [
        CheckpointLine(one, held.get(one.key), clause, *counted.get(one.key, (0, 0)))
        for one in checkpoints_of(cycle)
    ]


def to_open(cycle: Cycle) -> list[Checkpoint]:
    """Return the checkpoints whose day has come and that nobody opened."""
    opened = set(Checkpoint.objects.filter(cycle=cycle).values_list("key", flat=True))
    return [one for one in checkpoints_of(cycle) if one.as_of <= clock.today() and one.key not in opened]


# --- lists


def report_rows(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return the reports of a cycle for a list, with execution rate (to sort by) and number of warnings."""
    rows = visible_reports(person)
    rows = in_cycle(rows, cycle.monitoring_reports, *SHOWN_WITH) if cycle is not None else rows.none()
    paid, budget = Cast(F("executed_fen"), FloatField()), Cast(F("budget_fen"), FloatField())
    ratio = Case(When(budget_fen__gt=0, then=paid / budget), default=Value(None), output_field=FloatField())
    # Counted row by row: joined and grouped, the warnings of a whole place would be counted for one page.
    warned = Warning.objects.filter(report=OuterRef("pk")).order_by().values("report").annotate(many=Count("pk"))
    return rows.annotate(rate=ratio, deviations=Coalesce(Subquery(warned.values("many")), 0))


def missing_reports(checkpoint: Checkpoint, person: Person) -> QuerySet[MonitoringReport]:
    """Return the reports that have not left their units, as far as the person sees them, by unit."""
    found = which(reports_at(checkpoint, person), "missing")
    return found.select_related("subject_year__unit", "subject_year__department").order_by(
        "subject_year__department__code", "subject_year__unit__code", "pk"
    )


@dataclass(frozen=True)
class MissingUnit:
    """A unit that has not reported: its key, its name and its department's; projects, fen, those filled but unsigned."""

    pk: int
    name: str
    department: str
    reports: int
    money_fen: int
    begun: int


def missing_units(checkpoint: Checkpoint, person: Person) -> list[MissingUnit]:
    """Return who did not report, those with most projects first; one grouped query."""
    rows = which(reports_at(checkpoint, person), "missing").order_by()
    unit = "subject_year__unit_id", "subject_year__unit__name", "subject_year__department__name"
    grouped = rows.values_list(*unit, "subject_year__unit__code").annotate(
        many=Count("pk"), money=Sum("budget_fen", default=0), begun=Count("pk", filter=Q(fill_version__gt=0))
    )
    found = sorted(grouped, key=lambda row: (-row[4], row[3], row[0]))
    return [MissingUnit(pk, name, over, *counted) for pk, name, over, _, *counted in found]


@dataclass(frozen=True)
class Position:
    """Where a project stands: money against work, both per cent of the year."""

    report: Any
    rate: Decimal | None
    progress: Decimal | None


MOST_POINTS = 1000
"""How many projects a chart shows: more of them would be a blot, and each has a dozen readings behind it."""


def positions(checkpoint: Checkpoint, person: Person) -> list[Position]:
    """Return money and work of the reports of a checkpoint, those with most money if there are too many; two queries."""
    wanted = reports_at(checkpoint, person).select_related("subject_year").order_by("-budget_fen", "pk")
    reports = list(wanted[:MOST_POINTS])
    rows = Reading.objects.filter(report__in=[one.pk for one in reports]).order_by("pk")
    readings: dict[int, list[IndicatorProgress]] = defaultdict(list)
    for report_id, *columns in rows.values_list("report_id", *PROGRESS):
        readings[report_id].append(progress_from(*columns))
    found = []
    for report in reports:
        rate = execution_rate(report.executed_fen, report.budget_fen)
        told = tuple(readings[report.pk])
        facts = MonitoringFacts(
            checkpoint.cycle.budget_year, checkpoint.as_of, report.budget_fen, report.executed_fen, told
        )
        found.append(Position(report, _rounded(rate), _rounded(target_progress(facts))))
    return found


def _rounded(value: Fraction | None) -> Decimal | None:
    return None if value is None else round_half_up(value, 1)


def expected_progress(checkpoint: Checkpoint) -> Decimal:
    """Return the calendar's progress on the day of the checkpoint, per cent."""
    return round_half_up(time_progress(checkpoint.as_of, checkpoint.cycle.budget_year), 1)


@dataclass(frozen=True)
class SituationLine:
    """One of the four situations: how many projects, how much money in fen."""

    key: str
    label: str
    count: int
    budget_fen: int


def situations(checkpoint: Checkpoint, person: Person) -> list[SituationLine]:
    """Count the four situations of money and work by the warnings; one grouped query."""
    rows = narrowed(reports_at(checkpoint, person).order_by())
    grouped = rows.values_list("slow", "off_target").annotate(n=Count("pk"), fen=Sum("budget_fen", default=0))
    counted = {(slow, off): (n, fen) for slow, off, n, fen in grouped}
    return [
        SituationLine(one.key, one.label, *counted.get((one.slow, one.off_target), (0, 0)))
        for one in SITUATIONS
    ]


@dataclass(frozen=True)
class DepartmentLine:
    """A department at a checkpoint: due, reported, closed, red; money in fen."""

    pk: int
    name: str
    due: int
    reported: int
    closed: int
    red: int
    budget_fen: int
    executed_fen: int

    @property
    def rate(self) -> Decimal | None:
        """Execution rate as a ratio."""
        return Decimal(self.executed_fen) / self.budget_fen if self.budget_fen > 0 else None


def by_department(checkpoint: Checkpoint, person: Person) -> list[DepartmentLine]:
    """Return the departments, those with most red lights first; one grouped query."""
    rows = reports_at(checkpoint, person).order_by()
    grouped = rows.values_list("subject_year__department_id", "subject_year__department__name").annotate(
        due=Count("pk"),
        reported=Count("pk", filter=Q(state__in=LEFT_UNIT)),
        closed=Count("pk", filter=Q(state="closed")),
        red=Count("pk", filter=Q(light="red")),
        budget=Sum("budget_fen", default=0),
        paid=Sum("executed_fen", default=0),
    )
    found = [DepartmentLine(*row) for row in grouped]
    return sorted(found, key=lambda one: (-one.red, one.reported - one.due, one.name))


def unmonitored_goals(cycle: Cycle) -> QuerySet[Goal]:
    """Return approved goals that no opened checkpoint covers."""
    found = Goal.objects.filter(cycle=cycle, state="approved", current=True)
    return found.exclude(subject_year__monitoring_reports__cycle=cycle)


def open_measures(cycle: Cycle, person: Person | None = None) -> QuerySet[Measure]:
    """Return the measures whose outcome is not written, the earliest due first."""
    found = Measure.objects.all() if person is None else visible_measures(person)
    found = found.filter(report__cycle=cycle, done_on__isnull=True)
    return found.select_related("report__subject_year__unit", "report__checkpoint").order_by("due", "pk")


def overdue_measures(cycle: Cycle, person: Person | None = None) -> QuerySet[Measure]:
    """Return the open measures whose day has passed."""
    return open_measures(cycle, person).filter(due__lt=clock.today())


def overdue_count(person: Person, cycle: Cycle) -> int:
    """Return how many measures in the list are past their day."""
    return measure_rows(person, cycle).filter(done_on__isnull=True, due__lt=clock.today()).count()


def measure_rows(person: Person, cycle: Cycle | None) -> QuerySet[Measure]:
    """Return the measures of reports that left their units, for a list."""
    rows = visible_measures(person).filter(report__state__in=LEFT_UNIT)
    return rows.filter(report__cycle=cycle) if cycle is not None else rows.none()


# --- one report


@dataclass(frozen=True)
class ReadingLine:
    """One indicator as the page shows it: what is due by now, the value before, the year's forecast, warnings."""

    reading: Reading
    due: str
    before: str
    forecast: str
    warnings: Sequence[Warning]

    @property
    def planned(self) -> bool:
        """Whether what is due is an interim target of the goal, and not the share of the time gone by."""
        return bool(self.reading.due_text)

    @property
    def worst(self) -> str:
        """The worst light among the warnings."""
        lights = {one.light for one in self.warnings}
        return next((one for one in ("red", "yellow", "green") if one in lights), "")


def reading_lines(
    report: MonitoringReport, readings: Iterable[Reading], warnings: Iterable[Any]
) -> list[ReadingLine]:
    """Join readings with their warnings, last checkpoint's values and forecasts."""
    by_reading: dict[int, list[Any]] = defaultdict(list)
    for warning in warnings:
        by_reading[warning.reading_id].append(warning)
    before = previous_values(report)
    time = time_progress(report.checkpoint.as_of, report.cycle.budget_year)
    found = []
    for reading in readings:
        told = progress_of(reading)
        value, unit = due_value(told, time), reading.indicator.unit
        found.append(
            ReadingLine(
                reading,
                reading.due_text
                or (f"{plain_number(round_half_up(value))}{unit}" if value is not None and told.cumulative else ""),
                before.get(reading.indicator.lineage, ""),
                expected_value(report, reading),
                by_reading[reading.pk],
            )
        )
    return found


def expected_value(report: MonitoringReport, reading: Reading) -> str:
    """Return the indicator's value at the year's end as things go, with its unit; empty when it cannot be said."""
    forecast = forecast_indicator(progress_of(reading), report.checkpoint.as_of, report.cycle.budget_year)
    return f"{plain_number(forecast.value)}{reading.indicator.unit}" if forecast else ""


def plain_number(value: Decimal) -> str:
    """Return a number without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def previous_values(report: MonitoringReport) -> dict[Any, str]:
    """Return what the same indicators had at the latest earlier checkpoint, by lineage."""
    earlier = MonitoringReport.objects.filter(
        subject_year_id=report.subject_year_id, checkpoint__as_of__lt=report.checkpoint.as_of
    ).order_by("-checkpoint__as_of")
    last = earlier.first()
    rows = Reading.objects.filter(report=last) if last else Reading.objects.none()
    return dict(rows.values_list("indicator__lineage", "actual_text"))


def sister_reports(report: MonitoringReport) -> list[MonitoringReport]:
    """Return the reports of the same project at all checkpoints of the year, in order."""
    found = MonitoringReport.objects.filter(subject_year_id=report.subject_year_id, cycle_id=report.cycle_id)
    return list(found.select_related("checkpoint").order_by("checkpoint__as_of"))


@dataclass(frozen=True)
class MoneyLine:
    """One row of the money table of form F4, in fen; the rate is a ratio."""

    label: str
    initial: int
    budget: int
    executed: int
    expected: int | None

    @property
    def rate(self) -> Decimal | None:
        """Execution rate."""
        return Decimal(self.executed) / self.budget if self.budget > 0 else None


def money_lines(report: MonitoringReport) -> list[MoneyLine]:
    """Return the whole and its parts, from the ledger on the day of the checkpoint; the whole as reported."""
    sources = by_source(report.subject_year_id, report.checkpoint.as_of)
    fiscal = [one for key, one in sources.items() if key in APPROPRIATIONS]
    other = [one for key, one in sources.items() if key not in APPROPRIATIONS]
    initial = sum(one.initial for one in sources.values())
    whole = MoneyLine("年度资金总额", initial, report.budget_fen, report.executed_fen, report.expected_fen)
    return [
        whole,
        _money_line("其中：财政拨款", fiscal, report),
        _money_line("其他资金", other, report),
    ]


def _money_line(label: str, parts: Sequence[Balance], report: MonitoringReport) -> MoneyLine:
    initial, budget, executed = (
        sum(getattr(one, key) for one in parts) for key in ("initial", "budget", "executed")
    )
    facts = MonitoringFacts(report.cycle.budget_year, report.checkpoint.as_of, budget, executed)
    forecast = forecast_execution(facts)
    return MoneyLine(label, initial, budget, executed, int(forecast.value) if forecast else None)


def forecast_words(report: MonitoringReport) -> str:
    """Return how the year's expected payments were worked out."""
    forecast = forecast_execution(monitoring_facts(report, ()))
    return forecast.explanation if forecast else ""


def ledger_now(report: MonitoringReport) -> Balance:
    """Return the ledger as it now is for the day of the checkpoint."""
    return balance(report.subject_year_id, report.checkpoint.as_of)


@dataclass(frozen=True)
class Signed:
    """A signature under a report, and whether it still stands."""

    who: str
    role: str
    user_id: int
    step: str
    at: Any
    comment: str
    void: bool


def signatures_for(report: MonitoringReport) -> list[Signed]:
    """Return who signed which step; a signature bound to content that was changed since is void."""
    labels = {step.action: step.label for step in workflow_of(report).steps}
    now = hash_of(report)
    found = Signature.objects.filter(subject=subject_key(report)).order_by("pk")
    return [
        Signed(
            one.name,
            one.role,
            one.user_id,
            labels.get(one.action, one.action),
            one.at,
            one.comment,
            void=not one.used and one.content_hash != now,
        )
        for one in found
    ]


def readings_of(report: MonitoringReport) -> list[Reading]:
    """Return the readings of a report in the order of its indicators."""
    return list(report.readings.select_related("indicator"))


@dataclass(frozen=True)
class Found:
    """A deviation as a page tells it: rule and light in words, the fact, the clause, and whether a reason is there."""

    light: str
    rule: str
    fact: str
    clause: str
    label: str = ""
    explained: bool = True


def found_in(
    report: MonitoringReport, readings: Sequence[Reading], note: str, wrong: Iterable[str] = ()
) -> list[Found]:
    """Return what the rules find in readings that need not be saved; what cannot be read comes first."""
    by_row = {str(one.indicator_id): one for one in readings}
    found = [Found("", "", words, "", explained=False) for words in wrong]
    for one in deviations(monitoring_facts(report, readings), monitoring_lines(report.cycle)):
        reading = by_row.get(one.where)
        reason = reading.reason if reading else note.strip()
        label = reading.indicator.name if reading else ""
        found.append(Found(one.light, one.rule, one.fact, one.clause, label, bool(reason)))
    return found


def saved_warnings(report: MonitoringReport) -> list[Found]:
    """Return the warnings of a report as pages tell them."""
    return [
        Found(
            one.light,
            one.rule,
            one.fact,
            one.clause,
            one.reading.indicator.name if one.reading else "",
            bool(one.reading.reason if one.reading else report.note),
        )
        for one in report.warnings.select_related("reading__indicator")
    ]


def warnings_of(report: MonitoringReport) -> list[Warning]:
    """Return the warnings of a report, money first."""
    return list(report.warnings.order_by("pk"))
