"""Finding a year's deviations again: equal where nothing was touched, and every touched figure named."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from bench.city import City, build
from jiheng.rules.monitoring import deviations, forecast_execution, light_of
from jiheng.stages.goals.models import GoalIndicator
from jiheng.stages.monitoring.facts import monitoring_facts, monitoring_lines
from jiheng.stages.monitoring.models import MonitoringReport, Reading, Warning
from jiheng.stages.monitoring.services import sweep
from jiheng.stages.monitoring.services.sweep import find_again
from jiheng.stages.monitoring.stage import todos

# PostgreSQL reads long lists through a cursor of the server.
READS = re.compile(r'(DECLARE "\w+" NO SCROLL CURSOR (WITH HOLD )?FOR )?SELECT ')


@pytest.fixture
def city(db) -> City:
    return build(units=5, projects=20, evaluated=True)


def test_an_untouched_year_shows_no_difference_and_is_not_written(city: City) -> None:
    with CaptureQueriesContext(connection) as queries:
        swept = find_again(city.cycle)
    assert (swept.records, swept.rows, swept.differences) == (36, 36 * 12, ())
    assert Warning.objects.exists()
    assert [one["sql"] for one in queries if not READS.match(one["sql"])] == []


def test_a_warning_taken_away_behind_the_rules_is_named(city: City) -> None:
    gone = Warning.objects.order_by("pk")[2]
    Warning.objects.filter(pk=gone.pk).delete()
    (found,) = find_again(city.cycle).differences
    assert (found.record, found.what) == (gone.report_id, "偏差")
    assert gone.fact in found.computed
    assert gone.fact not in found.stored
    assert str(found).startswith(gone.report.subject_year.name)


def test_a_light_and_a_forecast_that_the_rules_do_not_give_are_named(city: City) -> None:
    report = MonitoringReport.objects.order_by("pk")[0]
    other = "green" if report.light != "green" else "red"
    MonitoringReport.objects.filter(pk=report.pk).update(light=other, expected_fen=1_234_567)
    assert [one.what for one in find_again(city.cycle).differences] == ["监控结论", "全年预计执行数（分）"]


def test_a_report_that_nobody_filled_in_may_be_without_light(city: City) -> None:
    report = MonitoringReport.objects.order_by("pk")[0]
    Warning.objects.filter(report=report).delete()
    Reading.objects.filter(report=report).update(actual_text="", actual=None, likelihood="")
    MonitoringReport.objects.filter(pk=report.pk).update(light="", budget_fen=0, expected_fen=None)
    assert find_again(city.cycle).differences == ()


@pytest.mark.parametrize("batch", [4, 9])
def test_it_asks_three_times_for_each_batch(city: City, monkeypatch, batch: int) -> None:
    monkeypatch.setattr(sweep, "BATCH", batch)
    find_again(city.cycle)  # reads the frozen rules
    with CaptureQueriesContext(connection) as queries:
        find_again(city.cycle)
    assert len(queries) == 2 + 2 * -(-36 // batch)  # one asks whether the year ever changed its rules


def test_the_sweep_finds_what_looking_report_by_report_finds(city: City) -> None:
    readings = list(Reading.objects.select_related("indicator").order_by("pk"))
    for number, reading in enumerate(readings):
        reading.actual = [None, Decimal(0), Decimal("77.25"), Decimal(10**6)][number % 4]
        reading.likelihood = ["", "certain", "possible", "impossible"][number // 4 % 4]
    Reading.objects.bulk_update(readings, ["actual", "likelihood"])
    GoalIndicator.objects.filter(position__in=(2, 7)).update(weight=0, kind="qualitative")
    expected = {}
    for report in MonitoringReport.objects.select_related("cycle", "checkpoint"):
        facts = monitoring_facts(report)
        found = deviations(facts, monitoring_lines(report.cycle))
        forecast = forecast_execution(facts)
        assert int(forecast.value) == report.expected_fen
        stands = list(report.warnings.values_list("rule", "light", "fact", "reading__indicator_id"))
        again = [(one.rule, one.light, one.fact, int(one.where) if one.where else None) for one in found]
        if again != stands:
            expected[report.pk, "偏差"] = "；".join(one.fact for one in found)
        if light_of(found) != report.light:
            expected[report.pk, "监控结论"] = {"green": "正常", "yellow": "关注", "red": "预警"}[light_of(found)]
    assert {(one.record, one.what): one.computed for one in find_again(city.cycle).differences} == expected
    assert len(expected) > 36


def test_desk_counts_reports_and_money_with_as_many_queries_for_many_as_for_none(city: City) -> None:
    office, found, asked = city.people["performance_office"], [], []
    for many in (0, 9):
        MonitoringReport.objects.filter(pk__in=MonitoringReport.objects.order_by("-pk").values("pk")[:many]).update(
            state="bureau"
        )
        with CaptureQueriesContext(connection) as queries:
            found.append(todos(office))
        asked.append(len(queries))
    before, after = ({one.title: one for one in some} for some in found)
    assert "第二季度监控表 9 项" in set(after) - set(before)
    money = MonitoringReport.objects.filter(state="bureau").aggregate(all=Sum("budget_fen"))["all"]
    assert after["第二季度监控表 9 项"].money_fen == money
    assert asked[1] - asked[0] <= 1, "the one grouped line of what waits may look up its first day"
