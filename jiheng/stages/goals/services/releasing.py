"""No money without its goal: payments and additions are posted only behind an approved (or handed-in) goal."""

from collections.abc import Sequence

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balances
from jiheng.registers.budgets.services import Posting, post_all
from jiheng.registers.cycles.queries import rules_at
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.models import Goal


def release_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """没有批复的绩效目标不得下达资金；年度中追加资金须同时申报与新金额相应的绩效目标。

    Names every subject whose payment has no approved goal, or whose budget would grow beyond every goal that
    was handed in. First budgets are not asked: goals are approved together with them.
    """
    years = {one.year.pk: one.year for one in postings}
    goals: dict[int, list[Goal]] = {pk: [] for pk in years}
    for goal in Goal.objects.filter(subject_year__in=years):
        goals[goal.subject_year_id].append(goal)
    budgets = {pk: one.budget for pk, one in balances(years).items()}
    found = []
    for pk, year in years.items():
        rules = rules_at(year.cycle)
        own = [one for one in postings if one.year.pk == pk]
        before, addition = rules.get("goal_before_release"), rules.get("goal_with_addition")
        approved = any(goal.state == "approved" and goal.current for goal in goals[pk])
        if before and before.value and not approved and any(one.kind == "payment" for one in own):
            words = f"“{year.name}”{year.budget_year} 年度绩效目标还没有批复，不得下达和支付资金"
            found.append(Refusal(words, str(before.clause), "请先申报绩效目标并取得批复", year.name))
        added = sum(one.amount_fen for one in own if one.kind == "adjustment")
        handed_in = max((g.fiscal_fen + g.other_fen for g in goals[pk] if g.state != "draft"), default=0)
        if addition and addition.value and added > 0 and budgets[pk] + added > handed_in:
            words = (
                f"“{year.name}”追加后预算 {format_wan(budgets[pk] + added)} 万元，"
                f"已申报的绩效目标只有 {format_wan(handed_in)} 万元"
            )
            found.append(Refusal(words, str(addition.clause), "请先按新的金额申报或调整绩效目标", year.name))
    return found


def post_with_goal(
    *, postings: Sequence[Posting], person: Person, batch: ImportBatch | None = None
) -> list[LedgerEntry]:
    """Post movements of money behind the gate of goals. Raises Refused with every subject that has none."""
    found = release_refusals(postings)
    if found:
        raise Refused(found)
    return post_all(postings=list(postings), person=person, batch=batch)
