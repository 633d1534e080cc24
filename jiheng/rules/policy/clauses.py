"""The clause that an entry rests on, as refusals print it."""

from datetime import date
from functools import cache

from jiheng.rules.entry import Citation
from jiheng.rules.policy.loading import load_policy
from jiheng.rules.policy.parameters import Parameter
from jiheng.rules.policy.policy import Policy

NATIONAL = "national"


def clause_text(policy: Policy, entry: str, budget_year: int | None = None, day: date | None = None) -> str:
    """The clause of an entry: `recheck_share` names a parameter, `workflows.goals` an entry of that section.

    Of a parameter the clause in force for the budget year (or on the day, where the parameter goes by that);
    its last one when that is not given, its first one before anything was prescribed. LookupError for an
    unknown entry.
    """
    section, _, key = entry.rpartition(".")
    found = getattr(policy, section or "parameters").get(key)
    if found is None:
        raise LookupError(f"{policy.name}的制度里没有“{entry}”")
    if not isinstance(found, Parameter):
        return str(policy.clause_of(found))
    point = day if found.by == "event" else budget_year
    setting = found.values[-1] if point is None else found.said(point) or found.values[0]
    return str(policy.clause_of(setting.cite))


@cache
def national_clause(entry: str) -> str:
    """The clause of an entry of the national pack: for what is refused where no year's rules are at hand."""
    return clause_text(load_policy(NATIONAL), entry)


def clause_written(policy: Policy, written: str) -> str:
    """The clause of a citation written as `source clause` (`hailin-2021-14 二（二）`). LookupError: no such source."""
    source, _, clause = written.partition(" ")
    if source not in policy.sources:
        raise LookupError(f"没有文件依据“{source}”")
    return str(policy.clause_of(Citation(source=source, clause=clause)))
