"""What becomes of a goal after its project's content was changed: said once, by approval or in words."""

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import Overtaken, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import ContentChange
from jiheng.registers.subjects.services import answer_changes
from jiheng.stages.goals.access import may_adjust
from jiheng.stages.goals.following import RULE, asks_to_follow, handed_in_since, lagging
from jiheng.stages.goals.models import Goal

LONGEST = 500


def say_unaffected(*, goal: Goal, reason: str, person: Person, seen: int | None = None) -> list[ContentChange]:
    """项目内容的修改不涉及绩效目标的，由单位写明理由；写明后不再提示，以后再修改的另行写明。

    `seen` is the number of the last change that the person has read. Raises Refused where nothing waits for an
    answer, or without a reason; Overtaken when the content was changed again since.
    """
    require(may_adjust(person, goal))
    found = lagging([goal]).get(goal.subject_year_id)
    if found is None:
        raise refuse("没有须写明的内容修改", clause_in(goal.cycle, RULE), "内容没有修改，或者已经调整、写明")
    if not reason.strip() or len(reason.strip()) > LONGEST:
        raise refuse(f"不涉及绩效目标的须写明理由，不超过 {LONGEST} 字", found.clause, "写明为什么目标和指标不用改", "reason")
    if seen is not None and seen != found.changes[-1].number:
        raise Overtaken
    with act(person):
        text = reason.strip()
        done = answer_changes(changes=found.changes, answer="unaffected", text=text, person=person, clause=found.clause)
        record("goals.unaffected", goal, {"changed": found.what, "comment": text}, found.clause)
    return done


def follow_content(goal: Goal, person: Person) -> None:
    """批复的绩效目标是内容修改以后提交的，修改即已跟上。To be called inside the act that approves the goal."""
    changes = handed_in_since(goal)
    if changes:
        clause = asks_to_follow(goal.cycle) or clause_in(goal.cycle, "workflows.goals")
        answer_changes(changes=changes, answer="goal", text=f"第 {goal.revision} 版", person=person, clause=clause)
