"""The chain in the left side."""

from jiheng.channels.audit.access import READERS
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(key="audit", label="审计链", icon="link", order=90, url="audit:list", group="system", roles=READERS)
]
