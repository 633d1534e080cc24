"""The register of bodies in the left side."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="bodies",
        label="单位",
        icon="building-community",
        order=60,
        url="bodies:tree",
        roles=BUREAU_ROLES | OVERSEER_ROLES,
    )
]
