"""Expenditure standards in the left side."""

from jiheng.foundation.accounts.roles import ROLES, SYSTEM_ROLES
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="standards",
        label="支出标准",
        icon="ruler-2",
        order=22,
        url="standards:list",
        group="registers",
        roles=frozenset(ROLES) - SYSTEM_ROLES,
    )
]
