"""Everything leaves and comes back: a file of rows and a JSON Schema for each table, files, digests, a verifier."""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, models, transaction

from jiheng.foundation.audit.models import Head
from jiheng.registers.cycles.freeze import lifted
from jiheng.site import archive, export_check
from jiheng.site.archive import Restored, Unusable, exact, kept_models, one_reading, schema

FORMAT = 1
CHUNK = 2000
PACKED = (".tar.gz", ".tgz")
KINDS: tuple[tuple[type[models.Field[Any, Any]], dict[str, Any]], ...] = (
    (models.BooleanField, {"type": "boolean"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.TimeField, {"type": "string", "format": "time"}),
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (models.DecimalField, {"type": "string", "format": "decimal"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.JSONField, {"type": ["object", "array", "string", "integer", "number", "boolean"]}),
    (models.FileField, {"type": "string"}),
    (models.TextField, {"type": "string"}),
    (models.CharField, {"type": "string"}),
)
"""What each kind of field is in JSON; decimals are text, so that nothing is rounded."""
ABOUT = """绩衡全部数据的导出。rows/ 一张表一个文件，一行一条记录（JSON Lines，UTF-8）；schemas/ 是各表的 JSON Schema
（中文名称、类型、长度、可选项、x-references 指向的表）；media/ 是附件，文件名即内容的 SHA-256；manifest.json 列出
每个文件的摘要、每张表的行数、各地区审计链的链头。金额单位为分，小数写成文字，时刻带时区。

核验（只需要 Python）：  python3 -I verify.py
读回空库（SQLite 或 PostgreSQL）：  jiheng import-all 本目录

内有账号和密码摘要、姓名等个人信息，请按涉密程度保管。
"""


def export_all(target: Path, media: Path) -> list[str]:
    """Write everything to a new folder or .tar.gz and verify what was written; return it in words.

    Raises Unusable when the target exists already, or when what was written does not verify.
    """
    if target.exists():
        raise Unusable(f"{target} 已经存在，请换一个名字；原有内容不会被覆盖")
    if not target.parent.is_dir():
        raise Unusable(f"没有目录 {target.parent}，请先建立")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".导出-") as made:
        folder = Path(made) / "jiheng"
        folder.mkdir(mode=0o700)
        manifest = _write(folder, media)
        wrong = export_check.problems_of(folder)
        if wrong:
            raise Unusable(f"写出的内容核验不符，没有导出：{wrong[0]}")
        if target.name.endswith(PACKED):
            packed = Path(made) / target.name
            packed.touch(mode=0o600)
            with tarfile.open(packed, "w:gz") as archived:
                archived.add(folder, arcname="jiheng")
            packed.rename(target)
        else:
            folder.rename(target)
    rows = sum(one["count"] for one in manifest["tables"])
    said = f"{len(manifest['tables'])} 张表、{rows} 行、{manifest['attachments']} 个附件"
    return [f"已导出 {said}到 {target}", "已按摘要、行数、表样和引用核验，完好"]


def _write(folder: Path, media: Path) -> dict[str, Any]:
    for name in ("rows", "schemas", "media"):
        (folder / name).mkdir()
    tables: list[dict[str, Any]] = []
    with one_reading():
        for model in kept_models():
            label = model._meta.label_lower
            table = {"model": label, "rows": f"rows/{label}.jsonl", "schema": f"schemas/{label}.json"}
            text = json.dumps(schema_of(model), ensure_ascii=False, indent=1)
            (folder / table["schema"]).write_text(text, encoding="utf-8")
            tables.append({**table, "label": str(model._meta.verbose_name), "count": _rows(model, folder / table["rows"])})
        heads = {str(head.place_id): [head.number, head.digest] for head in Head.objects.order_by("pk")}
        files = sorted(path for path in media.rglob("*") if path.is_file()) if media.exists() else []
        for path in files:
            to = folder / "media" / path.relative_to(media)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    (folder / "verify.py").write_text(Path(export_check.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "说明.txt").write_text(ABOUT, encoding="utf-8")
    digests = {
        path.relative_to(folder).as_posix(): {"sha256": export_check.digest_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {"format": FORMAT, "schema": schema(), "heads": heads, "tables": tables, "attachments": len(files)}
    manifest["files"] = digests
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / export_check.MANIFEST).write_text(text, encoding="utf-8")
    return manifest


def _rows(model: type[models.Model], target: Path) -> int:
    key, count = model._meta.pk.name, 0
    with target.open("w", encoding="utf-8") as lines:
        for record in model._default_manager.order_by("pk").iterator(chunk_size=CHUNK):
            told = serializers.serialize("python", [record])[0]
            row = {key: told["pk"], **told["fields"]}
            # PostgreSQL gives the keys of JSON back in another order: one order for both.
            lines.write(json.dumps(row, ensure_ascii=False, sort_keys=True, default=exact) + "\n")
            count += 1
    return count


def schema_of(model: type[models.Model]) -> dict[str, Any]:
    """Return the JSON Schema of a table's rows, with its names in Chinese and what its keys refer to."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": model._meta.label_lower,
        "title": str(model._meta.verbose_name),
        "description": (model.__doc__ or "").strip().partition("\n")[0],
        "type": "object",
        "x-key": model._meta.pk.name,
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _property(field: Any) -> dict[str, Any]:
    if field.many_to_many:
        return {"title": str(field.verbose_name), "type": "array"}
    base = field
    while base.is_relation:
        base = base.target_field
    told: dict[str, Any] = dict(next(kind for of, kind in KINDS if isinstance(base, of)))
    told["title"] = str(field.verbose_name)
    if isinstance(base, models.CharField) and base.max_length and not field.is_relation:
        told["maxLength"] = base.max_length
    if field.choices and not field.is_relation:
        told["enum"] = sorted({key for key, _ in field.flatchoices} | ({""} if field.blank else set()), key=str)
    if field.null or isinstance(base, models.JSONField):
        allowed = told["type"] if isinstance(told["type"], list) else [told["type"]]
        told["type"] = [*allowed, "null"]
        told.pop("enum", None) if field.null else None
    if field.is_relation:
        told["x-references"] = field.related_model._meta.label_lower
    return told


def import_all(source: Path, media: Path) -> Restored:
    """Read a full export into an empty database, whole or not at all.

    Raises Unusable, with nothing written, when the database holds data, when the export does not verify, or
    when it was made by another version of the tables.
    """
    archive.refuse_filled()
    with _unpacked(source) as folder:
        try:
            wrong = export_check.problems_of(folder)
            manifest = json.loads((folder / export_check.MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unusable(f"这不是完整的导出，没有读入任何内容：{type(error).__name__} {error}") from error
        if wrong:
            raise Unusable(f"导出核验不符，没有读入任何内容：{wrong[0]}")
        if manifest["format"] != FORMAT or manifest["schema"] != schema():
            raise Unusable("导出出自另一个版本的数据表，请用做导出的那个版本读入，然后再升级")
        try:
            with transaction.atomic(), lifted():  # rows of closed years come back, too
                return _read(folder, manifest, media)
        except (DeserializationError, FieldDoesNotExist, ValidationError, DatabaseError, KeyError, ValueError) as error:
            raise Unusable(f"导出里的数据读不进来，没有读入任何内容：{error}") from error


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise Unusable(f"没有 {source}")
    with tempfile.TemporaryDirectory() as made:
        try:
            with tarfile.open(source, "r:gz") as packed:
                packed.extractall(made, filter="data")
        except archive.DAMAGE as error:
            raise Unusable(f"导出文件已损坏，没有读入任何内容：{type(error).__name__}") from error
        yield Path(made) / "jiheng"


def _read(folder: Path, manifest: dict[str, Any], media: Path) -> Restored:
    kept = kept_models()
    by_label = {one["model"]: one for one in manifest["tables"]}
    rows = sum(_fill(model, folder / by_label[model._meta.label_lower]["rows"]) for model in kept)
    connection.check_constraints()
    archive.reset_sequences(kept)
    for path in sorted((folder / "media").rglob("*")):
        if path.is_file():
            to = media / path.relative_to(folder / "media")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
            to.chmod(0o640)
    done = Restored([f"已读入 {rows} 行、{manifest['attachments']} 个附件"])
    return archive.compared(done, manifest["heads"], media)


def _fill(model: type[models.Model], path: Path) -> int:
    key, count = model._meta.pk.name, 0
    waiting: list[models.Model] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            told = {"model": model._meta.label_lower, "pk": row.pop(key), "fields": row}
            waiting += [one.object for one in serializers.deserialize("python", [told])]
            count += 1
            if len(waiting) >= CHUNK:
                model._default_manager.bulk_create(waiting, batch_size=500)
                waiting = []
    model._default_manager.bulk_create(waiting, batch_size=500)
    return count
