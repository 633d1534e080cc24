"""Lists on the command line: check, import, export, by the same road as the pages."""

from collections.abc import Sequence
from pathlib import Path

from jiheng.channels.exchange.services import confirm, kind_named, same_file, setting_for, statement, upload
from jiheng.channels.exchange.workbook import list_workbook
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import mistaken

MOST_LINES = 200
"""Mistakes printed; the rest is counted."""


def import_file(
    *, kind: str, path: str, budget_year: int, person: Person, apply: bool
) -> tuple[list[str], bool]:
    """Check a list and, with `apply`, import it; return the lines to print and whether all is well.

    Raises Refused for what the person may not do, or a file that cannot be taken in at all.
    """
    told = kind_named(kind)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise mistaken(f"文件“{path}”读不出来", remedy="请核对路径") from error
    name = Path(path).name
    batch = upload(kind=told, name=name, content=content, person=person, budget_year=budget_year)
    batch.refresh_from_db()
    lines = [f"《{told.label}》{name}，批次 {batch.pk}", *_statement(batch)]
    report = batch.report
    for title, found in (("须改正", report["problems"]), ("请核对", report["notices"])):
        lines += [f"{title} {_told(one)}" for one in found[:MOST_LINES]]
        if len(found) > MOST_LINES:
            lines.append(f"{title}：另有 {len(found) - MOST_LINES} 处没有列出")
    if report["more_problems"]:
        lines.append(f"须改正：另有 {report['more_problems']} 处没有列出")
    twin = same_file(batch)
    if twin is not None:
        lines.append(f"同一文件已导入过，见批次 {twin.pk}")
    if not report["ok"] or twin is not None:
        return [*lines, "没有导入任何一行"], False
    if not apply:
        return [*lines, "核对无误，尚未导入；加 --apply 导入"], True
    confirm(batch=batch, person=person, fingerprint=report["fingerprint"])
    return [*lines[:1], *_statement(batch), "已导入"], True


def _statement(batch: ImportBatch) -> list[str]:
    return [
        f"  {what}：{rows} 行{'，' if rows and yuan else ''}{yuan + ' 元' if yuan else ''}"
        if rows
        else f"  {what}：{yuan} 元"
        for what, rows, yuan in statement(batch)
    ]


def _told(one: Sequence[str]) -> str:
    cell, label, message = one[:3]
    message = "；".join(part for part in (message, *one[5:6]) if part)
    return " ".join(part for part in (cell, f"{label}：{message}" if label else message) if part)


def export_file(*, kind: str, budget_year: int, person: Person) -> bytes:
    """Write a list as the person may see it, in the very columns in which it can be imported again."""
    told = kind_named(kind)
    setting = setting_for(told, person, budget_year)
    return list_workbook(told.definition(setting), told.rows(setting), label=told.label)
