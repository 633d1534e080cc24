"""Two libraries side by side: which indicator of the one is which of the other, how much is covered, what is lost."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from jiheng.rules.recommendation import Groups, branch_of, concept_of, folded, likeness, tidy

LIKELY = 0.6
"""Likeness from which on a counterpart is proposed."""
CANDIDATES = 30
"""Of so many indicators that share most pairs of characters the likest is sought."""


@dataclass(frozen=True)
class Item:
    """One indicator as it is compared."""

    key: Hashable
    name: str
    level1: str
    level2: str
    definition: str = ""
    unit: str = ""
    direction: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counterpart:
    """What is proposed for an indicator: the other's key, how alike (0 to 1), and why in words."""

    key: Hashable
    likeness: float
    ground: str


@dataclass(frozen=True)
class Coverage:
    """How far a mapping goes. `losses` are what does not come over with a pair, in words, by the pair's first key."""

    others: int
    mapped: int
    own: int
    reached: int
    merged: int
    losses: dict[Hashable, str]

    @property
    def share(self) -> float:
        """The share of the other library's indicators that have a counterpart."""
        return self.mapped / self.others if self.others else 0.0

    @property
    def own_share(self) -> float:
        """The share of the own library's indicators that some other one leads to."""
        return self.reached / self.own if self.own else 0.0

    @property
    def lossless(self) -> int:
        """Pairs through which values go both ways unchanged."""
        return self.mapped - len(self.losses)


def counterparts(others: Iterable[Item], own: Sequence[Item], groups: Groups) -> dict[Hashable, Counterpart]:
    """Return for each indicator of another library the own one that is most probably the same, where one is likely.

    By one name (signs, brackets and synonyms apart), by an alias, else by likeness: of names by seven tenths, of
    definitions by three. An indicator of another branch is never the same.
    """
    by_concept: dict[str, list[Item]] = defaultdict(list)
    where: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(own):
        for name in dict.fromkeys((one.name, *one.aliases)):
            by_concept[concept_of(name, groups)].append(one)
        for pair in _pairs_of(one, groups):
            where[pair].append(at)
    found = {}
    for one in others:
        made = _same_name(one, by_concept, groups) or _likest(one, own, where, groups)
        if made:
            found[one.key] = made
    return found


def _same_name(one: Item, by_concept: dict[str, list[Item]], groups: Groups) -> Counterpart | None:
    for name in dict.fromkeys((one.name, *one.aliases)):
        for other in by_concept.get(concept_of(name, groups), ()):
            if _same_branch(one, other):
                exact = one.name == other.name
                alias = concept_of(one.name, groups) != concept_of(other.name, groups)
                ground = "名称相同" if exact else ("是其别名" if alias else "名称去掉符号、合并同义词后相同")
                return Counterpart(other.key, 1.0 if exact else 0.95, ground)
    return None


def _likest(one: Item, own: Sequence[Item], where: dict[str, list[int]], groups: Groups) -> Counterpart | None:
    shared = Counter(at for pair in _pairs_of(one, groups) for at in where.get(pair, ()))
    near = sorted(shared, key=lambda at: (-shared[at], at))[:CANDIDATES]
    best: tuple[float, float, float, int] | None = None
    for at in near:
        if not _same_branch(one, own[at]):
            continue
        names = likeness(_plain(one.name, groups), _plain(own[at].name, groups))
        words = likeness(_plain(one.definition, groups), _plain(own[at].definition, groups))
        whole = 0.7 * names + 0.3 * words if one.definition and own[at].definition else names
        if best is None or (whole, -at) > (best[0], -best[3]):
            best = (whole, names, words, at)
    if best is None or best[0] < LIKELY:
        return None
    whole, names, words, at = best
    told = f"，解释相似 {words:.0%}" if one.definition and own[at].definition else ""
    return Counterpart(own[at].key, round(whole, 3), f"名称相似 {names:.0%}{told}")


def _same_branch(one: Item, other: Item) -> bool:
    return branch_of(one.level1, one.level2) == branch_of(other.level1, other.level2)


def _plain(text: str, groups: Groups) -> str:
    return folded(tidy(text), groups)


def _pairs_of(one: Item, groups: Groups) -> set[str]:
    text = _plain(one.name, groups)
    return {text[at : at + 2] for at in range(len(text) - 1)}


def coverage(others: Sequence[Item], own: Sequence[Item], pairs: dict[Hashable, Hashable]) -> Coverage:
    """Return how far confirmed pairs (other key → own key) go, and what is lost over each.

    Lost is what cannot be told apart afterwards (several lead to one), and what values cannot follow: another unit,
    another direction.
    """
    theirs, ours = {one.key: one for one in others}, {one.key: one for one in own}
    known = {left: right for left, right in pairs.items() if left in theirs and right in ours}
    times = Counter(known.values())
    losses = {left: "；".join(told) for left, right in known.items() if (told := _lost(theirs[left], ours[right], times[right]))}
    merged = sum(number for number in times.values() if number > 1)
    return Coverage(len(theirs), len(known), len(ours), len(times), merged, losses)


def _lost(one: Item, other: Item, times: int) -> list[str]:
    found = []
    if times > 1:
        found.append(f"{times} 项并作一项，转过来后分不开")
    if one.unit != other.unit:
        found.append(f"单位“{one.unit or '无'}”与“{other.unit or '无'}”不同，数值不能直接转")
    if one.direction and other.direction and one.direction != other.direction:
        found.append("方向不同")
    return found
