"""The project's files, for the contracts that read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "jiheng"
BINARY = {".docx", ".xlsx", ".xls", ".png", ".pdf", ".woff2", ".ico", ".zip"}


@cache
def files() -> tuple[Path, ...]:
    """Return every text file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.suffix not in BINARY and path.is_file()))


def python_files(below: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Yield every Python file below a folder, parsed; migrations are left out."""
    for path in sorted(below.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """Return how messages call a file."""
    return path.relative_to(ROOT).as_posix()
