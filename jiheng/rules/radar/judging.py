"""Whether two projects pay for the same, and why: judged from their words, things, quantities, money, years."""

from collections.abc import Sequence
from dataclasses import dataclass

from jiheng.rules.chinese import plain
from jiheng.rules.money import format_wan
from jiheng.rules.radar.facts import CARRIED_ON, KINDS, Hit, Kind, ProjectFacts, Settings
from jiheng.rules.radar.index import Index
from jiheng.rules.radar.reading import READ, Reading, bare

COPIED = 0.70
"""Likeness of the contents from which an application counts as the same one under another name."""
SHORT = 14
"""Words of content below which it says too little to be compared."""
ONE_THING, ONE_BEGINNING = 0.50, 0.24
"""What counts for naming the same thing, or for beginning with the same rare words; the rest is what is done to it."""
DIFFERENT = 0.18
UNLIKE = 0.08
"""Likeness of the contents below which one thing is written about with nothing else in common."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two projects are: names, contents (None where one says too little), all together, 0 to 1.

    Where both name one thing, its own words are left out of the comparison: they would make any two works on it alike.
    """

    name: float
    content: float | None
    whole: float
    things: tuple[str, ...]
    quantities: tuple[str, ...]
    shared: tuple[int, ...]


def likeness(index: Index, one: int, other: int) -> Likeness:
    """Return how alike two projects are by their words, with what they share."""
    left, right = index.readings[one], index.readings[other]
    mine, theirs = index.projects[one], index.projects[other]
    things = shared_names(index, one, other)
    own = index.words_of(things)
    names = [index.names[at] for at in (one, other)]
    contents = [index.contents[at] for at in (one, other)]
    name = _dice(index, names[0], names[1], own, inside=0.9)
    content = _dice(index, contents[0], contents[1], own, inside=0.75) if min(map(len, contents)) >= SHORT else None
    whole = name * 0.92 if content is None else max(0.92 * content, 0.45 * name + 0.55 * content, 0.8 * name)
    if things:
        whole = ONE_THING * (content is None or content >= UNLIKE) + 0.7 * whole
    elif begins_alike(index, left, right):
        whole += ONE_BEGINNING
    quantities = tuple(sorted(left.quantities & right.quantities))
    telling = sum(2 if "." in figure or len(figure) > 4 else 1 for figure in quantities)
    whole += min(0.15, 0.05 * telling)
    whole += 0.06 * (mine.amount_fen == theirs.amount_fen > 0)
    if left.works and right.works:
        whole += 0.04 if left.works & right.works else -DIFFERENT
    if not quantities and not things and _same_units(left, right):
        whole -= 0.10
    shared = {*names[0], *contents[0]} & {*names[1], *contents[1]}
    return Likeness(name, content, max(0.0, min(1.0, whole)), things, quantities, tuple(sorted(shared)))


def _dice(index: Index, left: Sequence[int], right: Sequence[int], without: frozenset[int], *, inside: float) -> float:
    """Return twice the weight shared by all of it; a text held whole inside a longer one counts `inside` at most."""
    mine, theirs = set(left) - without, set(right) - without
    weights = index.weight(mine), index.weight(theirs)
    both = index.weight(mine & theirs)
    if not both:
        return 0.0
    held = inside * both / min(weights) if min(len(mine), len(theirs)) >= 7 else 0.0
    return max(2 * both / sum(weights), held * min(1.0, 0.5 + min(weights) / max(weights)))


def shared_names(index: Index, one: int, other: int) -> tuple[str, ...]:
    """Return the things and places of one project that the other names as well, in its name or its content.

    A longer name of its own is another thing: 青龙滨河路 is not 滨河路.
    """
    found = set()
    for this, that in ((one, other), (other, one)):
        reading, facts, others = index.readings[this], index.projects[this], index.projects[that]
        for name in (*reading.things, *reading.places):
            if name in others.name:
                if not (_another(index, others.name, name, facts) or _another(index, facts.name, name, others)):
                    found.add(name)
            elif name in others.content[:READ] and not _another(index, facts.name, name, others):
                found.add(name)
    mine, theirs = index.projects[one], index.projects[other]
    if mine.object and mine.object == theirs.object:
        found.add(mine.object)
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _another(index: Index, text: str, name: str, other: ProjectFacts) -> bool:
    """Whether a thing is called by two more rare signs in a text, which the other project does not use."""
    before = bare(_before(plain(text), name))[-2:]
    return len(before) == 2 and before not in other.name and before not in other.content[:READ] and index.is_rare(before)


def _before(text: str, name: str) -> str:
    at = text.find(name)
    return text[max(0, at - 8) : at] if at > 0 else ""


def begins_alike(index: Index, left: Reading, right: Reading) -> bool:
    """Whether two names begin with the same three signs, and few others do."""
    return left.core[:3] == right.core[:3] and len(left.core) > 3 and index.is_rare(left.head)


def _same_units(left: Reading, right: Reading) -> bool:
    mine, theirs = ({one.lstrip("0123456789.e+") for one in reading.quantities} for reading in (left, right))
    return bool(mine & theirs)


def apart(index: Index, one: int, other: int) -> bool:
    """Whether what is named says that two projects are two: things, villages, bodies, or what the name begins with."""
    left, right = index.readings[one], index.readings[other]
    mine, theirs = index.projects[one], index.projects[other]
    if shared_names(index, one, other):
        return bool(left.subs and right.subs and not left.subs & right.subs)
    named = [bool(reading.things or reading.places) for reading in (left, right)]
    if mine.unit != theirs.unit:
        named = [own or bool(reading.body) for own, reading in zip(named, (left, right), strict=True)]
    if all(named):
        return True
    owns = _own_head(index, left, right, theirs), _own_head(index, right, left, mine)
    if any(owns) and (left.core[2:5].startswith(right.head) or right.core[2:5].startswith(left.head)):
        return True  # 青龙反诈骗宣传 is for 青龙 what 反诈骗宣传 is for all
    return all(owns)


