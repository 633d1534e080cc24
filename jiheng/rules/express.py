"""Money released before its goal in an emergency: until when the goal follows, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """Where a release stands: the goal is awaited, late, handed in, approved and to be checked, or all is done."""

    AWAITED = "awaited"
    LATE = "late"
    HANDED_IN = "handed_in"
    TO_CHECK = "to_check"
    DONE = "done"


LABELS: Mapping[Standing, str] = {
    Standing.AWAITED: "待补报目标",
    Standing.LATE: "逾期未补报",
    Standing.HANDED_IN: "目标审批中",
    Standing.TO_CHECK: "待事后核查",
    Standing.DONE: "已核查",
}


@dataclass(frozen=True)
class Terms:
    """What the rules say of an express release: the kinds of emergencies by key, and how many days the goal has."""

    kinds: Mapping[str, str]
    days: int


def terms_from(value: Mapping[str, Any]) -> Terms:
    """Read the parameter `goal_express_release`. Raises ValueError when it has no kinds or no whole number of days."""
    kinds = {str(row["key"]): str(row["label"]) for row in value.get("emergencies", ())}
    days = value.get("days")
    if not kinds or not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise ValueError("先行下达须写明突发事件（emergencies）和补报期限（days，整天数）")
    return Terms(kinds, days)


def due_on(decided_on: date, days: int, returned_on: date | None = None) -> date:
    """Return the last day for handing the goal in: so many days after the decision, anew after a check that sent it back."""
    return max(decided_on, returned_on or decided_on) + timedelta(days=days)


def standing(*, due: date, today: date, handed_in: bool, approved: bool, passed: bool) -> Standing:
    """Return where a release stands.

    `handed_in`: a goal over the present budget has been submitted and is not the one that a check sent back;
    `approved`: it is approved; `passed`: the check afterwards found it in order. The last day itself is in time.
    """
    if passed:
        return Standing.DONE
    if handed_in:
        return Standing.TO_CHECK if approved else Standing.HANDED_IN
    return Standing.LATE if today > due else Standing.AWAITED
