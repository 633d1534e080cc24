"""The register of agencies and experts in the left side."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="experts",
        label="专家与机构",
        icon="users-group",
        order=50,
        url="experts:list",
        roles=BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer", "agency", "expert"},
    )
]