def _own_head(index: Index, reading: Reading, others: Reading, other: ProjectFacts) -> bool:
    """Whether a name begins with a rare word that the other does not use at all."""
    if reading.head in others.core or reading.head in others.content or reading.head in other.name:
        return False
    return index.is_rare(reading.head)


def legitimate(index: Index, one: int, other: int) -> bool:
    """Whether a repeat is as it should be, however alike the words are.

    Costs that every body has; the same project in another year; shares of one transfer; the same name in another
    place; works on different things; phases; what is done every year.
    """
    mine, theirs = index.projects[one], index.projects[other]
    left, right = index.readings[one], index.readings[other]
    if left.running or right.running or (mine.code == theirs.code and mine.place == theirs.place):
        return True
    if mine.transfer and mine.transfer == theirs.transfer:
        return True
    if mine.place != theirs.place and not (
        (mine.place in theirs.above or theirs.place in mine.above) and shared_names(index, one, other)
    ):
        return True
    if (left.phase and right.phase and left.phase != right.phase) or apart(index, one, other):
        return True
    if mine.year != theirs.year and _again(left, right, mine, theirs):
        return True
    return bool(left.parts and right.parts and left.parts != right.parts)


def _again(left: Reading, right: Reading, one: ProjectFacts, other: ProjectFacts) -> bool:
    """Whether two years of one thing are rightful: it is carried on, done every year, or bought for use by one body."""
    late, early = (other, one) if other.year > one.year else (one, other)
    if late.unit == early.unit and late.change in CARRIED_ON:
        return True
    if left.yearly or right.yearly:
        return True
    return late.unit == early.unit and left.core == right.core and not left.lasting


def pair_hit(index: Index, one: int, other: int, settings: Settings) -> Hit | None:
    """Return two projects as a hit, or None where they are not alike enough or rightly so."""
    mine, theirs = index.projects[one], index.projects[other]
    if abs(mine.year - theirs.year) > settings.years or legitimate(index, one, other):
        return None
    found = likeness(index, one, other)
    if 100 * found.whole < settings.likeness:
        return None
    kind: Kind = "reworded"
    if found.content is not None and found.content >= COPIED and found.name < COPIED:
        kind = "renamed"
    elif found.things and (mine.year != theirs.year or not found.quantities):
        kind = "same_object"
    first, second = sorted((mine, theirs), key=lambda facts: (facts.year, facts.code, str(facts.key)))
    return Hit(
        kind, (first.key, second.key), round(100 * found.whole), min(mine.amount_fen, theirs.amount_fen),
        (*_why(index, found, kind), *_differences(first, second)),
    )  # fmt: skip


def _why(index: Index, found: Likeness, kind: Kind) -> list[str]:
    told, besides = [], "除此之外" if found.things else ""
    if found.things:
        told.append(f"都写到{'、'.join(f'“{name}”' for name in found.things[:3])}")
    if found.content is not None:
        told.append(f"{besides}名称用词 {100 * found.name:.0f}% 相同，内容用词 {100 * found.content:.0f}% 相同（同义词算相同，少见的词分量重）")
    else:
        told.append(f"{besides}名称用词 {100 * found.name:.0f}% 相同（同义词算相同）；有一方没有写内容，只比名称")
    words = telling_words(index, found.shared)
    if words:
        told.append(f"共同的少见用词：{'、'.join(f'“{word}”' for word in words)}")
    if found.quantities:
        told.append(f"写有相同的数量：{'、'.join(found.quantities[:5])}")
    if kind == "renamed":
        told.append("内容相近而名称不同")
    return told


def telling_words(index: Index, shared: Sequence[int], most: int = 5) -> list[str]:
    """Return the rarest shared words, neighbours joined into longer ones."""
    pairs = [one for one in shared if len(index.text_of[one]) > 1]
    rarest = [index.text_of[one] for one in sorted(pairs, key=lambda one: (-index.weights[one], one))[:12]]
    words: list[str] = []
    for word in rarest:
        for at, kept in enumerate(words):
            if kept[-1] == word[0] and not word.isascii() and len(kept) < 8:
                words[at] = kept + word[1:]
                break
            if word[-1] == kept[0] and not word.isascii() and len(kept) < 8:
                words[at] = word[:-1] + kept
                break
        else:
            words.append(word)
    return list(dict.fromkeys(words))[:most]


def _differences(one: ProjectFacts, other: ProjectFacts) -> list[str]:
    told = []
    if one.amount_fen == other.amount_fen:
        told.append(f"金额都是 {format_wan(one.amount_fen)} 万元")
    else:
        told.append(f"金额 {format_wan(one.amount_fen)} 万元，{format_wan(other.amount_fen)} 万元")
    if one.year != other.year:
        told.append(f"分属 {one.year} 年度和 {other.year} 年度")
    if one.place != other.place:
        told.append(f"分属{one.place}和{other.place}")
    if one.department != other.department:
        told.append(f"分属{one.department}和{other.department}")
    elif one.unit != other.unit:
        told.append(f"同一部门的两个单位：{one.unit}、{other.unit}")
    else:
        told.append(f"都是{one.unit}申报")
    if one.fund != other.fund:
        told.append(f"资金分别是{one.fund or '未写明'}、{other.fund or '未写明'}")
    return told


def kind_label(kind: Kind) -> str:
    """Return the label of a kind."""
    return KINDS[kind]
