"""Who may ask about whom: everybody about oneself, those who watch over rights about everybody of their place."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.rules.policy.clauses import national_clause

ASKERS = frozenset({"security_admin", "audit_admin", "auditor", "discipline"})


def may_ask_about_others(person: Person, *_: object) -> Verdict:
    """Those who give rights and those who check them; they learn of a record only whose it is and how it stands."""
    if person.role in ASKERS:
        return allow()
    return deny("别人的权限由安全管理员、审计管理员和审计监督机构查询；您可以查自己的", national_clause("duty_access"))
