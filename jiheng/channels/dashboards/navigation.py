"""The dashboards in the left side."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="dashboards",
        label="驾驶舱",
        icon="chart-bar",
        order=10,
        url="dashboards:home",
        group="overview",
        roles=BUREAU_ROLES | OVERSEER_ROLES | UNIT_ROLES | {"department_reviewer"},
    )
]
