"""The container of old Office files (.xls, .doc) and of objects embedded in new ones: a file system in a file (MS-CFB)."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
ENTRY = 128
STORAGE, STREAM, ROOT = 1, 2, 5
LAST = 0xFFFFFFFA
"""Sector numbers from here on name no sector: the end of a chain, a free one, one of the tables."""
SHIFTS = {9, 12}


@dataclass(frozen=True)
class Held:
    """What a container holds under a name: a stream, or a storage of streams; `first` and `size` say where."""

    name: str
    kind: int
    first: int
    size: int


class Compound:
    """A container that is read: what it holds, and the bytes of each stream. Raises ValueError for what is none."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(OLE) or len(content) < HEADER:
            raise ValueError("no container")
        self._content = memoryview(content)
        self._shift, small_shift = struct.unpack_from("<HH", content, 30)
        if self._shift not in SHIFTS or small_shift >= self._shift:
            raise ValueError("sizes of sectors")
        self._small = 1 << small_shift
        tables, directory, self._least, small_table, more = struct.unpack_from("<II4xII4xI", content, 44)
        self._next = self._table(self._tables(tables, more))
        self.held = list(self._directory(directory))
        root = next((one for one in self.held if one.kind == ROOT), None)
        self._smalls = self._whole(root.first, root.size) if root else b""
        self._small_next = self._table(self._chain(small_table, self._next))

    def read(self, one: Held) -> bytes:
        """Return the bytes of a stream, as many of them as are there."""
        if one.size >= self._least:
            return self._whole(one.first, one.size)
        size = self._small
        parts = [self._smalls[at * size : (at + 1) * size] for at in self._chain(one.first, self._small_next)]
        return b"".join(parts)[: one.size]

    def _sector(self, at: int) -> memoryview:
        return self._content[(at + 1) << self._shift : (at + 2) << self._shift]

    def _chain(self, first: int, after: Sequence[int]) -> Iterator[int]:
        """The sectors of a chain in their order; one that returns to itself is cut where every sector came once."""
        at = first
        for _ in range(len(after)):
            if at >= LAST or at >= len(after):
                return
            yield at
            at = after[at]

    def _whole(self, first: int, size: int) -> bytes:
        wanted = (size >> self._shift) + 1
        parts = [self._sector(at) for _, at in zip(range(wanted), self._chain(first, self._next), strict=False)]
        return b"".join(parts)[:size]

    def _tables(self, number: int, more: int) -> list[int]:
        """The sectors of the table of chains: 109 of them are named in the header, the rest in sectors of their own."""
        named = list(struct.unpack_from("<109I", self._content, 76))
        for _ in range(len(self._content) >> self._shift):
            if more >= LAST or len(named) >= number:
                break
            numbers = self._table([more])
            if not numbers:
                break
            named += numbers[:-1]
            more = numbers[-1]
        return named[: min(number, len(self._content) >> self._shift)]

    def _table(self, sectors: Iterator[int] | Sequence[int]) -> tuple[int, ...]:
        whole = b"".join(self._sector(at) for at in sectors if at < LAST)
        return struct.unpack(f"<{len(whole) // 4}I", whole[: len(whole) // 4 * 4])

    def _directory(self, first: int) -> Iterator[Held]:
        whole = b"".join(self._sector(at) for at in self._chain(first, self._next))
        for at in range(0, len(whole) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", whole, at + 64)
            start, size = struct.unpack_from("<II", whole, at + 116)
            if kind:
                name = whole[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                yield Held(name, kind, start, size)
