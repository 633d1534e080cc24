"""Budget years in the frame: the switch at the top and the entry in the left side."""

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES, SYSTEM_ROLES
from jiheng.foundation.web.navigation import CycleChoice, CycleMenu, NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.access import (
    may_decide_extension,
    may_decide_turn,
    may_open_cycle,
    visible_extensions,
)
from jiheng.registers.cycles.adopting import cycle_for, waiting_adoptions
from jiheng.registers.cycles.clocks import running_clocks
from jiheng.registers.cycles.models import Turn
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.registers.policies.queries import current_policy, open_assumptions
from jiheng.rules.policy import available_places

NEAR = 20
"""A statutory clock comes to the desk so many days before its end."""


def cycle_menu(person: Person, chosen: str) -> CycleMenu | None:
    """Return the switch of the budget year; None where there is none.

    In use is the chosen cycle, else that of the present year, whose money is being spent, else the newest.
    """
    cycles = list(cycles_in_sight(person))
    if not cycles:
        return None
    wanted = [one for one in cycles if str(one.pk) == chosen]
    present = [one for one in cycles if one.budget_year == clock.today().year]
    current = (wanted + present + cycles)[0]
    choices = tuple(CycleChoice(str(one.pk), str(one)) for one in cycles)
    return CycleMenu(current, str(current.pk), str(current), choices)


def todos(person: Person) -> list[Todo]:
    """First steps before the first year; then requests for time, closings and reopenings that wait for the person."""
    return [*first_steps(person), *_requests(person), *_turns(person), *_clocks(person)]


def _requests(person: Person) -> list[Todo]:
    if person.role not in {"performance_office", "bureau_leader"}:
        return []
    rows = visible_extensions(person).filter(state="asked").order_by("pk")
    return [
        Todo(f"{one.organisation}申请延期至 {one.due.isoformat()}", "批准延期", reverse("cycles:extension", args=[one.pk]), detail=one.reason)
        for one in rows[:20]
        if may_decide_extension(person, one)
    ]


def _turns(person: Person) -> list[Todo]:
    if person.role != "bureau_leader":
        return []
    rows = Turn.objects.filter(cycle__place_id=person.place_id, state="asked").select_related("cycle__place")
    return [
        Todo(f"{one.asker}申请{one.get_kind_display()}（{one.cycle}）", "批准", reverse("cycles:turn", args=[one.cycle_id]), detail=one.reason)
        for one in rows
        if may_decide_turn(person, one)
    ]


def _clocks(person: Person) -> list[Todo]:
    """Statutory clocks that the person's body holds, from the time when they come near."""
    if person.role not in {"performance_office", "department_reviewer"}:
        return []
    return [
        Todo(one.label, "办理并登记", reverse("cycles:clocks", args=[cycle.pk]), due=one.due, detail=f"{one.starts}起算")
        for cycle in cycles_in_sight(person).filter(state="open")
        for one in running_clocks(cycle, person.own)
        if clock.days_left(one.due) <= NEAR
    ]


def first_steps(person: Person) -> list[Todo]:
    """What a bureau does before its first year: confirm what its pack assumes, then open the year."""
    if not may_open_cycle(person):
        return []
    if cycles_in_sight(person).exists():
        return adoptions_waiting(person)
    place = Place.objects.get(pk=person.place_id)
    if place.code not in available_places():
        return []
    waiting = len(open_assumptions(current_policy(place), place))
    if waiting:
        return [Todo(f"制度中有 {waiting} 项暂定值待确认", "确认暂定值", reverse("policies:assumed"))]
    return [Todo("还没有开启预算年度", "开启年度", reverse("cycles:open"))]


def adoptions_waiting(person: Person) -> list[Todo]:
    """What waits for a second signature: a year that is to go on under newer rules."""
    return [
        Todo(f"{one}待批准", "看差异和影响并签署", reverse("cycles:adopt", args=[cycle_for(one).pk]), detail=one.asker)
        for one in waiting_adoptions(person)
    ]


CYCLES = cycle_menu
ITEMS = [
    NavItem(
        key="cycles",
        label="年度与日历",
        icon="calendar-event",
        order=60,
        url="cycles:list",
        roles=frozenset(ROLES) - SYSTEM_ROLES,
        todos=todos,
    )
]
