"""What should be taken back: read from the latest monitoring of a year, ground by ground of the pack."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, window
from jiheng.registers.subjects.access import within
from jiheng.rules.recapture import FLAG, Claim, Ground, RecaptureFacts, claims, proposed
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport, Reading, Recapture, Warning

AT_BUREAU = ("bureau", "closed")
"""Reports that the department has answered for: what the bureau goes by."""
IDLE_ITEM = "idle_money_recapture"
AT_ONCE = 500


@dataclass(frozen=True)
class Candidate:
    """A project whose money should be taken back: why, how much in fen, until when."""

    report: Any
    facts: RecaptureFacts
    claims: tuple[Claim, ...]
    due: date | None
    due_clause: str

    @property
    def year(self) -> Any:
        """The subject and year."""
        return self.report.subject_year

    @property
    def main(self) -> Claim:
        """The ground that asks for most."""
        return proposed(self.claims)

    @property
    def labels(self) -> str:
        """The grounds in words."""
        return "；".join(one.ground.label for one in self.claims)


def grounds_of(cycle: Cycle) -> list[Ground]:
    """Return the grounds on which the cycle's rules take money back; empty where they know no recapture."""
    if "recapture" not in policy_for(cycle).workflows:
        return []
    found = []
    listed, idle = rule_in(cycle, "recapture_grounds"), rule_in(cycle, "idle_money_recaptured")
    if listed is not None:
        found += [
            Ground(row["key"], row["label"], str(listed.clause), row.get("item", ""), bool(row.get("in_principle")))
            for row in listed.value
        ]
    if idle is not None and idle.value and "idle" not in {one.key for one in found}:
        found.append(Ground("idle", idle.label, str(idle.clause), IDLE_ITEM))
    return found


def after_due(cycle: Cycle) -> str:
    """Return what happens after the date: refuse or flag; flagged where the rules say nothing."""
    rule = rule_in(cycle, "recapture_after_due")
    return str(rule.value) if rule is not None else FLAG


def due_of(cycle: Cycle, ground: Ground) -> tuple[date | None, str]:
    """Return until when money is taken back on a ground and by which clause; None without a date."""
    found = window(cycle, ground.item) if ground.item else None
    return (found.due, found.clause) if found is not None else (None, "")


def recapture_rule(cycle: Cycle) -> str:
    """Return the clause of the workflow, or of idle money where the frozen rules know no recapture."""
    known = "recapture" in policy_for(cycle).workflows
    return clause_in(cycle, "workflows.recapture" if known else "idle_money_recaptured")


def latest_checkpoint(cycle: Cycle) -> Checkpoint | None:
    """Return the latest checkpoint of the year that was opened."""
    return Checkpoint.objects.filter(cycle=cycle).order_by("-as_of").first()


def checkpoint_before(checkpoint: Checkpoint) -> Checkpoint | None:
    """Return the opened checkpoint of the year before this one."""
    earlier = Checkpoint.objects.filter(cycle=checkpoint.cycle_id, as_of__lt=checkpoint.as_of)
    return earlier.order_by("-as_of").first()


def candidates(cycle: Cycle, person: Person, only: Iterable[int] | None = None) -> list[Candidate]:
    """Return what should be taken back by the latest monitoring and isn't proposed yet, most money first.

    A fixed number of queries for each 500 projects. `only` narrows to reports by primary key; without it every report
    of the checkpoint is gone through, which pages leave to `counting`.
    """
    grounds, checkpoint = grounds_of(cycle), latest_checkpoint(cycle)
    if not grounds or checkpoint is None:
        return []
    reports = looked_at(checkpoint, person)
    if only is not None:
        reports = reports.filter(pk__in=list(only))
    related = reports.select_related(
        "subject_year__unit", "subject_year__department", "subject_year__subject", "checkpoint"
    )
    waiting = related.order_by("pk").iterator(chunk_size=AT_ONCE)
    found: list[Candidate] = []
    while rows := list(islice(waiting, AT_ONCE)):  # of a province's reports only those that are found are held
        found += _among(rows, checkpoint, grounds)
    return sorted(found, key=lambda one: (-one.main.amount, one.report.pk))


