"""The chain given away: its entries, its anchors, the names beside it, and the program that verifies them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from jiheng.foundation.audit import verifier
from jiheng.foundation.audit.anchors import kept_outside
from jiheng.foundation.audit.models import Anchor, Aside, Head
from jiheng.foundation.audit.queries import sealed_rows

ABOUT = """绩衡审计链，导出供核验。核验只需要 Python 3.9 以上，不需要本系统，也不需要联网：

    python3 -I verify.py 链-{code}.jsonl --anchors 锚点-{code}.txt

锚点-{code}.txt 是导出时系统所知的锚点，只作参考：要防有数据库权限的人，请换用自己留存的锚点（审计、人大所存的文件，
或照纸件抄：--anchor 序号:摘要）。带上 --names 个人信息-{code}.jsonl 一并核对姓名等链外内容；不导出它，链一样能核验。

链-{code}.jsonl 第一行是链头，此后一行一条。每条的摘要 = 算法(上一条的摘要 + 换行 + 本条内容的 JSON)，JSON 的键按字典序、
没有空格、不转义汉字；格式 2 的内容另含 format 和 algorithm。经办人写作“算法:摘要”的，姓名在链外。
"""


def export_chain(head: Head, folder: Path, *, names: bool) -> list[Path]:
    """Write a place's chain with all that is needed to verify it; return the files. Raises OSError."""
    code = head.place.code
    said = {"name": head.place.name, "code": code, "number": head.number, "digest": head.digest}
    made = [_write(folder / f"链-{code}.jsonl", [said], sealed_rows(head.place_id))]
    outside = kept_outside(code).anchors
    listed = {one.number: one.digest for one in Anchor.objects.filter(place_id=head.place_id)} | outside
    text = "".join(f"{code} {number}:{digest}\n" for number, digest in sorted(listed.items()))
    for name, content in (
        (f"锚点-{code}.txt", text),
        ("verify.py", Path(verifier.__file__).read_text(encoding="utf-8")),
        ("说明.txt", ABOUT.format(code=code)),
    ):
        (folder / name).write_text(content, encoding="utf-8")
        made.append(folder / name)
    if names:
        kept = Aside.objects.filter(place_id=head.place_id).order_by("pk").iterator(chunk_size=2000)
        beside = (
            {"digest": one.digest, "salt": one.salt, "text": one.text, "erased": one.erased_at is not None}
            for one in kept
        )
        made.append(_write(folder / f"个人信息-{code}.jsonl", [], beside))
    return made


def export_chains(places: Iterable[str], folder: Path, *, names: bool) -> list[Path]:
    """Write the chains of some places (by code; all when none are given), as they stand at one moment."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = set(places)
    made: list[Path] = []
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for head in Head.objects.select_related("place").order_by("place__code"):
            if not codes or head.place.code in codes:
                made += export_chain(head, folder, names=names)
    return list(dict.fromkeys(made))


def _write(path: Path, first: list[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for row in first:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        for row in rows:
            file.write(verifier.canonical(row) + "\n")
    return path
