"""Who notes what was reported upward, and who sees it; what is handed over for prosecution is for few."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.disclosure.models import Dispatch

REFERRAL = "accountability_referred_to"
TRUSTED = frozenset({"performance_office", "bureau_leader", "discipline"})
"""Who sees what was handed over to others to call persons to account."""


def visible_dispatches(person: Person) -> QuerySet[Dispatch]:
    """Return what the place reported upward, for bureau and overseers; referrals for those who must know."""
    if not person.sees_whole_place:
        return Dispatch.objects.none()
    found = Dispatch.objects.filter(place_id=person.place_id)
    found = found if person.role in TRUSTED else found.exclude(matter=REFERRAL)
    return found.select_related("cycle__snapshot", "cycle__place", "place").defer("cycle__snapshot__content")


def may_see_dispatches(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers see what was reported upward."""
    if person.sees_whole_place:
        return allow()
    return deny("报送登记只对财政局和监督机构开放", national_clause("duty_access"))


def may_dispatch(person: Person, _: object = None) -> Verdict:
    """The performance office notes what it sent."""
    if person.role == "performance_office":
        return allow()
    return deny("报送和移送由绩效管理股登记", national_clause("duty_offices"))


def may_note_receipt(person: Person, dispatch: Dispatch) -> Verdict:
    """The performance office notes a receipt, once: also after the year was closed, since it comes from elsewhere."""
    verdict = may_dispatch(person)
    if verdict and dispatch.received_on is not None:
        return deny("回执已经登记", clause_in(dispatch.cycle, "duty_vouchers"))
    return verdict
