"""What is wrong with an uploaded file, told by its content: packed too tight, locked, with macros, links or a virus.

Packages are looked into, and packages inside them (a workbook in a report, an object in an old workbook), as deep as
`DEEPEST`: what no file may hold, no file within it may hold.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from jiheng.foundation.files.compound import OLE, STORAGE, STREAM, Compound

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
ZIP_END = b"PK\x05\x06"
SEALED = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""Packages that nobody here can open."""
PACKAGES = (ZIP, OLE, *SEALED)
NATIVE = "\x01Ole10Native"
NATIVE_HEAD = 4096
"""A file that was drawn into a document stands behind its name and path."""
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_RATIO = 200
ROOM = 8 * 1024 * 1024
"""What a file may unpack to whatever its ratio: small sheets of empty cells pack very tight."""
DEEPEST = 5
"""How many packages may stand one in another: a workbook in a report is two, an archive of such reports three."""
LARGEST_INNER = 20 * 1024 * 1024
"""A package within a package is opened whole; it may be as large as one that comes by itself."""
CONTENTS = "[Content_Types].xml"
# The standard harmless test string of virus scanners, kept in two parts so that this file is not one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BLOCK = 1024 * 1024
LINK = re.compile(rb"(?i)<(?:\w+:)?Relationship\b[^>]*>")
MACRO_STORAGES = frozenset({"vba", "macros", "_vba_project", "_vba_project_cur"})
SAVE = "用 Excel 或 WPS 另存后重新上传"
BREAKS = (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, ValueError, struct.error)
"""What reading damaged packages raises."""


@dataclass(frozen=True)
class Harm:
    """Why a file is not taken, what to do, and whether it is a virus."""

    reason: str
    remedy: str
    virus: bool = False


VIRUS = Harm("含有病毒特征，未接收", "请杀毒后重新上传", virus=True)
TIGHT = Harm("解压后过大，可能是压缩炸弹", f"请删除多余的空行空列和图片，{SAVE}")
LOCKED = Harm("加了密码，打不开", f"请取消密码，{SAVE}")
MACROS = Harm("含有宏或控件", "请另存为不含宏的 .xlsx 或 .docx 后重新上传")
ENTITIES = Harm("含有不允许的实体声明", f"请{SAVE}")
OUTSIDE = Harm("含有指向其他文件的外部链接", "请在“数据—编辑链接”中断开链接（文档去掉链接的图片和模板）后重新上传")
DAMAGED = Harm("有一部分已损坏，无法检查", f"请{SAVE}")
DEEP = Harm(f"里文件套文件超过 {DEEPEST} 层，无法检查", "请把里层的文件取出来，另行上传")
LARGE = Harm("超过 20MB，无法检查", "请把这个内嵌的文件取出来，压缩或拆分后另行上传")
UNKNOWN = Harm("是 RAR 或 7z 压缩包，无法检查", "请把里面的文件解压出来，另行上传")


def harm_in(content: bytes) -> Harm | None:
    """Return what keeps a file of any kind from being taken; None where nothing does."""
    if EICAR in content:
        return VIRUS
    return _Search(min(MAX_UNPACKED, max(ROOM, len(content) * MAX_RATIO))).within(content, 1)


