"""Duties in the left side."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.navigation import NavItem
from jiheng.registers.duties.access import visible_duties, visible_works

ITEMS = [
    NavItem(
        key="duties",
        label="职责与重点工作",
        icon="list-check",
        order=12,
        url="duties:list",
        roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
        records={"duties.duty": visible_duties, "duties.mainwork": visible_works},
    )
]
