"""What goes along in bulk and what does not: at, below and above each limit."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from jiheng.rules.goal_risk import BulkLimits, RiskFacts, risks

LIMITS = BulkLimits(500_000_000, "金额条款", Decimal(80), "得分条款")
SAFE = RiskFacts(499_999_999, Decimal(80))


@pytest.mark.feature("3.19")
@pytest.mark.parametrize(
    ("change", "said", "clause"),
    [
        ({"fen": 500_000_000}, "达到 500.00 万元的逐项办理", "金额条款"),
        ({"score": Decimal("79.99")}, "审核得 79.99 分，低于 80 分的逐项办理", "得分条款"),
        ({"adjustment": True, "adjustment_clause": "调整条款"}, "是批复后的目标调整", "调整条款"),
        ({"fresh": True, "fresh_clause": "新增条款"}, "是新增或增加规模的项目", "新增条款"),
        ({"held_by": "上年为中，核减", "held_clause": "结果条款"}, "上年为中，核减", "结果条款"),
    ],
)
def test_each_risk_is_named_with_its_clause(change: dict[str, Any], said: str, clause: str) -> None:
    (found,) = risks(replace(SAFE, **change), LIMITS)
    assert said in found.message
    assert found.clause == clause


def test_what_is_safe_goes_along_and_no_limit_holds_nothing_back() -> None:
    assert risks(SAFE, LIMITS) == []
    assert risks(replace(SAFE, score=None), LIMITS) == []
    assert risks(RiskFacts(10**15, Decimal(1)), BulkLimits()) == []
