"""Who sees how money is shared out, who draws the scheme up and who decides it."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.results.models import Allocation, AllocationLine

RULE = "workflows.allocation"
DRAFTERS = frozenset({"division", "performance_office"})


def visible_allocations(person: Person) -> QuerySet[Allocation]:
    """Return the schemes of the place for bureau and overseers; for bodies those decided that they share in."""
    found = Allocation.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        if not person.is_unit and person.role != "department_reviewer":
            return found.none()
        own = AllocationLine.objects.filter(body_id__in=_bodies(person)).order_by()
        found = found.filter(state="decided", pk__in=own.values("allocation"))
    return found.select_related("cycle__snapshot", "cycle__place", "place").defer("cycle__snapshot__content")


def lines_in_sight(person: Person, allocation: Allocation) -> QuerySet[AllocationLine]:
    """Return the bodies of a scheme in sight: all for bureau and overseers, for a body its own part alone."""
    found = allocation.lines.select_related("body")
    return found if person.sees_whole_place else found.filter(body_id__in=_bodies(person))


def _bodies(person: Person) -> frozenset[int]:
    return person.own if person.is_unit else person.subtree | person.own


def may_see_allocations(person: Person, _: object = None) -> Verdict:
    """Business roles see how money was shared out, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触资金分配", national_clause("duty_access"))


def may_draft(person: Person, _: object = None) -> Verdict:
    """The division and the performance office draw schemes up."""
    if person.role in DRAFTERS:
        return allow()
    return deny("资金分配方案由业务股室或绩效管理股编制", national_clause("duty_offices"))


@while_open
def may_edit_allocation(person: Person, allocation: Allocation) -> Verdict:
    """A scheme is changed while it is a draft."""
    verdict = may_draft(person)
    if verdict and allocation.state != "draft":
        return deny("分配方案已提交，须退回后才能修改", clause_in(allocation.cycle, RULE))
    return verdict


@while_open
def may_move_allocation(person: Person, allocation: Allocation) -> Verdict:
    """Drafts go on by whoever may edit them; what is proposed the leader decides or returns."""
    if allocation.state == "draft":
        return may_edit_allocation(person, allocation)
    if allocation.state != "proposed" or person.role != "bureau_leader":
        return deny("分配方案由局领导决定", clause_in(allocation.cycle, RULE))
    return allow()
