"""One spelling for each sign: full-width, compatibility and look-alike characters become plain ones."""

import math
from datetime import date
from decimal import Decimal

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
SAME_SIGN = {
    "≧": "≥", "⩾": "≥", "≽": "≥", "﹥": ">", "〉": ">",
    "≦": "≤", "⩽": "≤", "≼": "≤", "﹤": "<", "〈": "<",
    "═": "=", "﹦": "=", "〓": "=",
    "﹪": "%", "٪": "%", "∶": ":", "﹕": ":", "﹣": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-",
    "–": "—", "―": "—", "─": "—", "━": "—", "〜": "~", "∼": "~", "﹐": ",", "﹒": ".",
    "㎡": "m2", "㎥": "m3", "㎞": "km", "㎝": "cm", "㎜": "mm", "㎏": "kg", "²": "2", "³": "3",
    "○": "〇", "零": "〇",
    "\u3000": " ", "\xa0": " ", "\t": " ", "\r": " ", "\n": " ", "\u2009": " ", "\u202f": " ",
    "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\xad": "", "\u2060": "",
}  # fmt: skip
SIGNS = FULL_WIDTH | {ord(sign): plain_sign for sign, plain_sign in SAME_SIGN.items()}
LARGEST = 40
"""Decimal places left or right of the point that are still written out."""
SIGNIFICANT = 15
"""Digits that a spreadsheet keeps; a float's digits beyond them are artefacts of binary arithmetic."""


def published(value: object) -> str:
    """The text of a cell as a person would see it; None is blank, floats keep a spreadsheet's 15 digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)


def decimal_text(value: Decimal) -> str:
    """A decimal as printed, without exponent; an absurdly large or small one keeps its exponent."""
    return f"{value:f}" if value.is_finite() and abs(value.adjusted()) <= LARGEST else str(value)


def number_text(value: float) -> str:
    """A float without exponent and without a trailing `.0`; NaN and infinity keep their Python names."""
    if not math.isfinite(value):
        return str(value)
    text = f"{Decimal(f'{value:.{SIGNIFICANT}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: object) -> str:
    """The text with one spelling for each sign, single spaces, no spaces or text apostrophe at its ends."""
    text = published(value).translate(SIGNS)
    return " ".join(text.split()).removeprefix("'").strip()
