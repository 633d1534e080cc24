"""Whether records still are what the chain sealed of them: who changes them past the system is named."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Max

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.sealing import (
    AT_ONCE,
    GONE,
    OWN,
    STATE,
    Kind,
    kind_of,
    kinds,
    rows_of,
    seals_of,
)
from jiheng.foundation.audit.services import SEAL, SEALED, SEALED_ALONG

REMEDY = "；请对照该条和备份查明是谁改的、改了什么，按备份恢复"
UNKNOWN = "；请查明是谁写入的，按备份恢复"
ACCEPT = "audit.accept"
"""The action by which a change past the system is owned up to (see `sealing_anew`)."""
CHUNK = 5000


@dataclass
class Proved:
    """How many records were held against the chain, what differs in words, how many had nothing sealed to hold to.

    Of the latter (`unsealed`) only the state was held against the step that the chain names last; `bare` are those of
    them whose state is right, by kind. `accepted` says which changes past the system were sealed afterwards.
    """

    records: int = 0
    unsealed: int = 0
    lines: list[str] = field(default_factory=list)
    bare: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    accepted: list[str] = field(default_factory=list)


@dataclass
class _Walk:
    place: int
    told: Proved = field(default_factory=Proved)
    seen: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    along: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


def proved_records(place_id: int) -> Proved:
    """Hold every record of a place against the last entry of the chain that tells of it.

    Named are records whose state, content, rows or signatures are others than sealed, that are gone without an act,
    or stand in the database and nowhere in the chain. A fixed number of queries for each 500 records; kept in memory
    are the numbers of the records alone. Nothing is held against a chain that is gone: `first_break` says so.
    """
    walk = _Walk(place_id)
    if not Entry.objects.filter(place_id=place_id).exists():
        return walk.told
    for label, detail, number in (
        Entry.objects.filter(place_id=place_id, action=SEAL)
        .order_by("number").values_list("subject", "detail", "number").iterator(chunk_size=50)
    ):  # fmt: skip
        if label in kinds():
            walk.along[label].update((int(pk), number) for pk in detail[SEALED_ALONG])
    waiting: dict[str, dict[int, int]] = defaultdict(dict)
    for subject, number in _last_entries(place_id):
        found = kind_of(subject)
        if found is None:
            continue
        kind, pk = found
        waiting[kind.label][pk] = number
        if len(waiting[kind.label]) == AT_ONCE:
            _hold(walk, kind, waiting.pop(kind.label))
    for label, rest in waiting.items():
        _hold(walk, kinds()[label], rest)
    for label, others in walk.along.items():
        only = iter([(pk, number) for pk, number in others.items() if pk not in walk.seen[label]])
        while some := dict(islice(only, AT_ONCE)):
            _hold(walk, kinds()[label], some)
    for kind in kinds().values():
        _hold_unknown(walk, kind)
    _hold_orphans(walk)
    rows = Entry.objects.filter(place_id=place_id, action=ACCEPT).order_by("number")
    walk.told.accepted = [
        f"{subject} 曾绕过系统改动，经承认后封存（第 {number} 条，理由：{detail['reason']}）"
        for number, subject, detail in rows.values_list("number", "subject", "detail")
    ]
    return walk.told


def _last_entries(place_id: int) -> Iterator[tuple[str, int]]:
    rows = Entry.objects.filter(place_id=place_id).order_by().values_list("subject").annotate(last=Max("number"))
    return rows.iterator(chunk_size=CHUNK)


def _sealed(walk: _Walk, kind: Kind, last: Mapping[int, int]) -> dict[int, tuple[int, Mapping[str, Any]]]:
    """Return by record the entry that tells of it last, and its content."""
    along = walk.along[kind.label]
    numbers = {pk: max(number, along.get(pk, 0)) for pk, number in last.items()}
    rows = Entry.objects.filter(place_id=walk.place, number__in=set(numbers.values())).values_list("number", "detail")
    details = dict(rows)
    made = {}
    for pk, number in numbers.items():
        detail = details[number]
        if SEALED_ALONG in detail:
            detail = {SEALED: detail[SEALED_ALONG][str(pk)]}
        made[pk] = number, detail
    return made


def _hold(walk: _Walk, kind: Kind, last: Mapping[int, int]) -> None:
    walk.seen[kind.label].update(last)
    told = walk.told
    sealed, now = _sealed(walk, kind, last), seals_of(kind, last)
    bare = [pk for pk, (_, detail) in sealed.items() if SEALED not in detail]
    for pk, (number, detail) in sealed.items():
        told.records += GONE not in now[pk]
        if SEALED in detail and _differences(kind, detail[SEALED], now[pk]):
            told.lines += _named(walk, kind, pk, number)
    held = {pk for pk in bare if GONE not in now[pk]}
    told.unsealed += len(held)
    told.bare[kind.label] |= held
    _hold_steps(walk, kind, bare)


def _named(walk: _Walk, kind: Kind, pk: int, number: int) -> list[str]:
    """Look at one record again, by itself: somebody may just have acted on it. Then say what is wrong with it."""
    newest = Entry.objects.filter(subject=f"{kind.label}:{pk}").order_by("at", "pk").last()
    if newest is not None and (newest.place_id != walk.place or newest.number > number):  # perhaps by another place
        number, detail = newest.number, newest.detail
    else:
        [(number, detail)] = _sealed(walk, kind, {pk: number}).values()
    now = seals_of(kind, [pk])[pk]
    found = _differences(kind, detail.get(SEALED, {}), now)
    if not found:
        return []
    before = detail[SEALED]
    if GONE in now and GONE not in before:
        return [f"{kind.words} {pk} 号：审计链到第 {number} 条仍有，数据库中已没有，曾绕过系统删除{REMEDY}"]
    if GONE in before and GONE not in now:
        return [f"{_called(kind, pk)}：审计链第 {number} 条记已删除，数据库中却有，曾绕过系统写入{REMEDY}"]
    words = "、".join(_state_words(kind, pk, before, now) if one == STATE else one for one in found)
    return [f"{_called(kind, pk)}：{words}与审计链第 {number} 条所记不符，曾绕过系统改动{REMEDY}"]


def _differences(kind: Kind, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return in words what of a record differs; STATE for its state, GONE for the whole of it."""
    if (GONE in before) != (GONE in now):
        return [GONE]
    words = {OWN: "记录内容"} | {part.key: part.words for part in kind.parts}
    found = [STATE] if before.get(STATE) != now.get(STATE) else []
    return found + [words[key] for key in words if key in before and key in now and before[key] != now[key]]


