"""What a kind of spending asks for."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, bare_branch


@goal_check(
    "按支出类型设指标",
    severity="note",
    parameter="goal_demanded_branches",
    good="工程类项目有质量和时效指标；补助类项目有发放及时率和受助对象满意度。",
)
def demanded_branches(facts: GoalFacts, settings: GoalSettings) -> Iterator[Found]:
    """不同类型的支出有应当设置的指标：工程、修缮、购置要有质量指标，补助、培训要有服务对象满意度等，以规定的表为准。"""
    present = {bare_branch(label) for one in facts.indicators for label in (one.level1, one.level2)}
    missing: dict[str, str] = {}
    for word, branches in settings.demanded:
        if word in facts.name:
            for branch in branches:
                if bare_branch(branch) not in present:
                    missing.setdefault(branch, word)
    if facts.indicators:
        for branch, word in missing.items():
            yield Found("indicators", f"名称中有“{word}”的项目，没有设置{branch}", f"补充一个{branch}")
