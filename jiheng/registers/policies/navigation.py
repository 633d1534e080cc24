"""The rules (制度) in the left side; those who confirm see how many values are still assumed."""

from jiheng.foundation.web.navigation import NavItem

ITEMS = [NavItem(key="policies", label="制度", icon="book-2", order=70, url="policies:list")]
