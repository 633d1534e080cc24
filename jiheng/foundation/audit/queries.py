"""Reading the chain: is it whole, and what happened to one record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from jiheng.foundation.audit.chain import seal
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.services import sealed_content, subject_key


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold, in plain words."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"第 {self.number} 条：{self.reason}"


def first_break(place_id: int, anchor: tuple[int, str] | None = None) -> Break | None:
    """Return the first broken link of a place's chain, or None when it is whole.

    A cut tail shows against the head; a rebuilt chain shows against `anchor`, the number and digest
    that were noted outside the database. A chain that is gone shows against either, and against whatever
    the place has in other tables: nothing comes there without an entry.
    """
    number, digest = 0, ""
    for row in Entry.objects.filter(place_id=place_id).order_by("number").iterator(chunk_size=2000):
        number += 1
        if row.number != number:
            return Break(number, f"缺少该条，其后是第 {row.number} 条")
        if row.previous != digest:
            return Break(number, "与上一条的摘要不衔接")
        if seal(row.algorithm, digest, sealed_content(row)) != row.digest:
            return Break(number, "内容与摘要不符，已被改动")
        digest = row.digest
        if anchor is not None and number == anchor[0] and digest != anchor[1]:
            return Break(number, "与库外留存的锚点不符，链曾被整体重写")
    if anchor is not None and anchor[0] > number:
        return Break(number + 1, f"库外锚点记到第 {anchor[0]} 条，实有 {number} 条，尾部被截")
    return _against_head(place_id, number, digest)


def _against_head(place_id: int, number: int, digest: str) -> Break | None:
    head = Head.objects.filter(place_id=place_id).first()
    if head is None:
        if number:
            return Break(1, "链头缺失")
        return Break(1, "该地区已有业务数据，审计链却一条也没有，整条链被删除") if _has_acted(place_id) else None
    if head.number != number:
        return Break(min(head.number, number) + 1, f"链头记到第 {head.number} 条，实有 {number} 条，尾部被截")
    if head.digest != digest:
        return Break(number, "与链头的摘要不符")
    if not number and _has_acted(place_id):
        return Break(1, "该地区已有业务数据，审计链却一条也没有，整条链被删除")
    return None


def _has_acted(place_id: int) -> bool:
    """Return whether any table holds something of the place; every one of them is written within an act."""
    own = (Entry, Head)
    tables = [one for one in apps.get_models() if one not in own and any(f.name == "place" for f in one._meta.fields)]
    return any(models.QuerySet(table).filter(place_id=place_id).exists() for table in tables)


@dataclass(frozen=True)
class HistoryLine:
    """One line of a record's history."""

    number: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]
    clause: str


def history(subject: models.Model | str) -> list[HistoryLine]:
    """Return what happened to a record, newest first."""
    rows = Entry.objects.filter(subject=subject_key(subject)).order_by("-number")
    return [HistoryLine(r.number, r.at, r.actor, r.action, r.detail, r.clause) for r in rows]
