"""Acting on the record: `act` is one transaction whose entries are sealed together at its end."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Protocol, TypeVar

from django.db import DatabaseError, models, transaction

from jiheng.foundation import clock
from jiheng.foundation.audit.asides import beside, sealed_details
from jiheng.foundation.audit.chain import available_algorithm, plain, seal
from jiheng.foundation.audit.kept import written
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.request import request_id
from jiheng.foundation.audit.sealing import AT_ONCE, kind_of, kinds, seals_of
from jiheng.foundation.audit.verifier import NEWEST, SWITCH, content_of
from jiheng.foundation.closed_year import closed_refusal
from jiheng.foundation.portions import portions
from jiheng.foundation.refused import Denied
from jiheng.rules.policy.clauses import national_clause

T = TypeVar("T")
SEALED, SEALED_ALONG, SEAL = "sealed", "sealed_along", "audit.seal"
"""Where an entry holds what it seals of its record; of many others, by number; the action of an entry of these."""


class Place(Protocol):
    """What the chain needs of a place; people and bodies write to the chain, so it cannot import theirs."""

    pk: Any


class Person(Protocol):
    """What the chain needs of the person who acts; `str()` is the actor in words."""

    @property
    def user_id(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def place_id(self) -> int: ...


@dataclass
class Act:
    """What one person does in one transaction, gathered for the chain."""

    person: Person | None
    place_id: int
    notes: list[dict[str, Any]] = field(default_factory=list)
    along: set[str] = field(default_factory=set)
    """Records that were written under the entry of another one (see `written_along`)."""
    read: dict[Any, Any] = field(default_factory=dict)
    """What was read once for the whole act, under names of those who read it (see `once`)."""


_current: ContextVar[Act | None] = ContextVar("jiheng_act", default=None)


class OutsideAct(RuntimeError):
    """Something was to be recorded outside an act: a programming error."""


def once(key: Hashable, work: Callable[[], T]) -> T:
    """Return what `work` reads, read once in an act that asks for it again and again; outside an act each time.

    For what no step of an act changes: a thousand records moved at once ask the same of their year.
    """
    running = _current.get()
    if running is None:
        return work()
    if key not in running.read:
        running.read[key] = work()
    found: T = running.read[key]
    return found


def subject_key(subject: models.Model | str) -> str:
    """Return the name under which a record stands in the chain, as `goals.goal:12`."""
    if isinstance(subject, str):
        return subject
    return f"{subject._meta.label_lower}:{subject.pk}"


@contextmanager
def act(person: Person | None, *, place: Place | None = None) -> Iterator[Act]:
    """Open one act: a transaction whose entries are appended in one batch when it ends.

    Where the database refuses because the budget year is closed, the act is Refused with reason and clause.

    Acts inside an act join it; one that fails leaves neither rows nor notes behind, whatever the outer act
    makes of it. `person` None stands for the installation itself and needs a place.
    The head of the chain is locked last, so that two long acts cannot block each other half-way.
    """
    if person is None and place is None:
        raise OutsideAct("没有经办人时须指明地区")
    if getattr(person, "reading", False):  # somebody of an upper place who looks at this one
        raise Denied("上级财政只查看下级地区的结果，不能办理其业务", national_clause("duty_place"))
    place_id = place.pk if place is not None else person.place_id  # type: ignore[union-attr]
    running = _current.get()
    if running is not None:
        if running.place_id != place_id:
            raise OutsideAct("一次办理只能写入一个地区的审计链")
        noted, along = len(running.notes), set(running.along)
        try:
            with _told_when_closed(), transaction.atomic():
                yield running
        except BaseException:
            del running.notes[noted:]
            running.along = along
            raise
        return
    opened = Act(person, place_id)
    with _told_when_closed(), transaction.atomic():
        token = _current.set(opened)
        try:
            yield opened
        finally:
            _current.reset(token)
        append(opened)


@contextmanager
def _told_when_closed() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        refused = closed_refusal(error)
        if refused is None:
            raise
        raise refused from error


def record(
    action: str,
    subject: models.Model | str,
    detail: Mapping[str, Any] | None = None,
    clause: str = "",
    personal: Mapping[str, models.Model | str] | None = None,
) -> None:
    """Note what happened to a record; refused outside an act.

    `personal` names contents that tell of a person, each with the record of that person: they are kept beside the
    chain, which holds their salted digest.
    """
    running = _current.get()
    if running is None:
        raise OutsideAct(f"“{action}”不在任何一次办理之中，不能入链")
    of = {key: subject_key(one) for key, one in (personal or {}).items()}
    running.notes.append(
        {"action": action, "subject": subject_key(subject), "detail": plain(detail or {}), "clause": clause, "of": of}
    )


def written_along(records: Iterable[models.Model]) -> None:
    """Say that the act also wrote these records, under the entry of another one: a list, a checkpoint, a batch.

    They are sealed with it, so that nobody can change them unseen afterwards. Refused outside an act.
    """
    running = _current.get()
    if running is None:
        raise OutsideAct("不在任何一次办理之中，不能入链")
    running.along.update(subject_key(one) for one in records)


def _seal_records(finished: Act) -> None:
    """Put into the last note of each record what is sealed of it; the others that were written get notes by kind."""
    last: dict[str, dict[int, dict[str, Any] | None]] = defaultdict(dict)
    for subject in sorted(finished.along):
        if (found := kind_of(subject)) is not None:
            last[found[0].label][found[1]] = None
    for note in finished.notes:
        if (found := kind_of(note["subject"])) is not None:
            last[found[0].label][found[1]] = note["detail"]
    for label, details in last.items():
        kind = kinds()[label]
        for some in portions(sorted(details), AT_ONCE):
            rest: dict[str, Any] = {}
            for pk, seal_ in seals_of(kind, some).items():
                own = details[pk]
                if own is None:
                    rest[str(pk)] = seal_
                else:
                    own[SEALED] = seal_
            if rest:
                detail = plain({SEALED_ALONG: rest})
                finished.notes.append({"action": SEAL, "subject": label, "detail": detail, "clause": "", "of": {}})


def append(finished: Act) -> None:
    """Seal the notes of an act onto the chain of its place, in order, with one insert.

    What the records look like is read with the head locked: of two who write one record at once, the later one seals
    what both wrote. When another algorithm is at work than before, an entry says so, sealed with the old one still.
    """
    if not finished.notes and not finished.along:
        return
    locked = Head.objects.select_for_update().filter(place_id=finished.place_id)
    head = locked.first()
    if head is None:  # the place's first act; of two at once one makes the head and both take their turn
        Head.objects.get_or_create(place_id=finished.place_id)
        head = locked.get()
    _seal_records(finished)
    algorithm = available_algorithm(head.algorithm)
    last = head.algorithm or algorithm
    moment, person, notes = clock.now(), finished.person, finished.notes
    if algorithm != last:
        switch = {"from": last, "to": algorithm}
        notes = [{"action": SWITCH, "subject": "audit.head", "detail": switch, "clause": "", "of": {}}, *notes]
    who = beside(finished.place_id, algorithm, str(person), f"accounts.user:{person.user_id}") if person else None
    number, digest, rows = head.number, head.digest, []
    for note, detail in zip(notes, sealed_details(finished.place_id, algorithm, notes), strict=True):
        number += 1
        row = Entry(
            place_id=finished.place_id,
            number=number,
            at=moment,
            sealed_actor=who.digest if who else "系统",
            who=who,
            actor_id=person.user_id if person else None,
            role=person.role if person else "",
            action=note["action"],
            subject=note["subject"],
            detail=detail,
            clause=note["clause"],
            request=request_id.get(),
            format=NEWEST,
            algorithm=last if note["action"] == SWITCH else algorithm,
            previous=digest,
        )
        digest = row.digest = seal(row.algorithm, digest, sealed_content(row))
        rows.append(row)
    Entry.objects.bulk_create(rows, batch_size=500)
    head.number, head.digest, head.algorithm = number, digest, algorithm
    head.save(update_fields=["number", "digest", "algorithm"])
    written()


def sealed_content(row: Entry) -> dict[str, Any]:
    """Return everything of an entry that its digest covers."""
    return content_of(as_sealed(row))


def as_sealed(row: Entry) -> dict[str, Any]:
    """Return an entry as the verifier reads it, here and outside."""
    return {
        "place": row.place_id,
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": row.sealed_actor,
        "actor_id": row.actor_id,
        "role": row.role,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "clause": row.clause,
        "request": row.request,
        "format": row.format,
        "algorithm": row.algorithm,
        "previous": row.previous,
        "digest": row.digest,
    }