class _Search:
    """One file looked through, with all that is packed in it: `left` bytes and `members` parts may still come out."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.members = MAX_MEMBERS

    def within(self, content: bytes, depth: int) -> Harm | None:
        """Return what a file holds that it may not, where it is a package at all."""
        if content.startswith(SEALED):
            return UNKNOWN if depth > 1 else None
        if content.startswith(OLE):
            return self._container(content, depth)
        if not content.startswith(ZIP) and ZIP_END not in content:
            return None
        try:
            package = zipfile.ZipFile(io.BytesIO(content))
        except BREAKS:
            # Damaged: then it is of no allowed type either. Within another file nobody would look again.
            return DAMAGED if depth > 1 and content.startswith(ZIP) else None
        if depth > DEEPEST:
            return DEEP
        try:
            with package:
                return self._package(package, depth)
        except RuntimeError as error:  # how the zip reader says that a member is encrypted, or packed in a way it does not know
            return DAMAGED if isinstance(error, NotImplementedError) else LOCKED
        except BREAKS:
            return DAMAGED

    def _package(self, package: zipfile.ZipFile, depth: int) -> Harm | None:
        members = package.infolist()
        self.members -= len(members)
        if self.members < 0 or sum(one.file_size for one in members) > self.left:
            return TIGHT
        office = CONTENTS in {one.filename for one in members}
        found: Harm | None = None
        for member in members:
            harm = self._member(package, member, office=office, depth=depth)
            if harm is not None and (harm.virus or harm is TIGHT):
                return harm
            found = found or harm
        return found

    def _member(self, package: zipfile.ZipFile, member: zipfile.ZipInfo, *, office: bool, depth: int) -> Harm | None:
        name, seen, tail, inner = member.filename.lower(), 0, b"", False
        found: Harm | None = None
        kept: list[bytes] | None = [] if office and (name.endswith(".rels") or name == CONTENTS.lower()) else None
        with package.open(member) as stream:
            while block := stream.read(BLOCK):
                text = tail + block
                inner = inner or (not seen and block.startswith(PACKAGES)) or ZIP_END in text
                seen += len(block)
                if seen > self.left or seen > member.file_size:
                    return TIGHT  # the size that it states is not true
                if EICAR in text:
                    return VIRUS
                if name.endswith((".xml", ".rels")) and b"<!ENTITY" in text:
                    found = ENTITIES
                tail = block[-len(EICAR) :]
                if kept is not None:
                    kept.append(block)
        self.left -= seen
        found = found or (_in_part(name, b"".join(kept or [])) if office else None)
        if not inner:
            return found
        if seen > LARGEST_INNER:
            return found or _told(member.filename, LARGE)
        within = self.within(package.read(member), depth + 1)
        return _told(member.filename, within) if within and (within.virus or not found) else found

    def _container(self, content: bytes, depth: int) -> Harm | None:
        """Look through an old Office file or an embedded object; one that is none says nothing, its reader will."""
        if ENCRYPTED in content:
            return LOCKED
        try:
            package = Compound(content)
        except BREAKS:
            return None
        if depth > DEEPEST:
            return DEEP
        self.members -= len(package.held)
        storages = {one.name.lower() for one in package.held if one.kind == STORAGE}
        found = MACROS if storages & MACRO_STORAGES else None
        for one in package.held:
            if one.kind != STREAM:
                continue
            inside = package.read(one)
            self.left -= len(inside)
            if self.members < 0 or self.left < 0:
                return TIGHT
            if EICAR in inside:
                return VIRUS
            starts = [at for at in (inside[:NATIVE_HEAD].find(one) for one in PACKAGES) if at >= 0]
            within = self.within(inside[min(starts) :] if one.name == NATIVE and starts else inside, depth + 1)
            if within and (within.virus or within is TIGHT):
                return within
            found = found or within
        return found


def _told(name: str, harm: Harm) -> Harm:
    """The harm of a file within a package, with the name of that file."""
    if harm is TIGHT or harm.reason.startswith("里"):
        return harm
    words = "".join(one for one in name.rpartition("/")[2] if one.isprintable())[-80:]
    remedy = harm.remedy if harm.virus else "请先处理好或删去这个内嵌的文件，再重新上传"
    return Harm(f"里的“{words}”{harm.reason}", remedy, harm.virus)


def _in_part(name: str, content: bytes) -> Harm | None:
    told = content.lower()
    if "vbaproject" in name or "activex" in name or any(word in told for word in (b"macroenabled", b"vbaproject")):
        return MACROS
    if name.startswith("xl/externallinks/") or (name.endswith(".rels") and _points_outside(told)):
        return OUTSIDE
    return None


def _points_outside(relations: bytes) -> bool:
    """Whether a part is loaded from outside; a link that a person may click is none."""
    return any(
        b'targetmode="external"' in one and b"/hyperlink" not in one for one in LINK.findall(relations)
    )
