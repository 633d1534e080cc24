"""Scoring a whole year again: equal where nothing was touched, and every touched figure named."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.city import City, build
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services import sweep
from jiheng.stages.evaluation.services.sweep import rescore_all

# PostgreSQL reads long lists through a cursor of the server.
READS = re.compile(r'(DECLARE "\w+" NO SCROLL CURSOR (WITH HOLD )?FOR )?SELECT ')


@pytest.fixture
def city(db) -> City:
    return build(units=5, projects=20)


def test_rescoring_an_untouched_year_finds_no_difference(city: City) -> None:
    swept = rescore_all(city.cycle)
    assert (swept.evaluations, swept.rows, swept.differences) == (18, 18 * 12, ())


def test_rescoring_names_points_that_were_changed_behind_the_rules(city: City) -> None:
    line = SelfLine.objects.select_related("evaluation").order_by("pk")[3]
    was = line.points
    SelfLine.objects.filter(pk=line.pk).update(points=Decimal("0.50"))
    (found,) = rescore_all(city.cycle).differences
    assert (found.evaluation, found.stored, found.computed) == (line.evaluation_id, "0.50", str(was))
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
    assert (swept.evaluations, swept.differences) == (17, ())
    assert [one["sql"] for one in queries if not READS.match(one["sql"])] == []


@pytest.mark.parametrize("batch", [4, 9])
def test_rescoring_asks_once_for_each_batch(city: City, monkeypatch, batch: int) -> None:
    monkeypatch.setattr(sweep, "BATCH", batch)
    rescore_all(city.cycle)  # reads the frozen rules
    with CaptureQueriesContext(connection) as queries:
        rescore_all(city.cycle)
    assert len(queries) == 2 + -(-18 // batch)  # one asks whether the year ever changed its rules
