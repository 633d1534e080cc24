"""A project that is paused gets no payments until the pause is lifted: the gate of the ledger.

`settings.JIHENG_LEDGER_GATES` names `pause_refusals`; why it stands there: docs/decisions/0017.
"""

from collections import defaultdict
from collections.abc import Sequence

from jiheng.foundation.portions import portions
from jiheng.registers.budgets.services import Posting
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.refusal import Refusal
from jiheng.stages.monitoring.models import Measure


def pause_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """Return what paused projects say against these payments; empty when they may be made."""
    return list(pauses_by_year(postings).values())


def pauses_by_year(postings: Sequence[Posting]) -> dict[int, Refusal]:
    """监控报出的处理措施暂停项目实施的，写明落实情况（恢复实施）以前不再支付；哪些措施暂停支付由制度写明.

    By subject and year. A measure counts from the moment on which its report has left the unit; refunds pass.
    """
    paid: dict[int, int] = defaultdict(int)
    for one in postings:
        if one.kind == "payment":
            paid[one.year.pk] += one.amount_fen
    years = {one.year.pk: one.year for one in postings if paid.get(one.year.pk, 0) > 0}
    holding = _holding({year.cycle_id for year in years.values()})
    wanted = [pk for pk, year in years.items() if year.cycle_id in holding]
    found: dict[int, Refusal] = {}
    for part in portions(wanted):
        rows = Measure.objects.filter(report__subject_year__in=part, done_on__isnull=True)
        for measure in rows.exclude(report__state="draft").select_related("report").order_by("pk"):
            year = years[measure.report.subject_year_id]
            labels, clause = holding[year.cycle_id]
            if measure.kind in labels:
                fact = f"“{year.name}”因监控发现的问题已采取措施：{labels[measure.kind]}（{measure.text}），还没有恢复"
                found[year.pk] = Refusal(fact, clause, "恢复实施的，由项目单位在监控表写明落实情况后再支付", "amount_fen")
    return found


def _holding(cycles: set[int]) -> dict[int, tuple[dict[str, str], str]]:
    """Return, of cycles whose rules say so, the measures that hold payments, with their words, and the clause."""
    found = {}
    for pk, cycle in Cycle.objects.select_related("snapshot", "place").defer("snapshot__content").in_bulk(cycles).items():
        rule = rule_in(cycle, "monitoring_measures")
        rows = rule.value if rule is not None and rule.value else ()
        labels = {str(row["key"]): str(row["label"]) for row in rows if row.get("holds_payment")}
        if rule is not None and labels:
            found[pk] = (labels, str(rule.clause))
    return found
