"""Who sees, writes and receives the periodic reports of departments."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.monitoring.models import ProgressReport

RECEIVERS = frozenset({"division", "performance_office"})
RULE = "workflows.progress_report"


def visible_progress(person: Person) -> QuerySet[ProgressReport]:
    """Return all reports for the bureau and overseers, its own for a department."""
    found = ProgressReport.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        own = person.role == "department_reviewer"
        found = found.filter(body_id__in=person.own) if own else found.none()
    return found.select_related("body", "cycle__snapshot", "cycle__place", "place").defer("cycle__snapshot__content")


def may_see_progress(person: Person, _: object = None) -> Verdict:
    """The bureau, overseers and departments."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("定期报送由主管部门和财政局办理", national_clause("duty_access"))


def may_begin_progress(person: Person, _: object = None) -> Verdict:
    """A department writes its own report."""
    if person.role == "department_reviewer":
        return allow()
    return deny("由主管部门报送", national_clause("duty_unit"))


@while_open
def may_write_progress(person: Person, report: ProgressReport) -> Verdict:
    """A department writes its own report until it is handed in."""
    if person.role != "department_reviewer" or report.body_id not in person.own:
        return deny("由报送的主管部门填写", clause_in(report.cycle, RULE))
    return allow() if report.state == "draft" else deny("已经报送，须退回后才能修改", clause_in(report.cycle, RULE))


@while_open
def may_move_progress(person: Person, report: ProgressReport) -> Verdict:
    """The department hands in; the divisions and the performance office receive or send back."""
    if report.state == "draft":
        return may_write_progress(person, report)
    if report.state != "submitted" or person.role not in RECEIVERS:
        return deny("由财政局业务股室或绩效管理股收取", clause_in(report.cycle, RULE))
    return allow()
