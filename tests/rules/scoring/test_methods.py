"""Scoring methods: the worked examples of each, and the laws that each promises, over all of the folder."""

import pkgutil
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jiheng.rules.money import round_half_up
from jiheng.rules.scoring import methods
from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    NotApplicable,
    NotScored,
    Parameter,
    Takes,
    Tiered,
    Unsuitable,
    plain,
    scoring_method,
)
from jiheng.rules.scoring.methods.qualitative_tiers import tier_bands
from jiheng.rules.scoring.registry import METHODS, check_direction, default_method, score

EXAMPLES = [(key, example) for key, method in METHODS.items() for example in method.examples]
amounts = st.decimals(Decimal(-1000), Decimal(10_000), places=2)
positives = st.decimals(Decimal("0.01"), Decimal(10_000), places=2)
extra_weights = st.decimals(0, 50, places=2)


def cases(key):
    """Indicators of a method: its examples with other weights and targets."""

    @st.composite
    def draw_one(draw):
        template = draw(st.sampled_from(METHODS[key].examples)).indicator
        indicator = replace(template, weight=template.weight + draw(extra_weights))
        if isinstance(template.target, Decimal) and template.target > 0:
            indicator = replace(indicator, target=draw(positives))
        if template.operator == "range":
            low, high = sorted((draw(positives), draw(positives)))
            indicator = replace(indicator, low=low, high=high)
        return indicator

    return draw_one()


def actuals(key):
    takes = METHODS[key].takes
    if takes is Takes.DATE:
        return st.dates(date(2022, 1, 1), date(2024, 12, 31))
    if takes is Takes.YES_NO:
        return st.booleans()
    if takes is Takes.TIER:
        anywhere = st.builds(Tiered, st.sampled_from(["partly", "unknown"]), st.decimals(-5, 70, places=2))
        return st.builds(Tiered, st.just("missed"), st.decimals(0, Decimal("5.99"), places=2)) | anywhere
    if key == "satisfaction_ladder":
        return st.decimals(0, 100, places=2)
    return amounts


def points_of(key, indicator, actual):
    """Points, leaving out the values that the method refuses to judge."""
    try:
        return score(key, indicator, actual).points
    except NotScored:
        assume(False)
        raise


def promising(law):
    return sorted(key for key, method in METHODS.items() if law in method.laws)


@pytest.mark.parametrize(("key", "example"), EXAMPLES)
def test_method_gives_the_points_of_its_examples(key, example):
    assert str(score(key, example.indicator, example.actual).points) == example.points


def test_every_file_of_the_folder_is_a_method_and_promises_bounded_points():
    assert sorted(METHODS) == sorted(info.name for info in pkgutil.iter_modules(methods.__path__))
    assert promising(Law.BOUNDED) == sorted(METHODS)


@pytest.mark.parametrize("key", promising(Law.BOUNDED))
@given(data=st.data())
@settings(max_examples=60)
def test_points_lie_between_zero_and_the_weight_with_two_decimals(key, data):
    indicator, actual = data.draw(cases(key)), data.draw(actuals(key))
    points = points_of(key, indicator, actual)
    assert 0 <= points <= indicator.weight
    assert points == round_half_up(points)


@pytest.mark.parametrize("key", promising(Law.MET_IS_FULL))
@given(data=st.data())
@settings(max_examples=60)
def test_meeting_the_target_earns_the_weight(key, data):
    indicator = data.draw(cases(key))
    met = {Takes.YES_NO: True}.get(METHODS[key].takes, indicator.target)
    if indicator.operator == "range":
        met = data.draw(st.decimals(indicator.low, indicator.high, places=2))
    assert score(key, indicator, met).points == indicator.weight


@pytest.mark.parametrize("key", promising(Law.BETTER_NEVER_LOSES))
@given(data=st.data())
@settings(max_examples=100)
def test_doing_better_never_loses_points(key, data):
    indicator = data.draw(cases(key))
    worse, better = sorted((data.draw(actuals(key)), data.draw(actuals(key))))
    less_is_better = indicator.operator in {"<=", "<"} or key in {"zero_target", "date_target"}
    if less_is_better:
        worse, better = better, worse
    assert points_of(key, indicator, worse) <= points_of(key, indicator, better)


@pytest.mark.parametrize("key", promising(Law.CLOSER_NEVER_LOSES))
@given(data=st.data())
@settings(max_examples=100)
def test_coming_closer_from_the_same_side_never_loses_points(key, data):
    indicator = data.draw(cases(key))
    low = indicator.target if indicator.low is None else indicator.low
    high = indicator.target if indicator.high is None else indicator.high
    distances = sorted(data.draw(st.tuples(positives, positives)))
    for near, far in ((high + distances[0], high + distances[1]), (low - distances[0], low - distances[1])):
        assert points_of(key, indicator, far) <= points_of(key, indicator, near)


