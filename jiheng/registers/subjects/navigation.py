"""The project library in the left side."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.navigation import NavItem
from jiheng.registers.subjects.warrants import visible_warrants

ITEMS = [
    NavItem(
        key="subjects",
        label="项目库",
        icon="folders",
        order=10,
        url="subjects:list",
        roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
        records={"subjects.warrant": visible_warrants},
    )
]
