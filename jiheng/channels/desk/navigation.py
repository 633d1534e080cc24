"""The desk in the left side, the bell and the search box."""

from jiheng.foundation.notices.services import unread_count
from jiheng.foundation.web.navigation import NavItem

ITEMS = [NavItem(key="desk", label="工作台", icon="layout-dashboard", order=1, url="desk:home", group="desk")]
NOTICES = (unread_count, "desk:notices")
SEARCH = "desk:search"
