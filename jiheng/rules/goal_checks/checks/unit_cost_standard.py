"""Unit costs above the standard."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.goal_checks.names import is_cost, is_percent, plain
from jiheng.rules.reading import factor_between


@goal_check(
    "单位成本对照标准",
    severity="warn",
    parameter="goal_requirements",
    good="指标库中台式计算机单台成本的标准是5000元，本项目写 ≤4800元/台。",
)
def unit_cost_standard(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """单位成本类指标的指标值不能高于指标库的支出标准或参考值，高于的须写明依据。"""
    for one in facts.indicators:
        money = one.unit.split("/")[0].strip()
        value = one.high if one.operator == "range" else one.value
        if one.reference is None or value is None or not is_cost(one) or is_percent(one) or not money:
            continue
        if factor_between(money, "元") is not None and value > one.reference:
            yield Found(
                row(one.key, "target_text"),
                f"“{one.level3}”的{plain(value)}{one.unit}高于标准{plain(one.reference)}{one.unit}",
                "按标准确定；标准没有反映价格变动或特殊要求的，写明依据",
                suggested=f"≤{plain(one.reference)}{one.unit}",
            )
