"""The only clock: services ask it, rules get dates from them, demo and scenarios set it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("jiheng_clock", default=None)


def now() -> datetime:
    """Return the present moment, aware; the set one inside `at`."""
    moment = _set.get()
    if moment is not None:
        return moment
    fixed = os.environ.get("JIHENG_TODAY")
    if fixed:
        real = timezone.now()
        return real + (date.fromisoformat(fixed) - timezone.localdate(real))
    return timezone.now()


def today() -> date:
    """Return the present day in the local time zone."""
    return timezone.localdate(now())


@contextmanager
def at(day: date, hour: int = 9) -> Iterator[None]:
    """Let it be `day` inside the block: for the demo county, scenarios and tests."""
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)


def days_left(due: date) -> int:
    """Return the days until `due`; negative when it is past."""
    return (due - today()) // timedelta(days=1)
