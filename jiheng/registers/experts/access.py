"""Who sees and keeps the register of agencies and experts."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.policy.clauses import national_clause

OUTSIDE = frozenset({"agency", "expert"})
KEEPERS = frozenset({"performance_office", "evaluation_centre"})


def visible_evaluators(person: Person) -> QuerySet[Evaluator]:
    """Return the entries that the person may see: the bureau and overseers all, outsiders their own."""
    found = Evaluator.objects.filter(place_id=person.place_id).select_related("organisation", "user")
    if person.sees_whole_place or person.role == "department_reviewer":
        return found
    if person.role in OUTSIDE:
        return found.filter(organisation_id__in=person.own)
    return found.none()


def may_see_evaluators(person: Person, _: Evaluator | None = None) -> Verdict:
    """The bureau, departments and overseers look into the register; agencies and experts at themselves."""
    if person.sees_whole_place or person.role in OUTSIDE | {"department_reviewer"}:
        return allow()
    return deny("专家与机构库对财政局、主管部门和监督机构开放", national_clause("duty_access"))


def may_keep_register(person: Person) -> Verdict:
    """The performance office and the evaluation centre keep it."""
    if person.role in KEEPERS:
        return allow()
    return deny("专家与机构库由绩效管理股或绩效评价中心管理", national_clause("duty_experts"))


def may_end(person: Person, evaluator: Evaluator) -> Verdict:
    """They also take out, once."""
    if evaluator.left_on is not None:
        return deny("已经出库", national_clause("duty_experts"))
    return may_keep_register(person)
