"""Surveys and panels: the published example gives three figures; experts and bodies combine."""

from decimal import Decimal

import pytest

from jiheng.rules.scoring.method import NotScored
from jiheng.rules.scoring.panel import composite, mean_of_experts
from jiheng.rules.scoring.survey import ANSWERS, satisfaction_rate, weighted_satisfaction

HUNDRED = dict(zip(ANSWERS, (40, 30, 20, 6, 4), strict=True))


def test_one_survey_gives_three_figures():
    weighted = weighted_satisfaction(HUNDRED)
    assert (str(weighted.rate), weighted.method, weighted.valid) == ("77.80", "加权平均", 100)
    assert satisfaction_rate(HUNDRED).rate == 70
    fairly = satisfaction_rate(HUNDRED, ("very_satisfied", "satisfied", "fairly_satisfied"))
    assert (fairly.rate, fairly.method) == (90, "很满意、满意、基本满意人数占比")


@pytest.mark.parametrize(
    ("counts", "message"),
    [({}, "没有有效问卷"), ({"happy": 1}, "没有“happy”"), ({"satisfied": -1}, "不能为负")],
)
def test_surveys_without_answers_give_no_figure(counts, message):
    for figure in (weighted_satisfaction, satisfaction_rate):
        with pytest.raises(NotScored, match=message):
            figure(counts)


def test_the_mean_of_experts_drops_highest_and_lowest_from_five_on():
    scores = [Decimal(one) for one in (90, 80, 85, 70, 95)]
    assert mean_of_experts(scores).points == 84
    dropped = mean_of_experts(scores, drop_from=5)
    assert (dropped.points, dropped.spread) == (85, 25)
    assert dropped.explanation == "去掉最高分95、最低分70，255÷3＝85"
    assert mean_of_experts(scores[:4], drop_from=5).points == Decimal("81.25")
    assert mean_of_experts(scores[:2], drop_from=2).points == 85


def test_bodies_combine_by_their_weights():
    made = composite(
        {"财政": Decimal(80), "部门": Decimal(90), "专家": Decimal("85.5")},
        {"财政": Decimal(50), "部门": Decimal(20), "专家": Decimal(30)},
    )
    assert (made.points, made.explanation) == (Decimal("83.65"), "80×50%＋90×20%＋85.5×30%＝83.65")


def test_panels_that_do_not_fit_are_refused():
    with pytest.raises(NotScored, match="没有专家评分"):
        mean_of_experts([])
    with pytest.raises(NotScored, match="不对应：部门"):
        composite({"财政": Decimal(1)}, {"财政": Decimal(50), "部门": Decimal(50)})
    with pytest.raises(NotScored, match="合计为90"):
        composite({"财政": Decimal(1)}, {"财政": Decimal(90)})
