"""Who says which policy a project's goal belongs to, and who sees what its projects carry."""

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.access import concerns
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.policy_form import is_policy

LINKERS = frozenset({"unit_project", "department_reviewer", "division"})


def may_see_link(_person: Person, goal: Goal) -> Verdict:
    """Whoever sees a project's goal sees which policy it belongs to."""
    if is_policy(goal) or goal.scope == "department":
        return deny("只有项目的绩效目标对应政策", national_clause("goal_requirements"))
    return allow()


@while_open
def may_link(person: Person, goal: Goal) -> Verdict:
    """The project officer, the department or the division in charge; at any step, for the goal's words stay as they are."""
    verdict = may_see_link(person, goal)
    if not verdict:
        return verdict
    if person.role not in LINKERS:
        return deny("项目对应的政策由项目经办、主管部门或业务股室登记", national_clause("duty_unit"))
    return concerns(person, goal.subject_year)


def may_see_projects(_person: Person, goal: Goal) -> Verdict:
    """Whoever sees a policy's goal sees what its projects carry."""
    if not is_policy(goal):
        return deny("只有政策的绩效目标由项目承担", national_clause("goal_requirements"))
    return allow()
