"""Who takes up plans, reports on tasks and accepts them."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.plans.models import PlanTask
from jiheng.rules.policy.clauses import national_clause


def may_see_plans(person: Person, _: PlanTask | None = None) -> Verdict:
    """The bureau and those who oversee it read the plan."""
    if person.role in BUREAU_ROLES | OVERSEER_ROLES:
        return allow()
    return deny("行动计划由财政局办理", national_clause("duty_bureau"))


def may_take_up(person: Person, cycle: Cycle | None = None) -> Verdict:
    """The performance office takes up a plan for an open year of its place."""
    if person.role != "performance_office":
        return deny("只有绩效管理股可以采用行动计划", national_clause("duty_offices"))
    if cycle is not None and cycle.place_id != person.place_id:
        return deny("只能办理本地区的年度", national_clause("duty_place"))
    if cycle is not None and cycle.state != "open":
        return deny(f"{cycle}已关闭", national_clause("duty_year"))
    return allow()


@while_open
def may_report(person: Person, task: PlanTask) -> Verdict:
    """Who owes the task reports on it, while it is open."""
    if person.place_id != task.plan.cycle.place_id:
        return deny("只能办理本地区的任务", national_clause("duty_place"))
    if person.role != task.role:
        return deny("只有责任岗位可以填报任务进展", national_clause("duty_offices"))
    if task.state != "open":
        return deny(f"任务{task.get_state_display()}，不能再填报", national_clause("duty_offices"))
    return allow()


@while_open
def may_accept(person: Person, task: PlanTask) -> Verdict:
    """A leader or the performance office accepts, never who reported."""
    if person.place_id != task.plan.cycle.place_id:
        return deny("只能办理本地区的任务", national_clause("duty_place"))
    if person.role not in {"performance_office", "bureau_leader"}:
        return deny("只有绩效管理股或局领导可以验收", national_clause("duty_offices"))
    if person.user_id == task.reported_by_id:
        return deny("报告人不能验收自己的任务", national_clause("duty_separation"))
    return allow()


def visible_tasks(person: Person) -> QuerySet[PlanTask]:
    """The tasks of the person's place, for those who read its plan; nobody else gets their files."""
    found = PlanTask.objects.filter(plan__cycle__place_id=person.place_id)
    if not may_see_plans(person):
        return found.none()
    found = found.select_related("plan__cycle__snapshot", "plan__cycle__place")
    return found.defer("plan__cycle__snapshot__content")
