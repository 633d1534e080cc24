"""Who sees plans of evaluation, who draws them up and who adopts them."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.evaluation.models import EvaluationPlan

RULE = "workflows.evaluation_plan"
OFFICES = frozenset({"performance_office", "evaluation_centre"})


def visible_plans(person: Person) -> QuerySet[EvaluationPlan]:
    """Return the plans of the place for the bureau and overseers, its own for a department."""
    found = EvaluationPlan.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        own = person.role == "department_reviewer"
        found = found.filter(body_id__in=person.own, kind="department") if own else found.none()
    return found.select_related("body", "cycle__snapshot", "cycle__place", "place").defer("cycle__snapshot__content")


def may_see_plans(person: Person, _: object = None) -> Verdict:
    """The bureau, overseers and departments see plans."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("评价计划由财政局和主管部门编制、查看", national_clause("duty_access"))


def may_begin_plan(person: Person, _: object = None) -> Verdict:
    """A department draws up its own plan, the offices of the bureau the fiscal one."""
    if person.role == "department_reviewer" or person.role in OFFICES:
        return allow()
    return deny("部门评价计划由主管部门编制，财政评价计划由绩效管理股或绩效评价中心编制", national_clause("duty_offices"))


@while_open
def may_edit_plan(person: Person, plan: EvaluationPlan) -> Verdict:
    """Whoever may begin a plan changes it while it is a draft."""
    own = plan.kind == "department" and person.role == "department_reviewer" and plan.body_id in person.own
    if not own and not (plan.kind == "fiscal" and person.role in OFFICES):
        return deny("只能编制本部门的评价计划；财政评价计划由绩效管理股或绩效评价中心编制", clause_in(plan.cycle, RULE))
    if plan.state != "draft":
        return deny("评价计划已提交，须退回后才能修改", clause_in(plan.cycle, RULE))
    return allow()


@while_open
def may_move_plan(person: Person, plan: EvaluationPlan) -> Verdict:
    """Drafts go on by whoever edits them; what is proposed is adopted or returned by the bureau."""
    if plan.state == "draft":
        return may_edit_plan(person, plan)
    adopts = person.role == ("bureau_leader" if plan.kind == "fiscal" else "performance_office")
    if plan.state != "proposed" or not adopts:
        return deny("部门评价计划由绩效管理股确定，财政评价计划由局领导确定", clause_in(plan.cycle, RULE))
    return allow()
