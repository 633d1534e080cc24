"""The periodic reports in the left side."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="reports",
        label="报表",
        icon="report",
        order=20,
        url="reports:list",
        group="overview",
        roles=BUREAU_ROLES | OVERSEER_ROLES,
    )
]
