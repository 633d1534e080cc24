"""Who opens, decides, receives, puts right and closes a case of accountability, and who sees it."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.results.models import Accountability

WORKFLOW = "workflows.accountability"
NOT_YET_TOLD = ("proposed", "dismissed")
"""States that a body does not see: nothing has been decided against it."""
RECEIVERS = frozenset({"unit_head", "unit_project", "unit_finance", "department_reviewer"})
REPORTERS = RECEIVERS - {"unit_finance"}


def visible_accountabilities(person: Person) -> QuerySet[Accountability]:
    """Return the cases in sight: bureau and overseers all, a department those of its bodies, a unit its own.

    Bodies see a case once it is decided against them.
    """
    found = Accountability.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        if person.is_unit:
            own = Q(body_id__in=person.own)
        elif person.role == "department_reviewer":
            own = Q(body_id__in=person.subtree)
        else:
            return found.none()
        found = found.filter(own).exclude(state__in=NOT_YET_TOLD)
    return found.select_related(
        "body", "subject_year__unit", "subject_year__department", "subject_year__subject", "cycle__snapshot",
        "cycle__place", "place", "ledger_entry",
    ).defer("cycle__snapshot__content")  # fmt: skip


def may_see_accountabilities(person: Person, _: object = None) -> Verdict:
    """Business roles see cases of accountability, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触绩效问责", national_clause("duty_access"))


def may_open(person: Person, _: object = None) -> Verdict:
    """The performance office opens a case."""
    if person.role == "performance_office":
        return allow()
    return deny("问责由绩效管理股提出", national_clause(WORKFLOW))


@while_open
def may_decide_accountability(person: Person, case: Accountability) -> Verdict:
    """The bureau's leader decides or dismisses; who opened it cannot (the table says so)."""
    if person.role != "bureau_leader":
        return deny("问责由局领导决定", clause_in(case.cycle, WORKFLOW))
    if case.state != "proposed":
        return deny("已经作出决定", clause_in(case.cycle, WORKFLOW))
    return allow()


@while_open
def may_receive(person: Person, case: Accountability) -> Verdict:
    """The body itself signs for the decision."""
    if person.role not in RECEIVERS or case.body_id not in person.own:
        return deny("问责决定由被问责单位签收", clause_in(case.cycle, WORKFLOW))
    return _in_state(case, "decided", "问责决定已签收，不需再签收")


@while_open
def may_deliver(person: Person, case: Accountability) -> Verdict:
    """The performance office notes how a decision was handed over when the body has not signed for it."""
    if person.role != "performance_office":
        return deny("送达由绩效管理股登记", clause_in(case.cycle, WORKFLOW))
    return _in_state(case, "decided", "没有待送达的问责决定")


@while_open
def may_report_accountability(person: Person, case: Accountability) -> Verdict:
    """The body writes its report of rectification (整改报告书)."""
    if person.role not in REPORTERS or case.body_id not in person.own:
        return deny("整改报告书由被问责单位报送", clause_in(case.cycle, WORKFLOW))
    return _in_state(case, "received", "现在不能报送整改报告书：须在签收之后、报送之前")


@while_open
def may_close(person: Person, case: Accountability) -> Verdict:
    """The performance office looks at the report and closes, or sends it back."""
    if person.role != "performance_office":
        return deny("整改报告书由绩效管理股审核，被问责单位不能为自己办结", clause_in(case.cycle, WORKFLOW))
    return _in_state(case, "reported", "没有待审核的整改报告书")


@while_open
def may_act_on(person: Person, case: Accountability) -> Verdict:
    """Whoever may take the step that the case waits for."""
    asked = (may_receive, may_deliver, may_close)
    verdicts = [may(person, case) for may in asked]
    return next((one for one in verdicts if one), verdicts[-1])


def _in_state(case: Accountability, state: str, otherwise: str) -> Verdict:
    return allow() if case.state == state else deny(otherwise, clause_in(case.cycle, WORKFLOW))
