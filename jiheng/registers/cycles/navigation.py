"""Budget years in the frame: the switch at the top and the entry in the left side."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES, SYSTEM_ROLES
from jiheng.foundation.web.navigation import CycleChoice, CycleMenu, NavItem
from jiheng.registers.cycles.queries import cycles_in_sight


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


CYCLES = cycle_menu
ITEMS = [
    NavItem(
        key="cycles",
        label="年度与日历",
        icon="calendar-event",
        order=60,
        url="cycles:list",
        roles=frozenset(ROLES) - SYSTEM_ROLES,
    )
]
