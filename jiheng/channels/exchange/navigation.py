"""Importing lists in the left side."""

from jiheng.channels.exchange.access import importers
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(
        key="exchange",
        label="清单导入",
        icon="table-import",
        order=60,
        url="exchange:home",
        roles=importers(),
    )
]
