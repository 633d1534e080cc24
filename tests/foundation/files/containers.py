"""Old Office files made by hand, byte by byte: containers of streams, and workbooks in BIFF8 and BIFF5."""

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR, SMALL, LEAST = 512, 64, 4096
FREE, END, TABLE, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


def padded(content: bytes, size: int) -> bytes:
    """The bytes filled up with zeros to whole sectors."""
    return content + b"\0" * (-len(content) % size)


def container(streams: Mapping[str, bytes], *, storages: Sequence[str] = (), apart: bool = False) -> bytes:
    """A container of these streams, and of these empty storages. With `apart` no two sectors of a stream stand together."""
    sectors: list[bytes] = []
    after: list[int] = []
    smalls, small_after = b"", []

    def put(content: bytes) -> int:
        parts = [padded(content, SECTOR)[at : at + SECTOR] for at in range(0, len(content), SECTOR)]
        places: list[int] = []
        for part in parts:
            if apart and places:
                sectors.append(b"\xee" * SECTOR)
                after.append(FREE)
            places.append(len(sectors))
            sectors.append(part)
            after.append(END)
        for one, following in pairwise(places):
            after[one] = following
        return places[0] if places else END

    entries = []
    for name, content in streams.items():
        if len(content) >= LEAST:
            entries.append((name, 2, put(content), len(content)))
            continue
        first = len(smalls) // SMALL
        smalls += padded(content, SMALL)
        count = len(smalls) // SMALL - first
        small_after += [*range(first + 1, first + count), END] if count else []
        entries.append((name, 2, first if count else END, len(content)))
    entries += [(name, 1, 0, 0) for name in storages]
    root = put(smalls)
    small_table = put(b"".join(struct.pack("<I", one) for one in small_after))

    def entry(at: int, name: str, kind: int, first: int, size: int) -> bytes:
        told = name.encode("utf-16-le") + b"\0\0"
        right = at + 1 if 0 < at < len(entries) else NONE
        child = 1 if at == 0 and entries else NONE
        return (
            told.ljust(64, b"\0") + struct.pack("<HBBIII", len(told), kind, 1, NONE, right, child) + b"\0" * 36
            + struct.pack("<IQ", first, size)
        )  # fmt: skip

    listed = [("Root Entry", 5, root, len(smalls)), *entries]
    directory = put(b"".join(entry(at, *one) for at, one in enumerate(listed)))
    tables = 1
    while (len(sectors) + tables) * 4 > tables * SECTOR:
        tables += 1
    places = list(range(len(sectors), len(sectors) + tables))
    whole = struct.pack(f"<{len(after)}I", *after) + struct.pack("<I", TABLE) * tables
    whole += b"\xff" * (-len(whole) % SECTOR)
    sectors += [whole[at : at + SECTOR] for at in range(0, len(whole), SECTOR)]
    assert tables <= 109
    head = OLE + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, tables, directory, 0, LEAST, small_table, bool(small_after), END, 0)
    return head + struct.pack("<109I", *places, *[FREE] * (109 - tables)) + b"".join(sectors)


class Error(str):
    """A cell that holds an error as its value."""

    __slots__ = ()


class Failed(str):
    """A cell whose formula came to this error."""

    __slots__ = ()


Content = str | float | None


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _text(text: str, size: str, *, old: bool) -> bytes:
    told = text.encode("gbk" if old else "utf-16-le")
    return struct.pack(size, len(told) if old else len(text)) + (b"" if old else b"\1") + told


def _cell(row: int, column: int, value: Content, *, old: bool) -> bytes:
    at = struct.pack("<HHH", row, column, 15)
    if value is None:
        return _record(0x0201, at)
    if isinstance(value, Error):
        return _record(0x0205, at + bytes([CODES[value], 1]))
    if isinstance(value, Failed):
        result = b"\x02\0" + bytes([CODES[value]]) + b"\0\0\0\xff\xff"
        return _record(0x0006, at + result + b"\0\0" + b"\0\0\0\0" + b"\x03\0" + b"\x1c" + bytes([CODES[value]]) + b"\0")
    if isinstance(value, str):
        return _record(0x0204, at + _text(value, "<H", old=old))
    return _record(0x0203, at + struct.pack("<d", value))


def old_book(sheets: Mapping[str, Sequence[Sequence[Content]]], *, biff5: bool = False, apart: bool = False) -> bytes:
    """An .xls as Excel 97 wrote it (or Excel 95): each sheet its rows of cells, with a chart behind them."""
    version = 0x0500 if biff5 else 0x0600

    def begin(sort: int) -> bytes:
        return _record(0x0809, struct.pack("<HHHHII", version, sort, 0x0DBB, 0x07CC, 0, 6)[: 8 if biff5 else 16])

    # A chart keeps values of its own: an error in it is no error of a cell.
    chart = begin(0x20) + _cell(1, 1, Error("#NUM!"), old=biff5) + _record(0x000A)
    bodies = []
    for rows in sheets.values():
        width = max((len(row) for row in rows), default=0)
        size = struct.pack("<HHHHH", 0, len(rows), 0, width, 0) if biff5 else struct.pack("<IIHHH", 0, len(rows), 0, width, 0)
        cells = b"".join(
            _cell(row, column, value, old=biff5)
            for row, line in enumerate(rows) for column, value in enumerate(line) if value != ""
        )  # fmt: skip
        bodies.append(begin(0x10) + _record(0x0200, size) + cells + chart + _record(0x000A))
    heads = [_text(name, "<B", old=biff5) for name in sheets]
    front = begin(0x05) + _record(0x0042, struct.pack("<H", 936 if biff5 else 1200))
    front += _record(0x00E0, b"\0" * (16 if biff5 else 20)) * 16
    at = len(front) + sum(4 + 6 + len(one) for one in heads) + 4
    for head, body in zip(heads, bodies, strict=True):
        front += _record(0x0085, struct.pack("<IBB", at, 0, 0) + head)
        at += len(body)
    book = front + _record(0x000A) + b"".join(bodies)
    return container({"Book" if biff5 else "Workbook": book}, apart=apart)