def looked_at(checkpoint: Checkpoint, person: Person) -> QuerySet[MonitoringReport]:
    """Return the reports in which what should be taken back is looked for."""
    return MonitoringReport.objects.filter(
        within(person, "subject_year__"), checkpoint=checkpoint, state__in=AT_BUREAU, recaptures__isnull=True
    )


def _among(rows: Sequence[MonitoringReport], checkpoint: Checkpoint, grounds: Sequence[Ground]) -> list[Candidate]:
    money = balances([one.subject_year_id for one in rows])
    stuck, doomed, idle = _uncorrected(rows, checkpoint), _unattainable(rows), _idle(rows)
    dates = {one.key: due_of(checkpoint.cycle, one) for one in grounds}
    found = []
    for report in rows:
        facts = RecaptureFacts(
            budget_year=report.subject_year.budget_year,
            day=checkpoint.as_of,
            budget=money[report.subject_year_id].budget,
            paid=money[report.subject_year_id].executed,
            uncorrected=tuple(stuck.get(report.pk, ())),
            unattainable=tuple(doomed.get(report.pk, ())),
            idle=idle.get(report.pk, ""),
        )
        told = tuple(claims(facts, grounds))
        if told:
            found.append(Candidate(report, facts, told, *dates[proposed(told).ground.key]))
    return found


def _uncorrected(rows: Sequence[MonitoringReport], checkpoint: Checkpoint) -> dict[int, list[str]]:
    """没有有效纠正：措施过期没有落实，或同一偏差上一次监控已有、这一次仍有。"""
    found: dict[int, list[str]] = defaultdict(list)
    by_year = {one.subject_year_id: one.pk for one in rows}
    overdue = Measure.objects.filter(
        report__subject_year__in=list(by_year), report__cycle=checkpoint.cycle, report__checkpoint__as_of__lte=checkpoint.as_of,
        done_on__isnull=True, due__lt=clock.today(),
    )  # fmt: skip
    for one in overdue.select_related("report").order_by("due", "pk"):
        found[by_year[one.report.subject_year_id]].append(f"措施“{one.text}”{one.due}到期，没有落实")
    before = checkpoint_before(checkpoint)
    if before is None:
        return found
    earlier = {
        (year, rule, lineage)
        for year, rule, lineage in Warning.objects.filter(report__checkpoint=before, report__subject_year__in=list(by_year))
        .values_list("report__subject_year_id", "rule", "reading__indicator__lineage")
    }  # fmt: skip
    again = Warning.objects.filter(report__in=list(by_year.values())).order_by("pk")
    for year, rule, lineage, fact, pk in again.values_list(
        "report__subject_year_id", "rule", "reading__indicator__lineage", "fact", "report_id"
    ):
        if (year, rule, lineage) in earlier:
            found[pk].append(f"{before.label}已预警，{checkpoint.label}仍未纠正：{fact}")
    return found


def _unattainable(rows: Sequence[MonitoringReport]) -> dict[int, list[str]]:
    """年底前难以实现：指标全年完成的可能性为“完全不可能”。"""
    found: dict[int, list[str]] = defaultdict(list)
    doomed = Reading.objects.filter(report__in=[one.pk for one in rows], likelihood="impossible")
    for one in doomed.select_related("indicator").order_by("pk"):
        found[one.report_id].append(f"“{one.indicator.name}”全年完全不可能完成" + (f"：{one.reason}" if one.reason else ""))
    return found


def _idle(rows: Sequence[MonitoringReport]) -> dict[int, str]:
    warned = Warning.objects.filter(report__in=[one.pk for one in rows], rule="idle_money")
    return dict(warned.values_list("report_id", "fact"))


def late_open(cycle: Cycle) -> int:
    """Return how many proposals of a cycle still wait for a decision after their date."""
    return Recapture.objects.filter(cycle=cycle, state__in=("proposed", "returned"), due__lt=clock.today()).count()
