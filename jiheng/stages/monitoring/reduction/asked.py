"""Which measures of monitoring ask for a reduction of the budget, and whether it was applied for."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for, rule_in
from jiheng.stages.monitoring.access import visible_measures
from jiheng.stages.monitoring.models import Measure, Reduction
from jiheng.stages.monitoring.queries import LEFT_UNIT

WORKFLOW = "budget_reduction"


def asking_kinds(cycle: Cycle) -> list[str]:
    """Return the measures of the year's rules that ask for a reduction, by key; empty where the rules know none."""
    if WORKFLOW not in policy_for(cycle).workflows:
        return []
    rule = rule_in(cycle, "monitoring_measures")
    rows = rule.value if rule is not None and rule.value else ()
    return [str(row["key"]) for row in rows if row.get("asks_reduction")]


def reduction_rule(cycle: Cycle) -> str:
    """Return the clause by which units and departments ask for a reduction."""
    rule = rule_in(cycle, "monitoring_measures")
    return str(rule.clause) if rule is not None else ""


def asked_for(measure: Measure) -> bool:
    """Whether a measure that asks for a reduction has its application; true of every other measure."""
    if measure.kind not in asking_kinds(measure.report.cycle):
        return True
    return Reduction.objects.filter(report=measure.report_id).exclude(state="withdrawn").exists()


def unasked(person: Person) -> QuerySet[Measure]:
    """Return the measures in sight that ask for a reduction nobody has applied for, in open years."""
    wanted = Q(pk__in=[])
    for cycle in cycles_in_sight(person).filter(state="open"):
        if kinds := asking_kinds(cycle):
            wanted |= Q(report__cycle=cycle, kind__in=kinds)
    applied = Reduction.objects.filter(report=OuterRef("report")).exclude(state="withdrawn")
    rows = visible_measures(person).filter(wanted, report__state__in=LEFT_UNIT, done_on__isnull=True)
    return rows.exclude(Exists(applied)).order_by("due", "pk")
