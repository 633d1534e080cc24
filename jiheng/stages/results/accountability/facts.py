"""What the rules are told about a case of accountability."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.rules.policy import DatedValue
from jiheng.stages.results.accountability.totals import body_money
from jiheng.stages.results.models import Accountability


@dataclass(frozen=True)
class Rules:
    """The situations and measures that the place prescribes, each with its clause."""

    situations: DatedValue
    measures: DatedValue
    combinable: bool


def rules_of(cycle: Cycle) -> Rules | None:
    """Return what the cycle's rules say about accountability; None where they say nothing."""
    situations, measures = rule_in(cycle, "accountability_situations"), rule_in(cycle, "accountability_measures")
    if situations is None or measures is None:
        return None
    combinable = rule_in(cycle, "accountability_combinable")
    return Rules(situations, measures, combinable is not None and bool(combinable.value))


def limits_of(case: Accountability) -> dict[str, int | None]:
    """Return what may be cut (the year's budget) and taken back (what is not spent of it), in fen.

    Of the project, or without one of all projects of the body. None where the ledger has no money of the body: then
    nothing in it bounds the decision.
    """
    if case.subject_year_id is None:
        whole = body_money(case.body, case.cycle.budget_year)
        if whole.budget <= 0:
            return {"cut": None, "recapture": None}
        return {"cut": whole.budget, "recapture": max(whole.budget - whole.paid, 0)}
    money = balance(case.subject_year_id)
    return {"cut": money.budget, "recapture": max(money.budget - money.executed, 0)}


def accountability_facts(
    case: Accountability,
    person: Person,
    *,
    measures: Sequence[str] = (),
    cut_fen: int | None = None,
    recapture_fen: int | None = None,
) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a case, with the measures about to be decided."""
    answered = case.problems.strip() and case.outcome.strip()
    return {
        "policy": rules_at(case.cycle),
        "accountability_situation": case.situation,
        "accountability_facts": case.facts,
        "accountability_measures": list(measures),
        "accountability_amounts": {"cut": cut_fen, "recapture": recapture_fen},
        "accountability_limits": limits_of(case) if case.state == "proposed" else {},
        "rectification_missing": [] if answered else [case.situation_text],
        "evidence_missing": [] if evidence_of(case).exists() else ["整改报告书"],
        "responsible_organisation": case.body_id,
        "acting_organisation": person.acting_for(case.body_id),
    }
