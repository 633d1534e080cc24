"""Budget years in the frame: the switch at the top and the entry in the left side."""

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES, SYSTEM_ROLES
from jiheng.foundation.web.navigation import CycleChoice, CycleMenu, NavItem
from jiheng.registers.cycles.queries import cycles_in_sight


def cycle_menu(person: Person, chosen: str) -> CycleMenu | None:
    """Return the switch of the budget year: the chosen cycle, else the newest; None where there is none."""
    cycles = list(cycles_in_sight(person))
    if not cycles:
        return None
    current = next((one for one in cycles if str(one.pk) == chosen), cycles[0])
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
