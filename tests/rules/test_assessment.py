"""Assessment of departments: measures from the record, scored on the national card, vetoes and conversions."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import jiheng
from jiheng.rules.assessment import (
    MEASURES,
    Figure,
    Measured,
    Share,
    YearRecord,
    addition_rate,
    as_told,
    assess,
    change_rate,
    completion_rate,
    consequence_row,
    control_rate,
    goes_by_place,
    measures_of,
    unknown_items,
    whole_year,
)
from jiheng.rules.scoring.method import NotScored
from jiheng.rules.scoring.scorecard import Scorecard

CARD = Path(jiheng.__file__).parent / "packs" / "national" / "scorecards" / "department_assessment.yaml"
GOOD = YearRecord(
    goals_on_time=Share(9, 10),
    goals_good=Share(10, 10),
    monitoring_on_time=Share(2, 3),
    deviations_answered=Share(3, 4),
    self_evaluated=Share(10, 10),
    self_evaluated_on_time=Share(10, 10),
    recheck_differences=(Decimal(4), Decimal(-3)),
    rectified=Share(5, 5),
    disclosed_on_time=Share(8, 10),
    budget=100_000_000,
    paid=95_000_000,
)


@pytest.fixture(scope="module")
def card():
    return Scorecard.model_validate(yaml.safe_load(CARD.read_text(encoding="utf-8")))


def test_every_measure_of_the_card_is_measured(card):
    assert set(MEASURES) == set(measures_of(GOOD))
    assert set(MEASURES) - {item.measure for item in card.items} == {"goals_cover_rate", "evaluation_coverage_rate"}


def test_the_year_is_scored_item_by_item(card):
    made = assess(card, measures_of(GOOD))
    assert {item.key: str(item.points) for item in made.items} == {
        "goals_on_time": "7.20",
        "goals_quality": "12.00",
        "monitoring_on_time": "6.67",
        "deviations_answered": "3.75",
        "self_evaluation_coverage": "10.00",
        "self_evaluation_on_time": "5.00",
        "self_evaluation_quality": "8.50",
        "rectification_closed": "15.00",
        "disclosure_on_time": "8.00",
        "execution_rate": "14.25",
    }
    assert made.total.points == Decimal("90.37")
    first = made.items[0]
    assert (first.value, first.fact, first.calculation) == (90, "应报绩效目标10，按时报送9", "90÷100×8＝7.2")


def test_what_did_not_happen_does_not_apply_and_is_converted(card):
    record = YearRecord(goals_on_time=Share(1, 1), goals_good=Share(1, 1), budget=100, paid=50)
    made = assess(card, measures_of(record))
    applied = [item.key for item in made.items if item.points is not None]
    assert applied == ["goals_on_time", "goals_quality", "execution_rate"]
    assert made.total.points == round(Decimal("27.5") / 35 * 100, 2)
    assert "不适用7项" in made.total.explanation


@pytest.mark.feature("8.01")
def test_plus_minus_and_veto_reach_the_total(card):
    made = assess(
        card,
        measures_of(GOOD),
        plus={"innovation": Decimal(2)},
        minus={"supervision_findings": Decimal(1)},
        vetoes=["false_data"],
    )
    assert (made.total.points, made.total.grade) == (Decimal("91.37"), "poor")


def test_one_more_late_goal_moves_the_total_by_its_share(card):
    worse = assess(card, measures_of(YearRecord(**{**GOOD.__dict__, "goals_on_time": Share(8, 10)})))
    assert assess(card, measures_of(GOOD)).total.points - worse.total.points == Decimal("0.80")


def test_an_unknown_measure_and_missing_points_are_named(card):
    with pytest.raises(LookupError, match="goals_on_time_rate"):
        assess(card, {})
    manual: dict[str, object] = {"label": "表", "cite": {"source": "s", "clause": "一"}, "grades": "assessment"}
    manual["groups"] = [
        {"key": "g", "label": "甲", "points": 100, "items": [{"key": "i", "label": "乙", "points": 100}]}
    ]
    scorecard = Scorecard.model_validate(manual)
    assert assess(scorecard, {}, points={"i": Decimal(80)}).total.points == 80
    with pytest.raises(NotScored, match="还没有得分"):
        assess(scorecard, {})


def test_shares_cannot_exceed_what_was_due():
    with pytest.raises(ValueError, match="须在0至应完成数"):
        Share(3, 2)


@pytest.mark.parametrize(
    ("measured", "value"),
    [
        (control_rate(136, 143, "编制"), "95.1049"),
        (change_rate(634_600, 320_000, "三公经费"), "98.3125"),
        (completion_rate(198_000, 19_227_600, 7_678_600, 198_000), "99.2695"),
        (addition_rate(7_678_600, 19_227_600), "39.9353"),
        (change_rate(0, 0, "三公经费"), "0"),
        (change_rate(1, 0, "三公经费"), "100"),
        (control_rate(1, 0, "编制"), "200"),
    ],
)
def test_rates_of_the_whole_department(measured, value):
    assert measured.value == Decimal(value)


def test_rates_without_a_base_do_not_apply():
    assert addition_rate(5, 0).value is None
    assert completion_rate(0, 0, 0, 0).value is None
    assert control_rate(0, 0, "编制") == Measured(None, "编制核定0，实际0")


GRADED = {"effect": "通报批评", "action": "criticise", "grades": ["poor"]}
FRONT = {"effect": "倾斜", "action": "tilt", "front": 3}
BACK = {"effect": "扣减", "action": "deduct", "back": 3}


@pytest.mark.parametrize(
    ("ahead", "behind", "effect"),
    [
        (0, 9, "倾斜"), (2, 7, "倾斜"), (3, 6, None), (4, 5, None), (6, 3, None), (7, 2, "扣减"), (9, 0, "扣减"),
        (2, 2, None),  # five departments: among the first three and the last three at once
        (0, 4, "倾斜"), (0, 0, None),
    ],
)  # fmt: skip
def test_places_below_at_and_above_the_line(ahead, behind, effect):
    found = consequence_row([FRONT, BACK], grade="good", ahead=ahead, behind=behind)
    assert (found and found["effect"]) == effect


def test_a_grade_goes_before_a_place_and_asks_for_none():
    assert consequence_row([FRONT, GRADED], grade="poor", ahead=0, behind=9) == GRADED
    assert consequence_row([GRADED], grade="good", ahead=0, behind=9) is None
    assert goes_by_place([FRONT])
    assert goes_by_place([BACK])
    assert not goes_by_place([GRADED])


LOWER = {
    "label": "表",
    "cite": {"source": "s", "clause": "一"},
    "grades": "assessment",
    "groups": [
        {"key": "g", "label": "甲", "points": 100, "items": [
            {"key": "led", "label": "组织领导", "points": 40},
            {"key": "cover", "label": "覆盖率", "points": 60, "method": "proportional", "measure": "goals_cover_rate",
             "target": 100, "unit": "%"},
        ]},
    ],
}  # fmt: skip


def test_the_year_of_a_place_is_the_sum_of_its_bodies():
    one = YearRecord(goals_covered=Share(1, 2), recheck_differences=(Decimal(1),), budget=100, paid=50)
    two = YearRecord(goals_covered=Share(2, 2), recheck_differences=(Decimal(3),), budget=300, paid=150)
    whole = whole_year([one, two])
    assert (whole.goals_covered, whole.budget, whole.paid) == (Share(3, 4), 400, 200)
    assert whole.recheck_differences == (Decimal(1), Decimal(3))
    assert measures_of(whole)["goals_cover_rate"] == Measured(Decimal("75.0000"), "应有绩效目标的项目4，已批复3")
    assert whole_year([]) == YearRecord()


def test_what_nobody_entered_is_named_and_not_taken_for_nothing_to_judge():
    card = Scorecard.model_validate(LOWER)
    told = as_told(card, {"led": Figure(Decimal(30), "有办法", "文件")})
    assert told == {}  # points that people give are no measure
    assert unknown_items(card, told, {}) == ["组织领导", "覆盖率"]
    told = as_told(card, {"cover": Figure(Decimal(50), "年报", "年度报告")})
    assert unknown_items(card, told, {"led": Decimal(30)}) == []
    made = assess(card, told, points={"led": Decimal(30)}, told={"led": "有办法（文件）"})
    assert made.total.points == 60
    assert [item.fact for item in made.items] == ["有办法（文件）", "年报（年度报告）"]
    absent = as_told(card, {"cover": Figure(None, "没有项目", "年度报告")})
    assert unknown_items(card, absent, {"led": Decimal(30)}) == []
    assert assess(card, absent, points={"led": Decimal(30)}).total.points == 75
