"""Which projects are worth comparing: those that share rare words, a named thing, or a department and its words.

Each project looks into a bounded number of buckets of bounded size, so the work grows in proportion to the projects.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import log, sqrt
from zlib import crc32

from jiheng.rules.chinese import plain
from jiheng.rules.radar.facts import ProjectFacts
from jiheng.rules.radar.reading import Reading, grams

BUCKET = 40
"""A key that more projects share tells too little: it is joined with a second one, or passed over."""
RAREST = 12
JOINED = 5
NEAREST = 16
"""Projects that each project is compared with at most, over all its buckets."""


class Index:
    """The words of all projects, how rare each is, and the buckets by which projects find each other."""

    def __init__(self, projects: Sequence[ProjectFacts], readings: Sequence[Reading]) -> None:
        self.projects, self.readings = projects, readings
        self._ids: dict[str, int] = {}
        self._often = array("L")
        self.names = [self._kept(reading.core) for reading in readings]
        self.contents = [self._kept(reading.content) for reading in readings]
        self.text_of = {number: text for text, number in self._ids.items()}
        for name, content in zip(self.names, self.contents, strict=True):
            for one in {*name, *content}:
                self._often[one] += 1
        total = len(projects) + 60
        self._rare = max(6.0, 1.5 * sqrt(total))
        self.weights = [
            (0.4 if len(text) == 1 else 1.0) * log(total / (times + 1)) for text, times in zip(self._ids, self._often, strict=True)
        ]

    def _kept(self, text: str) -> "array[int]":
        made = array("L")
        for gram in grams(text):
            number = self._ids.get(gram)
            if number is None:
                number = self._ids[gram] = len(self._ids)
                self._often.append(0)
            made.append(number)
        return made

    def words_of(self, texts: Iterable[str]) -> frozenset[int]:
        """Return the words of which texts consist, as far as any project has them."""
        return frozenset(self._ids[gram] for text in texts for gram in grams(plain(text)) if gram in self._ids)

    def is_rare(self, word: str) -> bool:
        """Whether few projects have a word: it may be a name of its own."""
        number = self._ids.get(word)
        return number is not None and self._often[number] <= self._rare

    def is_general(self, word: int) -> bool:
        """Whether so many projects have a word that it tells no purpose."""
        return self._often[word] > max(self._rare, len(self.projects) / 12)

    def weight(self, words: Iterable[int]) -> float:
        """Return how much words weigh together."""
        weights = self.weights
        return sum(weights[one] for one in words)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the places of two projects that may be alike, each pair once, the smaller first."""
        buckets = self._buckets()
        near: list[list[int]] = [[] for _ in self.projects]
        for at, keys in enumerate(self._keys):
            found: Counter[int] = Counter()
            for key in keys:
                members = buckets.get(key)
                if members is not None and len(members) <= BUCKET:
                    weight = 3 if key & 1 else 1
                    for other in members:
                        if other != at:
                            found[other] += weight
            near[at] = sorted(found, key=lambda other: (-found[other], other))[:NEAREST]
        for at, others in enumerate(near):
            for other in others:
                if at < other or at not in near[other]:
                    yield (at, other) if at < other else (other, at)

    def _buckets(self) -> "dict[int, array[int]]":
        self._keys = [self._keys_of(at) for at in range(len(self.projects))]
        times: Counter[int] = Counter()
        for keys in self._keys:
            times.update(keys)
        buckets: defaultdict[int, array[int]] = defaultdict(lambda: array("L"))
        for at, keys in enumerate(self._keys):
            kept = array("Q", (key for key in keys if 2 <= times[key] <= BUCKET))
            self._keys[at] = kept
            for key in kept:
                buckets[key].append(at)
        return buckets

    def _keys_of(self, at: int) -> "array[int]":
        """Return the keys of a project: rare words of its place, pairs of them, things named, words of its department.

        An odd key weighs more: two projects that name the same thing should meet, whatever else they say.
        """
        facts, reading = self.projects[at], self.readings[at]
        words = sorted({*self.names[at], *self.contents[at]}, key=lambda one: (self._often[one], one))
        shared = [one for one in words if self._often[one] > 1]
        rare = shared[:RAREST]
        named = sorted(self.names[at], key=lambda one: (-self.weights[one], one))[: JOINED + 1]
        found = {_even(facts.place, one) for one in rare}
        found |= {_even(facts.place, one, other) for one, other in combinations(sorted(named), 2)}
        found |= {_even(facts.place, "q", one) for one in sorted(reading.quantities)[:JOINED]}
        found |= {_even(facts.place, facts.department, facts.year, one) for one in named}
        found |= {_even(facts.place, facts.unit, facts.year, one) for one in named}
        for thing in sorted({*reading.things, *reading.places})[:JOINED]:
            found |= {_odd(place, thing[-4:]) for place in (facts.place, *facts.above)}
        found.add(_odd(facts.place, facts.unit, facts.year, reading.core))
        found.add(_odd(facts.place, "c", reading.core))
        return array("Q", sorted(found))


def _even(*parts: object) -> int:
    return _number(parts) & ~1


def _odd(*parts: object) -> int:
    return _number(parts) | 1


def _number(parts: tuple[object, ...]) -> int:
    text = "\t".join(map(str, parts)).encode()
    return crc32(text) << 31 ^ crc32(text[::-1], 0x9E3779B9)