@pytest.mark.parametrize("key", promising(Law.LISTED))
@given(data=st.data())
@settings(max_examples=60)
def test_points_are_among_those_that_the_rule_lists(key, data):
    indicator, actual = data.draw(cases(key)), data.draw(actuals(key))
    given_settings = METHODS[key].settings(indicator.parameters)
    listed = {
        "banded": lambda: {Decimal(band["points"]) for band in given_settings["bands"]},
        "binary": lambda: {
            indicator.weight,
            indicator.weight - (given_settings["deduct"] or indicator.weight),
        },
        "satisfaction_ladder": lambda: {
            Decimal(0),
            *(round_half_up(indicator.weight * rung["share"]) for rung in given_settings["rungs"]),
        },
        "zero_target": lambda: {Decimal(0), indicator.weight},
    }[key]()
    assert points_of(key, indicator, actual) in listed


@pytest.mark.parametrize("key", promising(Law.IN_TIER))
@given(data=st.data())
@settings(max_examples=150)
def test_points_lie_in_the_tier_or_are_refused(key, data):
    indicator, judged = data.draw(cases(key)), data.draw(actuals(key))
    band = next((band for band in tier_bands(indicator.weight) if band.key == judged.tier), None)
    if band and band.lowest <= judged.points <= band.highest:
        assert score(key, indicator, judged).points == judged.points
    else:
        with pytest.raises(NotScored):
            score(key, indicator, judged)


@given(st.decimals(Decimal("0.05"), 100, places=2), st.data())
def test_tiers_share_out_every_hundredth_of_the_weight(weight, data):
    points = data.draw(st.decimals(0, weight, places=2))
    assert sum(band.lowest <= points <= band.highest for band in tier_bands(weight)) == 1


@pytest.mark.parametrize("key", sorted(METHODS))
def test_a_missing_actual_value_is_not_scored(key):
    with pytest.raises(NotScored, match="没有实际完成值"):
        score(key, METHODS[key].examples[0].indicator, None)


@pytest.mark.parametrize("key", sorted(METHODS))
def test_unknown_settings_are_refused(key):
    indicator = replace(METHODS[key].examples[0].indicator, parameters={"steps": 1})
    with pytest.raises(Unsuitable, match="没有设置“steps”"):
        score(key, indicator, METHODS[key].examples[0].actual)


@pytest.mark.parametrize("key", ["proportional", "threshold60", "overfulfilment", "step_deduction"])
def test_a_sign_that_the_method_does_not_judge_is_refused(key):
    with pytest.raises(Unsuitable, match="只用于符号为"):
        score(key, replace(METHODS[key].examples[0].indicator, operator="range"), Decimal(1))


@pytest.mark.parametrize(
    ("key", "operator"),
    [
        ("proportional", ">="),
        ("threshold60", ">="),
        ("reverse_ratio", "<="),
        ("reverse_linear", "<="),
        ("exact", "="),
    ],
)
@pytest.mark.parametrize("target", [Decimal(0), Decimal(-5)])
def test_ratio_methods_ask_for_another_method_when_the_target_is_not_positive(key, operator, target):
    with pytest.raises(Unsuitable, match="不是正数"):
        score(key, Indicator(Decimal(10), target=target, operator=operator), Decimal(1))


@pytest.mark.parametrize(
    ("key", "actual"),
    [("proportional", date(2022, 1, 1)), ("date_target", Decimal(3)), ("qualitative_tiers", True)],
)
def test_an_actual_value_of_another_kind_is_refused(key, actual):
    with pytest.raises(NotScored, match="要求实际完成值是"):
        score(key, METHODS[key].examples[0].indicator, actual)


@pytest.mark.parametrize(
    ("key", "indicator"),
    [
        ("proportional", Indicator(Decimal(10))),
        ("date_target", Indicator(Decimal(10), operator="<=")),
        ("range_target", Indicator(Decimal(10), operator="range", low=Decimal(1))),
    ],
)
def test_a_missing_target_is_not_scored(key, indicator):
    actual = date(2022, 1, 1) if key == "date_target" else Decimal(1)
    with pytest.raises(NotScored):
        score(key, indicator, actual)


def test_no_execution_rate_without_a_budget():
    with pytest.raises(NotApplicable, match="没有执行率"):
        score("budget_execution", Indicator(Decimal(10), target=Decimal(0)), Decimal(5))
    with pytest.raises(Unsuitable, match="为负"):
        score("budget_execution", Indicator(Decimal(10), target=Decimal(-1)), Decimal(5))


