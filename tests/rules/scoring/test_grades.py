"""Grades: every total falls in exactly one band, after the stated rounding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jiheng.rules.scoring.grades import GradeTable

NATIONAL = {
    "label": "绩效评价等级",
    "cite": {"source": "mof-2020-10", "clause": "第二十一条"},
    "bands": [
        {"key": "excellent", "label": "优", "low": 90},
        {"key": "good", "label": "良", "low": 80},
        {"key": "fair", "label": "中", "low": 60},
        {"key": "poor", "label": "差", "low": 0},
    ],
}


def table(**changes):
    return GradeTable.model_validate({**NATIONAL, **changes})


def bands(*lows_and_highs):
    return [
        {"key": f"b{place}", "label": f"第{place}档", "low": low, **({} if high is None else {"high": high})}
        for place, (low, high) in enumerate(lows_and_highs)
    ]


@pytest.mark.parametrize(
    ("total", "label"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.995", "优"),
        ("89.994", "良"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_grade_compares_the_total_rounded_to_two_places(total, label):
    assert table().grade(Decimal(total)).label == label


def test_rounding_place_is_a_setting():
    assert table(rounding=3).grade(Decimal("89.995")).label == "良"
    assert table(rounding=0).grade(Decimal("89.5")).label == "优"


def test_missing_upper_ends_are_the_next_lower_ends():
    assert [(band.low, band.high) for band in table().bands] == [(90, 100), (80, 90), (60, 80), (0, 60)]


@given(st.decimals(0, 100, places=4))
def test_every_total_falls_in_exactly_one_band(total):
    grades = table()
    compared = grades.rounded(total)
    holding = [
        band
        for band in grades.bands
        if band.low <= compared < band.high or compared == band.high == grades.full
    ]
    assert holding == [grades.grade(total)]


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        (bands((60, 100), (0, 50)), "之间有空档：50至60分"),
        (bands((60, 100), (0, 70)), "重叠：60至70分"),
        (bands((60, 100), (10, 60)), "须从0分起，现在从10分起"),
        (bands((0, 90)), "须到满分100，现在到90"),
        (bands((60, None), (60, None), (0, None)), "不小于上限"),
    ],
)
def test_holes_overlaps_and_open_ends_are_refused(pieces, message):
    with pytest.raises(ValidationError, match=message):
        table(bands=pieces)


def test_repeated_labels_are_refused():
    twice = [{"key": "a", "label": "优", "low": 60}, {"key": "b", "label": "优", "low": 0}]
    with pytest.raises(ValidationError, match="重复"):
        table(bands=twice)


@pytest.mark.parametrize("total", ["100.01", "-0.01"])
def test_totals_outside_the_scale_have_no_grade(total):
    with pytest.raises(ValueError, match="无法定级"):
        table().grade(Decimal(total))


def test_band_is_found_by_its_key_or_named_missing():
    assert table().band("poor").label == "差"
    with pytest.raises(LookupError, match="没有等级“low”"):
        table().band("low")
