"""Monitoring: the example of the Sichuan rule, each rule's edge, lights, situations, forecasts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.entry import Clause
from jiheng.rules.monitoring import (
    RULES,
    IndicatorProgress,
    MonitoringFacts,
    MonitoringLines,
    attainment,
    deviations,
    execution_rate,
    forecast_execution,
    forecast_indicator,
    is_cumulative,
    light_of,
    payment_pace,
    situation_of,
    target_progress,
    time_progress,
)
from jiheng.rules.policy.parameters import DatedValue

FLOORS = {4: Decimal(25), 6: Decimal(40), 8: Decimal(60), 10: Decimal(80)}
CLAUSES = {rule: f"《监控办法》{rule}" for rule in RULES}
LINES = MonitoringLines(floors=FLOORS, clauses=CLAUSES)
JUNE = MonitoringFacts(2022, date(2022, 6, 30), budget=600_000_000, paid=180_000_000)
JULY = replace(JUNE, day=date(2022, 7, 31))


def progress(actual, target=100, **more):
    return IndicatorProgress("a", "培训人次", target=Decimal(target), actual=Decimal(actual), **more)


def rules_of(warnings):
    return [warning.rule for warning in warnings]


def test_the_example_of_june_gives_two_warnings():
    found = deviations(replace(JUNE, target_progress=Decimal(45)), LINES)
    assert [(warning.rule, warning.light) for warning in found] == [
        ("execution_floor", "red"),
        ("progress_gap", "yellow"),
    ]
    assert [warning.fact for warning in found] == [
        "执行率30%低于6月底最低要求40%",
        "目标进度45%，执行进度30%，相差15个百分点，超过10个百分点",
    ]
    assert [warning.clause for warning in found] == [
        "《监控办法》execution_floor",
        "《监控办法》progress_gap",
    ]


@pytest.mark.parametrize(("paid", "found"), [(239_999_999, ["execution_floor"]), (240_000_000, [])])
def test_the_floor_itself_is_enough(paid, found):
    assert rules_of(deviations(replace(JUNE, paid=paid), LINES)) == found


@pytest.mark.parametrize(
    ("stated", "found"), [("40", []), ("40.01", ["progress_gap"]), ("19.99", ["progress_gap"])]
)
def test_only_a_gap_above_the_line_warns(stated, found):
    facts = replace(JULY, paid=180_000_000, target_progress=Decimal(stated), planned_progress=Decimal(30))
    assert rules_of(deviations(facts, LINES)) == found


@pytest.mark.parametrize(
    ("paid", "facts"),
    [
        (290_000_000, []),
        (289_999_999, ["执行率48.33%低于序时进度58.33%，相差10个百分点，超过10个百分点"]),
        (0, ["执行率0%低于序时进度58.33%，相差58.33个百分点，超过10个百分点"]),
    ],
)
def test_months_without_a_floor_are_held_against_the_calendar(paid, facts):
    assert [warning.fact for warning in deviations(replace(JULY, paid=paid), LINES)] == facts


def test_special_funds_are_held_against_their_plan_and_not_the_calendar():
    facts = replace(JUNE, planned_progress=Decimal(35))
    assert deviations(facts, LINES) == []
    found = deviations(replace(facts, planned_progress=Decimal(50)), LINES)
    assert [warning.fact for warning in found] == ["执行率30%低于计划进度50%，相差20个百分点，超过10个百分点"]


def test_without_a_budget_there_is_no_rate_and_no_warning():
    assert execution_rate(5, 0) is None
    assert deviations(replace(JUNE, budget=0), replace(LINES, idle_after=Decimal(0))) == []


@pytest.mark.parametrize(
    ("paid", "line", "idle"), [(0, 50, True), (0, 51, False), (1, 50, False), (0, None, False)]
)
def test_money_without_any_payment_is_idle_from_the_stated_progress_on(paid, line, idle):
    lines = replace(LINES, idle_after=None if line is None else Decimal(line))
    assert ("idle_money" in rules_of(deviations(replace(JUNE, paid=paid), lines))) is idle


@pytest.mark.parametrize(
    ("actual", "light", "fact"),
    [
        ("40", None, None),
        ("39.9", "yellow", "“培训人次”实际39.9，为应达到水平的79.8%，低于80%"),
        ("30", "yellow", "“培训人次”实际30，为应达到水平的60%，低于80%"),
        ("29.9", "red", "“培训人次”实际29.9，为应达到水平的59.8%，低于60%"),
    ],
)
def test_attainment_is_held_against_what_is_due_by_now(actual, light, fact):
    facts = replace(JUNE, paid=300_000_000, indicators=(progress(actual),))
    drift = [warning for warning in deviations(facts, LINES) if warning.rule == "attainment_drift"]
    assert [(warning.light, warning.fact, warning.where) for warning in drift] == (
        [(light, fact, "a")] if light else []
    )


@pytest.mark.parametrize(
    ("one", "per_cent"),
    [
        (progress(50), 100),
        (progress(30, due=Decimal(60)), 50),
        (progress(95, 98, cumulative=False), Fraction(9500, 98)),
        (progress(30, 30, operator="<="), 100),
        (progress(40, 30, operator="<="), 75),
        (progress(40, 60, operator="<=", due=Decimal(20)), 50),
        (progress(-5), 0),
        (progress(0, 0, operator="<="), 100),
        (progress(1, 0, operator="<="), 0),
        (IndicatorProgress("a", "无数", target=Decimal(5)), None),
        (IndicatorProgress("a", "定性", actual=Decimal(5)), None),
    ],
)
def test_attainment_by_sign_and_kind(one, per_cent):
    assert attainment(one, Fraction(50)) == per_cent


@pytest.mark.parametrize(
    ("tier", "light"), [("partly", "yellow"), ("missed", "red"), ("achieved", None), ("", None)]
)
def test_qualitative_indicators_take_the_light_of_their_tier(tier, light):
    facts = replace(
        JUNE, paid=300_000_000, indicators=(IndicatorProgress("q", "机制健全", "qualitative", tier=tier),)
    )
    assert [warning.light for warning in deviations(facts, LINES)] == ([light] if light else [])


@pytest.mark.parametrize(
    ("likelihood", "light"), [("possible", "yellow"), ("impossible", "red"), ("certain", None)]
)
def test_doubtful_likelihood_needs_a_cause(likelihood, light):
    facts = replace(JUNE, paid=300_000_000, indicators=(progress(50, likelihood=likelihood),))
    found = deviations(facts, LINES)
    assert [(warning.rule, warning.light, warning.cause_needed) for warning in found] == (
        [("attainment_likelihood", light, True)] if light else []
    )


def test_likelihoods_that_need_a_reason_are_a_setting():
    facts = replace(JUNE, paid=300_000_000, indicators=(progress(50, likelihood="possible"),))
    assert deviations(facts, replace(LINES, likelihoods=("impossible",))) == []


def test_target_progress_is_the_weighted_average_of_countable_indicators():
    indicators = (
        progress(50, weight=Decimal(30)),
        progress(300, weight=Decimal(10)),
        progress(90, cumulative=False),
        progress(5, operator="<="),
        progress(1, 0),
    )
    assert target_progress(replace(JUNE, indicators=indicators)) == Fraction(250, 4)
    assert target_progress(JUNE) is None


@pytest.mark.parametrize(
    ("rules", "situation"),
    [
        ([], "on_track"),
        (["progress_gap"], "on_track"),
        (["execution_floor"], "money_behind"),
        (["behind_schedule", "attainment_drift"], "both_behind"),
        (["attainment_likelihood"], "work_behind"),
    ],
)
def test_the_four_situations(rules, situation):
    template = deviations(JUNE, LINES)[0]
    assert situation_of([replace(template, rule=rule) for rule in rules]).key == situation


def test_the_worst_light_counts():
    found = deviations(replace(JUNE, target_progress=Decimal(45)), LINES)
    assert light_of(found) == "red"
    assert light_of(found[1:]) == "yellow"
    assert light_of([]) == "green"


@pytest.mark.parametrize(
    ("day", "per_cent"),
    [
        (date(2021, 12, 31), 0),
        (date(2022, 6, 30), 50),
        (date(2022, 7, 31), Fraction(700, 12)),
        (date(2022, 2, 14), Fraction(150, 12)),
        (date(2022, 12, 31), 100),
        (date(2023, 1, 5), 100),
    ],
)
def test_time_progress_counts_months_as_twelfths(day, per_cent):
    assert time_progress(day, 2022) == per_cent


@given(st.dates(date(2021, 6, 1), date(2023, 6, 1)), st.dates(date(2021, 6, 1), date(2023, 6, 1)))
def test_time_progress_never_goes_back(one, two):
    earlier, later = sorted((one, two))
    assert time_progress(earlier, 2022) <= time_progress(later, 2022)


@given(st.integers(0, 600_000_000), st.integers(0, 600_000_000), st.sampled_from([JUNE, JULY]))
def test_paying_more_never_adds_a_money_warning(one, two, facts):
    less, more = sorted((one, two))
    money = ["behind_schedule", "execution_floor", "idle_money"]
    lines = replace(LINES, idle_after=Decimal(50))

    def count(paid):
        return sum(warning.rule in money for warning in deviations(replace(facts, paid=paid), lines))

    assert count(more) <= count(less)


def test_the_forecast_is_linear_and_stops_at_the_budget():
    forecast = forecast_execution(JUNE)
    assert (forecast.value, forecast.rate, forecast.explanation) == (
        360_000_000,
        60,
        "180.00÷50%＝360.00万元",
    )
    assert forecast_execution(replace(JUNE, paid=400_000_000)).rate == 100
    assert forecast_execution(replace(JUNE, day=date(2021, 12, 1))) is None
    assert forecast_execution(replace(JUNE, budget=0)) is None


def test_indicators_are_forecast_by_their_kind():
    forecast = forecast_indicator(progress(45), date(2022, 6, 30), 2022)
    assert (forecast.value, forecast.rate, forecast.explanation) == (90, 90, "45÷50%＝90")
    rate = forecast_indicator(progress(96, 98, cumulative=False), date(2022, 6, 30), 2022)
    assert (rate.value, rate.explanation) == (96, "当前值96")
    planned = forecast_indicator(progress(20, due=Decimal(25)), date(2022, 6, 30), 2022)
    assert planned.value == Decimal(80)  # a quarter was planned until now, not a half
    assert forecast_indicator(IndicatorProgress("a", "无"), date(2022, 6, 30), 2022) is None


@pytest.mark.parametrize(
    ("operator", "unit", "adds_up"),
    [(">=", "人次", True), ("=", "公里", True), (">=", "%", False), ("<=", "天", False)],
)
def test_what_adds_up_over_the_year(operator, unit, adds_up):
    assert is_cumulative(operator, unit) is adds_up


def test_lines_are_read_from_the_values_of_a_pack():
    def dated(value, clause):
        where = Clause(source="s", title="监控办法", clause=clause)
        return DatedValue("k", "标准", "表", value, where, assumed=True, origin="national", since=2020)

    lines = MonitoringLines.of(
        gap=dated(12, "一"),
        floors=dated([{"month": 6, "ratio": 45}], "二"),
        lights=dated({"green": 85, "yellow": 65}, "三"),
        likelihoods=dated(["impossible"], "四"),
        idle=dated(50, "五"),
    )
    assert (lines.gap, lines.floors, lines.green, lines.yellow) == (12, {6: 45}, 85, 65)
    assert lines.likelihoods == ("impossible",)
    assert deviations(JUNE, lines)[0].clause == "《监控办法》二"
    (idle,) = [one for one in deviations(replace(JUNE, paid=0), lines) if one.rule == "idle_money"]
    assert (lines.idle_after, idle.light, idle.clause) == (50, "red", "《监控办法》五")


def test_every_rule_explains_itself_in_chinese():
    assert all("。" in (rule.__doc__ or "") for rule in RULES.values())


@pytest.mark.parametrize(("paid", "fine"), [(54_999_999, True), (55_000_000, True), (55_000_001, False)])
def test_payments_keep_pace_with_the_targets(paid, fine):
    done = IndicatorProgress("a", "数量", target=Decimal(100), actual=Decimal(35))
    facts = MonitoringFacts(2023, date(2023, 7, 31), 100_000_000, 30_000_000, (done,))
    pace = payment_pace(facts, date(2023, 9, 30), Decimal(10))
    assert pace.allows(paid, 100_000_000) is fine
    assert "不得超过预算的55%" in pace.words(paid, 100_000_000)


def test_pace_ends_at_the_whole_and_needs_something_to_count():
    done = IndicatorProgress("a", "数量", target=Decimal(100), actual=Decimal(90))
    facts = MonitoringFacts(2023, date(2023, 7, 31), 100, 0, (done,))
    assert payment_pace(facts, date(2024, 1, 15), Decimal(10)).limit == 100
    assert payment_pace(replace(facts, indicators=()), date(2023, 9, 30), Decimal(10)) is None
