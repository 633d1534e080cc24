"""Typst, the typesetter: our templates only, our fonts only, all content as data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst

from jiheng.foundation.documents.fonts import font_folders

_TEMPLATES = Path(__file__).parent
_LOCK = Lock()


@dataclass(frozen=True)
class Printed:
    """A finished PDF: its bytes, its number of pages, the code printed on it, and what could not be shown."""

    pdf: bytes
    pages: int
    code: str
    warnings: tuple[str, ...] = ()


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(
        input=str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders()
        ),
    )


def count_pages(template: str, name: str, content: Mapping[str, Any]) -> int:
    """How many pages the content takes."""
    with _LOCK:
        compiler = _compiler(template)
        compiler.compile(output=None, format="pdf", sys_inputs={name: json.dumps(content)})
        return int(json.loads(compiler.query("<pages>", field="value", one=True)))


def typeset(template: str, name: str, content: Mapping[str, Any]) -> bytes:
    """The PDF of a template with `content` as its only input, under `name`."""
    with _LOCK:
        pdf = _compiler(template).compile(format="pdf", sys_inputs={name: json.dumps(content)})
    return cast("bytes", pdf)
