"""Completeness: objective, mandatory branches, every cell of every row."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, bare_branch


@goal_check(
    "填报完整",
    severity="block",
    parameter="goal_mandatory_branches",
    good="总体目标写明做什么、做到什么程度；产出、效益指标都有，每行的二级、三级指标和指标值都填写。",
)
def completeness(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """总体目标不能为空；规定必设的一级、二级指标（如产出、效益、成本）都要有；每个指标的一级、二级、三级和指标值都要填写。"""
    if not facts.objective.strip():
        yield Found("objective", "没有填写年度总体目标", "写明本年度做什么、做到什么程度、带来什么效果")
    present = {bare_branch(label) for one in facts.indicators for label in (one.level1, one.level2)}
    own = "goal_kind_branches" if facts.subject_kind in settings.of_kinds else ""
    for branch in settings.mandatory_for(facts):
        if bare_branch(branch) not in present:
            yield Found("indicators", f"没有设置{branch}", f"至少设置一个{branch}", parameter=own)
    for one in facts.indicators:
        name = one.level3.strip() or one.level2.strip() or f"第{one.key}行"
        cells = {"level1": (one.level1, "一级指标"), "level2": (one.level2, "二级指标")}
        cells |= {"level3": (one.level3, "三级指标"), "target_text": (one.target_text, "指标值")}
        for column, (text, label) in cells.items():
            if not text.strip():
                yield Found(row(one.key, column), f"“{name}”没有填写{label}", f"填写{label}")
