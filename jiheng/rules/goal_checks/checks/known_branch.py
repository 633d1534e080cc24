"""Branches: every row stands under a first and a second level that the rules know."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, bare_branch


@goal_check(
    "指标分类规范",
    severity="block",
    parameter="goal_branches",
    good="二级指标写“数量指标”“社会效益指标”等规定的名称，并放在所属的一级指标之下。",
)
def known_branch(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """一级、二级指标须用规定的分类名称，二级指标须在所属的一级指标之下；制度没有规定分类的不查。"""
    children = {bare_branch(one): [bare_branch(two) for two in below] for one, below in settings.branches}
    if not children:
        return
    for one in facts.indicators:
        first, second = bare_branch(one.level1), bare_branch(one.level2)
        if first and first not in children:
            names = "、".join(label for label, _ in settings.branches)
            yield Found(row(one.key, "level1"), f"没有“{one.level1}”这种一级指标", f"改为{names}之一")
        elif first and second and second not in children[first]:
            names = "、".join(next(below for label, below in settings.branches if bare_branch(label) == first))
            fact = f"{one.level1}下没有“{one.level2}”这种二级指标"
            yield Found(row(one.key, "level2"), fact, f"改为{names}之一")
