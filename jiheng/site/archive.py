"""Backup and restore: every row as a line of JSON, every file, and the heads of the audit chains."""

import gzip
import hashlib
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import StoredFile
from jiheng.registers.budgets.proving import broken_ledger
from jiheng.registers.cycles.freeze import lifted

SKIPPED = {"sessions.session", "contenttypes.contenttype", "auth.permission", "axes.accessattempt",
           "axes.accesslog", "axes.accessfailurelog", "django_tasks_db.dbtaskresult"}  # fmt: skip
FORMAT = 2
CHUNK = 2000
MANIFEST = "manifest.json"
DAMAGE = (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, KeyError)
CHUNK_BYTES = 1024 * 1024


class Unusable(Exception):
    """The archive or the database is not fit for it; nothing was written. The text is for the person."""


@dataclass
class Restored:
    """What came back, in words, and whether all of it is as it was when the backup was made."""

    lines: list[str] = field(default_factory=list)
    whole: bool = True

    def bad(self, line: str) -> None:
        """Note something that is not as it was."""
        self.lines.append(line)
        self.whole = False


def kept_models() -> list[type[models.Model]]:
    """Return the models that a backup holds, in a fixed order."""
    found = [one for one in apps.get_models() if one._meta.label_lower not in SKIPPED]
    return [one for one in found if one._meta.managed and not one._meta.proxy]


def backup(target: Path, media: Path) -> list[str]:
    """Write the archive in one consistent reading; return what was written, in words.

    Raises Unusable when the file exists already: an earlier backup is not written over. An interrupted
    backup leaves no file under its name.
    """
    if target.exists():
        raise Unusable(f"{target} 已经存在，请换一个文件名；旧备份不会被覆盖")
    if not target.parent.is_dir():
        raise Unusable(f"没有目录 {target.parent}，请先建立")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # it holds everybody's data
    try:
        with one_reading(), tarfile.open(part, "w:gz") as archive:
            rows = sum(_write_rows(archive, model) for model in kept_models())
            heads = {str(head.place_id): [head.number, head.digest] for head in Head.objects.order_by("pk")}
            manifest = {"format": FORMAT, "heads": heads, "schema": schema()}
            _add(archive, MANIFEST, json.dumps(manifest).encode())
            # Files are never changed once stored, so those of the rows just read are all there.
            files = sorted(path for path in media.rglob("*") if path.is_file()) if media.exists() else []
            for path in files:
                archive.add(path, arcname=f"media/{path.relative_to(media).as_posix()}")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return [f"已备份 {rows} 行、{len(files)} 个附件到 {target}"]


@contextmanager
def one_reading() -> Iterator[None]:
    """See the whole database as it stands at one moment, whatever others write meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def schema() -> list[str]:
    """Return the migrations that the database went through: rows fit only tables of the same shape."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _write_rows(archive: tarfile.TarFile, model: type[models.Model]) -> int:
    count = 0
    with tempfile.TemporaryFile() as lines:
        for record in model._default_manager.order_by("pk").iterator(chunk_size=CHUNK):
            row = serializers.serialize("python", [record])[0]
            lines.write(json.dumps(row, ensure_ascii=False, default=exact).encode() + b"\n")
            count += 1
        info = tarfile.TarInfo(_rows_of(model))
        info.size = lines.tell()
        lines.seek(0)
        archive.addfile(info, lines)
    return count


def exact(value: object) -> str:
    """Return a value that JSON lacks as text, without losing anything.

    Django's own encoder cuts moments to milliseconds, and then no digest of the chain is right any more.
    """
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


def _rows_of(model: type[models.Model]) -> str:
    return f"rows/{model._meta.label_lower}.jsonl"


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        archive.addfile(info, file)


def refuse_filled() -> None:
    """Raise Unusable when a table of the database holds rows; tables that are not there yet are empty."""
    there = set(connection.introspection.table_names())
    kept = [one for one in kept_models() if one._meta.db_table in there]
    if any(one._default_manager.exists() for one in kept):
        raise Unusable("数据库不是空的，不能恢复；请换一个空数据库，原有数据不会被覆盖")


def _read_through(source: Path) -> None:
    """Read the packed file to its very end, where its checksum and length stand; tarfile stops before them.

    Raises what gzip raises for a damaged or cut file.
    """
    with gzip.open(source) as packed:
        while packed.read(CHUNK_BYTES):
            pass


def restore(source: Path, media: Path) -> Restored:
    """Read an archive into an empty database, whole or not at all, and say whether the chains are equal.

    Raises Unusable, with nothing written, when the database holds data, or when the archive is damaged,
    was made by another version, holds what does not belong there, or does not fit its own chain heads.
    """
    refuse_filled()
    kept = kept_models()
    if not source.is_file():
        raise Unusable(f"没有文件 {source}")
    try:
        _read_through(source)
        with tarfile.open(source, "r:gz") as archive:
            members = _members(archive, kept)
            manifest = _manifest(archive, members)
            with transaction.atomic(), lifted():  # rows of closed years come back, too
                return _fill(archive, members, manifest, kept, media)
    except (DeserializationError, FieldDoesNotExist, ValidationError, DatabaseError) as error:
        raise Unusable(f"备份里的数据读不进来，没有恢复任何内容：{error}") from error
    except DAMAGE as error:
        raise Unusable(f"备份文件已损坏或不完整，没有恢复任何内容：{type(error).__name__} {error}") from error