@pytest.mark.feature("6.02")
@pytest.mark.parametrize(
    ("budget", "paid", "weight", "points"),
    [("251.89", "251.89", 10, "10.00"), ("10", "10", 20, "20.00"), ("89.974", "89.974", 10, "10.00")],
)
def test_budget_execution_of_published_forms(budget, paid, weight, points):
    indicator = Indicator(Decimal(weight), target=Decimal(budget))
    assert str(score("budget_execution", indicator, Decimal(paid)).points) == points


@pytest.mark.parametrize(
    ("key", "parameters", "operator", "target", "weight", "actual", "points"),
    [
        ("step_deduction", {"step": 1, "deduct": "0.8"}, "<=", 0, 8, "98.31", "0.00"),
        ("step_deduction", {"step": 5, "deduct": 2}, ">=", 100, 8, "99.27", "8.00"),
        ("step_deduction", {"step": 4, "deduct": 1, "gap": "percent_of_target"}, ">=", 100, 10, "91", "8.00"),
        ("step_deduction", {"step": 1, "deduct": "0.1"}, "<=", 100, 1, "103", "0.70"),
    ],
)
def test_whole_department_rules_of_hunan(key, parameters, operator, target, weight, actual, points):
    indicator = Indicator(Decimal(weight), Decimal(target), operator, unit="%", parameters=parameters)
    assert str(score(key, indicator, Decimal(actual)).points) == points


def test_banded_eight_point_version():
    bands = [{"to": to, "points": points} for to, points in ((0, 8), (10, 6), (20, 4), (30, 2))] + [
        {"points": 0}
    ]
    indicator = Indicator(Decimal(8), operator="<=", unit="%", parameters={"bands": bands})
    assert [str(score("banded", indicator, Decimal(value)).points) for value in ("0", "0.01", "20", "30", "31")] == [
        "8.00", "6.00", "4.00", "2.00", "0.00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ([{"points": 5}], "至少两档"),
        ([{"to": 5, "points": 5}, {"to": 9, "points": 1}], "只有最后一档"),
        ([{"to": 5, "points": 5}, {"to": 5, "points": 3}, {"points": 0}], "从低到高"),
        ([{"to": 5, "points": 11}, {"points": 0}], "不在0至分值10之间"),
        ([{"to": "五", "points": 5}, {"points": 0}], "须为数字"),
        ([{"upto": 5, "points": 5}, {"points": 0}], "分档读不懂"),
    ],
)
def test_unreadable_bands_are_refused(bands, message):
    indicator = Indicator(Decimal(10), operator="<=", parameters={"bands": bands})
    with pytest.raises(Unsuitable, match=message):
        score("banded", indicator, Decimal(1))


@pytest.mark.parametrize(
    ("key", "parameters", "message"),
    [
        ("threshold60", {"line": 1}, "门槛须在0与1之间"),
        ("overfulfilment", {}, "缺少设置“超额线"),
        ("overfulfilment", {"line": "0.9"}, "不小于1"),
        ("step_deduction", {"step": 0, "deduct": 1}, "都须大于0"),
        ("step_deduction", {"step": 1, "deduct": 1, "step_mode": "up"}, "只能是floor、ceil、linear"),
        ("satisfaction_ladder", {"rungs": [{"rate": 80, "share": 1}, {"rate": 90, "share": 0}]}, "从高到低"),
        ("budget_execution", {"rate_places": "1.5"}, "读不懂"),
    ],
)
def test_settings_that_make_no_rule_are_refused(key, parameters, message):
    with pytest.raises(Unsuitable, match=message):
        score(key, Indicator(Decimal(10), target=Decimal(50), parameters=parameters), Decimal(20))


def test_settings_survive_being_stored_as_text():
    stored = {"step": "5", "deduct": "1", "step_mode": "ceil"}
    assert (
        score("step_deduction", Indicator(Decimal(10), Decimal(90), parameters=stored), Decimal(83)).points
        == 8
    )
    late = {"late": "linear", "start": "2022-07-23"}
    indicator = Indicator(Decimal(10), date(2022, 10, 31), "<=", parameters=late)
    assert score("date_target", indicator, date(2022, 11, 20)).points == 8


@pytest.mark.parametrize(
    "parameters", [{"late": "linear"}, {"late": "linear", "start": date(2023, 1, 1)}, {"late": "per_day"}]
)
def test_a_late_date_needs_the_settings_of_its_rule(parameters):
    indicator = Indicator(Decimal(10), date(2022, 10, 31), "<=", parameters=parameters)
    with pytest.raises(Unsuitable, match="须设置"):
        score("date_target", indicator, date(2022, 10, 31) + timedelta(days=1))