def _called(kind: Kind, pk: int) -> str:
    record = rows_of(kind.model).get(pk=pk)
    return f"{kind.words} {pk} 号（{record}）"


def _state_words(kind: Kind, pk: int, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    labels = kind.steps(rows_of(kind.model).get(pk=pk)) if kind.steps else {}
    return _states_told(*(labels.get(one[STATE], one[STATE]) for one in (before, now)))


def _states_told(was: str, now: str) -> str:
    return f"办理状态（审计链为“{was}”，数据库中为“{now}”）"


def _hold_steps(walk: _Walk, kind: Kind, keys: Sequence[int]) -> None:
    """Hold the states of records that were sealed before contents were against the last step that the chain names."""
    if not keys or kind.steps is None:
        return
    named = Entry.objects.filter(place_id=walk.place, subject__in=[f"{kind.label}:{pk}" for pk in keys], detail__moved=True)
    reached = {kind_of(subject): detail for subject, detail in named.order_by("number").values_list("subject", "detail")}
    for record in rows_of(kind.model).filter(pk__in=keys):
        detail = reached.get((kind, record.pk))
        labels = kind.steps(record) if detail else {}
        here = labels.get(record.state, record.state)
        if detail and detail["to"] in labels.values() and here != detail["to"]:
            words = _states_told(detail["to"], here)
            walk.told.bare[kind.label].discard(record.pk)
            walk.told.lines.append(f"{_called(kind, record.pk)}：{words}与审计链所记不符，曾绕过系统改动{REMEDY}")


def _hold_unknown(walk: _Walk, kind: Kind) -> None:
    """Name the records that no chain knows; where contents were not sealed from the beginning, they are counted."""
    if not kind.place:
        return
    rows = rows_of(kind.model).filter(**{kind.place: walk.place}).order_by("pk").values_list("pk", flat=True)
    seen, keys = walk.seen[kind.label], rows.iterator(chunk_size=CHUNK)
    while some := list(islice(keys, AT_ONCE)):
        unknown = _not_in_any_chain([f"{kind.label}:{pk}" for pk in some if pk not in seen])
        walk.told.records += len(unknown)
        if walk.told.unsealed:
            walk.told.unsealed += len(unknown)
            walk.told.bare[kind.label].update(int(subject.partition(":")[2]) for subject in unknown)
            continue
        for subject in unknown:
            pk = int(subject.partition(":")[2])
            walk.told.lines.append(f"{_called(kind, pk)}：数据库中有，审计链上没有任何记载，曾绕过系统写入{UNKNOWN}")


def _hold_orphans(walk: _Walk) -> None:
    """Name what hangs on the key of a record that the chain does not know: a signature under nothing."""
    for part in {part.key: part for kind in kinds().values() for part in kind.parts if not part.by}.values():
        rows = rows_of(part.model).filter(**{part.place: walk.place}).order_by(part.subject).values_list(part.subject, flat=True)
        subjects = rows.distinct().iterator(chunk_size=CHUNK)
        while some := list(islice(subjects, AT_ONCE)):
            found = {subject: kind_of(subject) for subject in some}
            loose = [one for one, of in found.items() if of is None or of[1] not in walk.seen[of[0].label]]
            walk.told.lines += [
                f"{part.words}（{subject}）：所属的记录在审计链上没有任何记载，曾绕过系统写入{UNKNOWN}"
                for subject in _not_in_any_chain(loose)
            ]


def _not_in_any_chain(subjects: Sequence[str]) -> list[str]:
    """Return those that no entry names: a record may have come by an act of another place, or just now."""
    if not subjects:
        return []
    known = set(Entry.objects.filter(subject__in=subjects).order_by().values_list("subject", flat=True))
    left = {found[0].label for one in subjects if one not in known and (found := kind_of(one)) is not None}
    along = {
        f"{label}:{pk}"
        for label, detail in Entry.objects.filter(action=SEAL, subject__in=left).values_list("subject", "detail").iterator(50)
        for pk in detail[SEALED_ALONG]
    } if left else set()  # fmt: skip
    return [one for one in subjects if one not in known and one not in along]
