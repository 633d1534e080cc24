"""Packs that say something else, in a copy: the proof that a value bites."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiheng.rules.policy import load_policy, loading


@pytest.fixture
def amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, str, str], None]]:
    """Let a place's pack, in a copy, say something else in one of its files: place, file, old, new."""
    copy = tmp_path / "packs"
    shutil.copytree(loading.PACKS, copy)
    monkeypatch.setattr(loading, "PACKS", copy)

    def amend(place: str, file: str, old: str, new: str) -> None:
        path = copy / place / file
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(re.escape(old), text)) == 1, f"{old!r} in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        load_policy.cache_clear()

    yield amend
    monkeypatch.undo()
    load_policy.cache_clear()
