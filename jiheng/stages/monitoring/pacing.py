"""Payments at the pace at which goals are reached: the gate of the ledger where a place demands it.

`settings.JIHENG_LEDGER_GATES` names `pace_refusals`; why it stands there: docs/decisions/0017.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from jiheng.foundation.portions import portions
from jiheng.registers.budgets.queries import balances
from jiheng.registers.budgets.services import Posting
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.monitoring import IndicatorProgress, MonitoringFacts, Pace, payment_pace
from jiheng.rules.refusal import Refusal
from jiheng.stages.monitoring.facts import PROGRESS, progress_from
from jiheng.stages.monitoring.models import MonitoringReport, Reading


def pace_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """Return what the attainment of goals says against these payments; empty when they may be made."""
    return list(paces_by_year(postings).values())


def paces_by_year(postings: Sequence[Posting]) -> dict[int, Refusal]:
    """按绩效目标实现程度控制拨付：累计支付的比例不得超过最近一次报出的监控按同样进度推算到支付日的目标进度加容许差.

    By subject and year, only those that would be paid beyond it. Without a report handed in, or without an
    indicator that can be counted, nothing is held back; refunds pass.
    """
    paid: dict[int, list[Posting]] = defaultdict(list)
    for one in postings:
        if one.kind == "payment":
            paid[one.year.pk].append(one)
    years = {pk: rows[0].year for pk, rows in paid.items() if sum(one.amount_fen for one in rows) > 0}
    asked = _asked(years.values())
    reports = _newest([pk for pk, year in years.items() if year.cycle_id in asked])
    money = balances(list(reports)) if reports else {}
    found = {}
    for pk, facts in _facts(reports).items():
        clause, tolerance = asked[years[pk].cycle_id]
        after = money[pk].executed + sum(one.amount_fen for one in paid[pk])
        pace = payment_pace(facts, max(one.day for one in paid[pk]), tolerance)
        if pace is not None and money[pk].budget > 0 and not pace.allows(after, money[pk].budget):
            found[pk] = _refusal(years[pk], pace, after, money[pk].budget, clause)
    return found


def _refusal(year: SubjectYear, pace: Pace, after: int, budget: int, clause: str) -> Refusal:
    words = f"“{year.name}”{pace.words(after, budget)}"
    return Refusal(words, clause, "请控制拨付进度；目标已经赶上的，先报送新一期绩效监控", "amount_fen")


def _asked(years: Iterable[SubjectYear]) -> dict[int, tuple[str, Decimal]]:
    """Return clause and tolerance (percentage points) of the cycles whose rules hold payments to attainment."""
    cycles = Cycle.objects.select_related("snapshot", "place").defer("snapshot__content")
    found = {}
    for pk, cycle in cycles.in_bulk({year.cycle_id for year in years}).items():
        rule = rule_in(cycle, "payment_paced_by_attainment")
        if rule is not None and rule.value:
            found[pk] = (str(rule.clause), Decimal(str(rules_at(cycle).value("monitoring_gap_points").value)))
    return found


def _newest(years: Sequence[int]) -> dict[int, MonitoringReport]:
    """Return the report of the latest checkpoint that was handed in, by subject and year."""
    found: dict[int, MonitoringReport] = {}
    for part in portions(years):
        rows = MonitoringReport.objects.filter(subject_year__in=part)
        handed_in = rows.exclude(state="draft").select_related("checkpoint", "subject_year")
        found |= {one.subject_year_id: one for one in handed_in.order_by("checkpoint__as_of", "pk")}
    return found


def _facts(reports: dict[int, MonitoringReport]) -> dict[int, MonitoringFacts]:
    readings: dict[int, list[IndicatorProgress]] = defaultdict(list)
    wanted = [one.pk for one in reports.values()]
    for part in portions(wanted):
        rows = Reading.objects.filter(report__in=part).order_by("pk")
        for report_id, *columns in rows.values_list("report_id", *PROGRESS):
            readings[report_id].append(progress_from(*columns))
    return {
        pk: MonitoringFacts(
            one.subject_year.budget_year, one.checkpoint.as_of, one.budget_fen, one.executed_fen, tuple(readings[one.pk])
        )
        for pk, one in reports.items()
    }
