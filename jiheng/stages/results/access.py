"""Who sees, proposes, decides; who rectifies and who accepts."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.subjects.access import within
from jiheng.stages.results.models import Decision, Rectification


def visible_decisions(person: Person) -> QuerySet[Decision]:
    """Return the decisions that the person may see; units and departments once they are taken."""
    condition = within(person, "evaluation__subject_year__")
    if not person.sees_whole_place:
        condition &= Q(state="decided")
    found = Decision.objects.filter(condition)
    return found.select_related(
        "evaluation__subject_year__unit", "evaluation__subject_year__department",
        "evaluation__subject_year__subject", "evaluation__cycle__snapshot", "cycle__snapshot", "cycle__place",
        "place", "budget_entry",
    )


def visible_rectifications(person: Person) -> QuerySet[Rectification]:
    """Return the rectifications that the person may see."""
    found = Rectification.objects.filter(within(person, "finding__evaluation__subject_year__"))
    return found.select_related(
        "finding__evaluation__subject_year__unit", "finding__evaluation__subject_year__department", "unit",
        "cycle__snapshot", "cycle__place", "place",
    )


def may_see_decisions(person: Person, _: Decision | None = None) -> Verdict:
    """Business roles see what results have done to budgets, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触结果应用")


def may_see_rectifications(person: Person, _: Rectification | None = None) -> Verdict:
    """Business roles see rectifications, each their own part."""
    return may_see_decisions(person)


def may_propose(person: Person, _: object = None) -> Verdict:
    """The performance office proposes what a result does to the next budget."""
    if person.role == "performance_office":
        return allow()
    return deny("处理意见由绩效管理股提出")


def may_decide(person: Person, decision: Decision) -> Verdict:
    """The bureau's leader decides; the one who proposed does not."""
    if person.role != "bureau_leader":
        return deny("由局领导决定")
    if decision.state != "proposed":
        return deny("已经作出决定")
    return allow()


def may_report(person: Person, record: Rectification) -> Verdict:
    """The responsible unit's project staff report what they did."""
    if record.unit_id != person.organisation_id or person.role != "unit_project":
        return deny("由责任单位的项目经办填报整改情况")
    if record.state != "issued":
        return deny("整改情况已报送")
    return allow()


def may_accept(person: Person, record: Rectification) -> Verdict:
    """Somebody else than the responsible unit accepts."""
    if person.role != "performance_office":
        return deny("整改由绩效管理股验收")
    if record.state != "reported":
        return deny("尚未报送整改情况")
    return allow()
