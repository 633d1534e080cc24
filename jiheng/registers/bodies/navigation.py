"""The register of bodies in the left side, and what of it waits."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.navigation import NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.registers.bodies.leads import lead_rule, leads_of


def todos(person: Person) -> list[Todo]:
    """Departments without a leading body, where the rules ask for one: for the performance office, and for themselves."""
    if person.role not in {"performance_office", "department_reviewer"} or lead_rule(place_of(person)) is None:
        return []
    missing = [one.body.name for one in leads_of(person) if one.now is None]
    if not missing:
        return []
    if person.role == "department_reviewer":
        return [Todo("本部门的绩效管理牵头机构", "登记牵头机构", reverse("bodies:leads"))]
    names = "、".join(missing[:3]) + ("等" if len(missing) > 3 else "")
    return [Todo(f"{len(missing)} 个部门没有登记绩效管理牵头机构", "督促登记", reverse("bodies:leads"), detail=names)]


ITEMS = [
    NavItem(
        key="bodies",
        label="单位",
        icon="building-community",
        order=60,
        url="bodies:tree",
        roles=BUREAU_ROLES | OVERSEER_ROLES,
        todos=todos,
        asks=frozenset({"department_reviewer"}),
    )
]
