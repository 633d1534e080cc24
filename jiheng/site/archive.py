"""Backup and restore: every row as a line of JSON, every file, and the heads of the audit chains."""

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.queries import first_break

SKIPPED = {"sessions.session", "contenttypes.contenttype", "auth.permission", "axes.accessattempt",
           "axes.accesslog", "axes.accessfailurelog", "django_tasks_db.dbtaskresult"}  # fmt: skip
FORMAT = 1
CHUNK = 2000


class Exact(DjangoJSONEncoder):
    """Writes moments whole: Django's own encoder cuts them to milliseconds, and the chain seals microseconds."""

    def default(self, o: Any) -> Any:
        """Return what JSON can hold."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def kept_models() -> list[type[models.Model]]:
    """Return the models that a backup holds, in a fixed order."""
    found = [one for one in apps.get_models() if one._meta.label_lower not in SKIPPED]
    return [one for one in found if one._meta.managed and not one._meta.proxy]


def backup(target: Path, media: Path) -> list[str]:
    """Write the archive in one consistent reading; return what was written, in words."""
    rows = 0
    with transaction.atomic(), tarfile.open(target, "w:gz") as archive:
        _see_one_moment()
        heads = {str(head.place_id): [head.number, head.digest] for head in Head.objects.all()}
        _add(archive, "manifest.json", json.dumps({"format": FORMAT, "heads": heads}).encode())
        for model in kept_models():
            lines = io.BytesIO()
            for record in model._default_manager.order_by("pk").iterator(chunk_size=CHUNK):
                text = serializers.serialize("json", [record], ensure_ascii=False, cls=Exact)
                lines.write(text[1:-1].encode() + b"\n")
                rows += 1
            _add(archive, f"rows/{model._meta.label_lower}.jsonl", lines.getvalue())
        files = sorted(path for path in media.rglob("*") if path.is_file()) if media.exists() else []
        for path in files:
            archive.add(path, arcname=f"media/{path.relative_to(media)}")
    return [f"已备份 {rows} 行、{len(files)} 个附件到 {target}"]


def _see_one_moment() -> None:
    """Let PostgreSQL show the whole transaction the database of its beginning; SQLite does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def restore(source: Path, media: Path) -> Iterator[tuple[str, bool]]:
    """Read an archive into an empty database, whole or not at all; say whether the chains are equal."""
    kept = kept_models()
    filled = [one._meta.verbose_name for one in kept if one._default_manager.exists()]
    if filled:
        yield f"数据库不是空的（{filled[0]}等已有数据），不能恢复", False
        return
    with tarfile.open(source, "r:gz") as archive:
        manifest = json.loads(_read(archive, "manifest.json"))
        if manifest.get("format") != FORMAT:
            yield f"备份格式 {manifest.get('format')} 不认识", False
            return
        rows = 0
        with transaction.atomic():
            for model in kept:
                rows += _load(model, _read(archive, f"rows/{model._meta.label_lower}.jsonl"))
        _reset_sequences(kept)
        members = [one for one in archive.getmembers() if one.name.startswith("media/") and one.isfile()]
        for member in members:
            member.name = member.name.removeprefix("media/")
            archive.extract(member, media, filter="data")
    yield f"已恢复 {rows} 行、{len(members)} 个附件", True
    for place, (number, digest) in manifest["heads"].items():
        head = Head.objects.get(place_id=int(place))
        same = (head.number, head.digest) == (number, digest) and first_break(int(place)) is None
        yield f"地区 {place} 的审计链{'与备份时一致' if same else '与备份时不一致'}（{number} 条）", same


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    return member.read() if member else b""


def _load(model: type[models.Model], lines: bytes) -> int:
    records = [
        row.object for line in lines.splitlines() for row in serializers.deserialize("json", f"[{line.decode()}]")
    ]
    model._default_manager.bulk_create(records, batch_size=500)
    return len(records)


def _reset_sequences(kept: list[type[models.Model]]) -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), kept)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
