"""Counting days: calendar days from and before an event, working days with holidays and worked weekends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Days off and weekend days that are worked; what neither names goes by the week."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether offices work on the day."""
        if day in self.worked:
            return True
        return day not in self.off and day.weekday() < SATURDAY

    def after(self, start: date, days: int) -> date:
        """Return the last of some working days that follow a day; the day itself does not count."""
        day = start
        for _ in range(days):
            day += timedelta(days=1)
            while not self.works(day):
                day += timedelta(days=1)
        return day

    def between(self, after: date, until: date) -> int:
        """Return how many working days lie after a day, up to and with another."""
        count = max(0, (until - after) // timedelta(days=1))
        return sum(self.works(after + timedelta(days=one + 1)) for one in range(count))


def work_calendar(rows: Iterable[Mapping[str, Any]]) -> WorkCalendar:
    """Return the calendar of a table of holidays: `from` and `to` are off, the days in `worked` are not."""
    off: set[date] = set()
    worked: set[date] = set()
    for row in rows:
        first, last = date.fromisoformat(str(row["from"])), date.fromisoformat(str(row["to"]))
        off |= {first + timedelta(days=one) for one in range((last - first).days + 1)}
        worked |= {date.fromisoformat(str(one)) for one in row.get("worked", ())}
    return WorkCalendar(frozenset(off), frozenset(worked))


def statutory_day(event: date, days: int, *, before: bool = False) -> date:
    """Return the last day of a statutory time: so many days after an event, or before it.

    The day of the event does not count (自批准之日起二十日内：批准当日不计入).
    """
    return event + timedelta(days=-days if before else days)
