"""Who sees, writes, receives, hands on and closes reported situations."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.parameters import DatedValue
from jiheng.rules.workflow import Workflow
from jiheng.stages.monitoring.models import SituationReport

RULE = "workflows.situation"
KEY = "situation"
"""The row of `monitoring_methods` by which a place has situations reported."""


def way_of_reporting(cycle: Cycle) -> DatedValue | None:
    """Return the rule by which situations are reported in a year; None where the place does not prescribe it."""
    rule = rule_in(cycle, "monitoring_methods")
    rows = rule.value if rule is not None and rule.value else []
    prescribed = any(isinstance(one, dict) and one.get("key") == KEY for one in rows)
    return rule if prescribed and KEY in policy_for(cycle).workflows else None


def workflow_of(situation: SituationReport) -> Workflow:
    """Return the table by which situations move, as frozen for their year."""
    return policy_for(situation.cycle).workflows[KEY]


def visible_situations(person: Person) -> QuerySet[SituationReport]:
    """Return the situations that the person may see; a draft only the unit that writes it."""
    found = SituationReport.objects.filter(within(person, "subject_year__"))
    if not person.is_unit:
        found = found.filter(~Q(state="draft") | Q(submitted_on__isnull=False))
    related = found.select_related(
        "subject_year__subject", "subject_year__unit", "subject_year__department", "cycle__snapshot", "cycle__place", "place"
    )
    return related.defer("cycle__snapshot__content")


def may_see_situations(person: Person, _: object = None) -> Verdict:
    """Business roles see situations, each their own part."""
    if may_see_subjects(person):
        return allow()
    return deny(f"“{person.role_label}”不接触运行监控", national_clause("duty_access"))


def may_begin_situation(person: Person, _: object = None) -> Verdict:
    """The unit that carries a project out reports."""
    if person.role == "unit_project":
        return allow()
    return deny("情况由项目实施单位的项目经办反映", national_clause("duty_unit"))


@while_open
def may_write_situation(person: Person, situation: SituationReport) -> Verdict:
    """The unit writes until it has handed in."""
    if person.role != "unit_project" or situation.subject_year.unit_id not in person.own:
        return deny("由反映情况的单位填写", clause_in(situation.cycle, RULE))
    return allow() if situation.state == "draft" else deny("已经报送，须退回后才能修改", clause_in(situation.cycle, RULE))


@while_open
def may_move_situation(person: Person, situation: SituationReport) -> Verdict:
    """The table gives this role a step in the present state, and the project is the person's to act on."""
    year, clause = situation.subject_year, clause_in(situation.cycle, RULE)
    if person.place_id != situation.place_id:
        return deny("不属于本地区的项目", national_clause("duty_place"))
    if person.is_unit and year.unit_id not in person.own:
        return deny("只能办理本单位反映的情况", national_clause("duty_unit"))
    below = year.unit_id in person.subtree or year.department_id in person.own
    if person.role == "department_reviewer" and not below:
        return deny("只能办理本部门及所属单位反映的情况", national_clause("duty_unit"))
    workflow = workflow_of(situation)
    if workflow.actions(situation.state, person.role):
        return allow()
    return deny(f"这件情况现为“{workflow.states[situation.state].label}”，没有由{person.role_label}办理的步骤", clause)
