"""Who says from which projects a whole department's goal is worked out."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.stages.goals.access import may_edit
from jiheng.stages.goals.models import Goal


def may_see_tree(_: Person, goal: Goal) -> Verdict:
    """Whoever sees a whole department's goal sees what stands behind its values."""
    if goal.scope != "department":
        return deny("只有部门整体支出目标由项目目标汇总", clause_in(goal.cycle, "goal_requirements"))
    return allow()


@while_open
def may_bind(person: Person, goal: Goal) -> Verdict:
    """Either officer of the department's own unit, while the goal is written."""
    return may_edit(person, goal) if (verdict := may_see_tree(person, goal)) else verdict
