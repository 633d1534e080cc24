"""Groups of projects: one purpose cut into pieces below a limit, and many tiny ones with one purpose."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from jiheng.rules.chinese import plain
from jiheng.rules.money import format_wan
from jiheng.rules.radar.facts import Hit, Kind, ProjectFacts, Settings
from jiheng.rules.radar.index import Index
from jiheng.rules.radar.judging import apart, likeness, shared_names, telling_words
from jiheng.rules.radar.reading import GENERAL_WORDS

PIECES = 0.62
"""Likeness of the names, parts left out, from which two projects of one body and year may be pieces of one."""
BEGINNING = 0.6
"""Share of a name that two pieces have as their common beginning, where they are told apart only at the end."""
NEAR_LIMIT = 80
"""Per cent of the limit from which an amount is just below it."""


def groups(index: Index, pairs: Iterable[tuple[int, int]], settings: Settings) -> list[Hit]:
    """Return the splits among projects that were found near each other, and the fragments of every department."""
    pieces: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        if _pieces(index, one, other, settings):
            pieces[one].add(other)
            pieces[other].add(one)
    found = [hit for star in _stars(pieces) if (hit := _split(index, star, settings)) is not None]
    return [*found, *_all_fragments(index, settings)]


def _pieces(index: Index, one: int, other: int, settings: Settings) -> bool:
    """Two of one unit and year below the limit, of one purpose, not naming different things."""
    mine, theirs = index.projects[one], index.projects[other]
    limit = settings.limit_fen
    if limit is None or (mine.place, mine.unit, mine.year) != (theirs.place, theirs.unit, theirs.year):
        return False
    if not 0 < mine.amount_fen < limit or not 0 < theirs.amount_fen < limit or mine.code == theirs.code:
        return False
    left, right = index.readings[one], index.readings[other]
    if left.running or right.running or (mine.transfer and mine.transfer == theirs.transfer):
        return False
    if left.works and right.works and not left.works & right.works:
        return False
    if not shared_names(index, one, other) and apart(index, one, other):
        return False
    begin = _beginning(left.core, right.core)
    if begin >= max(5, BEGINNING * max(len(left.core), len(right.core))):
        return True
    found = likeness(index, one, other)
    return found.name >= PIECES and (found.content is None or found.content >= 0.3)


def _beginning(one: str, other: str) -> int:
    """Return how many signs two texts begin with together."""
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))


def _stars(near: dict[int, set[int]]) -> list[list[int]]:
    """Return groups around the projects with most neighbours; each project is in one group, so that none chains on."""
    left = {one: set(others) for one, others in near.items()}
    found = []
    for centre in sorted(near, key=lambda one: (-len(near[one]), one)):
        if centre not in left:
            continue
        members = [one for one in sorted(left[centre]) if one in left]
        if not members:
            continue
        members = sorted([centre, *members])
        found.append(members)
        for one in members:
            left.pop(one, None)
    return found


def _sorted(index: Index, members: Sequence[int]) -> list[ProjectFacts]:
    return sorted((index.projects[one] for one in members), key=lambda facts: (facts.year, facts.code, str(facts.key)))


def _shared(index: Index, members: Sequence[int]) -> list[str]:
    common = set(index.names[members[0]])
    for one in members[1:]:
        common &= set(index.names[one])
    return telling_words(index, sorted(common), 3)


def _split(index: Index, members: Sequence[int], settings: Settings) -> Hit | None:
    limit, facts = settings.limit_fen, _sorted(index, members)
    total = sum(one.amount_fen for one in facts)
    if limit is None or total < limit:
        return None
    close = sum(100 * one.amount_fen >= NEAR_LIMIT * limit for one in facts)
    marks = sorted({mark for one in members for mark in (*index.readings[one].parts, index.readings[one].phase) if mark})
    score = min(100, 62 + 12 * bool(close) + 10 * bool(marks) + 4 * min(4, len(facts) - 2))
    told = [
        (
            f"{facts[0].unit}在 {facts[0].year} 年度有 {len(facts)} 个用途相同的项目，"
            f"每个都低于 {format_wan(limit)} 万元，合计 {format_wan(total)} 万元，达到限额"
        ),
        *([f"其中 {close} 个在限额的 {NEAR_LIMIT}% 以上"] if close else []),
        *([f"名称只差部分或序号：{'、'.join(marks[:6])}"] if marks else []),
    ]
    words = _shared(index, members)
    told += [f"名称都写有{'、'.join(f'“{word}”' for word in words)}"] if words else []
    return _hit("split", facts, score, total, told)


def _all_fragments(index: Index, settings: Settings) -> list[Hit]:
    """Return for each department and year the purposes that are asked for in many tiny projects.

    A purpose is a word that the names share and that few other departments use. The word that most projects share is
    taken first; a project is counted once.
    """
    bodies: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for at, facts in enumerate(index.projects):
        if 0 < facts.amount_fen <= settings.fragment_fen and not index.readings[at].running and not facts.transfer:
            bodies[facts.place, facts.department, facts.year].append(at)
    found = []
    for (_, department, _), members in sorted(bodies.items()):
        left = set(members) if len(members) >= settings.fragment_number else set()
        while left:
            word, group = _purpose(index, sorted(left), plain(department))
            if len(group) < settings.fragment_number:
                break
            left -= set(group)
            found.append(_fragments(index, group, word, settings))
    return found


def _purpose(index: Index, members: Sequence[int], department: str) -> tuple[str, list[int]]:
    """Return the word that most of the projects share, with those that have it."""
    having: dict[int, list[int]] = defaultdict(list)
    for at in members:
        for word in index.names[at]:
            text = index.text_of[word]
            if len(text) > 1 and text not in department and not GENERAL_WORDS.search(text) and not index.is_general(word):
                having[word].append(at)
    kept = {word: group for word, many in having.items() if (group := _own(index, many))}
    if not kept:
        return "", []
    word = min(kept, key=lambda one: (-len(kept[one]), -index.weights[one], index.text_of[one]))
    return index.text_of[word], kept[word]


def _own(index: Index, group: Sequence[int]) -> list[int]:
    """Leave out what bodies each have under the same name: of such projects none counts."""
    units: dict[str, set[str]] = defaultdict(set)
    for at in group:
        units[index.readings[at].core].add(index.projects[at].unit)
    return [at for at in group if len(units[index.readings[at].core]) == 1]


def _fragments(index: Index, members: Sequence[int], word: str, settings: Settings) -> Hit:
    facts = _sorted(index, members)
    total = sum(one.amount_fen for one in facts)
    units = len({one.unit for one in facts})
    told = [
        (
            f"{facts[0].department}在 {facts[0].year} 年度有 {len(facts)} 个名称都写有“{word}”的小项目，"
            f"每个不超过 {format_wan(settings.fragment_fen)} 万元，合计 {format_wan(total)} 万元"
        ),
        f"分在 {units} 个单位" if units > 1 else f"都在{facts[0].unit}",
    ]
    score = min(100, 62 + 3 * min(8, len(facts) - settings.fragment_number))
    return _hit("fragments", facts, score, total, told)


def _hit(kind: Kind, facts: Sequence[ProjectFacts], score: int, money: int, told: Sequence[str]) -> Hit:
    return Hit(kind, tuple(one.key for one in facts), score, money, tuple(told))
