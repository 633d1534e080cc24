"""The goal's money against what the project asks for."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import TREASURY, GoalFacts, GoalSettings
from jiheng.rules.money import format_wan


@goal_check(
    "目标资金与申报金额一致",
    severity="warn",
    parameter="goal_requirements",
    good="项目申报财政资金480万元，绩效目标的财政拨款也是480万元。",
)
def asked_money(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """绩效目标的财政拨款应当等于项目的申报金额；多出来的没有申报，少的是经评估、核定、统一压减的，按核定数填写并在测算说明中写明。"""
    own = facts.sources.get(TREASURY)
    if not facts.asked or own is None or own <= 0 or own == facts.asked:
        return
    fact = f"财政拨款{format_wan(own)}万元，项目申报{format_wan(facts.asked)}万元，"
    if own > facts.asked:
        yield Found("money", f"{fact}多{format_wan(own - facts.asked)}万元", "核对财政拨款，没有申报的资金不能写进目标")
    else:
        remedy = "核对财政拨款；已经核减的，在测算说明中写明"
        yield Found("money", f"{fact}少{format_wan(facts.asked - own)}万元", remedy, "note")
