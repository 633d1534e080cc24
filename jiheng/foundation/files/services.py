"""Taking files in: type by content, bounded size, stored once, linked to what they prove."""

import hashlib
import io
import logging
import zipfile
import zlib

from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.files.compound import OLE
from jiheng.foundation.files.harm import CONTENTS, EICAR, MAX_MEMBERS, MAX_UNPACKED, harm_in
from jiheng.foundation.files.models import Evidence, StoredFile
from jiheng.foundation.files.scanner import ScannerAway, scanned
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.rules.policy.clauses import national_clause

__all__ = ["EICAR", "MAX_BYTES", "MAX_MEMBERS", "MAX_UNPACKED", "attach", "clean_name", "evidence_of", "kind_of",
           "link", "store_file", "store_table", "table_kind_of", "withdraw"]  # fmt: skip
MAX_BYTES = 20 * 1024 * 1024
NAME_LENGTH = 200
log = logging.getLogger("jiheng.files")
SIGNATURES = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
OFFICE = {"word/": "docx", "xl/": "xlsx"}
TABLES = {"xlsx", "xls", "csv"}
EXTENSIONS = {"pdf": {"pdf"}, "png": {"png"}, "jpg": {"jpg", "jpeg"}, "docx": {"docx"}, "xlsx": {"xlsx"}}


def kind_of(content: bytes) -> str:
    """Return the type of a file by its content; empty when it is not an allowed one."""
    for start, kind in SIGNATURES:
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                members = packed.infolist()
                if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
                    return ""
                names = [one.filename for one in members]
                contents = packed.read(CONTENTS).lower() if CONTENTS in names else b""
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
            return ""
        # Word and Excel know macros by the list of contents, whatever the part itself is called.
        if not contents or any(word in contents for word in (b"macroenabled", b"vbaproject")):
            return ""
        if any("vbaproject" in name.lower() for name in names):
            return ""
        for folder, kind in OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return ""


def table_kind_of(content: bytes, extension: str) -> str:
    """Return xlsx, xls or csv for a list by its content; empty when it is none of them.

    Text has no signature: a file named .csv or .txt is one when it holds no zero bytes or says it is UTF-16.
    """
    if content.startswith(OLE):
        return "xls"
    if content.startswith(b"PK\x03\x04") or any(content.startswith(start) for start, _ in SIGNATURES):
        kind = kind_of(content)
        return kind if kind in TABLES else ""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "csv" if extension in {"csv", "txt"} and (wide or b"\0" not in content) else ""


def store_table(*, name: str, content: bytes) -> StoredFile:
    """Keep an uploaded list (.xlsx, .xls, .csv) once by its digest; raise Refused like `store_file`."""
    _check(name, content)
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    kind = table_kind_of(content, extension)
    if not kind or (extension != kind and (extension, kind) != ("txt", "csv")):
        raise mistaken(
            f"文件“{name}”的内容与扩展名不符或类型不允许",
            remedy="清单只接收不含宏的 XLSX、XLS 和 CSV",
            where="file",
        )
    return _keep(content, kind)


def store_file(*, name: str, content: bytes) -> StoredFile:
    """Keep a file once by its digest; raise Refused when it is empty, too large or not allowed."""
    _check(name, content)
    kind = kind_of(content)
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if not kind or extension not in EXTENSIONS[kind]:
        raise mistaken(
            f"文件“{name}”的内容与扩展名不符或类型不允许",
            remedy="只接收 PDF、PNG、JPG、不含宏的 DOCX 和 XLSX",
            where="file",
        )
    return _keep(content, kind)


def clean_name(name: str) -> str:
    """Return a file's name as it may stand in pages and headers: its last part, without control characters.

    Long names keep their end, where the extension is.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable()).strip()[-NAME_LENGTH:] or "未命名"


def _check(name: str, content: bytes) -> None:
    if not content:
        raise mistaken(f"文件“{name}”是空的", remedy="请检查后重新上传", where="file")
    if len(content) > MAX_BYTES:
        raise mistaken(f"文件“{name}”超过 20MB", remedy="请压缩或拆分后上传", where="file")
    harm = harm_in(content)
    if harm is not None and not harm.virus:
        raise mistaken(f"文件“{name}”{harm.reason}", remedy=harm.remedy, where="file")
    if harm is not None:
        raise refuse(f"文件“{name}”{harm.reason}", national_clause("duty_malware"), remedy=harm.remedy, where="file")
    try:
        virus = scanned(content)
    except ScannerAway as away:
        log.exception("the virus scanner does not answer")
        remedy = "请稍后重试；仍然不行，请告诉系统管理员"
        raise refuse(f"{away}，暂时不能接收文件", national_clause("duty_malware"), remedy=remedy, where="file") from away
    if virus:
        remedy = "请杀毒后重新上传"
        raise refuse(
            f"文件“{name}”含有病毒（{virus}），未接收", national_clause("duty_malware"), remedy=remedy, where="file"
        )


def _keep(content: bytes, kind: str) -> StoredFile:
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile.objects.filter(digest=digest).first()
    if stored is not None:
        return stored
    made = StoredFile(digest=digest, size=len(content), kind=kind)
    name = f"{digest[:2]}/{digest}.{kind}"
    try:
        made.content.save(name, ContentFile(content), save=False)
    except OSError as error:  # the disk is full: the half that was written goes
        log.exception("a file could not be written")
        half = made.content.field.generate_filename(made, name)
        made.content.storage.delete(half)
        remedy = "请告诉系统管理员；腾出空间后再上传，填的内容不受影响"
        raise mistaken("服务器的磁盘写不进去，文件没有保存", remedy=remedy, where="file") from error
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # somebody stored the same bytes at the same moment
        made.content.delete(save=False)
        return StoredFile.objects.get(digest=digest)
    return made


def attach(*, subject: models.Model, row: str, name: str, content: bytes, person: Person) -> Evidence:
    """Store a file and link it to the record (and row) that it proves."""
    with act(person):
        return link(subject=subject, row=row, name=name, stored=store_file(name=name, content=content), person=person)


def link(*, subject: models.Model, row: str, name: str, stored: StoredFile, person: Person) -> Evidence:
    """Link a file that is kept already to the record (and row) that it proves."""
    with act(person):
        made = Evidence.objects.create(
            place_id=person.place_id,
            subject=subject_key(subject),
            row=row,
            name=clean_name(name),
            file=stored,
            uploaded_at=clock.now(),
            uploaded_by=str(person),
        )
        record("file.attach", subject, {"name": made.name, "row": row, "sha256": stored.digest})
    return made


def evidence_of(subject: models.Model) -> models.QuerySet[Evidence]:
    """Return the files linked to a record, newest last."""
    return Evidence.objects.filter(subject=subject_key(subject), withdrawn=False).select_related("file")


def withdraw(subject: models.Model, evidence_id: int) -> Evidence:
    """Unlink a file that was handed in by mistake, within an act that records it. Refused for what is not linked."""
    found = evidence_of(subject).filter(pk=evidence_id).first()
    if found is None:
        raise mistaken("没有这个佐证文件", remedy="请刷新页面")
    found.withdrawn = True
    found.save(update_fields=["withdrawn"])
    return found
