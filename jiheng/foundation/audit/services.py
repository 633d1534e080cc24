"""Acting on the record: `act` is one transaction whose entries are sealed together at its end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Protocol

from django.db import models, transaction

from jiheng.foundation import clock
from jiheng.foundation.audit.chain import available_algorithm, plain, seal
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.request import request_id


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


_current: ContextVar[Act | None] = ContextVar("jiheng_act", default=None)


class OutsideAct(RuntimeError):
    """Something was to be recorded outside an act: a programming error."""


def subject_key(subject: models.Model | str) -> str:
    """Return the name under which a record stands in the chain, as `goals.goal:12`."""
    if isinstance(subject, str):
        return subject
    return f"{subject._meta.label_lower}:{subject.pk}"


@contextmanager
def act(person: Person | None, *, place: Place | None = None) -> Iterator[Act]:
    """Open one act: a transaction whose entries are appended in one batch when it ends.

    Acts inside an act join it; one that fails leaves neither rows nor notes behind, whatever the outer act
    makes of it. `person` None stands for the installation itself and needs a place.
    The head of the chain is locked last, so that two long acts cannot block each other half-way.
    """
    if person is None and place is None:
        raise OutsideAct("没有经办人时须指明地区")
    place_id = place.pk if place is not None else person.place_id  # type: ignore[union-attr]
    running = _current.get()
    if running is not None:
        if running.place_id != place_id:
            raise OutsideAct("一次办理只能写入一个地区的审计链")
        noted = len(running.notes)
        try:
            with transaction.atomic():
                yield running
        except BaseException:
            del running.notes[noted:]
            raise
        return
    opened = Act(person, place_id)
    with transaction.atomic():
        token = _current.set(opened)
        try:
            yield opened
        finally:
            _current.reset(token)
        append(opened)


def record(
    action: str, subject: models.Model | str, detail: Mapping[str, Any] | None = None, clause: str = ""
) -> None:
    """Note what happened to a record; refused outside an act."""
    running = _current.get()
    if running is None:
        raise OutsideAct(f"“{action}”不在任何一次办理之中，不能入链")
    running.notes.append(
        {"action": action, "subject": subject_key(subject), "detail": plain(detail or {}), "clause": clause}
    )


def append(finished: Act) -> None:
    """Seal the notes of an act onto the chain of its place, in order, with one insert."""
    if not finished.notes:
        return
    Head.objects.get_or_create(place_id=finished.place_id)
    head = Head.objects.select_for_update().get(place_id=finished.place_id)
    algorithm, moment, person = available_algorithm(), clock.now(), finished.person
    number, digest, rows = head.number, head.digest, []
    for note in finished.notes:
        number += 1
        row = Entry(
            place_id=finished.place_id,
            number=number,
            at=moment,
            actor=str(person) if person else "系统",
            actor_id=person.user_id if person else None,
            role=person.role if person else "",
            action=note["action"],
            subject=note["subject"],
            detail=note["detail"],
            clause=note["clause"],
            request=request_id.get(),
            algorithm=algorithm,
            previous=digest,
        )
        digest = row.digest = seal(algorithm, digest, sealed_content(row))
        rows.append(row)
    Entry.objects.bulk_create(rows, batch_size=500)
    head.number, head.digest = number, digest
    head.save(update_fields=["number", "digest"])


def sealed_content(row: Entry) -> dict[str, Any]:
    """Return everything of an entry that its digest covers."""
    return {
        "place": row.place_id,
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": row.actor,
        "actor_id": row.actor_id,
        "role": row.role,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "clause": row.clause,
        "request": row.request,
    }
