"""How long money may run: the gates of terms and of special funds, at the library and at the ledger.

`settings.JIHENG_LEDGER_GATES` names `lasting_refusals`; why it stands there: docs/decisions/0017 and 0077.
"""

from collections.abc import Iterable, Sequence

from jiheng.foundation.portions import portions
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear, Warrant
from jiheng.registers.subjects.queries import previous_years
from jiheng.registers.subjects.warrants import kinds_of
from jiheng.rules.policy import DatedValue
from jiheng.rules.refusal import Refusal
from jiheng.rules.sunset import FUND, TERM, Fund, Term, fund_asked, fund_refusals, term_refusals
from jiheng.stages.appraisal.models import Appraisal

SUPPORTING = ("supported", "supported_after_revision")


def lasting_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """到期没有重新评估的政策、不符合设立条件的专项资金，不得安排预算。"""
    years = {one.year.pk: one.year for one in postings if brings_money(one)}
    return [one for found in lasting_of(years.values()).values() for one in found]


def lasting_of(asked: Iterable[SubjectYear]) -> dict[int, list[Refusal]]:
    """Return what terms and the conditions of special funds say against library and budget, by subject and year.

    A fixed number of queries of those that the rules watch, however many are asked about; none where they watch nothing.
    """
    kinds: dict[int, frozenset[str]] = {}
    watched = []
    for year in asked:
        if year.cycle_id not in kinds:
            kinds[year.cycle_id] = _watched_kinds(year.cycle)
        if year.kind in kinds[year.cycle_id]:
            watched.append(year)
    if not watched:
        return {}
    terms, funds = term_against(watched), fund_against(watched)
    found = {year.pk: [*terms.get(year.pk, ()), *funds.get(year.pk, ())] for year in watched}
    return {pk: some for pk, some in found.items() if some}


def term_rule(cycle: Cycle) -> DatedValue | None:
    """Return whose term the rules of a year watch; None where they watch nobody's."""
    return rule_in(cycle, TERM)


def fund_rule(cycle: Cycle) -> DatedValue | None:
    """Return what the rules of a year ask of a special fund; None where they ask nothing."""
    return rule_in(cycle, FUND)


def _watched_kinds(cycle: Cycle) -> frozenset[str]:
    rules = (term_rule(cycle), fund_rule(cycle))
    return frozenset(kind for rule in rules if rule is not None and rule.value for kind in rule.value["kinds"])


def term_of(year: SubjectYear) -> Term:
    """Return from when to when a subject runs, as registered for this budget year."""
    return Term(year.first_year, year.last_year, year.budget_year)


def term_against(years: Sequence[SubjectYear]) -> dict[int, list[Refusal]]:
    """Return what has expired, by subject and year: the term of the year before counts, too."""
    by_budget_year: dict[int, list[SubjectYear]] = {}
    for year in years:
        by_budget_year.setdefault(year.budget_year, []).append(year)
    before: dict[int, SubjectYear] = {}
    for some in by_budget_year.values():
        for part in portions(some):
            before |= previous_years(part)
    supported: set[int] = set()
    for keys in portions([year.pk for year in years]):
        rows = Appraisal.objects.filter(subject_year__in=keys, concluded_on__isnull=False, conclusion__in=SUPPORTING)
        supported |= set(rows.values_list("subject_year_id", flat=True))
    found = {}
    for year in years:
        last = before.get(year.pk)
        found[year.pk] = term_refusals(
            term_rule(year.cycle), name=year.name, kind=year.kind, change=year.change, own=term_of(year),
            before=term_of(last) if last is not None else None, supported=year.pk in supported,
        )  # fmt: skip
    return found


def fund_against(years: Sequence[SubjectYear]) -> dict[int, list[Refusal]]:
    """Return what speaks against setting up or renewing special funds, by subject and year."""
    filed: dict[int, set[str]] = {}
    for keys in portions([year.pk for year in years]):
        rows = Warrant.objects.filter(subject_year__in=keys, withdrawn_on__isnull=True)
        for pk, kind in rows.values_list("subject_year_id", "kind"):
            filed.setdefault(pk, set()).add(kind)
    return {
        year.pk: fund_refusals(
            fund_rule(year.cycle), fund_of(year, frozenset(filed.get(year.pk, ()))),
            {one.key: one.label for one in kinds_of(year.cycle)},
        )
        for year in years
    }  # fmt: skip


def fund_of(year: SubjectYear, filed: frozenset[str] = frozenset()) -> Fund:
    """Return a subject and year as the gate of special funds looks at it."""
    return Fund(year.name, year.kind, year.change, term_of(year), (year.overview, year.basis), filed)


def fund_watched(year: SubjectYear) -> bool:
    """Whether the rules ask anything of setting up this one."""
    return fund_asked(fund_rule(year.cycle), fund_of(year))
