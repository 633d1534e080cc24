"""Reading the chain: is it whole, and what happened to one record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import models

from jiheng.foundation.audit.asides import with_asides
from jiheng.foundation.audit.models import Anchor, Aside, Entry, Head
from jiheng.foundation.audit.services import SEALED, subject_key
from jiheng.foundation.audit.verifier import Break, Walk

__all__ = ["Break", "HistoryLine", "entries_of", "first_break", "history", "last_acts"]

COLUMNS = ("number", "at", "sealed_actor", "actor_id", "role", "action", "subject", "detail", "clause", "request",
           "format", "algorithm", "previous", "digest")  # fmt: skip
READ = tuple("actor" if one == "sealed_actor" else one for one in COLUMNS)
CHUNK = 5000


def sealed_rows(place_id: int) -> Iterator[dict[str, Any]]:
    """Give the entries of a place's chain in order, as the verifier reads them; bare rows, for speed."""
    rows = Entry.objects.filter(place_id=place_id).order_by("number").values_list(*COLUMNS)
    for values in rows.iterator(chunk_size=CHUNK):
        row = dict(zip(READ, values, strict=True))
        row["place"] = place_id
        row["at"] = row["at"].astimezone(UTC).isoformat()
        yield row


def first_break(place_id: int, anchor: tuple[int, str] | Mapping[int, str] | None = None) -> Break | None:
    """Return the first broken link of a place's chain, or None when it is whole.

    A cut tail shows against the head; a rebuilt chain shows against `anchor`, numbers and digests that were noted
    outside the database. A chain that is gone shows against either, and against whatever the place has in other
    tables: nothing comes there without an entry. Names beside the chain are held against their digests in it.
    """
    anchors = {anchor[0]: anchor[1]} if isinstance(anchor, tuple) else anchor or {}
    walk = Walk(anchors)
    for row in sealed_rows(place_id):
        found = walk.step(row)
        if found is not None:
            return found
    return walk.end() or _against_head(place_id, walk.number, walk.digest) or _beside(place_id, walk)


def _beside(place_id: int, walk: Walk) -> Break | None:
    kept = Aside.objects.filter(place_id=place_id)
    told = {one.digest: None if one.erased_at else (one.salt, one.text) for one in kept.iterator(chunk_size=CHUNK)}
    swapped = Entry.objects.filter(place_id=place_id, who__isnull=False).exclude(who__digest=models.F("sealed_actor"))
    unnamed = Entry.objects.filter(place_id=place_id, who=None, sealed_actor__contains=":", format__gte=2)
    wrong = (swapped | unnamed).order_by("number").first()
    if wrong is not None:
        return Break(wrong.number, "链外所记的经办人与链上的摘要不符，已被调换")
    return walk.beside(told)


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
    own = (Entry, Head, Aside, Anchor)
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
    """Return what happened to a record, newest first; without the digests of what was sealed of it."""
    rows = list(Entry.objects.filter(subject=subject_key(subject)).order_by("-number"))
    details = with_asides({key: told for key, told in row.detail.items() if key != SEALED} for row in rows)
    return [
        HistoryLine(row.number, row.at, row.actor, row.action, detail, row.clause)
        for row, detail in zip(rows, details, strict=True)
    ]


def entries_of(subject: models.Model | str, actions: Iterable[str]) -> models.QuerySet[Entry]:
    """Return the entries of these acts on a record, newest first."""
    return Entry.objects.filter(subject=subject_key(subject), action__in=list(actions)).order_by("-number")


def last_acts(model: type[models.Model], keys: Iterable[int], actions: Iterable[str]) -> dict[int, datetime]:
    """Return when one of these acts last befell each of these records of a kind; what never did is left out."""
    subjects = {subject_key(model(pk=one)): one for one in keys}
    rows = Entry.objects.filter(subject__in=list(subjects), action__in=list(actions)).values_list("subject")
    return {subjects[subject]: at for subject, at in rows.annotate(last=models.Max("at")).order_by()}
