"""Reading a question in plain words as filters that can be seen: 2026年教育局已批复的绩效目标.

What is known by name (a list, a choice above a list, a budget year, a body) becomes a filter; everything else stays a
word to look for in the texts. Nothing is guessed: a choice with 未、没、非、不 in front stays a word, a body is taken only
where one name alone fits.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

LONGEST = 100
"""Characters of a question that are read."""
FILLERS = ("有哪些", "哪几个", "请列出", "哪些", "所有", "全部", "查找", "查询", "列出", "的")
DENIALS = "未没非不"
_YEAR = re.compile(r"(20\d\d)\s*(?:年度|年)?(?!\d)")
_RELATIVE = {"今年": 0, "本年度": 0, "本年": 0, "去年": -1, "上年度": -1, "上年": -1, "明年": 1, "下年度": 1, "下年": 1}
_BREAK = re.compile(r"[\s,，、;；。？?！!：:“”\"]+")
_BODY = re.compile(r"[局委办院部处校会心厅站所社镇乡学园馆队]")
"""The letters with which the name of a body ends."""
LONGEST_NAME = 40


@dataclass(frozen=True)
class Choice:
    """One choice of one facet above one list; `body` where it names a department or a unit."""

    list: str
    facet: str
    value: str
    label: str
    facet_label: str = ""
    body: bool = False


@dataclass(frozen=True)
class Known:
    """What a question may name: lists by key with their names, choices, budget years; `now` is the year in view."""

    lists: Mapping[str, Sequence[str]]
    choices: Sequence[Choice]
    years: Sequence[int] = ()
    now: int | None = None


@dataclass(frozen=True)
class Asked:
    """A question as it was read. `lists` is empty where none was named; `words` are looked for in the texts."""

    lists: tuple[str, ...] = ()
    year: int | None = None
    choices: tuple[Choice, ...] = ()
    words: tuple[str, ...] = ()

    def concerns(self, key: str, *, by_words: bool = False) -> bool:
        """Whether a list is asked for: by name, or because it has what was chosen; each list where nothing is said.

        What is found `by_words` alone has nothing to choose: it is asked for unless something else than bodies is chosen.
        """
        if self.lists:
            return key in self.lists
        if by_words:
            return all(one.body for one in self.choices)
        return all(any(one.list == key for one in same) for same in _by_label(self.choices).values())

    @property
    def texts(self) -> tuple[str, ...]:
        """The words, and the names of bodies that were understood: what is looked for where nothing can be chosen."""
        return tuple(dict.fromkeys([*self.words, *(one.label for one in self.choices if one.body)]))

    def filters(self, key: str) -> dict[str, str]:
        """Return what is chosen above a list, by facet."""
        return {one.facet: one.value for one in self.choices if one.list == key}


def _by_label(choices: Iterable[Choice]) -> dict[str, list[Choice]]:
    """Group choices by what they are called: one name may be chosen above several lists."""
    found: dict[str, list[Choice]] = {}
    for one in choices:
        found.setdefault(one.label, []).append(one)
    return found


def understand(text: str, known: Known) -> Asked:
    """Read a question: years, lists and choices by name, bodies by name or the only name that has the word in it."""
    said = unicodedata.normalize("NFKC", text)[:LONGEST]
    said, year = _year(said, known)
    names = {name: key for key, all_names in known.lists.items() for name in all_names}
    labels = _by_label(known.choices)
    bodies = {one.label for one in known.choices if one.body}
    terms = sorted({*names, *(label for label in labels if len(label) > 1)}, key=len, reverse=True)
    lists: list[str] = []
    found: list[Choice] = []
    rest: list[str] = []
    for run in _BREAK.split(said):
        for piece, body in _bodies(run, bodies):
            if body:  # a department that is a unit too: above each list as the first that it can be chosen as
                found += {one.list: one for one in reversed(labels[body])}.values()
                continue
            for left in _pieces(piece, terms):
                if left in names:
                    lists.append(names[left])
                elif left in labels and (len(left) > 1 or left == run):
                    found += labels[left]
                else:
                    rest += _plain(left)
    if lists:
        named = [one for one in found if one.list in lists]
        lost = {one.label for one in found} - {one.label for one in named}
        found, rest = named, [*rest, *sorted(lost)]
    return Asked(tuple(dict.fromkeys(lists)), year, tuple(dict.fromkeys(found)), tuple(dict.fromkeys(rest)))


def _year(said: str, known: Known) -> tuple[str, int | None]:
    """Take the budget year out of a question; one that the place does not have stays a word."""
    for found in _YEAR.finditer(said):
        if int(found[1]) in known.years:
            return f"{said[: found.start()]} {said[found.end() :]}", int(found[1])
    for word, away in _RELATIVE.items():
        if known.now is not None and word in said and known.now + away in known.years:
            return said.replace(word, " ", 1), known.now + away
    return said, None


def _pieces(text: str, terms: Sequence[str]) -> list[str]:
    """Cut a run of letters at what is known in it, the longest first; what is denied in front stays whole with it."""
    for term in terms:
        at = text.find(term)
        if at < 0:
            continue
        if at and text[at - 1] in DENIALS:
            cut, end = at - 1, at + len(term)
            return [*_pieces(text[:cut], terms), text[cut:end], *_pieces(text[end:], terms)]
        return [*_pieces(text[:at], terms), term, *_pieces(text[at + len(term) :], terms)]
    return [text] if text else []


def _bodies(run: str, bodies: Collection[str]) -> list[tuple[str, str]]:
    """Cut a run of letters at the bodies named in it: each piece with the one body that it names, or with ""."""
    for end in range(1, len(run) + 1):
        if not _BODY.match(run[end - 1]):
            continue
        for start in range(max(0, end - LONGEST_NAME), end - 1):
            body = _body(run[start:end], bodies)
            if body and start and run[start - 1] in DENIALS:
                break  # what is denied stays a word, whole
            if body:
                return [(run[:start], ""), (run[start:end], body), *_bodies(run[end:], bodies)]
    return [(run, "")]


def _body(word: str, bodies: Collection[str]) -> str:
    """Return the one body that goes by a word: its name, a part of it, or its letters in their order (教育局, 教育体育局)."""
    if word in bodies:
        return word
    for fits in (_within, _in_order):
        some = [one for one in bodies if fits(word, one)]
        if some:
            return some[0] if len(some) == 1 else ""
    return ""


def _within(word: str, name: str) -> bool:
    return word in name


def _in_order(word: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in word)


def _plain(text: str) -> list[str]:
    """Return the words of what is not known by name, without what only binds a sentence."""
    for filler in FILLERS:
        text = text.strip().removeprefix(filler).removesuffix(filler)
    return [text.strip()] if text.strip() else []
