"""Who sees a case and what of it; who nominates, who approves, who retires."""

from typing import Any

from django.db.models import BooleanField, Case, CharField, F, IntegerField, Q, QuerySet, Value, When

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.exemplars.models import Exemplar
from jiheng.rules.exemplars import STEPS
from jiheng.rules.policy.clauses import national_clause

NOMINATORS = frozenset({"department_reviewer", "division", "performance_office", "evaluation_centre"})
DECIDERS = frozenset({"performance_office", "bureau_leader"})


def _whose(person: Person) -> Q:
    """The condition "the person may see the record itself": as for the subject that it belongs to."""
    if person.sees_whole_place:
        return Q()
    if person.is_unit:
        return Q(unit_id__in=person.own)
    if person.role == "department_reviewer":
        return Q(unit_id__in=person.subtree) | Q(department_id__in=person.own)
    return Q(pk__in=[])


def visible_exemplars(person: Person) -> QuerySet[Any]:
    """Return the cases that the person may see, each with what may be seen of it.

    `inside` says whether the record itself is the person's to see; else `seen_title` is the anonymised one and whose
    it is stays away (`seen_department`, `seen_unit`, `seen_body` empty): what is searched, sorted and exported.
    """
    found = Exemplar.objects.filter(place_id=person.place_id)
    if not may_see_exemplars(person):
        return found.none()
    whose = _whose(person)
    if person.sees_whole_place:
        inside: Any = Value(True, output_field=BooleanField())
    else:
        found = found.filter(Q(state="shown") | whose)
        inside = Case(When(whose, then=Value(True)), default=Value(False), output_field=BooleanField())
    found = found.annotate(inside=inside)

    def only(path: str, field: Any, other: Any) -> Any:
        return F(path) if person.sees_whole_place else Case(When(whose, then=F(path)), default=other, output_field=field)

    return found.annotate(
        seen_title=only("title", CharField(), F("open_title")),
        seen_department=only("department_id", IntegerField(), Value(None)),
        seen_body=only("unit__name", CharField(), Value("")),
    ).defer("copy", "hide")


def may_see_exemplars(person: Person, *_: object) -> Verdict:
    """Everybody who writes, reviews or oversees reads the approved cases."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不使用案例库", national_clause("duty_access"))


def may_find(person: Person, *_: object) -> Verdict:
    """The performance office has the system look for new cases."""
    if person.role == "performance_office" and not person.reading:
        return allow()
    return deny("查找新案例由绩效管理股办理", national_clause("duty_offices"))


def may_nominate(person: Person, exemplar: Exemplar) -> Verdict:
    """Departments nominate their own, the bureau's offices any of the place."""
    if person.role not in NOMINATORS or person.reading:
        return deny("案例由主管部门或财政局股室推荐", national_clause("duty_offices"))
    own = person.sees_whole_place or exemplar.unit_id in person.subtree or exemplar.department_id in person.own
    if exemplar.place_id != person.place_id or not own:
        return deny("只能推荐本部门及所属单位的案例", national_clause("duty_unit"))
    return _at("nominate", exemplar)


def may_decide(person: Person, exemplar: Exemplar) -> Verdict:
    """The performance office or a leader approves or declines, never who nominated."""
    if not (verdict := _decides(person, exemplar)):
        return verdict
    if person.user_id == exemplar.proposer_id:
        return deny("推荐人不能批准自己推荐的案例", national_clause("duty_separation"))
    return _at("approve", exemplar)


def may_retire(person: Person, exemplar: Exemplar) -> Verdict:
    """The performance office or a leader takes a case off."""
    return _at("retire", exemplar) if (verdict := _decides(person, exemplar)) else verdict


def _decides(person: Person, exemplar: Exemplar) -> Verdict:
    if person.role not in DECIDERS or person.reading or exemplar.place_id != person.place_id:
        return deny("案例由绩效管理股或局领导批准、撤下", national_clause("duty_offices"))
    return allow()


def _at(action: str, exemplar: Exemplar) -> Verdict:
    if exemplar.state in STEPS[action][0]:
        return allow()
    return deny(f"该案例现在“{exemplar.get_state_display()}”，不能这样办理", national_clause("duty_offices"))
