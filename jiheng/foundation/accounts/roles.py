"""The roles that an appointment can give, in the order in which the year meets them."""

from dataclasses import dataclass

from jiheng.rules.workflow.roles import ROLES as LABELS


@dataclass(frozen=True)
class RoleInfo:
    """A role: its key in packs, its Chinese label, and the side of the table it sits on."""

    key: str
    label: str
    side: str  # unit, department, bureau, reader, outside, overseer, system


SIDES = {
    "unit": ("unit_project", "unit_finance", "unit_head"),
    "department": ("department_reviewer",),
    "bureau": ("division", "performance_office", "evaluation_centre", "treasury", "bureau_leader"),
    "reader": ("investment_centre", "finance_supervision", "funds_committee"),
    "outside": ("agency", "expert"),
    "overseer": (
        "congress",
        "auditor",
        "discipline",
        "organisation_department",
        "government",
        "cppcc",
        "central_supervisor",
        "upper_finance",
    ),
    "system": ("system_admin", "security_admin", "audit_admin"),
}

ROLES: dict[str, RoleInfo] = {
    key: RoleInfo(key, LABELS[key], side) for side, keys in SIDES.items() for key in keys
}

BODIES: dict[str, frozenset[str]] = {
    "unit": frozenset({"unit", "department"}),  # a department spends, too
    "department": frozenset({"department"}),
    "bureau": frozenset({"bureau"}),
    "reader": frozenset({"bureau"}),  # of the bureau, but they take no step: they look on like overseers
    "outside": frozenset({"agency", "expert_pool"}),
    "overseer": frozenset({"overseer"}),
    "system": frozenset({"bureau", "department", "unit", "overseer"}),
}
"""On each side, the kinds of bodies in which its roles can be held: 财政局的岗位不能设在第三方机构."""

UNIT_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "unit")
BUREAU_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "bureau")
OVERSEER_ROLES = frozenset(key for key, role in ROLES.items() if role.side in {"overseer", "reader"})
"""One class of access under many names: they see everything of the place and take no step."""
SYSTEM_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "system")


def roles_of(kind: str) -> list[RoleInfo]:
    """Return the roles that can be held in a body of this kind, in their order."""
    return [role for role in ROLES.values() if kind in BODIES[role.side]]


CHOICES = [(role.key, role.label) for role in ROLES.values()]
