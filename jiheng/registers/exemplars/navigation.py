"""The case library in the left side."""

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.navigation import NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.registers.exemplars.access import may_decide, visible_exemplars

ONE_BY_ONE = 5


def todos(person: Person) -> list[Todo]:
    """Cases that wait for this person's decision; many as one line."""
    rows = [one for one in visible_exemplars(person).filter(state="proposed") if may_decide(person, one)]
    if len(rows) > ONE_BY_ONE:
        return [Todo(f"案例 {len(rows)} 件", "批准", "/exemplars/?state=proposed")]
    return [Todo(str(one), "批准案例", f"/exemplars/{one.pk}/", detail=one.proposal) for one in rows]


ITEMS = [
    NavItem(
        key="exemplars",
        label="案例库",
        icon="award",
        order=21,
        url="exemplars:list",
        roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
        todos=todos,
    )
]
