"""Whole departments: the tasks' money makes the department's budget."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.money import format_wan


@goal_check(
    "部门任务金额合计",
    severity="block",
    parameter="goal_requirements",
    good="任务1 300万元＋任务2 200万元＝部门预算500万元。",
)
def task_sum(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """部门整体支出绩效目标要列出年度主要任务，每项有名称和金额，金额合计等于部门预算。"""
    if facts.kind != "department":
        return
    if not facts.tasks:
        yield Found("tasks", "没有填写年度主要任务", "逐项填写任务名称、内容和预算金额")
        return
    for number, task in enumerate(facts.tasks, 1):
        if not task.name.strip():
            yield Found("tasks", f"第{number}项任务没有名称", "填写任务名称")
        if task.amount < 0:
            yield Found("tasks", f"任务“{task.name}”的金额为负数", "核对金额")
    together = sum(task.amount for task in facts.tasks)
    if together != facts.amount:
        fact = f"任务金额合计{format_wan(together)}万元，与部门预算{format_wan(facts.amount)}万元不等"
        yield Found("tasks", fact, "核对任务金额和部门预算")
