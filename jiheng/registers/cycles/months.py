"""The year's calendar as lists and months: each task with how far it is, each day with what falls due on it."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jiheng.foundation import clock
from jiheng.registers.cycles.deadlines import Progress, progress
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.cycles.queries import CalendarLine, calendar_of

BUSY = 10
"""So many open records on one day make it a day to look at."""


@dataclass(frozen=True)
class Task:
    """One task of the calendar with how far it is; `tracked` is False where the system holds no records of it."""

    line: CalendarLine
    progress: Progress
    tracked: bool

    @property
    def share(self) -> int:
        """How much of it is done, in per cent."""
        whole = self.progress.done + self.progress.open
        return self.progress.done * 100 // whole if whole else 0

    @property
    def ended(self) -> bool:
        """Whether its day has passed for those without an extension."""
        return self.line.window.due < clock.today()


@dataclass(frozen=True)
class Day:
    """One day of a month: what falls due, for whom more time ends, how many records are still open for it."""

    day: date
    inside: bool
    tasks: tuple[Task, ...]
    extended: tuple[tuple[str, Extension], ...]

    @property
    def load(self) -> int:
        """Open records that fall due on the day."""
        return sum(one.progress.open for one in self.tasks)

    @property
    def busy(self) -> bool:
        """Whether many things come together."""
        return self.load >= BUSY or len(self.tasks) > 2

    @property
    def today(self) -> bool:
        """Whether it is today."""
        return self.day == clock.today()


@dataclass(frozen=True)
class Month:
    """A month of the strip above the calendar."""

    first: date
    due: int
    load: int
    chosen: bool

    @property
    def value(self) -> str:
        """As the address writes it."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class YearCalendar:
    """The calendar of a year: every task, nearest first."""

    cycle: Cycle
    tasks: tuple[Task, ...]

    @cached_property
    def granted(self) -> list[tuple[str, Extension]]:
        """Every granted extension with the name of its task."""
        return [(task.line.window.label, one) for task in self.tasks for one in task.line.extensions]

    def months(self, chosen: date) -> list[Month]:
        """Return the months from the first to the last day of the calendar."""
        days = [task.line.window.due for task in self.tasks] + [one.due for _, one in self.granted]
        first, last = min(days), max(days)
        found = []
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            begin = date(number // 12, number % 12 + 1, 1)
            mine = [one for one in self.tasks if one.line.window.due.replace(day=1) == begin]
            load = sum(one.progress.open for one in mine)
            found.append(Month(begin, len(mine), load, begin == chosen.replace(day=1)))
        return found

    def weeks(self, month: date) -> list[list[Day]]:
        """Return the weeks of a month, Monday first."""
        return [[self._day(day, month) for day in week] for week in Calendar().monthdatescalendar(month.year, month.month)]

    def _day(self, day: date, month: date) -> Day:
        tasks = tuple(one for one in self.tasks if one.line.window.due == day)
        extended = tuple((label, one) for label, one in self.granted if one.due == day)
        return Day(day, day.month == month.month, tasks, extended)

    def first_month(self) -> date:
        """Return the month of the next task that is not over, else of the last one."""
        ahead: Sequence[Task] = [one for one in self.tasks if not one.ended] or self.tasks[-1:]
        return ahead[0].line.window.due


def year_calendar(cycle: Cycle) -> YearCalendar:
    """Return the calendar of a year with how far each task is."""
    found = progress(cycle)
    return YearCalendar(
        cycle,
        tuple(
            Task(line, found.get(line.window.key, Progress()), line.window.key in found) for line in calendar_of(cycle)
        ),
    )
