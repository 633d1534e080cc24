"""绩效目标管理覆盖的预算: which of the four budgets goals must cover, and how far each is covered. Amounts are fen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from jiheng.rules.money import Fen


def must_cover(book: str, listed: Collection[str] | None) -> bool:
    """Whether what stands in a budget must have a goal: each one where the rules list none."""
    return listed is None or book in listed


@dataclass(frozen=True)
class Stand:
    """Subjects that are alike: their budget (book), money together, whether goals were handed in and approved, how many."""

    book: str
    money: Fen
    handed_in: bool
    approved: bool
    number: int = 1


@dataclass(frozen=True)
class Covered:
    """How far one budget is covered: subjects and money due, handed in, approved."""

    book: str
    demanded: bool
    due: int
    handed_in: int
    approved: int
    due_fen: Fen
    approved_fen: Fen

    @property
    def missing(self) -> int:
        """How many must have an approved goal and have none; 0 for a budget that need not be covered."""
        return self.due - self.approved if self.demanded else 0

    @property
    def share(self) -> Decimal | None:
        """The money with an approved goal, in per cent, cut off after two places so that 100 is whole; None without money."""
        if not self.due_fen:
            return None
        return Decimal(self.approved_fen * 10000 // self.due_fen) / 100


def covered(stands: Iterable[Stand], books: Iterable[str], listed: Collection[str] | None) -> list[Covered]:
    """Return how far each budget is covered, in the order of `books`; a budget with nothing in it is there, too."""
    held: dict[str, list[Stand]] = {book: [] for book in books}
    for one in stands:
        held.setdefault(one.book, []).append(one)
    return [
        Covered(
            book,
            must_cover(book, listed),
            sum(one.number for one in some),
            sum(one.number for one in some if one.handed_in),
            sum(one.number for one in some if one.approved),
            sum(one.money for one in some),
            sum(one.money for one in some if one.approved),
        )
        for book, some in held.items()
    ]
