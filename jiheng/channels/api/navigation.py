"""Tokens in the left side, for those who keep and watch over access; everybody finds the own ones in the menu."""

from jiheng.channels.api.access import READERS
from jiheng.foundation.web.navigation import NavItem

ITEMS = [
    NavItem(key="tokens", label="接口令牌", icon="key", order=85, url="api:all", group="system", roles=READERS)
]
