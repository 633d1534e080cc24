"""Who says which duty a row of a whole department's goal answers for."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.duties.access import may_write
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.access import concerns
from jiheng.stages.goals.models import Goal


@while_open
def may_link(person: Person, goal: Goal) -> Verdict:
    """The department's own project officer, or its reviewer; at any step, for the goal's words stay as they are."""
    if goal.scope != "department":
        return deny("项目的资金按比例对应职责，只有部门整体支出目标逐行对应", national_clause("goal_requirements"))
    verdict = may_write(person)
    return concerns(person, goal.subject_year) if verdict else verdict


def may_see_links(_: Person, goal: Goal) -> Verdict:
    """Whoever sees a whole department's goal sees what its rows answer for."""
    if goal.scope != "department":
        return deny("只有部门整体支出目标逐行对应职责", national_clause("goal_requirements"))
    return allow()