def _members(archive: tarfile.TarFile, kept: list[type[models.Model]]) -> dict[str, tarfile.TarInfo]:
    """Return the archive's members by name; refuse any that a backup does not have."""
    wanted = {MANIFEST, *(_rows_of(model) for model in kept)}
    found: dict[str, tarfile.TarInfo] = {}
    for member in archive.getmembers():
        path = PurePosixPath(member.name)
        inside = path.parts[:1] == ("media",) and not path.is_absolute() and ".." not in path.parts
        if not member.isreg() or member.name in found or not (member.name in wanted or inside):
            raise Unusable(f"备份里有不该有的内容“{member.name}”，没有恢复任何内容")
        found[member.name] = member
    missing = sorted(wanted - set(found))
    if missing:
        raise Unusable(f"备份不完整，缺少“{missing[0]}”，没有恢复任何内容")
    return found


def _manifest(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(_open(archive, members[MANIFEST]).read())
    if manifest.get("format") != FORMAT:
        raise Unusable(f"备份格式 {manifest.get('format')} 不认识，请用做备份的那个版本恢复")
    if manifest["schema"] != schema():
        raise Unusable("备份出自另一个版本的数据表，请用做备份的那个版本恢复，然后再升级")
    return manifest


def _fill(
    archive: tarfile.TarFile,
    members: dict[str, tarfile.TarInfo],
    manifest: dict[str, Any],
    kept: list[type[models.Model]],
    media: Path,
) -> Restored:
    rows = sum(_load(model, _open(archive, members[_rows_of(model)])) for model in kept)
    for place, head in manifest["heads"].items():
        if list(Head.objects.filter(place_id=int(place)).values_list("number", "digest")) != [tuple(head)]:
            raise Unusable(f"{_named(place)}的审计链与备份时记下的链头不一致，没有恢复任何内容")
    if Head.objects.count() != len(manifest["heads"]):
        raise Unusable("备份里的审计链多于备份时记下的链头，没有恢复任何内容")
    connection.check_constraints()
    reset_sequences(kept)
    files = [member for name, member in members.items() if name.startswith("media/")]
    for member in files:
        _unpack(archive, member, media)
    return compared(Restored([f"已恢复 {rows} 行、{len(files)} 个附件"]), manifest["heads"], media)


def _named(place: str) -> str:
    """The place as people call it; its number where even its row is missing."""
    return Place.objects.filter(pk=int(place)).values_list("name", flat=True).first() or f"地区 {place} "


def compared(done: Restored, heads: Mapping[str, Sequence[Any]], media: Path) -> Restored:
    """Hold the chains that came back against the heads noted when they left, and every file against its digest."""
    for place, (number, digest) in heads.items():
        if not Head.objects.filter(place_id=int(place), number=number, digest=digest).exists():
            done.bad(f"{_named(place)}的审计链与导出时记下的链头不一致")
            continue
        broken = first_break(int(place))
        if broken is None:
            done.lines.append(f"{_named(place)}的审计链与备份时一致（{number} 条）")
        else:
            done.bad(f"{_named(place)}的链头与备份时一致，但备份前链已被改动：{broken}")
        for line in (*broken_ledger(int(place)), *proved_records(int(place)).lines):
            done.bad(f"{_named(place)}在备份前已被绕过系统改动：{line}")
    for stored in StoredFile.objects.order_by("pk"):
        path = media / str(stored.content.name)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != stored.digest:
            done.bad(f"附件 {stored.digest[:12]} 缺失或内容与摘要不符")
    return done


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, media: Path) -> None:
    target = media / member.name.removeprefix("media/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_open(archive, member).read())
    target.chmod(0o640)


def _open(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(member)
    if found is None:
        raise KeyError(member.name)
    return found


def _load(model: type[models.Model], lines: IO[bytes]) -> int:
    waiting: list[models.Model] = []
    count = 0
    for line in lines:
        told = json.loads(line)
        if told["model"] != model._meta.label_lower:
            raise ValueError(f"{_rows_of(model)} 里有别的表的数据")
        for row in serializers.deserialize("python", [told]):
            waiting.append(row.object)
            count += 1
        if len(waiting) >= CHUNK:
            model._default_manager.bulk_create(waiting, batch_size=500)
            waiting = []
    model._default_manager.bulk_create(waiting, batch_size=500)
    return count


def reset_sequences(kept: list[type[models.Model]]) -> None:
    """Let new rows be numbered after those that came back."""
    statements = connection.ops.sequence_reset_sql(no_style(), kept)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