@pytest.mark.parametrize(
    ("operator", "kind", "options", "key"),
    [
        ("≥", "number", {}, "proportional"),
        ("＞", "number", {}, "proportional"),
        ("≤", "number", {}, "reverse_ratio"),
        ("<", "number", {"reverse": "reverse_linear"}, "reverse_linear"),
        ("=", "number", {}, "exact"),
        ("=", "number", {"zero_target": True}, "zero_target"),
        ("≤", "number", {"zero_target": True}, "zero_target"),
        ("≥", "satisfaction", {}, "proportional"),
        ("≥", "satisfaction", {"ladder": True}, "satisfaction_ladder"),
        ("定性", "number", {}, "qualitative_tiers"),
        ("≥", "execution", {}, "budget_execution"),
        ("≤", "date", {}, "date_target"),
        ("range", "number", {}, "range_target"),
        ("=", "yes_no", {}, "binary"),
    ],
)
def test_default_method_follows_sign_and_kind(operator, kind, options, key):
    assert default_method(operator, kind, **options) == key


def test_default_method_refuses_what_it_does_not_know():
    with pytest.raises(Unsuitable, match="不认识的指标符号"):
        default_method("~")
    with pytest.raises(Unsuitable, match="不认识的指标类型"):
        default_method("≥", "colour")
    with pytest.raises(Unsuitable, match="没有计分方法“reverse”"):
        default_method("≤", reverse="reverse")


def test_a_sign_against_its_direction_is_refused():
    check_direction("≥", "higher")
    check_direction("≤", "lower")
    check_direction("=", "higher")
    check_direction("≤", "")
    with pytest.raises(Unsuitable, match="“越大越好”，符号却是“≤”"):
        check_direction("≤", "higher")
    with pytest.raises(Unsuitable, match="越小越好"):
        check_direction(">", "lower")
    with pytest.raises(Unsuitable, match="不认识的指标方向"):
        check_direction(">", "up")


def test_the_calculation_is_shown():
    trained = Indicator(Decimal(15), target=Decimal(120))
    assert score("proportional", trained, Decimal(110)).explanation == "110÷120×15＝13.75"
    rounded = score("budget_execution", Indicator(Decimal(10), target=Decimal("310.2")), Decimal("154.74"))
    assert rounded.explanation == "154.74÷310.2×10≈4.99"


def test_out_of_tier_points_are_refused_with_what_is_allowed():
    with pytest.raises(NotScored, match=r"允许6\.00至7\.99分，现在是8分"):
        score("qualitative_tiers", Indicator(Decimal(10), operator="定性"), Tiered("partly", Decimal(8)))


def test_older_tiers_are_a_setting():
    older = [
        {"key": "a", "label": "达成预期指标", "low": "0.8", "high": "1"},
        {"key": "b", "label": "部分达成", "low": "0.5", "high": "0.8"},
        {"key": "c", "label": "未达成", "low": "0", "high": "0.5"},
    ]
    indicator = Indicator(Decimal(10), operator="定性", parameters={"tiers": older})
    assert score("qualitative_tiers", indicator, Tiered("b", Decimal(5))).points == 5
    broken = replace(indicator, parameters={"tiers": older[:2]})
    with pytest.raises(Unsuitable, match="首尾相接"):
        score("qualitative_tiers", broken, Tiered("b", Decimal(5)))


@pytest.mark.parametrize("missing", ["laws", "rule", "examples"])
def test_a_method_that_promises_explains_or_shows_nothing_is_refused(missing):
    def compute(indicator, actual):
        return actual

    compute.__doc__ = "" if missing == "rule" else "规则"
    laws = () if missing == "laws" else (Law.BOUNDED,)
    examples = () if missing == "examples" else (Example(Indicator(Decimal(1)), Decimal(1), "1.00"),)
    declare = scoring_method("新方法", takes=Takes.NUMBER, laws=laws, operators=(">=",), examples=examples)
    with pytest.raises(ValueError, match="不予登记"):
        declare(compute)


def test_negative_weight_is_refused():
    with pytest.raises(Unsuitable, match="分值须为不小于0"):
        Indicator(Decimal(-1))


def test_settings_read_their_own_kind_only():
    assert Parameter("on", "开关", bool, False).read(True) is True
    with pytest.raises(Unsuitable, match="读不懂"):
        Parameter("on", "开关", bool, False).read("yes")


def test_plain_numbers_have_no_exponent():
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("13.750")) == "13.75"
