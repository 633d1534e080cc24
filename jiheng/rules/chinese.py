"""Chinese text for searching: pairs of characters, initials of pinyin, and what a question asks for.

Chinese is written without spaces, so a text is kept as its overlapping pairs of characters (满意度 → 满意 意度 度) and a
word is found where its pairs stand one after the other. Every piece is written in plain letters and digits, so that
the full-text search of any database takes it as it is.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_ASCII = re.compile(r"[a-z0-9]+")
_BREAK = "z"
_MOST_WORDS = 12
_MOST_WAYS = 12

# The first level of GB 2312 stands in the order of pinyin: where each initial begins.
_BEGINNINGS: Sequence[tuple[int, str]] = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_END = 0xD7FA
_STARTS = [start for start, _ in _BEGINNINGS]


@dataclass(frozen=True)
class Piece:
    """One thing that may stand in a text: pieces one after the other; the last only as a beginning when `open_end`."""

    tokens: tuple[str, ...]
    open_end: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked: every one of `all_of` in at least one of its ways."""

    all_of: tuple[tuple[Piece, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.all_of)


def plain(text: str) -> str:
    """Return a text as it is compared: full-width signs as half-width ones, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def initials_of(text: str) -> str:
    """Return the initials of the pinyin of a text: 绩效目标 → jxmb; letters and digits stay.

    Only the 3,755 commonest characters are known, each by one reading: a rarer one is left out.
    """
    found = []
    for sign in plain(text):
        if _ASCII.fullmatch(sign):
            found.append(sign)
            continue
        coded = sign.encode("gb2312", errors="ignore")
        number = int.from_bytes(coded, "big") if len(coded) == 2 else 0
        if _STARTS[0] <= number < _END:
            found.append(_BEGINNINGS[bisect_right(_STARTS, number) - 1][1])
    return "".join(found)


def index_of(texts: Iterable[str], *, sounded: str = "") -> str:
    """Return what a search keeps of texts: their pieces parted by blanks; `sounded` is found by its initials, too."""
    found: list[str] = []
    for text in texts:
        for run in _RUN.findall(plain(text)):
            found += _pieces(run)
            found.append(_BREAK)
    sounds = initials_of(sounded)
    return " ".join([*found, *(_sound(sounds[at : at + 2]) for at in range(len(sounds)))])


def question_of(text: str, synonyms: Iterable[Sequence[str]] = ()) -> Question:
    """Return what words ask for: all of them, each as written, by its initials, or by a synonym (groups of words)."""
    groups = [[plain(word) for word in group] for group in synonyms]
    asked = []
    for word in plain(text).split()[:_MOST_WORDS]:
        ways = [piece for one in _ways(word, groups) for piece in _asked(one)]
        if ways:
            asked.append(tuple(ways))
    return Question(tuple(asked))


def loose_question(text: str) -> Question:
    """Return what words ask for when nothing has all of it: any pair of characters, for ranking to choose among."""
    runs = _RUN.findall(plain(text))
    pairs = {run[at : at + 2] for run in runs if not _ASCII.fullmatch(run) for at in range(len(run) - 1)}
    ways = tuple(Piece((_pair(pair),)) for pair in sorted(pairs))
    return Question((ways,)) if ways else Question(())


def _ways(word: str, groups: Sequence[Sequence[str]]) -> list[str]:
    ways = [word]
    for group in groups:
        held = max((one for one in group if one in word), key=len, default="")
        if held:
            others = [other for other in group if other != held and other not in word]
            ways += [way.replace(held, other) for way in ways if held in way for other in others]
    return ways[:_MOST_WAYS]


def _asked(word: str) -> list[Piece]:
    runs = _RUN.findall(word)
    if not runs:
        return []
    if len(runs) > 1:
        tokens: list[str] = []
        for run in runs:
            tokens += [*_pieces(run), _BREAK]
        return [Piece(tuple(tokens[:-1]))]
    run = runs[0]
    if not _ASCII.fullmatch(run):
        return [Piece((_pair(run),), open_end=True)] if len(run) == 1 else [Piece(tuple(_pieces(run)[:-1]))]
    found = [Piece((f"w{run}",), open_end=True)]
    if len(run) > 1 and run.isalpha():
        found.append(Piece(tuple(_sound(run[at : at + 2]) for at in range(len(run) - 1))))
    return found


def _pieces(run: str) -> list[str]:
    if _ASCII.fullmatch(run):
        return [f"w{run}"]
    return [_pair(run[at : at + 2]) for at in range(len(run))]


def _pair(signs: str) -> str:
    return "u" + "".join(f"{ord(sign):05x}" for sign in signs)


def _sound(letters: str) -> str:
    return f"p{letters}"
