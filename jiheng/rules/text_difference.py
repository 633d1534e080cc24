"""Two texts word by word: what was struck out, what was written in, what stayed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "deleted", "inserted"]
WORDS = re.compile(r"\d[\d,，]*(?:\.\d+)?[%％‰]?|[A-Za-z]+|\s+|.", re.DOTALL)
SENTENCES = re.compile(r"[^。；;\n]*[。；;\n]|[^。；;\n]+")
LARGE = 4_000_000
"""Beyond so many pairs of words, texts are held against each other sentence by sentence first."""
SHORT_BRIDGE = 1
"""A single word that stayed between two changes belongs to the change: scattered syllables cannot be read."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text with what became of it."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return the pieces of two texts in reading order, deleted before inserted; a figure is never cut in two.

    The pieces that are not inserted join to `before`, those that are not deleted to `after`.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) * len(new) > LARGE:
        return _joined(_by_sentence(before, after))
    return _bridged(_joined(_matched(old, new)))


def _matched(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[i:j])))
            continue
        found += [Piece("deleted", "".join(old[i:j])), Piece("inserted", "".join(new[k:m]))]
    return found


def _by_sentence(before: str, after: str) -> list[Piece]:
    return _matched(SENTENCES.findall(before), SENTENCES.findall(after))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join neighbours of one kind; inside a change everything deleted stands before everything inserted."""
    found: list[Piece] = []
    deleted = inserted = ""
    for one in [*pieces, Piece("same", "")]:
        if one.kind == "deleted":
            deleted += one.text
            continue
        if one.kind == "inserted":
            inserted += one.text
            continue
        found += [Piece("deleted", deleted)] if deleted else []
        found += [Piece("inserted", inserted)] if inserted else []
        deleted = inserted = ""
        if one.text and found and found[-1].kind == "same":
            found[-1] = Piece("same", found[-1].text + one.text)
        elif one.text:
            found.append(one)
    return found


def _bridged(pieces: Sequence[Piece]) -> list[Piece]:
    """Let a single word between two changes go with them."""
    made: list[Piece] = []
    last = len(pieces) - 1
    for at, one in enumerate(pieces):
        bridge = one.kind == "same" and 0 < at < last and len(WORDS.findall(one.text)) <= SHORT_BRIDGE
        made += [Piece("deleted", one.text), Piece("inserted", one.text)] if bridge else [one]
    return _joined(made)

