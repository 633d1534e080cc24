"""The colours that carry words reach contrast AA on every ground they stand on."""

import re
from pathlib import Path

import pytest

import jiheng.foundation.web

SHEET = Path(jiheng.foundation.web.__file__).parent / "static" / "jiheng" / "jiheng.css"
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", SHEET.read_text(encoding="utf-8")))
GROUNDS = {
    "ink": ["paper", "ground", "shade", "blue-soft", "red-soft", "amber-soft"],
    "ink-2": ["paper", "ground", "shade", "blue-soft", "red-soft", "amber-soft"],
    "ink-3": ["paper", "ground", "shade"],
    "blue": ["paper", "ground", "shade", "red-soft"],
    "blue-dark": ["paper", "blue-soft"],
    "green": ["paper", "ground", "green-soft"],
    "amber": ["paper", "ground", "amber-soft"],
    "red": ["paper", "ground", "shade", "red-soft"],
    "paper": ["blue", "blue-dark", "red"],
}


def light(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("words", "ground"), [(one, on) for one, grounds in GROUNDS.items() for on in grounds]
)
def test_words_can_be_read(words: str, ground: str) -> None:
    bright, dark = sorted((light(COLOURS[words]), light(COLOURS[ground])), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5
