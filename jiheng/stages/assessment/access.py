"""Who sees and who makes the assessment of departments and of the finance bureaus below."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.assessment.models import Assessment, OutsideFact


def of_own_bureau(person: Person, path: str = "") -> Q:
    """Return the condition "about the person's own bureau": what the place above says of it. `path` leads to the body."""
    own = person.own if person.is_bureau and not person.reading else ()
    return Q(**{f"{path}department_id__in": own})


def from_above(person: Person, record: Assessment | OutsideFact) -> bool:
    """Whether a record is of a place above, which the person only reads."""
    return record.place_id != person.place_id


def _only_read() -> Verdict:
    return deny("上级财政部门对本局的考核只能查看", national_clause("duty_place"))


def visible_assessments(person: Person) -> QuerySet[Assessment]:
    """The bureau and overseers see all of their place; a body that is assessed itself once the result is confirmed."""
    here = Q(place_id=person.place_id)
    if not person.sees_whole_place:
        here &= Q(department_id__in=person.own, confirmed_on__isnull=False)
    above = of_own_bureau(person) & Q(confirmed_on__isnull=False)
    found = Assessment.objects.filter(here | above)
    return found.select_related("department__place", "cycle__snapshot", "cycle__place", "place").defer(
        "cycle__snapshot__content"
    )


def visible_facts(person: Person) -> QuerySet[OutsideFact]:
    """The bureau and overseers see the facts of all of their place, a body that is assessed its own at once."""
    here = Q(place_id=person.place_id)
    if not person.sees_whole_place:
        here &= Q(department_id__in=person.own)
    found = OutsideFact.objects.filter(here | of_own_bureau(person))
    return found.select_related("department__place", "cycle__snapshot", "cycle__place").defer("cycle__snapshot__content")


def may_see_assessments(person: Person, _: Assessment | None = None) -> Verdict:
    """The bureau, overseers and departments."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("考核结果对财政局、监督机构和被考核部门开放", national_clause("duty_access"))


def may_see_lower(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers see how the bureaus below were assessed; each of these only what is said of itself."""
    if person.sees_whole_place:
        return allow()
    return deny("对下级财政部门的考核由本级财政局和监督机构查看", national_clause("duty_access"))


@while_open
def may_assess(person: Person, _: Assessment | None = None) -> Verdict:
    """The performance office computes; a leader confirms."""
    if person.role == "performance_office":
        return allow()
    return deny("考核由绩效管理股组织", national_clause("scorecards.department_assessment"))


@while_open
def may_confirm(person: Person, assessment: Assessment) -> Verdict:
    """A leader of the bureau that assesses confirms, once."""
    if from_above(person, assessment):
        return _only_read()
    if person.role != "bureau_leader":
        return deny("考核结果由局领导确认", national_clause("scorecards.department_assessment"))
    if assessment.confirmed_on is not None:
        return deny("考核结果已经确认", clause_in(assessment.cycle, "scorecards.department_assessment"))
    return allow()


def may_record_fact(person: Person, _: object = None) -> Verdict:
    """The performance office enters facts from outside."""
    if person.role == "performance_office":
        return allow()
    return deny("加减分和否决事项由绩效管理股登记", national_clause("scorecards.department_assessment"))


@while_open
def may_withdraw_fact(person: Person, fact: OutsideFact) -> Verdict:
    """The performance office that entered a fact takes it back, once."""
    if from_above(person, fact):
        return _only_read()
    if person.role != "performance_office":
        return deny("由绩效管理股撤销", national_clause("scorecards.department_assessment"))
    if fact.withdrawn_on is not None:
        return deny("已经撤销", clause_in(fact.cycle, "scorecards.department_assessment"))
    return allow()


def may_see_facts(person: Person, _: object = None) -> Verdict:
    """Whoever sees assessments."""
    return may_see_assessments(person)


def may_confirm_many(person: Person, _: object = None) -> Verdict:
    """A leader of the bureau confirms."""
    if person.role == "bureau_leader":
        return allow()
    return deny("考核结果由局领导确认", national_clause("scorecards.department_assessment"))
