"""Who prints the periodic reports."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.rules.policy.clauses import national_clause


def may_print_reports(person: Person) -> Verdict:
    """The bureau and overseers, who see the whole place."""
    if person.sees_whole_place:
        return allow()
    return deny("报表对财政局和监督机构开放", national_clause("duty_access"))
