"""Who opens the dashboards: business roles, each their own part of the year."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.subjects.access import may_see_subjects
from jiheng.rules.policy.clauses import national_clause


def may_see_dashboards(person: Person, _: object = None) -> Verdict:
    """Whoever sees projects sees their sums."""
    if may_see_subjects(person):
        return allow()
    return deny(f"“{person.role_label}”不接触业务统计", national_clause("duty_access"))
