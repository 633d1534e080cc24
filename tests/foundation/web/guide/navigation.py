"""The rest of the left side, the budget years, the bell and the search of the guide."""

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.notices.services import unread_count
from jiheng.foundation.web.navigation import CycleChoice, CycleMenu, NavItem


def cycle_menu(_person: Person, chosen: str) -> CycleMenu:
    """Two years to choose from."""
    years = {"2026": "2026 年度", "2025": "2025 年度"}
    value = chosen if chosen in years else "2026"
    choices = tuple(CycleChoice(key, label) for key, label in years.items())
    return CycleMenu(int(value), value, years[value], choices)


ITEMS = [
    NavItem("desk", "工作台", "layout-dashboard", 0, "home", group="desk", count=lambda _person: 7),
    NavItem("subjects", "项目库", "folders", 10, "list"),
    NavItem("indicators", "指标库", "list-details", 20, "list"),
    NavItem("units", "单位", "building", 30, "list"),
    NavItem("experts", "专家与机构", "users", 40, "list"),
    NavItem("policies", "制度", "book", 50, "list"),
    NavItem("dashboard", "驾驶舱", "chart-dots", 10, "charts", group="overview"),
    NavItem("reports", "报表", "report", 20, "charts", group="overview"),
    NavItem(
        "users", "人员与权限", "user-cog", 10, "empty", group="system", roles=frozenset({"security_admin"})
    ),
    NavItem("gone", "没有的页面", "x", 99, "nowhere"),
]
CYCLES = cycle_menu
NOTICES = (unread_count, "empty")
SEARCH = "list"
