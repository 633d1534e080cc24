"""What the points of a goal's rows mean: how they share out, what is missing, what a missed row costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Weighed:
    """One row: its place in the table (from 1), its first-level branch, its name and points."""

    place: int
    branch: str
    name: str
    points: Decimal


@dataclass(frozen=True)
class Shares:
    """The points by first-level branch in the order in which they come, their sum, and the sum that is demanded.

    `heaviest` is the row that costs most when it is missed altogether, the first of equal ones; None without points.
    """

    branches: tuple[tuple[str, Decimal], ...]
    total: Decimal
    demanded: Decimal
    heaviest: Weighed | None

    @property
    def missing(self) -> Decimal:
        """Points still to be given; negative where there are too many."""
        return self.demanded - self.total

    @property
    def over(self) -> Decimal:
        """Points too many; 0 where there are none."""
        return max(Decimal(0), -self.missing)


def shares_of(rows: Iterable[Weighed], demanded: Decimal) -> Shares:
    """Add up the points of rows. A row that is missed altogether costs all its points, never more."""
    branches: dict[str, Decimal] = {}
    heaviest: Weighed | None = None
    for row in rows:
        branches[row.branch] = branches.get(row.branch, Decimal(0)) + row.points
        if row.points > (heaviest.points if heaviest else 0):
            heaviest = row
    return Shares(tuple(branches.items()), sum(branches.values(), Decimal(0)), demanded, heaviest)
