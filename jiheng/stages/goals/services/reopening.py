"""Money changed after approval opens the goal again by itself, where the rules say so.

`settings.JIHENG_LEDGER_FOLLOWERS` names `follow_money`; why it stands there: docs/decisions/0034.
"""

from collections.abc import Mapping, Sequence

from jiheng.foundation.audit.services import record
from jiheng.foundation.portions import portions
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.rules.policy import DatedValue
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services.drafting import next_revision, under_way
from jiheng.stages.goals.services.notices import tell


def follow_money(years: Sequence[SubjectYear]) -> None:
    """批复后预算变动的，自动重新打开绩效目标：新的一版按现预算填好金额，重新填报、审核、批复，批复前原目标继续有效。

    Nothing is opened where the rules do not ask for it, the money still agrees, no budget is left, or a change is
    under way already. To be called inside the act that changed the budgets.
    """
    cycles = {year.cycle_id: year.cycle for year in {one.cycle_id: one for one in years}.values()}
    rules = {pk: rule_in(cycle, "goal_reopened_by_money") for pk, cycle in cycles.items()}
    asked = {year.pk: rule for year in years if (rule := rules[year.cycle_id]) is not None and rule.value}
    keys = list(asked)
    for part in portions(keys):
        _follow(part, asked)


def _follow(keys: Sequence[int], asked: Mapping[int, DatedValue]) -> None:
    budgets = balances(keys)
    approved = Goal.objects.filter(subject_year__in=keys, state="approved", current=True)
    approved = approved.select_related("subject_year__unit", "subject_year__department", "cycle__snapshot", "cycle__place")
    for goal in approved.defer("cycle__snapshot__content"):
        budget, promised = budgets[goal.subject_year_id].budget, goal.fiscal_fen + goal.other_fen
        if budget in {0, promised} or under_way(goal):
            continue
        words = f"预算由 {format_wan(promised)} 万元变为 {format_wan(budget)} 万元"
        made = next_revision(goal, words)
        made.fiscal_fen = max(budget - goal.other_fen, 0)
        made.save(update_fields=["fiscal_fen"])
        clause = str(asked[goal.subject_year_id].clause)
        record("goals.reopen", made, {"revision": made.revision, "of": goal.pk, "comment": words}, clause)
        for role in ("unit_project", "unit_finance"):
            tell(made, role, f"“{goal.subject_year.name}”{words}，绩效目标已重新打开，请按现预算修改后提交")
