"""Verifies an exported audit chain against its anchors; this one file needs nothing but Python 3.9 or later.

    python3 -I verifier.py 链.jsonl [--anchors 锚点.txt] [--anchor 序号:摘要] [--names 个人信息.jsonl]

The program itself verifies with the same functions. 退出状态：0 完整，1 有断点，2 用法不对或文件读不出来。
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ALGORITHMS = ("sha256", "sm3")
NEWEST = 2
SWITCH = "audit.algorithm"
ERASED = "audit.erase"
ASIDE = "aside"
COVERED = ("place", "number", "at", "actor", "actor_id", "role", "action", "subject", "detail", "clause", "request")
"""What the digest of an entry covers; from format 2 on the format and the algorithm as well."""
HAS_SM3 = "sm3" in hashlib.algorithms_available

# --- SM3 (GB/T 32905-2016), for machines whose OpenSSL lacks it

_START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
_ALL = 0xFFFFFFFF


def _left(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & _ALL


def _mixed(word: int) -> int:
    return word ^ _left(word, 15) ^ _left(word, 23)


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for at in range(16, 68):
        word = _mixed(words[at - 16] ^ words[at - 9] ^ _left(words[at - 3], 15))
        words.append(word ^ _left(words[at - 13], 7) ^ words[at - 6])
    a, b, c, d, e, f, g, h = state
    for at in range(64):
        constant = 0x79CC4519 if at < 16 else 0x7A879D8A
        turned = _left((_left(a, 12) + e + _left(constant, at)) & _ALL, 7)
        other = turned ^ _left(a, 12)
        if at < 16:
            one, two = a ^ b ^ c, e ^ f ^ g
        else:
            one, two = (a & b) | (a & c) | (b & c), (e & f) | (~e & g & _ALL)
        first = (one + d + other + (words[at] ^ words[at + 4])) & _ALL
        second = (two + h + turned + words[at]) & _ALL
        a, b, c, d = first, a, _left(b, 9), c
        e, f, g, h = second ^ _left(second, 9) ^ _left(second, 17), e, _left(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))  # noqa: B905  # Python 3.9


def sm3(data: bytes) -> str:
    """Return the SM3 digest in plain Python: slow, and right."""
    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    state: tuple[int, ...] = _START
    for at in range(0, len(padded), 64):
        state = _compressed(state, padded[at : at + 64])
    return "".join(f"{word:08x}" for word in state)


# --- how an entry is sealed


def digest_of(algorithm: str, data: bytes) -> str:
    """Return the digest of some bytes. Raises ValueError for an algorithm that is not ours."""
    if algorithm == "sha256":
        return hashlib.sha256(data).hexdigest()
    if algorithm == "sm3":
        return hashlib.new("sm3", data).hexdigest() if HAS_SM3 else sm3(data)
    raise ValueError(f"不认识的摘要算法：{algorithm}")


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(content: Any) -> str:
    """Return one and only one text for the same content: sorted keys, no spaces, exact text."""
    return _ENCODER.encode(content)


def content_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything of an entry that its digest covers, by the format in which it was sealed."""
    content = {key: row[key] for key in COVERED}
    if row["format"] >= 2:
        content["format"], content["algorithm"] = row["format"], row["algorithm"]
    return content


_quoted = json.encoder.encode_basestring
_WORDS = (str,) * 8
_NUMBERS = (int,) * 3


def sealed_text(row: Mapping[str, Any]) -> str:
    """Return `canonical(content_of(row))`; written out for entries of the newest format, which are most of a chain."""
    words = (
        row["action"], row["actor"], row["algorithm"], row["at"], row["clause"], row["request"], row["role"], row["subject"]
    )  # fmt: skip
    numbers = row["format"], row["number"], row["place"]
    who = row["actor_id"]
    usual = tuple(map(type, words)) == _WORDS and tuple(map(type, numbers)) == _NUMBERS
    if not usual or numbers[0] != NEWEST or not (who is None or type(who) is int):
        return canonical(content_of(row))
    action, actor, algorithm, at, clause, request, role, subject = map(_quoted, words)
    return (
        f'{{"action":{action},"actor":{actor},"actor_id":{"null" if who is None else who},"algorithm":{algorithm},'
        f'"at":{at},"clause":{clause},"detail":{canonical(row["detail"])},"format":{numbers[0]},"number":{numbers[1]},'
        f'"place":{numbers[2]},"request":{request},"role":{role},"subject":{subject}}}'
    )


