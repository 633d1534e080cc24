"""Reads an old workbook (.xls) in a process of its own, with bounded memory and time.

Its reader believes what the file says of its own size: a broken or hostile one asks for a hundred gigabytes, and the
process that cannot have them is gone. Here that is this process, not the server. Run as a program it takes the file from
its input and writes the sheets to its output.
"""

import io
import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

MEMORY = 2 * 2**30
SECONDS = 60
MOST_CELLS = 20_000_000


class Sheet(NamedTuple):
    """A sheet as it was read: rows from its first used one on, `start` the row and column (from 0) where they begin."""

    name: str
    visible: bool
    rows: list[list[Any]]
    start: tuple[int, int]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read_apart(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xls. Raises ValueError with what its reader said; blank where the reader did not live."""
    command = [sys.executable, "-I", __file__]
    try:
        done = subprocess.run(  # noqa: S603  our own program; the file is its input
            command, input=content, capture_output=True, timeout=SECONDS, check=False, env={"RUST_BACKTRACE": "0"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise ValueError("") from late
    if done.returncode != 0:
        raise ValueError("")
    told: str | list[tuple[Any, ...]] = pickle.loads(done.stdout)  # noqa: S301  our own program wrote it
    if isinstance(told, str):
        raise ValueError(told)  # noqa: TRY004  the file is wrong, not a type
    return [Sheet(*one) for one in told]


def _main() -> None:
    import resource  # noqa: PLC0415 -- of no use to those who import this

    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 -- as above

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    told: str | list[tuple[Any, ...]]
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        seen = {one.name: one.visible == SheetVisibleEnum.Visible for one in book.sheets_metadata}
        told, cells = [], 0
        for name in book.sheet_names:
            page = book.get_sheet_by_name(name)
            cells += page.height * page.width
            if cells > MOST_CELLS:
                sys.exit(1)
            told.append((name, seen.get(name, True), list(page.iter_rows()), page.start or (0, 0), page.merged_cell_ranges or []))
    except Exception as broken:  # noqa: BLE001  whatever it is, it is told
        told = f"{type(broken).__name__}: {broken}"
    sys.stdout.buffer.write(pickle.dumps(told))


if __name__ == "__main__":
    _main()
