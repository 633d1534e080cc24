"""The sign against the direction of the indicator, as stated or as its name says."""

import re
from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found, goal_check, row
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts

HIGHER = re.compile(
    "(?<!不)(?:合格|完成|达标|满意|覆盖|及时|到位|知晓|办结|正常|准确|就业|通过|使用|利用|参与|落实|达成|完好|优良|入学|治愈)[率度]$|节约率$"
)
LOWER = re.compile(
    "(?:事故|死亡|投诉|上访|违规|违纪|超支|差错|失误|逾期|故障|污染|流失|失业|发病|超标)(?:率|数|数量|次数|起数|件数|人数|发生率)?$"
)


@goal_check(
    "符号与方向一致",
    severity="warn",
    parameter="goal_requirements",
    good="合格率 ≥98%（越大越好用≥）；安全事故数 ＝0、完成天数 ≤30（越小越好用≤）。",
)
def direction_mismatch(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """指标越大越好的用≥，越小越好的用≤。与指标库写明的方向相反的不予通过；从名称看相反的提醒核对。"""
    for one in facts.indicators:
        goes = {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}.get(one.operator)
        wanted = one.direction or _by_name(one)
        if goes is None or not wanted or goes == wanted:
            continue
        words = "越大越好" if wanted == "higher" else "越小越好"
        sign = "≥" if wanted == "higher" else "≤"
        yield Found(
            row(one.key, "operator"),
            f"“{one.level3}”{words}，符号却是“{one.operator.replace('>=', '≥').replace('<=', '≤')}”",
            f"核对后改为“{sign}”，或改正指标名称",
            severity="block" if one.direction else "warn",
        )


def _by_name(one: IndicatorFacts) -> str:
    name = re.sub(r"[（(].*?[）)]", "", one.level3).strip()
    if HIGHER.search(name):
        return "higher"
    if LOWER.search(name):
        return "lower"
    spent = "成本" in one.level2 or "成本" in one.level1
    return "lower" if spent and one.unit in {"元", "万元", "亿元"} and "节约" not in name else ""
