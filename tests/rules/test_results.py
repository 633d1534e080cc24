"""Use of results: proposals within bounds, decisions checked, every step shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.results import action_of, check_decision, consequence, decide
from jiheng.rules.scoring.grades import Band

FAIR = Band(key="fair", label="中", low=Decimal(60), high=Decimal(80))
RULE = {
    "fiscal": {
        "good": {
            "action": "keep",
            "label": "予以保障",
            "min_ratio": 0,
            "max_ratio": 0,
            "in_principle": False,
        },
        "fair": {
            "action": "cut",
            "label": "核减10%至30%",
            "min_ratio": 10,
            "max_ratio": 30,
            "in_principle": True,
        },
        "poor": {
            "action": "stop",
            "label": "不予安排",
            "min_ratio": 100,
            "max_ratio": 100,
            "in_principle": False,
        },
    },
    "department": {
        "fair": {
            "action": "reduce",
            "label": "适当压减",
            "min_ratio": 0,
            "max_ratio": 100,
            "in_principle": True,
            "proposed_ratio": 10,
        },
    },
}
CLAUSE = "《办法》第十条"
THREE_MILLION = 300_000_000


def proposal(kind="fiscal", grade="fair", base=THREE_MILLION, **more):
    return consequence(kind, grade, base, RULE, clause=CLAUSE, **more)


def test_the_example_of_a_chosen_twenty_per_cent():
    made = proposal()
    assert (made.min_fen, made.max_fen) == (30_000_000, 90_000_000)
    assert check_decision(made, Decimal(20), "得分72，问题集中在时效") == []
    decided = decide(made, THREE_MILLION, Decimal(20))
    assert (decided.action, decided.cut, decided.ceiling) == ("cut", 60_000_000, 240_000_000)
    assert decided.steps == (
        "计算基数300.00万元",
        "规定幅度：10%至30%（核减10%至30%）",
        "决定比例：20%",
        "核减：300.00×20%＝60.00万元",
        "下年度上限：300.00－60.00＝240.00万元",
    )


@pytest.mark.parametrize(
    ("score", "ratio", "ceiling"),
    [("80", "10", 270_000_000), ("72", "18", 246_000_000), ("60", "30", 210_000_000)],
)
def test_the_proposal_rises_as_the_score_falls_inside_the_band(score, ratio, ceiling):
    made = proposal(band=FAIR, score=Decimal(score))
    assert (made.proposed_ratio, made.ceiling) == (Decimal(ratio), ceiling)


def test_the_proposed_calculation_is_shown():
    assert proposal(band=FAIR, score=Decimal(72)).steps == (
        "计算基数300.00万元",
        "规定幅度：10%至30%（核减10%至30%）",
        "按得分推算：10%＋（80－72）÷（80－60）×20%＝18%",
        "核减：300.00×18%＝54.00万元",
        "下年度上限：300.00－54.00＝246.00万元",
    )


def test_without_a_score_the_lower_bound_is_proposed_and_a_stated_usual_ratio_goes_first():
    assert proposal().proposed_ratio == 10
    assert proposal(kind="department", band=FAIR, score=Decimal(60)).proposed_ratio == 10


def test_good_keeps_all_and_poor_leaves_nothing():
    good, poor = proposal(grade="good"), proposal(grade="poor")
    assert (good.action, good.ceiling, good.steps) == (
        "keep",
        THREE_MILLION,
        ("计算基数300.00万元", "规定幅度：不核减（予以保障）"),
    )
    assert (poor.action, poor.proposed_fen, poor.ceiling) == ("stop", THREE_MILLION, 0)


@given(st.integers(0, 10**13), st.decimals(60, 80, places=2), st.decimals(60, 80, places=2))
def test_a_worse_score_never_keeps_more_and_stays_within_bounds(base, one, two):
    worse, better = sorted((one, two))
    low, high = (proposal(base=base, band=FAIR, score=score) for score in (worse, better))
    assert low.ceiling <= high.ceiling
    for made in (low, high):
        assert made.min_fen <= made.proposed_fen <= made.max_fen
        assert made.proposed_fen + made.ceiling == base


def test_a_kind_or_grade_without_rule_is_named():
    with pytest.raises(LookupError, match="没有规定“fund”"):
        proposal(kind="fund")
    with pytest.raises(LookupError, match="等级“low”的处理方式（《办法》第十条）"):
        proposal(grade="low")


@pytest.mark.parametrize("bounds", [(30, 10), (-1, 10), (10, 101)])
def test_wrong_bounds_are_refused(bounds):
    row = {"action": "cut", "label": "核减", "min_ratio": bounds[0], "max_ratio": bounds[1]}
    with pytest.raises(ValueError, match="不成立"):
        consequence("k", "g", 100, {"k": {"g": row}}, clause=CLAUSE)


def test_a_usual_ratio_outside_its_bounds_and_a_negative_base_are_refused():
    row = {"action": "cut", "label": "核减", "min_ratio": 10, "max_ratio": 20, "proposed_ratio": 30}
    with pytest.raises(ValueError, match="不在10%至20%之内"):
        consequence("k", "g", 100, {"k": {"g": row}}, clause=CLAUSE)
    with pytest.raises(ValueError, match="不能为负"):
        proposal(base=-1)


def test_a_score_of_another_grade_is_refused():
    with pytest.raises(ValueError, match="不在等级“中”"):
        proposal(band=FAIR, score=Decimal(85))


def test_a_decision_outside_the_bounds_needs_an_exception_where_the_rule_allows_one():
    made = proposal()
    refused = check_decision(made, Decimal(35), "严重")
    assert [str(one) for one in refused] == [
        "核减比例35%超出规定的10%至30%。依据：《办法》第十条。办法：调整比例，或写明例外理由。"
    ]
    assert check_decision(made, Decimal(35), "严重", "经领导小组会议同意") == []
    assert [one.remedy for one in check_decision(proposal(grade="poor"), Decimal(50), "照顾", "例外")] == [
        "调整比例"
    ]


def test_a_decision_needs_a_reason_and_a_possible_ratio():
    assert [one.where for one in check_decision(proposal(), Decimal(101), " ")] == ["reason", "ratio"]


@pytest.mark.parametrize(
    ("ruled", "ratio", "called"),
    [
        ("keep", "0", "keep"),
        ("keep", "5", "cut"),
        ("cut", "0", "keep"),
        ("cut", "0.01", "cut"),
        ("reduce", "5", "reduce"),
        ("none", "100", "none"),
        ("none", "50", "cut"),
        ("cut", "100", "none"),
    ],
)
def test_decision_is_called_after_its_ratio(ruled: str, ratio: str, called: str) -> None:
    assert action_of(ruled, Decimal(ratio)) == called
