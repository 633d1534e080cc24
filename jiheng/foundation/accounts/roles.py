"""The roles that an appointment can give, in the order in which the year meets them."""

from dataclasses import dataclass

from jiheng.rules.workflow.roles import ROLES as LABELS


@dataclass(frozen=True)
class RoleInfo:
    """A role: its key in packs, its Chinese label, and the side of the table it sits on."""

    key: str
    label: str
    side: str  # unit, department, bureau, outside, overseer, system


SIDES = {
    "unit": ("unit_project", "unit_finance", "unit_head"),
    "department": ("department_reviewer",),
    "bureau": ("division", "performance_office", "evaluation_centre", "treasury", "bureau_leader"),
    "outside": ("agency", "expert"),
    "overseer": ("congress", "auditor"),
    "system": ("system_admin", "security_admin", "audit_admin"),
}

ROLES: dict[str, RoleInfo] = {
    key: RoleInfo(key, LABELS[key], side) for side, keys in SIDES.items() for key in keys
}

UNIT_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "unit")
BUREAU_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "bureau")
OVERSEER_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "overseer")
SYSTEM_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "system")

CHOICES = [(role.key, role.label) for role in ROLES.values()]
