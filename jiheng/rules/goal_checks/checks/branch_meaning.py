"""Indicators under a branch that says something else."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts
from jiheng.rules.goal_checks.names import bare_name, measured_by
from jiheng.rules.reading import unit_of

QUALITY = re.compile(r"(?:合格|满意|优良|准确|达标|完好|差错)率$")
TIMELY = re.compile(r"(?:及时|按时|按期|准时)(?:完成|到位|发放|拨付|支付|办结|响应|交付|开工)*率$")
TIME = re.compile(r"[时期日天月年早晚按快季]|响应|进度|速度|频[次率]|周期|度$")
MONEY = re.compile(
    r"成本|费|价|支出|资金|投入|预算|金额|经费|造价|节约|补助|补贴|标准|超支|工资|薪|元"
    r"|投资|概算|结算|审减|变更|利率|耗|用水|影响|损|排放"
)
CONTENT = re.compile(r"满意|投诉|好评|认可|评价|获得感|幸福|安全感|表扬|信访")


@goal_check(
    "指标放对类别",
    severity="note",
    parameter="goal_branches",
    good="验收合格率放在质量指标，完成及时率放在时效指标，满意度放在满意度指标。",
)
def branch_meaning(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """数量指标写做多少，质量指标写做得好不好，时效指标写何时完成，成本指标写花多少钱，满意度只放在满意度指标下。"""
    for one in facts.indicators:
        name = bare_name(one.level3)
        if name and (fact := _misplaced(one, name)):
            yield Found(row(one.key, "level2"), f"“{one.level3}”{fact}", "改放到相应的类别，或改写名称")


def _misplaced(one: IndicatorFacts, name: str) -> str:
    if "数量" in one.level2 and QUALITY.search(name):
        return "说的是好坏，放在了数量指标下"
    if "数量" in one.level2 and TIMELY.search(name):
        return "说的是快慢，放在了数量指标下"
    if "质量" in one.level2 and measured_by(name) in {"length", "area"}:
        return "说的是多少，放在了质量指标下"
    if "时效" in one.level2 and one.counts and one.value is not None:
        timed = TIME.search(name) or unit_of(one.unit).base in {"天", "工作日", "月", "小时"}
        return "" if timed else "没有说到时间，放在了时效指标下"
    if "成本" in one.level2 + one.level1 and one.counts and not MONEY.search(name + one.unit):
        return "没有说到费用，放在了成本指标下"
    if "满意" in one.level1 and not CONTENT.search(name):
        return "没有说到满意程度，放在了满意度指标下"
    if "满意度" in name and "满意" not in one.level1 + one.level2:
        return "是满意度，没有放在满意度指标下"
    return ""
