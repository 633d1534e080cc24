"""The Chinese fonts of a package, so that a PDF needs nothing from the system; and which characters they lack."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # ships no types

FAMILIES = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP")
"""Simplified first; the others lend the rare characters that it lacks."""
_FOLDERS = ("notosanssc", "notosanstc", "notosansjp")
SUBSTITUTE = "〓"
"""The printers' mark for a character that is not in the case."""
_INVISIBLE = frozenset("\n\t\u200b")


def font_folders() -> list[str]:
    """The folders with the font files, for the typesetter."""
    root = Path(str(files("justmytype_intl_cjk"))) / "fonts" / "ofl"
    return [str(root / folder) for folder in _FOLDERS]


@cache
def known_characters() -> frozenset[int]:
    """The code points that the fonts can show."""
    known: set[int] = set()
    for folder in font_folders():
        for path in Path(folder).glob("*.ttf"):
            with TTFont(path, lazy=True) as font:
                known |= set(font.getBestCmap())
    return frozenset(known)


def unprintable(texts: Iterable[str]) -> list[str]:
    """The characters in the texts that no font can show, each once, in code order."""
    known = known_characters()
    found = {sign for text in texts for sign in text if ord(sign) not in known and sign not in _INVISIBLE}
    return sorted(found)


def printable(text: str) -> str:
    """The text with 〓 for what no font can show, and with places to break long runs without a space."""
    known = known_characters()
    shown = "".join(sign if ord(sign) in known or sign in _INVISIBLE else SUBSTITUTE for sign in text)
    return _breakable(shown.replace("\t", "　"))


def named(signs: Iterable[str]) -> list[str]:
    """A sentence for each character that could not be shown."""
    return [f"字体中没有“{sign}”（U+{ord(sign):04X}），以{SUBSTITUTE}代替" for sign in signs]


def _breakable(text: str, longest: int = 12) -> str:
    """Zero-width spaces in long runs of Latin letters and figures, which would else run out of their box."""
    out: list[str] = []
    run = 0
    for sign in text:
        run = run + 1 if sign.isascii() and not sign.isspace() else 0
        out.append(sign)
        if run >= longest:
            out.append("\u200b")
            run = 0
    return "".join(out)
