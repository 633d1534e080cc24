"""The experts' own sheets in the left side; what waits in scoring and in reviews by several parties."""

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.navigation import NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.stages.appraisal.joint import desk as joint
from jiheng.stages.appraisal.panel import desk as panel


def todos(person: Person) -> list[Todo]:
    """What waits for experts, for those who run their scoring, and for the parties of a review."""
    return panel.todos(person) + joint.todos(person)


ITEMS = [
    NavItem(
        key="sheets",
        label="专家评分",
        icon="list-check",
        order=12,
        url="appraisal:sheets",
        group="year",
        roles=frozenset({"expert"}),
        todos=todos,
        asks=BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    )
]
