"""The roles that a workflow table may name, with the words that people see."""

ROLES: dict[str, str] = {
    "unit_project": "项目经办",
    "unit_finance": "财务经办",
    "unit_head": "单位负责人",
    "department_reviewer": "主管部门审核",
    "division": "业务股室",
    "performance_office": "绩效管理股",
    "evaluation_centre": "绩效评价中心",
    "treasury": "集中支付中心",
    "bureau_leader": "局领导",
    "investment_centre": "投资评审中心",
    "finance_supervision": "财政监督检查",
    "funds_committee": "预算管理委员会",
    "agency": "第三方机构",
    "expert": "评审专家",
    "congress": "人大监督",
    "auditor": "审计纪检",
    "discipline": "派驻纪检监察组",
    "organisation_department": "组织部门",
    "government": "党委政府督查",
    "cppcc": "政协委员",
    "central_supervisor": "财政部监管局",
    "upper_finance": "上级财政",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}

SENSITIVE_ROLES = frozenset({"system_admin", "security_admin", "audit_admin", "bureau_leader"})
"""Through whom the most can be done: those who keep people, rules and the chain, and who signs for the bureau."""
