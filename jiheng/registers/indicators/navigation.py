"""The library's entry in the navigation."""

from jiheng.foundation.accounts.roles import ROLES, SYSTEM_ROLES
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="indicators",
        label="指标库",
        icon="books",
        order=20,
        url="indicators:list",
        group="registers",
        roles=frozenset(ROLES) - SYSTEM_ROLES,
    )
]
