"""What is wrong with an uploaded file, told by its content: packed too tight, locked, with macros, links or a virus."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_RATIO = 200
ROOM = 8 * 1024 * 1024
"""What a file may unpack to whatever its ratio: small sheets of empty cells pack very tight."""
CONTENTS = "[Content_Types].xml"
# The standard harmless test string of virus scanners, kept in two parts so that this file is not one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BLOCK = 1024 * 1024
LINK = re.compile(rb"(?i)<(?:\w+:)?Relationship\b[^>]*>")
SAVE = "用 Excel 或 WPS 另存后重新上传"


@dataclass(frozen=True)
class Harm:
    """Why a file is not taken, what to do, and whether it is a virus."""

    reason: str
    remedy: str
    virus: bool = False


VIRUS = Harm("含有病毒特征，未接收", "请杀毒后重新上传", virus=True)
TIGHT = Harm("解压后过大，可能是压缩炸弹", f"请删除多余的空行空列和图片，{SAVE}")


def harm_in(content: bytes) -> Harm | None:
    """Return what keeps a file of any kind from being taken; None where nothing does."""
    if EICAR in content:
        return VIRUS
    if content.startswith(OLE) and ENCRYPTED in content:
        return Harm("加了密码，打不开", f"请取消密码，{SAVE}")
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _in_package(package, len(content))
    except RuntimeError:  # how the zip reader says that a member is encrypted
        return Harm("加了密码，打不开", f"请取消密码，{SAVE}")
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, ValueError):
        return None  # damaged: then it is of no allowed type either


def _in_package(package: zipfile.ZipFile, size: int) -> Harm | None:
    members = package.infolist()
    allowed = min(MAX_UNPACKED, max(ROOM, size * MAX_RATIO))
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > allowed:
        return TIGHT
    left, office = allowed, CONTENTS in {one.filename for one in members}
    found: Harm | None = None
    for member in members:
        name, seen, tail = member.filename.lower(), 0, b""
        kept: list[bytes] | None = [] if office and (name.endswith(".rels") or name == CONTENTS.lower()) else None
        with package.open(member) as stream:
            while block := stream.read(BLOCK):
                seen += len(block)
                if seen > left or seen > member.file_size:
                    return TIGHT  # the size that it states is not true
                if EICAR in tail + block:
                    return VIRUS
                if name.endswith((".xml", ".rels")) and b"<!ENTITY" in tail + block:
                    found = found or Harm("含有不允许的实体声明", f"请{SAVE}")
                tail = block[-len(EICAR) :]
                if kept is not None:
                    kept.append(block)
        left -= seen
        found = found or (_in_part(name, b"".join(kept or [])) if office else None)
    return found


def _in_part(name: str, content: bytes) -> Harm | None:
    told = content.lower()
    if "vbaproject" in name or "activex" in name or any(word in told for word in (b"macroenabled", b"vbaproject")):
        return Harm("含有宏或控件", "请另存为不含宏的 .xlsx 或 .docx 后重新上传")
    if name.startswith("xl/externallinks/") or (name.endswith(".rels") and _points_outside(told)):
        return Harm("含有指向其他文件的外部链接", "请在“数据—编辑链接”中断开链接（文档去掉链接的图片和模板）后重新上传")
    return None


def _points_outside(relations: bytes) -> bool:
    """Whether a part is loaded from outside; a link that a person may click is none."""
    return any(
        b'targetmode="external"' in one and b"/hyperlink" not in one for one in LINK.findall(relations)
    )
