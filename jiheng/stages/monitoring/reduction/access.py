"""Who sees applications for a reduction, who applies, checks and decides."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.monitoring.access import being_filled, concerns
from jiheng.stages.monitoring.models import MonitoringReport, Reduction
from jiheng.stages.monitoring.reduction.asked import WORKFLOW, asking_kinds

APPLICANTS = frozenset({"unit_project", "unit_finance", "department_reviewer"})
RULE = f"workflows.{WORKFLOW}"


def visible_reductions(person: Person) -> QuerySet[Reduction]:
    """Return the applications in sight: units and departments their own, the bureau and overseers all of their place."""
    found = Reduction.objects.filter(within(person, "subject_year__"))
    return found.select_related(
        "subject_year__unit", "subject_year__department", "subject_year__subject", "report__checkpoint",
        "cycle__snapshot", "cycle__place", "place", "ledger_entry",
    ).defer("cycle__snapshot__content")  # fmt: skip


def may_see_reductions(person: Person, _: Reduction | None = None) -> Verdict:
    """Business roles, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触调减预算的申请", national_clause("duty_access"))


@while_open
def may_apply_reduction(person: Person, report: MonitoringReport) -> Verdict:
    """The unit whose project it is, or its department, once the report has left the unit and the rules know it."""
    if not asking_kinds(report.cycle):
        return deny("本年度的制度没有规定申请调减预算", clause_in(report.cycle, "monitoring_measures"))
    clause = clause_in(report.cycle, RULE)
    if person.role not in APPLICANTS:
        return deny("调减预算由项目单位或主管部门申请", clause)
    if not (mine := concerns(person, report)):
        return mine
    if being_filled(report):
        return deny("监控表还没有报送，报送以后才能据以申请调减", clause)
    if Reduction.objects.filter(report=report.pk, state__in=Reduction.OPEN).exists():
        return deny("按这份监控表已经申请调减，还没有办完", clause)
    return allow()


@while_open
def may_revise_reduction(person: Person, reduction: Reduction) -> Verdict:
    """Who may apply does it again with what came back."""
    if person.role not in APPLICANTS:
        return deny("调减预算由项目单位或主管部门申请", clause_in(reduction.cycle, RULE))
    if not (mine := concerns(person, reduction.report)):
        return mine
    if reduction.state != "draft":
        return deny("没有被退回，不能重提", clause_in(reduction.cycle, RULE))
    return allow()


@while_open
def may_act_on_reduction(person: Person, reduction: Reduction) -> Verdict:
    """The table gives this role a step in the present state, and the project is the person's to act on."""
    workflow = policy_for(reduction.cycle).workflows[WORKFLOW]
    if not (mine := concerns(person, reduction.report)):
        return mine
    if workflow.actions(reduction.state, person.role):
        return allow()
    label = workflow.states[reduction.state].label
    return deny(f"申请现为“{label}”，没有由{person.role_label}办理的步骤", clause_in(reduction.cycle, RULE))
