"""What the points of a goal's rows mean: how they share out, what is missing, what a missed row costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.grades import GradeTable


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


@dataclass(frozen=True)
class Missed:
    """What it costs to miss one row altogether while all else is reached.

    `share` is its part of the points demanded, 0 to 1; `total` what is left of a hundred, `before` and `after` the
    grades without and with it.
    """

    place: int
    points: Decimal
    share: Fraction
    total: Decimal
    before: str
    after: str

    @property
    def falls(self) -> bool:
        """Whether this row alone costs a grade."""
        return self.before != self.after


def missed(rows: Iterable[Weighed], demanded: Decimal, execution: Decimal, grades: GradeTable) -> list[Missed]:
    """Say for each row with points what missing it does to the total and the grade of the self-evaluation.

    `execution` are the points of the budget's execution, which come on top of those of the rows; where both do not make
    the full total of the grades, they are converted to it, as the self-evaluation does.
    """
    whole = Fraction(demanded + execution)
    if whole <= 0:
        return []
    before = grades.grade(grades.full).label
    found = []
    for row in rows:
        if row.points <= 0:
            continue
        left = max(Fraction(0), whole - Fraction(row.points)) * Fraction(grades.full) / whole
        total = grades.rounded(Decimal(left.numerator) / Decimal(left.denominator))
        share = Fraction(row.points) / Fraction(demanded) if demanded > 0 else Fraction(0)
        found.append(Missed(row.place, row.points, share, total, before, grades.grade(total).label))
    return found
