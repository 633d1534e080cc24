"""What other rules would do to budgets: the cut that each grade brings, where nothing is decided yet."""

from django.urls import reverse

from jiheng.foundation.web.stage import Effect
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import format_wan
from jiheng.rules.results import Proposal
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.results.facts import proposal_for


def effects(cycle: Cycle, other: Cycle) -> list[Effect]:
    """Return the evaluations whose proposed cut would be another; what is decided stays and is not told.

    The grade is that of the score under the rules of each side, the base the budget of the evaluated year.
    """
    rows = Evaluation.objects.filter(cycle_id=cycle.pk, total__isnull=False).exclude(decision__state="decided")
    listed = list(rows.select_related("subject_year__unit", "subject_year__subject").order_by("pk"))
    money = balances([one.subject_year_id for one in listed])
    found = []
    for one in listed:
        base = money[one.subject_year_id].budget or one.amount_fen
        before, after = (_proposed(one, of, base) for of in (cycle, other))
        if _words(before) != _words(after):
            year = one.subject_year
            change = (after.proposed_fen if after else 0) - (before.proposed_fen if before else 0)
            url = reverse("evaluation:detail", args=[one.pk])
            found.append(
                Effect("与预算挂钩的核减", year.name, _words(before), _words(after), url, str(year.unit), change)
            )
    return found


def _proposed(evaluation: Evaluation, cycle: Cycle, base: int) -> Proposal | None:
    """What the rules of a cycle propose for the score; None where they say nothing for it."""
    evaluation.cycle = cycle
    if evaluation.total is None or evaluation.scorecard not in policy_for(cycle).scorecards:
        return None
    evaluation.grade = policy_for(cycle).grades[card_of(evaluation).grades].grade(evaluation.total).key
    try:
        return proposal_for(evaluation, base)
    except LookupError:
        return None


def _words(proposal: Proposal | None) -> str:
    if proposal is None:
        return "没有规定"
    span = f"{proposal.min_ratio:g}%—{proposal.max_ratio:g}%"
    return f"{proposal.text}（{span}），建议核减 {format_wan(proposal.proposed_fen)} 万元"
