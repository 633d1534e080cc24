"""Who sees and who makes the assessment of departments."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.assessment.models import Assessment, OutsideFact


def visible_assessments(person: Person) -> QuerySet[Assessment]:
    """The bureau and overseers see all departments, a department itself once the result is confirmed."""
    found = Assessment.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        found = found.filter(department_id__in=person.own, confirmed_on__isnull=False)
    return found.select_related("department", "cycle__snapshot", "cycle__place").defer(
        "cycle__snapshot__content"
    )


def visible_facts(person: Person) -> QuerySet[OutsideFact]:
    """The bureau and overseers see the facts of all departments, a department its own at once."""
    found = OutsideFact.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        found = found.filter(department_id__in=person.own)
    return found.select_related("department", "cycle__snapshot", "cycle__place").defer("cycle__snapshot__content")


def may_see_assessments(person: Person, _: Assessment | None = None) -> Verdict:
    """The bureau, overseers and departments."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("考核结果对财政局、监督机构和被考核部门开放", national_clause("duty_access"))


@while_open
def may_assess(person: Person, _: Assessment | None = None) -> Verdict:
    """The performance office computes; a leader confirms."""
    if person.role == "performance_office":
        return allow()
    return deny("考核由绩效管理股组织", national_clause("scorecards.department_assessment"))


@while_open
def may_confirm(person: Person, assessment: Assessment) -> Verdict:
    """A leader of the bureau confirms, once."""
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
    """The performance office takes a fact back, once."""
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
