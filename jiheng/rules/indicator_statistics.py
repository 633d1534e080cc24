"""What the use of an indicator says of it: how often it is reached, and whether it tells good from bad."""

from dataclasses import dataclass
from math import sqrt

ENOUGH = 10
"""Judged rows from which on it can be said that an indicator is always met."""


@dataclass(frozen=True)
class Counts:
    """The rows of one indicator: picked, returned by reviewers, judged, judged in full.

    `ratios` and `squares` are the sums over the judged rows of points by weight, and of its square.
    """

    picks: int = 0
    returns: int = 0
    judged: int = 0
    met: int = 0
    ratios: float = 0.0
    squares: float = 0.0

    @property
    def reach(self) -> float | None:
        """The share of judged rows with full points, 0 to 1; None when none was judged."""
        return self.met / self.judged if self.judged else None

    @property
    def discrimination(self) -> float | None:
        """The standard deviation of points by weight over the judged rows: 0 when all are alike, at most 0.5.

        None under two judged rows.
        """
        if self.judged < 2:
            return None
        mean = self.ratios / self.judged
        return sqrt(max(0.0, self.squares / self.judged - mean * mean))

    @property
    def always_met(self) -> bool:
        """Whether everybody always met it, over enough rows: it tells nobody from anybody."""
        return self.judged >= ENOUGH and self.met == self.judged
