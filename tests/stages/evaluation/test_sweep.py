"""Scoring a whole year again: equal where nothing was touched, and every touched figure named."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bench.city import City, build
from jiheng.stages.evaluation.judging import Judge, LineData, judged
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services import sweep
from jiheng.stages.evaluation.services.sweep import rescore_all
from jiheng.stages.goals.models import GoalIndicator

# PostgreSQL reads long lists through a cursor of the server.
READS = re.compile(r'(DECLARE "\w+" NO SCROLL CURSOR (WITH HOLD )?FOR )?SELECT ')


@pytest.fixture
def city(db) -> City:
    return build(units=5, projects=20)


def test_rescoring_an_untouched_year_finds_no_difference(city: City) -> None:
    swept = rescore_all(city.cycle)
    assert (swept.records, swept.rows, swept.differences) == (18, 18 * 12, ())


def test_rescoring_names_points_that_were_changed_behind_the_rules(city: City) -> None:
    line = SelfLine.objects.select_related("evaluation").order_by("pk")[3]
    was = line.points
    SelfLine.objects.filter(pk=line.pk).update(points=Decimal("0.50"))
    (found,) = rescore_all(city.cycle).differences
    assert (found.record, found.stored, found.computed) == (line.evaluation_id, "0.50", str(was))
    assert line.indicator.name in found.what


def test_rescoring_follows_a_changed_value_to_total_and_grade(city: City) -> None:
    record = SelfEvaluation.objects.order_by("pk")[0]
    SelfLine.objects.filter(evaluation=record).update(
        actual_text="0", actual=Decimal(0), tier="", claimed=None
    )
    whats = [one.what for one in rescore_all(city.cycle).differences]
    assert whats[-2:] == ["总分", "等级"]
    assert len(whats) > 2


def test_rescoring_checks_the_execution_rate_from_the_money_of_the_record(city: City) -> None:
    record = SelfEvaluation.objects.order_by("pk")[0]
    SelfEvaluation.objects.filter(pk=record.pk).update(executed_fen=0)
    found = rescore_all(city.cycle).differences
    assert [one.what for one in found[:2]] == ["预算执行率得分", "总分"]
    assert found[0].computed == "0.00"


def test_rescoring_writes_nothing_and_leaves_drafts_alone(city: City) -> None:
    record = SelfEvaluation.objects.order_by("pk")[0]
    SelfEvaluation.objects.filter(pk=record.pk).update(state="draft", total=Decimal(1))
    with CaptureQueriesContext(connection) as queries:
        swept = rescore_all(city.cycle)
    assert (swept.records, swept.differences) == (17, ())
    assert [one["sql"] for one in queries if not READS.match(one["sql"])] == []


@pytest.mark.parametrize("batch", [4, 9])
def test_rescoring_asks_once_for_each_batch(city: City, monkeypatch, batch: int) -> None:
    monkeypatch.setattr(sweep, "BATCH", batch)
    rescore_all(city.cycle)  # reads the frozen rules
    with CaptureQueriesContext(connection) as queries:
        rescore_all(city.cycle)
    assert len(queries) == 2 + -(-18 // batch)  # one asks whether the year ever changed its rules


ANSWERS = st.builds(
    LineData,
    st.one_of(
        st.sampled_from(["", " ", "是", "未完成", "约50", "95%", "0.95", "2023-12-11", "2023年12月27日", "十二次", "3万人次"]),
        st.decimals(min_value=-5, max_value=10**7, places=2).map(str),
        st.text(max_size=12),
        st.just("长" * 201),
    ),
    st.sampled_from(["", "achieved", "partly", "missed", "no such tier"]),
    st.one_of(st.none(), st.decimals(min_value=-1, max_value=12, places=3)),
)
PROMISED = st.builds(
    GoalIndicator,
    name=st.just("完成数量"),
    target_text=st.sampled_from(["≥95", "=0", "3%至5%", "2023年12月20日前", "制度健全", "尽快", ""]),
    unit=st.sampled_from(["", "%", "人次", "万元"]),
    weight=st.sampled_from([Decimal(-1), Decimal(0), Decimal("7.5"), Decimal(10)]),
    operator=st.sampled_from([">=", "<=", "=", "range", "qualitative", ""]),
    value=st.sampled_from([None, Decimal(0), Decimal(95), Decimal(-3)]),
    high=st.sampled_from([None, Decimal(100)]),
    method=st.sampled_from(["proportional", "exact", "reverse_ratio", "zero_target", "range_target", "date_target",
                            "qualitative_tiers", "binary", "", "unknown"]),
    parameters=st.sampled_from([{}, {"start": "2023-01-01"}, {"reading": "equal"}, {"late": "per_day", "per_day": "x"}]),
)  # fmt: skip


@given(PROMISED, st.lists(ANSWERS, min_size=1, max_size=6))
def test_a_judge_says_of_many_answers_what_it_would_say_of_each_alone(row: GoalIndicator, answers: list[LineData]) -> None:
    judge = Judge(row, 2023)
    assert [judge(one, row.name, "line") for one in answers] == [judged(row, one, 2023, "line") for one in answers]


@pytest.mark.parametrize("kinds", [1, 10_000])
def test_the_sweep_finds_what_scoring_row_by_row_finds(city: City, monkeypatch, kinds: int) -> None:
    monkeypatch.setattr(sweep, "KINDS", kinds)
    typed = ["", "0", "97.25", "120", "2023-12-20", "3%", "约五十", "已办结", "4000人次", "0.5万元"]
    lines = list(SelfLine.objects.select_related("indicator").order_by("pk"))
    for number, line in enumerate(lines):
        line.actual_text = typed[number * 7 % len(typed)]
        line.tier, line.claimed = [("achieved", Decimal(7)), ("missed", Decimal(7)), ("", None)][number % 3]
        line.indicator.weight += number % 4
    SelfLine.objects.bulk_update(lines, ["actual_text", "tier", "claimed"])
    GoalIndicator.objects.bulk_update([line.indicator for line in lines], ["weight"])
    expected = []
    for line in lines:
        made = judged(line.indicator, LineData(line.actual_text, line.tier, line.claimed), 2023).points
        computed = made.points if made else None
        if computed != line.points:
            expected.append((line.evaluation_id, f"“{line.indicator.name}”得分", str(line.points), "空" if computed is None else str(computed)))
    found = [one for one in rescore_all(city.cycle).differences if one.what.startswith("“")]
    assert [(one.record, one.what, one.stored, one.computed) for one in found] == expected
    assert len(expected) > len(lines) / 2
