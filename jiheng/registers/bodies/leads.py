"""Which body inside each department leads its performance management: registered with its day, missing ones named."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require, valid_on
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken, refuse
from jiheng.registers.bodies.models import LeadOffice
from jiheng.registers.policies.queries import current_policy
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.parameters import DatedValue

LONGEST = {"name": 100, "document": 300}


@dataclass(frozen=True)
class Led:
    """A department with the body that leads inside it now, None where none is registered, and those before."""

    body: Organisation
    now: LeadOffice | None
    earlier: Sequence[LeadOffice] = field(default_factory=tuple)


def lead_rule(place: Place) -> DatedValue | None:
    """Return the rule by which departments name a leading body; None where the place asks for none."""
    try:
        found = current_policy(place).get("lead_office_required", day=clock.today())
    except LookupError:
        return None
    return found if found is not None and found.value else None


def may_see_leads(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers see those of all departments, a department its own."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("牵头机构由主管部门和财政局登记", national_clause("duty_access"))


def visible_departments(person: Person) -> QuerySet[Organisation]:
    """Return the departments that stand today, for a department itself alone."""
    found = Organisation.objects.filter(valid_on(clock.today()), place_id=person.place_id, kind="department")
    found = found.select_related("place")
    if person.sees_whole_place:
        return found
    return found.filter(pk__in=person.own) if person.role == "department_reviewer" else found.none()


def may_register_lead(person: Person, body: Organisation) -> Verdict:
    """The department itself, or the performance office for it, where the place asks for it."""
    rule = lead_rule(body.place)
    if rule is None:
        return deny("本地的制度没有规定登记牵头机构", national_clause("duty_unit"))
    if body.place_id != person.place_id:
        return deny("不属于本地区的部门", national_clause("duty_place"))
    own = person.role == "department_reviewer" and body.pk in person.own
    if own or person.role == "performance_office":
        return allow()
    return deny("牵头机构由本部门或者绩效管理股登记", str(rule.clause))


def leads_of(person: Person) -> list[Led]:
    """Return every department in sight with its leading body, those without one first."""
    bodies = list(visible_departments(person).order_by("code"))
    held: dict[int, list[LeadOffice]] = {}
    for one in LeadOffice.objects.filter(body__in=bodies).order_by("-valid_from"):
        held.setdefault(one.body_id, []).append(one)
    rows = [
        Led(body, next((one for one in mine if one.valid_to is None), None), tuple(one for one in mine if one.valid_to))
        for body in bodies
        for mine in [held.get(body.pk, [])]
    ]
    return sorted(rows, key=lambda one: one.now is not None)


def register_lead(*, body: Organisation, name: str, document: str, day: date, person: Person) -> LeadOffice:
    """登记部门内部的牵头机构，自某日起；原来的到前一日止。须写明依据文件，日期不能晚于今天、不能早于原来的起始日期。"""
    require(may_register_lead(person, body))
    rule = lead_rule(body.place)
    clause = str(rule.clause) if rule is not None else national_clause("duty_unit")
    told = {"name": name.strip(), "document": document.strip()}
    if not told["name"]:
        raise refuse("没有写明牵头机构", clause, where="name")
    if not told["document"]:
        raise refuse("没有写明依据文件", national_clause("duty_vouchers"), where="document")
    if wrong := [key for key, most in LONGEST.items() if len(told[key]) > most]:
        raise mistaken(f"最多写 {LONGEST[wrong[0]]} 字", where=wrong[0])
    if day > clock.today():
        raise mistaken("起始日期不能晚于今天", where="day")
    with act(person):
        Organisation.objects.select_for_update().get(pk=body.pk)
        before = LeadOffice.objects.filter(body=body, valid_to=None).first()
        if before is not None:
            if before.name == told["name"]:
                raise mistaken(f"现在登记的就是“{before.name}”", where="name")
            if day <= before.valid_from:
                raise mistaken(f"现在的牵头机构自 {before.valid_from} 起，新的须在这一天以后", where="day")
            before.valid_to = day - timedelta(days=1)
            before.save(update_fields=["valid_to"])
            written_along([before])
        made = LeadOffice.objects.create(
            place_id=body.place_id, body=body, valid_from=day, registered_by=str(person), **told
        )
        detail = {"body": body.name, "name": made.name, "document": made.document, "day": str(day)}
        record("organisation.lead", made, {**detail, "before": before.name if before else ""}, clause)
    return made
