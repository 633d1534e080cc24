"""Who sees the register of bodies, and who registers what becomes of them."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.changes import CHANGING, may_change_bodies
from jiheng.foundation.accounts.models import BodyChange, Organisation
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.rules.policy.clauses import national_clause


def may_see_bodies(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers: the tree carries the sums of everything below."""
    if person.sees_whole_place:
        return allow()
    return deny("单位名册对财政局和监督机构开放", national_clause("duty_access"))


def visible_bodies(person: Person) -> QuerySet[Organisation]:
    """Return the bodies of the person's place in all periods of their lives."""
    found = Organisation.objects.filter(place_id=person.place_id).select_related("parent", "successor", "place")
    return found if person.sees_whole_place else found.none()


def visible_changes(person: Person) -> QuerySet[BodyChange]:
    """Return the changes of bodies of the person's place."""
    found = BodyChange.objects.filter(place_id=person.place_id)
    return found if person.sees_whole_place else found.none()


def may_change(person: Person, body: Organisation) -> Verdict:
    """Register what becomes of a department or unit that stands."""
    if body.valid_to is not None:
        return deny(f"{body.name}已于 {body.valid_to} 终止", national_clause("duty_vouchers"))
    if body.kind not in CHANGING:
        return deny("这里只登记主管部门和预算单位的变动", national_clause("duty_vouchers"))
    return may_change_bodies(person)


def may_move(person: Person, change: BodyChange) -> Verdict:
    """After a split, who it was registers which project goes where."""
    if change.kind != "split":
        return deny("只有分立的单位须逐项划分项目", national_clause("duty_vouchers"))
    return may_change_bodies(person)
