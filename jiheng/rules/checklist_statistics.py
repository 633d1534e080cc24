"""What the use of a review table says of its items: which take points away, and which never do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

ENOUGH = 20
"""Reviews from which on an item that never took a point away is proposed for pruning."""


@dataclass
class ItemUse:
    """How an item was judged: in how many reviews, in how many with full points, and the points given."""

    reviews: int = 0
    full: int = 0
    given: Decimal = Decimal(0)

    @property
    def failed(self) -> int:
        """The reviews in which it took points away."""
        return self.reviews - self.full

    @property
    def never_fails(self) -> bool:
        """Whether it took nothing away in enough reviews: it costs time and tells nothing."""
        return self.reviews >= ENOUGH and self.full == self.reviews

    def rate(self, points: Decimal) -> Decimal | None:
        """The share of its points that were given, 0 to 1; None when it was never judged."""
        return self.given / (points * self.reviews) if self.reviews and points else None


def use_by_kind(
    reviews: Iterable[tuple[str, Mapping[str, Mapping[str, str]]]], points: Mapping[str, Decimal]
) -> dict[str, dict[str, ItemUse]]:
    """Return by kind of subject and key of item how items were judged.

    `reviews` are the kinds with the lines of a review (`points` as text); items that the table does not have are
    left out. The kind "" holds all together.
    """
    found: dict[str, dict[str, ItemUse]] = defaultdict(lambda: defaultdict(ItemUse))
    for kind, lines in reviews:
        for key, line in lines.items():
            if key not in points:
                continue
            given = Decimal(line["points"])
            for where in ("", kind):
                one = found[where][key]
                one.reviews += 1
                one.full += given >= points[key]
                one.given += given
    return {kind: dict(items) for kind, items in found.items()}
