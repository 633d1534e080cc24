"""Giving results back: until when, and whether it was late. Days are calendar days from the day of the result."""

from datetime import date, timedelta


def feedback_due(confirmed: date, days: int) -> date:
    """The last day on which a result that was fixed on `confirmed` may be given back."""
    return confirmed + timedelta(days=days)


def is_late(due: date | None, given: date | None, today: date) -> bool:
    """Whether it was given back after its last day, or that day is over and it was not; never without a last day."""
    return due is not None and (given or today) > due