def cut_out(line: str, row: Mapping[str, Any]) -> str:
    """Return what is sealed of an exported line that is canonical itself: all of it but the two digests.

    Of any other line, or one that was tampered with, it is not what was sealed, and its digest shows that.
    """
    for key in ("previous", "digest"):
        before, found, after = line.rpartition(f',"{key}":"{row[key]}"')
        if not found:
            return ""
        line = before + after
    return line


def _says_once(line: str) -> bool:
    """Whether no key of a line stands in it twice: a reader might see the one that was not sealed."""
    once = True

    def seen(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal once
        once = once and len(pairs) == len({key for key, _ in pairs})
        return dict(pairs)

    json.loads(line, object_pairs_hook=seen)
    return once


def seal(algorithm: str, previous: str, content: Mapping[str, Any]) -> str:
    """Return the digest of an entry from the digest before it and its own content."""
    return digest_of(algorithm, f"{previous}\n{canonical(content)}".encode())


def aside_digest(algorithm: str, salt: str, text: str) -> str:
    """Return what stands in the chain for a piece of personal data kept beside it: "sm3:…"."""
    return f"{algorithm}:{digest_of(algorithm, f'{salt}{chr(10)}{text}'.encode())}"


# --- is it whole


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold, in plain words."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"第 {self.number} 条：{self.reason}"


@dataclass
class Walk:
    """A walk along a chain from its first entry: what was seen up to here."""

    anchors: Mapping[int, str] = field(default_factory=dict)
    number: int = 0
    digest: str = ""
    algorithm: str = ""
    format: int = 1
    place: Any = None
    asides: dict[str, int] = field(default_factory=dict)  # digest of personal data → first entry that names it
    erased: set[str] = field(default_factory=set)

    def step(self, row: Mapping[str, Any], line: str = "") -> Break | None:
        """Take the next entry; return the break that it shows. `line` is the exported text that it was read from."""
        number = self.number = self.number + 1
        if row["number"] != number:
            return Break(number, f"缺少该条，其后是第 {row['number']} 条" if row["number"] > number else "序号重复或颠倒")
        if number == 1:
            self.place, self.algorithm = row["place"], row["algorithm"]
        if row["place"] != self.place:
            return Break(number, "是另一个地区的")
        if row["previous"] != self.digest:
            return Break(number, "与上一条的摘要不衔接")
        if not self.format <= row["format"] <= NEWEST:
            return Break(number, f"记录格式 {row['format']} 不对")
        if row["algorithm"] not in ALGORITHMS:
            return Break(number, f"不认识的摘要算法：{row['algorithm']}")
        if not self._holds(row, line):
            return Break(number, "内容与摘要不符，已被改动")
        if row["algorithm"] != self.algorithm:
            return Break(number, f"摘要算法由 {self.algorithm} 变为 {row['algorithm']}，链上没有更换的记录")
        self.format, self.digest = row["format"], row["digest"]
        self._note(row)
        if self.anchors.get(number, self.digest) != self.digest:
            return Break(number, "与库外留存的锚点不符，链曾被整体重写")
        return None

    def _holds(self, row: Mapping[str, Any], line: str) -> bool:
        """Whether the digest of an entry is that of its content; the text of the line itself is tried first."""
        algorithm, digest = row["algorithm"], str(row["digest"])
        if line and digest_of(algorithm, f"{self.digest}\n{cut_out(line, row)}".encode()) == digest:
            return True
        sealed = digest_of(algorithm, f"{self.digest}\n{sealed_text(row)}".encode())
        return sealed == digest and (not line or _says_once(line))

    def _note(self, row: Mapping[str, Any]) -> None:
        detail = row["detail"]
        if row["format"] >= 2:
            if ":" in row["actor"]:
                self.asides.setdefault(row["actor"], self.number)
            for value in detail.values():
                if isinstance(value, dict) and len(value) == 1 and ASIDE in value:
                    self.asides.setdefault(value[ASIDE], self.number)
        if row["action"] == SWITCH:
            self.algorithm = detail["to"]
        elif row["action"] == ERASED:
            self.erased.update(detail["asides"])

    def end(self) -> Break | None:
        """Return the break that the end shows: an anchor that lies beyond it."""
        last = max(self.anchors, default=0)
        if last <= self.number:
            return None
        return Break(self.number + 1, f"库外锚点记到第 {last} 条，实有 {self.number} 条，尾部被截")

    def beside(self, kept: Mapping[str, tuple[str, str] | None]) -> Break | None:
        """Hold the personal data beside the chain against it: digest → (salt, text), None where erased."""
        for digest, number in self.asides.items():
            if digest not in kept:
                return Break(number, "所记的个人信息不在库中，没有办理清除")
            told = kept[digest]
            if told is None:
                if digest not in self.erased:
                    return Break(number, "所记的个人信息被清除，链上没有清除的记录")
            elif digest in self.erased:
                return Break(number, "所记的个人信息链上记为已清除，库中却又有内容")
            elif aside_digest(digest.partition(":")[0], *told) != digest:
                return Break(number, "所记的个人信息与链上的摘要不符，已被改动")
        return None


def first_break(rows: Iterable[Mapping[str, Any]], anchors: Mapping[int, str] | None = None) -> Break | None:
    """Return the first break of the entries of one place, in order, against anchors (number → digest)."""
    walk = Walk(anchors or {})
    for row in rows:
        found = walk.step(row)
        if found is not None:
            return found
    return walk.end()


# --- the command


ANCHOR = re.compile(r"(?:^|\s)(?:(?P<place>[^\s:]+)\s+)?(?P<number>[0-9]+):(?P<digest>[0-9a-fA-F]{64})\s*$")


def anchors_in(text: str, place: str = "") -> dict[int, str]:
    """Read the anchors of a text: lines that end in 序号:摘要, with the place before it or nothing."""
    found: dict[int, str] = {}
    for line in text.splitlines():
        told = ANCHOR.search(line)
        if told and (not place or not told["place"] or told["place"] == place):
            number, digest = int(told["number"]), told["digest"].lower()
            if found.setdefault(number, digest) != digest:
                raise ValueError(f"第 {number} 条有两个不同的锚点，请先查明哪一个是真的")
    return found


def _lines(path: str) -> Iterator[tuple[dict[str, Any], str]]:
    with Path(path).open(encoding="utf-8") as file:
        for line in file:
            text = line.strip()
            if text:
                yield json.loads(text), text


def _kept(path: str) -> dict[str, tuple[str, str] | None]:
    return {one["digest"]: None if one["erased"] else (one["salt"], one["text"]) for one, _ in _lines(path)}


def verified(chain: str, anchors: Mapping[int, str], names: str = "") -> tuple[list[str], bool]:
    """Verify an exported file; return what to say and whether it is whole."""
    rows = _lines(chain)
    head, _ = next(rows)
    walk = Walk(anchors)
    broken: Break | None = None
    used: dict[str, int] = {}
    for row, line in rows:
        broken = walk.step(row, line)
        if broken is not None:
            break
        used[row["algorithm"]] = used.get(row["algorithm"], 0) + 1
    broken = broken or walk.end()
    if broken is None and (head["number"], head["digest"]) != (walk.number, walk.digest):
        broken = Break(walk.number + 1, f"导出时共 {head['number']} 条，实有 {walk.number} 条或链头不符")
    if broken is None and names:
        broken = walk.beside(_kept(names))
    if broken is not None:
        return [f"{head['name']}：{broken}"], False
    said = [f"{head['name']}：审计链完整，共 {walk.number} 条（{'、'.join(f'{k} {n} 条' for k, n in used.items())}）"]
    said.append(f"链头 {walk.number}:{walk.digest}")
    if anchors:
        said.append(f"与 {len(anchors)} 个库外锚点一致，最后一个是第 {max(anchors)} 条")
    else:
        said.append("没有给出库外锚点：链若被整体重写，单看链本身看不出来")
    if names:
        said.append(f"个人信息 {len(walk.asides)} 项与链上的摘要相符，其中按记录清除 {len(walk.erased)} 项")
    return said, True


def main(arguments: list[str] | None = None) -> int:
    """Answer the command line."""
    parser = argparse.ArgumentParser(description="核验导出的审计链；只需要 Python，不需要本系统")
    parser.add_argument("chain", help="jiheng audit export 导出的 链-*.jsonl")
    parser.add_argument("--anchors", action="append", default=[], help="库外留存的锚点文件，可给几个")
    parser.add_argument("--anchor", action="append", default=[], help="照纸件抄的一个锚点，序号:摘要")
    parser.add_argument("--names", default="", help="个人信息-*.jsonl：一并核对链外的姓名等")
    given = parser.parse_args(arguments)
    try:
        place = next(_lines(given.chain))[0]["code"]
        told = "\n".join(given.anchor)
        for path in given.anchors:
            told += "\n" + Path(path).read_text(encoding="utf-8")
        anchors = anchors_in(told, place)
        said, whole = verified(given.chain, anchors, given.names)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        sys.stderr.write(f"读不出来：{type(error).__name__} {error}\n")
        return 2
    if (given.anchor or given.anchors) and not anchors:
        sys.stderr.write("给出的锚点里没有本地区的；锚点写作 序号:64 位摘要\n")
        return 2
    sys.stdout.write("\n".join(said) + "\n")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
