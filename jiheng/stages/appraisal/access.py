"""Who sees and does what with ex-ante appraisals."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step
from jiheng.stages.appraisal.models import Appraisal

STARTERS = frozenset(
    {"unit_project", "unit_finance", "department_reviewer", "division", "performance_office"}
)
GATEKEEPERS = frozenset({"division", "performance_office"})
WRITERS = {"submit", "forward", "conclude"}


def visible_appraisals(person: Person) -> QuerySet[Appraisal]:
    """Return the appraisals that the person may see: as for the subjects they are about."""
    found = Appraisal.objects.filter(within(person, "subject_year__"))
    related = (
        "subject_year__subject", "subject_year__unit", "subject_year__department", "cycle__snapshot", "cycle__place",
    )  # fmt: skip
    return found.select_related(*related, "place").defer("cycle__snapshot__content")


def may_see_appraisals(person: Person, _: Appraisal | None = None) -> Verdict:
    """Everybody who sees projects sees their appraisals."""
    return may_see_subjects(person)


def may_see_gate(person: Person, _: SubjectYear) -> Verdict:
    """Everybody who sees a project sees what its entry to the library still lacks."""
    return may_see_subjects(person)


def may_simulate(person: Person) -> Verdict:
    """What compares departments with each other is for the bureau and the overseers."""
    if person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不查看各部门的比较", national_clause("duty_access"))


def is_theirs(person: Person, year: SubjectYear) -> bool:
    """Whether the project lies within what the person works on: own unit, own department, own place."""
    if person.place_id != year.place_id:
        return False
    if person.is_unit:
        return year.unit_id in person.own
    if person.role == "department_reviewer":
        return year.department_id in person.own or year.unit_id in person.subtree
    return person.is_bureau


def actions_of(appraisal: Appraisal, person: Person) -> list[Step]:
    """Return the buttons that the person has now, as the pack's table says, where the record is theirs."""
    if not is_theirs(person, appraisal.subject_year):
        return []
    return policy_for(appraisal.cycle).workflows["appraisal"].actions(appraisal.state, person.role)


@while_open
def may_act(person: Person, appraisal: Appraisal) -> Verdict:
    """Whoever's project it is, and whom the table gives a step in some state; the service decides which."""
    clause = clause_in(appraisal.cycle, "workflows.appraisal")
    if not is_theirs(person, appraisal.subject_year):
        return deny("只能办理本单位、本部门、本地区财政经办的评估；监督岗位只读", clause)
    steps = policy_for(appraisal.cycle).workflows["appraisal"].steps
    if not any(person.role in step.by for step in steps):
        return deny(f"事前绩效评估没有由{person.role_label}办理的步骤", clause)
    return allow()


@while_open
def may_tell_of_condition(person: Person, appraisal: Appraisal) -> Verdict:
    """The unit answers a condition, the bureau confirms it."""
    verdict = may_answer_condition(person, appraisal)
    return verdict or may_meet_condition(person, appraisal)


def has_turn(person: Person, appraisal: Appraisal, actions: set[str]) -> bool:
    """Whether the person has one of these acts to do now."""
    return any(step.action in actions for step in actions_of(appraisal, person))


@while_open
def may_start(person: Person, year: SubjectYear) -> Verdict:
    """The unit starts the appraisal of its project; department and bureau may call for one."""
    if person.role not in STARTERS:
        return deny(
            "事前绩效评估由项目单位、主管部门或财政局业务股室、绩效管理股发起",
            national_clause("workflows.appraisal"),
        )
    if not is_theirs(person, year):
        return deny("只能为本单位、本部门的项目发起事前绩效评估", national_clause("duty_unit"))
    return allow()


@while_open
def may_score_for_department(person: Person, appraisal: Appraisal) -> Verdict:
    """The department scores first, while the appraisal lies with it."""
    if person.role != "department_reviewer":
        return deny("部门自评估由主管部门评分", clause_in(appraisal.cycle, "workflows.appraisal"))
    if not has_turn(person, appraisal, {"forward"}):
        return deny("评估不在主管部门办理环节，不能评分", clause_in(appraisal.cycle, "workflows.appraisal"))
    return allow()


@while_open
def may_score_for_bureau(person: Person, appraisal: Appraisal) -> Verdict:
    """The bureau scores second, after the department has forwarded."""
    if not person.is_bureau:
        return deny("财政评估由财政局评分", clause_in(appraisal.cycle, "workflows.appraisal"))
    if not has_turn(person, appraisal, {"conclude", "forward"}):
        return deny("评估不在您的办理环节，不能评分", clause_in(appraisal.cycle, "workflows.appraisal"))
    return allow()


@while_open
def may_score(person: Person, appraisal: Appraisal) -> Verdict:
    """Whoever's side is to score now."""
    if person.is_bureau:
        return may_score_for_bureau(person, appraisal)
    return may_score_for_department(person, appraisal)


@while_open
def may_write_sections(person: Person, appraisal: Appraisal) -> Verdict:
    """Whoever has the appraisal in hand writes its text."""
    if has_turn(person, appraisal, WRITERS):
        return allow()
    return deny("评估不在您的办理环节，不能修改评估说明", clause_in(appraisal.cycle, "workflows.appraisal"))


@while_open
def may_conclude(person: Person, appraisal: Appraisal) -> Verdict:
    """The role that the pack names concludes."""
    if has_turn(person, appraisal, {"conclude"}):
        return allow()
    return deny(
        "现在不能作出评估结论，或结论不由您的岗位作出", clause_in(appraisal.cycle, "workflows.appraisal")
    )


@while_open
def may_answer_condition(person: Person, appraisal: Appraisal) -> Verdict:
    """The unit says what it has put right."""
    if (
        person.role not in {"unit_project", "unit_finance"}
        or appraisal.subject_year.unit_id not in person.own
    ):
        return deny(
            "须完善事项的完成情况由项目单位登记", clause_in(appraisal.cycle, "appraisal_entry_condition")
        )
    return allow()


@while_open
def may_meet_condition(person: Person, appraisal: Appraisal) -> Verdict:
    """The bureau confirms that it was put right."""
    if is_theirs(person, appraisal.subject_year) and person.role in GATEKEEPERS | {"evaluation_centre"}:
        return allow()
    return deny("须完善事项由财政局确认完成", clause_in(appraisal.cycle, "appraisal_entry_condition"))


@while_open
def may_enter_library(person: Person, year: SubjectYear) -> Verdict:
    """The bureau lets a project into the library."""
    if is_theirs(person, year) and person.role in GATEKEEPERS:
        return allow()
    return deny("入库由财政局业务股室或绩效管理股办理", national_clause("duty_project_library"))
