"""The roles that an appointment can give, in the order in which the year meets them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoleInfo:
    """A role: its key in packs, its Chinese label, and the side of the table it sits on."""

    key: str
    label: str
    side: str  # unit, department, bureau, outside, overseer, system


ROLES: dict[str, RoleInfo] = {
    role.key: role
    for role in (
        RoleInfo("unit_project", "项目经办", "unit"),
        RoleInfo("unit_finance", "财务经办", "unit"),
        RoleInfo("unit_head", "单位负责人", "unit"),
        RoleInfo("department_reviewer", "主管部门审核", "department"),
        RoleInfo("division", "业务股室", "bureau"),
        RoleInfo("performance_office", "绩效管理股", "bureau"),
        RoleInfo("evaluation_centre", "绩效评价中心", "bureau"),
        RoleInfo("treasury", "集中支付中心", "bureau"),
        RoleInfo("bureau_leader", "局领导", "bureau"),
        RoleInfo("agency", "第三方机构", "outside"),
        RoleInfo("expert", "评审专家", "outside"),
        RoleInfo("congress", "人大监督", "overseer"),
        RoleInfo("auditor", "审计纪检", "overseer"),
        RoleInfo("system_admin", "系统管理员", "system"),
        RoleInfo("security_admin", "安全管理员", "system"),
        RoleInfo("audit_admin", "审计管理员", "system"),
    )
}

UNIT_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "unit")
BUREAU_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "bureau")
OVERSEER_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "overseer")
SYSTEM_ROLES = frozenset(key for key, role in ROLES.items() if role.side == "system")

CHOICES = [(role.key, role.label) for role in ROLES.values()]
