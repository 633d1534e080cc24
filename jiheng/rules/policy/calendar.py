"""Calendar items: what is due when in the year's work, and who owes it."""

from calendar import monthrange
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from jiheng.rules.entry import Entry, Strict
from jiheng.rules.workflow.roles import ROLES

StageKey = Literal["appraisal", "goals", "monitoring", "evaluation", "results", "assessment", "disclosure"]


class YearDay(Strict):
    """A day seen from a budget year: `year` −1 is the year before it, 0 the year itself, 1 the year after."""

    year: int = Field(ge=-2, le=3)
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    @model_validator(mode="after")
    def _exists(self) -> "YearDay":
        if self.day > monthrange(2024, self.month)[1]:
            raise ValueError(f"{self.month}月没有{self.day}日")
        return self

    def of(self, budget_year: int) -> date:
        """The day in a given budget year; 29 February becomes the 28th where there is none."""
        year = budget_year + self.year
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


class CalendarItem(Entry):
    """Something due in the course of a budget year: in which stage, from when, until when, by whom."""

    key: str = ""
    stage: StageKey
    due_on: YearDay = Field(alias="due")
    opens_on: YearDay | None = Field(default=None, alias="opens")
    roles: tuple[str, ...] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> "CalendarItem":
        if self.opens_on is not None and self.opens_on.of(2024) > self.due_on.of(2024):
            raise ValueError("开始日期晚于截止日期")
        if self.stricter not in {None, "earlier"}:
            raise ValueError("日历的 stricter 只能是 earlier（越早越严）")
        unknown = [role for role in self.roles if role not in ROLES]
        if unknown:
            raise ValueError(f"没有这些角色：{'、'.join(unknown)}")
        return self

    def due(self, budget_year: int) -> date:
        """The last day."""
        return self.due_on.of(budget_year)

    def opens(self, budget_year: int) -> date | None:
        """The first day, or None when nothing says one."""
        return self.opens_on.of(budget_year) if self.opens_on else None
