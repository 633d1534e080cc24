"""Whether a list of amounts adds up to a total, in any of the ways in which such lists are printed."""

from decimal import Decimal

from jiheng.rules.published.money_columns import (
    CHILD_NAME,
    OTHER_MONEY,
    SOURCE_NAME,
    TOTAL_NAME,
    Column,
    Part,
)

NEAR = Decimal("0.01")
"""A list that is not one of sources and falls short by more than this share may have been cut off."""
TEN_THOUSAND = Decimal(10000)


def shortfall(column: Column, *, cut: bool = False, whole: bool = False) -> Decimal | None:
    """The sum of the sources where it is not the total; None where they agree or nothing can be said.

    A list may carry its own total, rows `其中` under another row, or several complete groupings of the same money.
    `cut` says that the list is known to go on, `whole` that the table is known to be complete.
    """
    total, within = column.total.value, column.tolerance
    own = [part for part in column.parts if not TOTAL_NAME.search(part.name)]
    if total is None or all(part.figure.value is None for part in own):
        return None
    summed = _sum(_top(own, within))
    if any(abs(one - total) <= within for one in (summed, _sum(own), _sum(_first_level(own)))):
        return None
    if _grouped(own, total, within) or _own_total(column, own, summed, within) or _unit_slip(summed, total):
        return None
    if len(own) == 1 and own[0].value < total:
        return None  # one row 其中 names a part and does not claim to be all
    if summed < total and cut:
        return None
    if summed < total and not whole and not all(SOURCE_NAME.search(part.name) for part in own):
        return None if total - summed > NEAR * total else summed
    return summed


def _sum(parts: list[Part]) -> Decimal:
    return sum((part.value for part in parts), Decimal(0))


def _top(parts: list[Part], within: Decimal) -> list[Part]:
    """The rows of the first level: rows 其中, and two or more rows that make up the row above them, are left out."""
    top: list[Part] = []
    place = 0
    while place < len(parts):
        part = parts[place]
        top.append(part)
        place += 1
        place += _children(part, parts[place:], within)
        while place < len(parts) and CHILD_NAME.search(parts[place].name):
            place += 1
    return top


def _first_level(parts: list[Part]) -> list[Part]:
    """The rows left when everything from a row 其中 on counts as below the row before, up to other money."""
    level: list[Part] = []
    below = False
    for part in parts:
        below = CHILD_NAME.search(part.name) is not None or (below and not OTHER_MONEY.search(part.name))
        if not below or not level:
            level.append(part)
    return level


def _children(parent: Part, following: list[Part], within: Decimal) -> int:
    """How many of the following rows, two or more, add up to the parent; 0 where none do."""
    running = Decimal(0)
    for count, part in enumerate(following, start=1):
        running += part.value
        if count > 1 and parent.value and abs(running - parent.value) <= within:
            return count
    return 0


def _grouped(parts: list[Part], total: Decimal, within: Decimal) -> bool:
    """Whether the list is several groupings one after the other, each of which gives the total."""
    running, groups = Decimal(0), 0
    for part in parts:
        running += part.value
        if abs(running - total) <= within:
            running, groups = Decimal(0), groups + 1
    return groups > 0 and running == 0


def _own_total(column: Column, own: list[Part], summed: Decimal, within: Decimal) -> bool:
    """Whether the list adds up to a total of its own, of which the table's total is one row (or the same)."""
    totals = [part.value for part in column.parts if TOTAL_NAME.search(part.name)]
    agrees = any(abs(summed - value) <= within for value in totals)
    total = column.total.value or Decimal(0)
    return agrees and any(abs(part.value - total) <= within for part in own)


def _unit_slip(summed: Decimal, total: Decimal) -> bool:
    """Whether sum and total differ by exactly the step from 元 to 万元: another trouble than a wrong sum."""
    return summed in (total * TEN_THOUSAND, total / TEN_THOUSAND)
