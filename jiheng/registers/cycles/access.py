"""Who opens budget years and gives more time."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.models import Cycle, Extension, LegalEvent, Turn
from jiheng.rules.policy.clauses import national_clause

OWN_TIME = frozenset({"unit_project", "unit_finance", "unit_head", "department_reviewer", "agency"})
"""Who asks for more time for the own body."""


def may_see_cycles(person: Person, _: Cycle | None = None) -> Verdict:
    """The calendar of the year is for everybody who works in it."""
    if person.role in {"system_admin", "security_admin", "audit_admin"}:
        return deny(f"“{person.role_label}”不办理预算绩效业务", national_clause("duty_separation"))
    return allow()


def may_open_cycle(person: Person) -> Verdict:
    """The performance office or a leader of the bureau opens a year."""
    if person.role in {"performance_office", "bureau_leader"}:
        return allow()
    return deny("只有本级财政局绩效管理股或局领导可以开启年度", national_clause("duty_offices"))


def may_ask_extension(person: Person, cycle: Cycle) -> Verdict:
    """A body asks for more time for itself, the performance office for any body; while the year is open."""
    if person.role not in {"performance_office", *OWN_TIME}:
        return deny("只有承办单位、主管部门、第三方机构和绩效管理股可以申请延期", national_clause("duty_offices"))
    if cycle.place_id != person.place_id:
        return deny("只能延长本地区的期限", national_clause("duty_place"))
    if cycle.state != "open":
        return deny(f"{cycle}已关闭，不能再延长期限", national_clause("duty_year"))
    return allow()


@while_open
def may_decide_extension(person: Person, extension: Extension) -> Verdict:
    """The performance office or a leader decides, never who asked."""
    if person.role not in {"performance_office", "bureau_leader"}:
        return deny("只有绩效管理股或局领导可以批准延期", national_clause("duty_offices"))
    if extension.cycle.place_id != person.place_id:
        return deny("只能延长本地区的期限", national_clause("duty_place"))
    if extension.asked_by_id == person.user_id:
        return deny("申请人不能批准自己的延期申请", national_clause("duty_separation"))
    return allow()


def visible_extensions(person: Person) -> QuerySet[Extension]:
    """The bureau sees all of its place, a body those of its own and of the bodies below it."""
    found = Extension.objects.filter(cycle__place_id=person.place_id)
    found = found.select_related("cycle__snapshot", "cycle__place", "organisation").defer("cycle__snapshot__content")
    if person.role in BUREAU_ROLES | OVERSEER_ROLES:
        return found
    return found.filter(organisation_id__in=person.subtree)


def may_ask_turn(person: Person, cycle: Cycle) -> Verdict:
    """The performance office asks for closing a year of its place or for opening it again."""
    if person.role != "performance_office":
        return deny("只有绩效管理股可以申请关闭或重新开启年度", national_clause("duty_offices"))
    if cycle.place_id != person.place_id:
        return deny("只能办理本地区的年度", national_clause("duty_place"))
    return allow()


def may_decide_turn(person: Person, turn: Turn) -> Verdict:
    """A leader of the bureau decides, and never who asked."""
    if person.role != "bureau_leader":
        return deny("只有局领导可以批准关闭或重新开启年度", national_clause("duty_offices"))
    if turn.cycle.place_id != person.place_id:
        return deny("只能办理本地区的年度", national_clause("duty_place"))
    if turn.asked_by_id == person.user_id:
        return deny("申请人不能批准自己的申请", national_clause("duty_separation"))
    return allow()


def visible_turns(person: Person) -> QuerySet[Turn]:
    """Closings and reopenings of the place's years, for everybody who works in it."""
    found = Turn.objects.filter(cycle__place_id=person.place_id).select_related("cycle__snapshot", "cycle__place")
    return found.defer("cycle__snapshot__content") if may_see_cycles(person) else found.none()


def may_record_events(person: Person, cycle: Cycle) -> Verdict:
    """The performance office records events of the place, a department its own; while the year is open."""
    if person.role not in {"performance_office", "department_reviewer"}:
        return deny("只有绩效管理股和主管部门可以登记法定事件", national_clause("duty_offices"))
    if cycle.place_id != person.place_id:
        return deny("只能登记本地区的事件", national_clause("duty_place"))
    if cycle.state != "open":
        return deny(f"{cycle}已关闭，不能再登记", national_clause("duty_year"))
    return allow()


def visible_events(person: Person) -> QuerySet[LegalEvent]:
    """Events of the place are everybody's to read."""
    found = LegalEvent.objects.filter(cycle__place_id=person.place_id).select_related("cycle__snapshot", "cycle__place", "organisation")
    return found.defer("cycle__snapshot__content")
