"""How far two sides agree: items, grades, people; nothing is said of a person on few cases."""

import random
from decimal import Decimal

import pytest

from jiheng.rules.disagreement import ENOUGH, Pair, Scored, kappa, measured


def scored(reviewer: str, *points: int, grade: str = "good") -> Scored:
    items = {f"item{at}": Decimal(one) for at, one in enumerate(points)}
    return Scored(reviewer, Decimal(sum(points)), grade, items)


@pytest.mark.feature("3.10")
def test_items_and_grades_are_compared() -> None:
    found = measured([
        Pair(1, scored("甲", 10, 8, grade="good"), scored("乙", 6, 8, grade="fair")),
        Pair(2, scored("甲", 8, 8, grade="good"), scored("乙", 10, 8, grade="good")),
    ])  # fmt: skip
    assert found is not None
    assert [(one.key, one.mean, one.absolute, one.equal) for one in found.items] == [("item0", -1, 3, 0), ("item1", 0, 0, 2)]
    assert (found.total.mean, found.total.absolute, found.same_grade, found.grade_share) == (-1, 3, 1, 0.5)
    assert [(one.reviewer, one.mean, one.low) for one in found.first] == [("甲", 1, None)]
    assert measured([]) is None


def test_kappa_of_agreement_chance_and_opposition() -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "b"), ("b", "a")]) == -1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    assert kappa([("a", "a"), ("a", "a")]) is None


@pytest.mark.feature("3.10")
def test_a_mild_reviewer_is_found_and_an_even_one_is_not() -> None:
    dice = random.Random(7)
    pairs = []
    for key in range(60):
        true = dice.randint(60, 90)
        mild, even = true + 5 + dice.randint(-3, 3), true + dice.randint(-3, 3)
        name, points = ("宽", mild) if key % 2 else ("平", even)
        pairs.append(Pair(key, scored(name, points), scored("局", true + dice.randint(-3, 3))))
    found = measured(pairs)
    assert found is not None
    told = {one.reviewer: one for one in found.first}
    assert told["宽"].clear
    assert abs(told["宽"].mean - 5) < 2
    assert not told["平"].clear


def test_nothing_is_said_of_a_person_on_few_cases() -> None:
    pairs = [Pair(key, scored("甲", 90), scored("乙", 60)) for key in range(ENOUGH - 1)]
    found = measured(pairs)
    assert found is not None
    assert not found.first[0].clear
    more = measured([*pairs, Pair(9, scored("甲", 90), scored("乙", 60))])
    assert more is not None
    assert more.first[0].clear
