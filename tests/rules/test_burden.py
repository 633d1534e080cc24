"""How long forms take: the time worked is what a stopwatch would show, and nobody's own time is told."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from jiheng.rules.burden import FEWEST, IDLE, burden_of, sitting

NOON = datetime.fromisoformat("2026-10-09T09:00:00+08:00")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("last", "opened", "worked", "anew"),
    [
        (None, timedelta(minutes=3), timedelta(minutes=3), True),
        (None, None, timedelta(), True),
        (timedelta(minutes=1), timedelta(minutes=9), MINUTE, False),
        (IDLE, None, IDLE, False),
        (IDLE + timedelta(seconds=1), None, timedelta(), True),
        (timedelta(minutes=40), MINUTE, MINUTE, True),  # away, then the page was opened again
        (timedelta(minutes=4), MINUTE, timedelta(minutes=4), False),  # opened again at once
        (timedelta(minutes=2), -MINUTE, timedelta(minutes=2), False),  # a page says it was opened in the future
        (-MINUTE, None, timedelta(), False),  # somebody else was seen later
    ],
)
def test_what_one_sign_of_life_adds(last: timedelta | None, opened: timedelta | None, worked: timedelta, anew: bool) -> None:
    told = sitting(NOON - last if last is not None else None, NOON - opened if opened is not None else None, NOON)
    assert (told.worked, told.anew) == (worked, anew)


@pytest.mark.feature("10.34")
@pytest.mark.parametrize("seed", range(20))
def test_the_estimate_is_within_fifteen_per_cent_of_a_stopwatch(seed: int) -> None:
    """A clerk sits down one to three times, types with short and long thoughts; the stopwatch runs while he sits there."""
    chance, now, watch, counted, last = Random(seed), NOON, timedelta(), timedelta(), None
    for _ in range(chance.randint(1, 3)):
        opened = now
        for _ in range(chance.randint(15, 60)):
            thought = timedelta(seconds=chance.choice([3, 8, 15, 30, 60, 150, chance.randint(5, 240)]))
            watch, now = watch + thought, now + thought
            counted, last = counted + sitting(last, opened, now).worked, now
        watch += timedelta(seconds=20)  # looks it over once more and goes
        now += timedelta(minutes=chance.randint(20, 300))
    assert abs(counted - watch) <= 0.15 * watch


def test_fewer_forms_than_enough_tell_no_minutes() -> None:
    few, enough = burden_of([600] * (FEWEST - 1), 4, Decimal(5)), burden_of([600] * FEWEST, 10, Decimal(5))
    assert (few.middle, few.over) == (None, None)
    assert (enough.middle, enough.over, enough.sittings, enough.hours) == (Decimal("10.0"), True, Decimal("2.0"), Decimal("0.8"))
    assert burden_of([300] * FEWEST, 5, Decimal(5)).over is False
    assert burden_of([301 * 60] * FEWEST, 5, None).over is None
    assert burden_of([60, 120, 180, 240, 300], 5, Decimal(30)).hours_allowed == Decimal("2.5")
