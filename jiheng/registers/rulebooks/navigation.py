"""Departments' own rules in the left side, and what a department or the office still has to do."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.audit.kept import kept
from jiheng.foundation.web.navigation import NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.queries import cycles_in_sight, rule_in
from jiheng.registers.rulebooks.access import visible_rules
from jiheng.registers.rulebooks.queries import COVER, SPECIALIST, BodyLine, standing


def todos(person: Person) -> list[Todo]:
    """What a department's rules leave out and that nobody of it is full-time; for the office, how many departments."""
    if person.role not in {"department_reviewer", "performance_office"}:
        return []
    cycle = cycles_in_sight(person).filter(state="open").order_by("-budget_year").first()
    if cycle is None or (rule_in(cycle, COVER) is None and rule_in(cycle, SPECIALIST) is None):
        return []
    if person.role == "department_reviewer":
        return _own(standing(person, cycle))
    found = kept(person.place_id, f"rulebooks:{cycle.pk}", lambda: _counted(standing(person, cycle)))
    rules, people = found.value
    address, made = reverse("rulebooks:standing"), []
    if people:
        made.append(Todo(f"{people} 个部门没有预算绩效管理专职人员", "查看并督促", f"{address}?lack=specialist"))
    if rules:
        made.append(Todo(f"{rules} 个部门的制度办法没有覆盖全部环节和对象", "查看并督促", f"{address}?lack=rules"))
    return made


def _counted(lines: list[BodyLine]) -> tuple[int, int]:
    return sum(one.lacks_rules for one in lines), sum(one.lacks_specialist for one in lines)


def _own(lines: list[BodyLine]) -> list[Todo]:
    found = []
    for one in lines:
        if one.lacks_specialist:
            found.append(Todo(f"{one.name}还没有明确预算绩效管理专职人员", "明确专职人员", reverse("rulebooks:specialist")))
        if one.lacks_rules:
            found.append(Todo(f"{one.name}的制度办法没有覆盖：{one.missing}", "登记制度办法", reverse("rulebooks:write")))
    return found


ITEMS = [
    NavItem(
        key="rulebooks",
        label="部门制度和专职人员",
        icon="notebook",
        order=13,
        url="rulebooks:standing",
        roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
        todos=todos,
        records={"rulebooks.departmentrule": visible_rules},
    )
]
