"""People and appointments in the left side."""

from jiheng.channels.people.access import READERS
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="people",
        label="人员与任职",
        icon="users",
        order=80,
        url="people:list",
        group="system",
        roles=READERS,
    )
]
