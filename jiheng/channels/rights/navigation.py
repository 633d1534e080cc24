"""The explanation of rights in the left side of those who may ask about others; all others come from records."""

from jiheng.channels.rights.access import ASKERS
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="rights", label="权限说明", icon="shield-check", order=85, url="rights:explain", group="system", roles=ASKERS
    )
]
