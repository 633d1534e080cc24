"""Reading the chain: is it whole, and what happened to one record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    that were noted outside the database.
    """
    number, digest, anchored = 0, "", anchor is None
    for row in Entry.objects.filter(place_id=place_id).order_by("number").iterator(chunk_size=2000):
        number += 1
        if row.number != number:
            return Break(number, f"缺少该条，其后是第 {row.number} 条")
        if row.previous != digest:
            return Break(number, "与上一条的摘要不衔接")
        if seal(row.algorithm, digest, sealed_content(row)) != row.digest:
            return Break(number, "内容与摘要不符，已被改动")
        digest = row.digest
        if anchor is not None and number == anchor[0]:
            if digest != anchor[1]:
                return Break(number, "与库外留存的锚点不符，链曾被整体重写")
            anchored = True
    head = Head.objects.filter(place_id=place_id).first()
    if head is None:
        return Break(1, "链头缺失") if number else None
    if head.number != number:
        return Break(min(head.number, number) + 1, f"链头记到第 {head.number} 条，实有 {number} 条，尾部被截")
    if head.digest != digest:
        return Break(number, "与链头的摘要不符")
    if not anchored and anchor is not None:
        return Break(number + 1, f"库外锚点记到第 {anchor[0]} 条，实有 {number} 条，尾部被截")
    return None


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
