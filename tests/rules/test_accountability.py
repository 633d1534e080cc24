"""Accountability: terms in calendar months; situations and measures of the place only; amounts where they belong."""

from datetime import date

import pytest

from jiheng.rules.accountability import after_months, labels_of, measure_problems, situation_problems

SITUATIONS = [{"key": "late", "label": "不按规定编报"}, {"key": "poor", "label": "结果较差"}]
MEASURES = [
    {"key": "budget", "label": "减少安排", "action": "cut"},
    {"key": "back", "label": "收回", "action": "recapture"},
    {"key": "words", "label": "通报批评"},
]
LIMITS = {"cut": 1000, "recapture": 400}


def problems(keys: list[str], *, combinable: bool = True, cut: int | None = None, back: int | None = None) -> list[str]:
    found = measure_problems(
        MEASURES, keys, amounts={"cut": cut, "recapture": back}, limits=LIMITS, combinable=combinable, clause="第三十九条"
    )
    assert {one.clause for one in found} <= {"第三十九条"}
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2022, 12, 31), 2, date(2023, 2, 28)),
        (date(2023, 11, 15), 2, date(2024, 1, 15)),
        (date(2023, 1, 1), 12, date(2024, 1, 1)),
        (date(2023, 8, 31), 1, date(2023, 9, 30)),
    ],
)
def test_a_term_in_months_ends_on_the_same_day_or_the_last_of_the_month(day: date, months: int, due: date) -> None:
    assert after_months(day, months) == due


def test_only_situations_of_the_place_count() -> None:
    assert situation_problems(SITUATIONS, "poor", "第三十八条") == []
    [found] = situation_problems(SITUATIONS, "lazy", "第三十八条")
    assert (found.clause, "不按规定编报、结果较差" in found.remedy) == ("第三十八条", True)


def test_every_measure_alone_and_together() -> None:
    assert problems(["words"]) == []
    assert problems(["budget"], cut=1000) == []
    assert problems(["back", "words"], back=1) == []
    assert problems(["budget", "back", "words"], cut=1, back=400) == []
    assert labels_of(MEASURES, ["words", "budget"]) == ["减少安排", "通报批评"]


def test_no_measure_unknown_ones_and_combinations_that_the_place_does_not_allow_are_refused() -> None:
    assert problems([]) == ["没有选择问责方式"]
    assert "没有规定“fine”" in problems(["fine"])[0]
    assert problems(["words", "budget"], combinable=False, cut=1) == ["问责方式不能合并使用"]
    assert problems(["words"], combinable=False) == []


def test_amounts_stand_where_they_belong_and_within_what_there_is() -> None:
    assert problems(["budget"]) == ["减少安排须写明金额"]
    assert problems(["budget"], cut=0) == ["减少安排须写明金额"]
    assert problems(["back"], back=399) == []
    assert problems(["back"], back=400) == []
    assert "超过可收回的" in problems(["back"], back=401)[0]
    assert problems(["words"], cut=5) == ["没有选择减少安排，却写了金额"]
