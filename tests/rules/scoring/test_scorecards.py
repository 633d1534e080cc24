"""Scorecards: the national ones add up, filled cards total, and what is wrong is named."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

import jiheng
from jiheng.rules.scoring.method import NotScored
from jiheng.rules.scoring.scorecard import Scorecard

FOLDER = Path(jiheng.__file__).parent / "packs" / "national" / "scorecards"
KEYS = [
    "agency_quality",
    "appraisal",
    "bond_evaluation",
    "department_assessment",
    "department_evaluation",
    "fund_evaluation",
    "goal_review",
    "in_process_evaluation",
    "investment_fund_evaluation",
    "ppp_evaluation",
    "procurement_evaluation",
    "project_evaluation",
    "purchased_service_evaluation",
    "revenue_evaluation",
]
REVIEW = {
    "form_complete": ("excellent", "9.5"),
    "clear": ("good", "8.5"),
    "goal_relevant": ("excellent", "14"),
    "indicators_scientific": ("fair", "10.5"),
    "performance_reasonable": ("good", "12.5"),
    "funds_match": ("good", "12.5"),
    "attainable": ("excellent", "9"),
    "conditions_sufficient": ("excellent", "9"),
}


class ExactLoader(yaml.SafeLoader):
    """YAML with decimals instead of floats."""


ExactLoader.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: Decimal(node.value))


def card(key):
    text = (FOLDER / f"{key}.yaml").read_text(encoding="utf-8")
    return Scorecard.model_validate(yaml.load(text, ExactLoader))  # noqa: S506 - a safe loader with decimals


def small(**changes):
    """A card of two groups: 甲 60 with two items, 乙 40 with one."""
    tiers = [
        {"key": "yes", "label": "好", "low": "0.6", "high": 1, "tick": 1},
        {"key": "no", "label": "差", "low": 0, "high": "0.6", "tick": 0},
    ]
    items = [{"key": "a1", "label": "甲一", "points": 20}, {"key": "a2", "label": "甲二", "points": 40}]
    groups = [
        {"key": "a", "label": "甲", "points": 60, "items": items},
        {"key": "b", "label": "乙", "points": 40, "items": [{"key": "b1", "label": "乙一", "points": 40}]},
    ]
    base = {"label": "小表", "cite": {"source": "s", "clause": "一"}, "grades": "evaluation"}
    return Scorecard.model_validate({**base, "tiers": tiers, "groups": groups, **changes})


def full(scorecard):
    return {item.key: item.points for item in scorecard.items}


def test_the_folder_holds_the_cards_that_the_stages_use():
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_national_cards_add_up_to_their_total(key):
    scorecard = card(key)
    assert sum(item.points for item in scorecard.items) == scorecard.total == 100
    assert scorecard.total_of(full(scorecard)).points == 100
    for item in scorecard.items:
        assert item.guidance or item.explanation or item.standard


@pytest.mark.parametrize("key", KEYS)
def test_cards_survive_being_stored_as_text(key):
    scorecard = card(key)
    restored = Scorecard.model_validate_json(scorecard.model_dump_json())
    assert restored.model_dump_json() == scorecard.model_dump_json()
    for item in restored.items:
        if item.method:
            assert item.score(Decimal(50)) == scorecard.item(item.key).score(Decimal(50))


@pytest.mark.feature("2.02")
def test_appraisal_has_five_dimensions_of_four_items_of_five_points():
    scorecard = card("appraisal")
    assert [group.label for group in scorecard.groups] == [
        "立项必要性", "投入经济性", "绩效目标合理性", "实施方案可行性", "筹资合规性",
    ]  # fmt: skip
    assert [len(group.items) for group in scorecard.groups] == [4] * 5
    assert {item.points for item in scorecard.items} == {5}


def test_a_veto_of_the_appraisal_beats_any_score():
    total = card("appraisal").total_of(full(card("appraisal")), vetoes=["unlawful_financing"])
    assert (total.points, total.grade) == (100, "not_supported")
    assert total.explanation.endswith("一票否决：违法违规筹资")


def test_goal_review_example_totals_85_5():
    scorecard = card("goal_review")
    points = {key: Decimal(value) for key, (_, value) in REVIEW.items()}
    assert scorecard.problems(points, {key: tier for key, (tier, _) in REVIEW.items()}) == []
    assert scorecard.total_of(points).points == Decimal("85.50")


def test_points_outside_the_ticked_tier_are_named_with_what_is_allowed():
    problems = card("goal_review").problems({"goal_relevant": Decimal(12)}, {"goal_relevant": "excellent"})
    assert [str(problem) for problem in problems] == [
        "“目标相关性”得12分，与所选档次不符，“优”允许13.50至15.00分。办法：改分数或改档次。"
    ]
    assert "没有档次" in card("goal_review").problems({"clear": Decimal(1)}, {"clear": "best"})[0].message


@pytest.mark.parametrize(
    ("points", "fact"), [("40.01", "不在0至40分之间"), ("-1", "不在0"), ("1.005", "最多两位小数")]
)
def test_points_outside_the_item_are_named(points, fact):
    problems = small().problems({"a2": Decimal(points)})
    assert len(problems) == 1
    assert fact in problems[0].message
    assert problems[0].where == "a2"


def test_a_tick_alone_gives_the_points_of_its_tier():
    scorecard = card("appraisal")
    assert [scorecard.ticked("need", tier) for tier in ("excellent", "good", "fair", "poor")] == [5, 4, 3, 0]
    with pytest.raises(LookupError, match="没有档次“best”"):
        scorecard.ticked("need", "best")


def test_project_evaluation_keeps_the_national_frame():
    scorecard = card("project_evaluation")
    assert [(group.label, group.points) for group in scorecard.groups] == [
        ("决策", 20), ("过程", 20), ("产出", 30), ("效益", 30),
    ]  # fmt: skip
    assert len(scorecard.items) == 17
    row = scorecard.rows[0]
    assert (row.level1.label, row.level2.label, row.item.label) == ("决策", "项目立项", "立项依据充分性")


def test_output_and_outcome_below_sixty_are_refused_here_and_in_a_nearer_pack():
    minimum = {"label": "甲不低于", "groups": ["a"], "points": 60, "cite": {"source": "s", "clause": "二"}}
    floor = small(minimums=[minimum], floor=True)
    lighter = [
        {"key": "a", "label": "甲", "points": 59, "items": [{"key": "a1", "label": "甲一", "points": 59}]},
        {"key": "b", "label": "乙", "points": 41, "items": [{"key": "b1", "label": "乙一", "points": 41}]},
    ]
    assert floor.loosened_by(small()) == []
    assert floor.loosened_by(small(groups=lighter)) == ["甲不低于：现在是59分，至少须60分"]
    assert small(minimums=[minimum]).loosened_by(small(groups=lighter)) == []
    with pytest.raises(ValidationError, match="现在是59分，至少须60分"):
        small(minimums=[minimum], groups=lighter)
    with pytest.raises(ValidationError, match="评分表中没有“z”"):
        small(minimums=[{**minimum, "groups": ["z"]}])


def test_in_process_and_project_cards_give_output_and_outcome_sixty():
    for key in ("project_evaluation", "in_process_evaluation", "department_evaluation", "fund_evaluation"):
        weights = {group.key: group.points for group in card(key).groups}
        assert weights["output"] + weights["outcome"] >= 60


@pytest.mark.parametrize(
    ("key", "item", "value", "points"),
    [
        ("department_evaluation", "staffing_control_rate", "95.10", "3.00"),
        ("department_evaluation", "three_public_change_rate", "98.31", "0.00"),
        ("department_evaluation", "budget_completion_rate", "99.27", "2.00"),
        ("department_evaluation", "budget_adjustment_rate", "-39.94", "0.00"),
        ("project_evaluation", "cost_saving_rate", "-2.5", "4.50"),
        ("project_evaluation", "satisfaction", "85", "9.44"),
        ("fund_evaluation", "benefit_on_time_rate", "98.5", "6.00"),
        ("department_assessment", "self_evaluation_quality", "3.5", "8.50"),
    ],
)
def test_items_with_a_method_are_scored_by_it(key, item, value, points):
    assert str(card(key).item(item).score(Decimal(value)).points) == points


def test_an_item_without_method_is_scored_by_a_person():
    with pytest.raises(NotScored, match="由人评分"):
        small().item("a1").score(Decimal(1))


def test_items_that_do_not_apply_leave_the_total():
    total = small().total_of({"a1": Decimal(10), "b1": Decimal(40)}, not_applicable=["a2"])
    assert total.points == Decimal("83.33")
    assert total.explanation == "不适用1项，折算：50÷60×100＝83.33"


def test_plus_and_minus_items_keep_the_total_between_zero_and_full():
    scorecard = card("department_assessment")
    points = full(scorecard)
    gained = scorecard.total_of(points, plus={"innovation": Decimal(2)})
    lost = scorecard.total_of(
        points, plus={"innovation": Decimal(1)}, minus={"supervision_findings": Decimal(3)}
    )
    assert (gained.points, gained.plus) == (100, 2)
    assert (lost.points, lost.base, lost.minus) == (98, 100, 3)
    assert "加分1，减分3，总分98" in lost.explanation
    nothing = scorecard.total_of(
        dict.fromkeys(points, Decimal(0)), minus={"supervision_findings": Decimal(5)}
    )
    assert nothing.points == 0
    with pytest.raises(NotScored, match="最多2分，现在是3分"):
        scorecard.total_of(points, plus={"innovation": Decimal(3)})


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": {"z": Decimal(1)}},
        {"not_applicable": ["z"]},
        {"vetoes": ["z"]},
        {"minus": {"z": Decimal(1)}},
    ],
)
def test_keys_of_another_card_are_refused(wrong):
    scorecard = small()
    with pytest.raises(NotScored, match="没有“z”这一项"):
        scorecard.total_of(**{"points": full(scorecard), **wrong})


def test_a_card_with_an_unscored_item_has_no_total():
    with pytest.raises(NotScored, match="“乙一”还没有得分"):
        small().total_of({"a1": Decimal(1), "a2": Decimal(1)})


def test_deductions_count_to_their_limit_and_not_below_zero():
    deductions = [
        {"key": "cell", "label": "填写错误", "points": "0.2", "limit": 1},
        {"key": "part", "label": "缺少部分", "points": 15},
    ]
    groups = [
        {
            "key": "a",
            "label": "甲",
            "points": 100,
            "items": [
                {"key": "a1", "label": "甲一", "points": 20, "deductions": deductions},
                {"key": "a2", "label": "甲二", "points": 80},
            ],
        }
    ]
    item = small(groups=groups).item("a1")
    assert item.deduct({}).points == 20
    assert item.deduct({"cell": 2}).explanation == "填写错误2处扣0.4分，20－0.4＝19.6"
    assert item.deduct({"cell": 9}).points == 19
    assert item.deduct({"part": 2}).points == 0
    with pytest.raises(NotScored, match="没有扣分事项"):
        item.deduct({"page": 1})
    with pytest.raises(NotScored, match="不能为负"):
        item.deduct({"part": -1})


def item_with(**more):
    item = {"key": "b1", "label": "乙一", "points": 100, **more}
    return [{"key": "b", "label": "乙", "points": 100, "items": [item]}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"total": 110}, "满分为110，各一级指标合计为100"),
        ({"groups": [{"key": "b", "label": "乙", "points": 100, "items": []}]}, "须含下级分组或评分项"),
        ({"groups": [{**item_with()[0], "points": 90}]}, "分值为90，下级合计为100"),
        ({"groups": item_with(key="b")}, "重复的代号：b"),
        ({"groups": item_with(method="guess")}, "没有计分方法“guess”"),
        ({"groups": item_with(method="proportional", operator="<=")}, "不能用于符号<="),
        ({"groups": item_with(method="proportional", parameters={"line": 1})}, "没有设置“line”"),
        ({"groups": item_with(measure="execution_rate")}, "没有写计分方法"),
        ({"groups": item_with(points="100.005")}, "decimal"),
        ({"tiers": [{"key": "yes", "label": "好", "low": 0, "high": "0.9", "tick": 0}]}, "首尾相接"),
        (
            {"tiers": [{"key": "yes", "label": "好", "low": "0.5", "high": 1, "tick": "0.4"}]},
            "只打勾时的比例",
        ),
    ],
)
def test_cards_that_do_not_hold_together_are_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        small(**changes)


def test_two_ways_of_scoring_one_item_are_refused():
    both = item_with(method="proportional", deductions=[{"key": "d", "label": "缺", "points": 1}])
    with pytest.raises(ValidationError, match="只能用一种计分方式"):
        small(groups=both)


def test_cards_have_three_levels_at_most():
    deep = [{"key": "a", "label": "甲", "points": 100, "groups": [
        {"key": "c", "label": "丙", "points": 100, "groups": item_with()}]}]  # fmt: skip
    with pytest.raises(ValidationError, match="最多三级"):
        small(groups=deep)
