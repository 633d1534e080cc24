"""Which records serve as good examples: the best of each kind by what was decided, and how one becomes a case."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from jiheng.rules.indicator_statistics import Counts

STEPS: Mapping[str, tuple[frozenset[str], str]] = MappingProxyType({
    "nominate": (frozenset({"found", "declined", "retired"}), "proposed"),
    "approve": (frozenset({"proposed"}), "shown"),
    "decline": (frozenset({"proposed"}), "declined"),
    "retire": (frozenset({"shown"}), "retired"),
})  # fmt: skip
"""What may be done to an example: from which states, and to which one."""


@dataclass(frozen=True)
class Bar:
    """What makes an example: `least` points, the best `number` of a kind; for indicators cases, reach and returns (%)."""

    least: Decimal
    number: int
    cases: int
    reach: Decimal
    returns: Decimal


@dataclass(frozen=True)
class Candidate:
    """A decided record with its points; `group` is what it is alike with, `year` tells the newer of two equals."""

    key: Hashable
    group: Hashable
    score: Decimal
    year: int = 0


def best(found: Iterable[Candidate], bar: Bar) -> list[Candidate]:
    """Return the best of each group that reach the bar, the best first; of equals the newer one."""
    groups: dict[Hashable, list[Candidate]] = defaultdict(list)
    for one in found:
        if one.score >= bar.least:
            groups[one.group].append(one)
    kept = [one for many in groups.values() for one in sorted(many, key=_order)[: bar.number]]
    return sorted(kept, key=_order)


def _order(one: Candidate) -> tuple[Decimal, int, str]:
    return -one.score, -one.year, str(one.key)


def is_good(counts: Counts, bar: Bar) -> bool:
    """Whether an indicator serves as an example: judged often enough, mostly but not always met, rarely returned.

    What everybody always meets tells nobody apart and is no example.
    """
    if counts.judged < bar.cases or counts.reach is None or counts.met == counts.judged:
        return False
    returned = Decimal(counts.returns * 100) / (counts.picks or 1)
    return Decimal(counts.met * 100) / counts.judged >= bar.reach and returned <= bar.returns
