"""Money named in the objective against the money of the goal."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jiheng.rules.goal_checks.check import Found, goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings
from jiheng.rules.money import format_wan

WHOLE = re.compile(
    r"(?:总投资|投资总额|资金总额|预算总额|项目总额|年度资金|年度预算|项目资金|项目预算|总预算|(?:共|总共|合计)(?:安排|投入)(?:财政)?(?:资金)?)"
    r"(?:额|为|约|共计|共|合计|达到|达|：|:)*(?P<figure>\d[\d,，]*(?:\.\d+)?)(?P<unit>亿元|万元|元)"
)
FEN = {"亿元": Decimal(10**10), "万元": Decimal(10**6), "元": Decimal(100)}
NEAR = Decimal("0.005")
"""Figures in sentences are rounded."""


@goal_check(
    "目标中写的资金与资金部分一致",
    severity="warn",
    parameter="goal_requirements",
    good="年度资金480万元的项目，年度目标写“项目总投资480万元”，或者不写资金。",
    halves=True,
)
def objective_money(facts: GoalFacts, _: GoalSettings) -> Iterator[Found]:
    """年度目标中写明的总投资、资金总额、总预算，应当是年度资金、中期资金或其中一项来源；两个人分别填写时最容易对不上。"""
    if facts.amount <= 0:
        return
    known = [one for one in (facts.amount, facts.medium_amount, *facts.sources.values()) if one]
    told: set[int] = set()
    for match in WHOLE.finditer(facts.objective):
        fen = int(Decimal(re.sub("[,，]", "", match["figure"])) * FEN[match["unit"]])
        if fen in told or any(abs(fen - one) <= one * NEAR for one in known):
            continue
        told.add(fen)
        fact = f"年度目标写“{match[0]}”，资金部分年度{format_wan(facts.amount)}万元"
        if facts.medium_amount:
            fact += f"、中期{format_wan(facts.medium_amount)}万元"
        yield Found("objective", fact, "由项目经办和财务经办核对，改成一致")
