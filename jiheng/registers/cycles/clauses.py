"""By which clause something is refused in a cycle."""

from jiheng.foundation import clock
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.policy.clauses import clause_text, national_clause


def clause_in(cycle: Cycle, entry: str) -> str:
    """Return the clause of an entry of the cycle's frozen rules: a parameter's key, or `workflows.goals`.

    Rules frozen before the entry was made do not know it: then that of the national pack.
    """
    try:
        return clause_text(policy_for(cycle), entry, cycle.budget_year, clock.today())
    except LookupError:
        return national_clause(entry)
