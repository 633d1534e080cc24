"""Figures over a whole place, kept while nothing is written; while much is written, for a while longer and told so.

A total over two hundred thousand rows takes as long for the thousandth visitor as for the first. What was worked out
is exact as long as the head of the place's chain stands, since every write leaves an entry. After a write, quick
figures are worked out anew at once; slow ones may be shown for some time with the moment for which they hold.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar, cast

from django.core.cache import caches

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Head

WORTH = 0.02
"""Seconds of work from which a figure is kept at all."""
SLOW = 0.25
"""Seconds of work from which a figure may be older than the last write."""
TIMES = 200
"""How many times its work a slow figure may be old: half a second of work, a hundred seconds."""
OLDEST = timedelta(minutes=10)
T = TypeVar("T")


class Person(Protocol):
    """What tells people apart; their class cannot be imported here."""

    @property
    def place_id(self) -> int: ...
    @property
    def appointment_id(self) -> int: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A figure; `at` is the moment for which it holds, None when nothing was written since."""

    value: T
    at: datetime | None = None


@dataclass(frozen=True)
class _Stored(Generic[T]):
    value: T
    head: str
    at: datetime
    seconds: float

    @property
    def patience(self) -> timedelta:
        if self.seconds < SLOW:
            return timedelta(0)
        return min(timedelta(seconds=self.seconds * TIMES), OLDEST)


def kept(place_id: int, key: str, work: Callable[[], T], *, least: float = WORTH) -> Kept[T]:
    """Return a figure of a place, worked out now or kept from before.

    `key` must name everything on which the figure hangs apart from the place's records: what is asked, who looks,
    which year. The day is added here, since what is late today was not so yesterday. What took less than `least`
    seconds is not kept.
    """
    head = head_of(place_id)
    name = _name(place_id, key)
    store = caches["figures"]
    found = cast("_Stored[T] | None", store.get(name))
    if found is not None and found.head == head:
        return Kept(found.value)
    if found is not None and clock.now() - found.at < found.patience:
        return Kept(found.value, found.at)
    at, begun = clock.now(), time.perf_counter()
    value = work()
    seconds = time.perf_counter() - begun
    if seconds >= least:
        store.set(name, _Stored(value, head, at, seconds))
    return Kept(value)


def _name(whose: int | str, key: str) -> str:
    """Return the name in the store: of one length, however much a figure hangs on."""
    return hashlib.sha256(f"{whose}:{clock.today()}:{key}".encode()).hexdigest()


def exactly(person: Person, key: str, work: Callable[[], T]) -> T:
    """Return what one person sees as it stands: kept however quickly it was worked out, never older than a write.

    `key` as for `kept`; the appointment, its role and body are added here, so that nothing drawn for one is shown
    to another. Kept within `reading` alone: whoever writes reads everything anew.
    """
    if _asked.get() is None:
        return work()
    head = head_of(person.place_id)
    who = f"{person.place_id}:{person.appointment_id}:{person.role}:{person.organisation_id}"
    name = _name(who, key)
    store = caches["figures"]
    found = cast("_Stored[T] | None", store.get(name))
    if found is not None and found.head == head:
        return found.value
    value = work()
    store.set(name, _Stored(value, head, clock.now(), 0))
    return value


_asked: ContextVar[dict[int, str] | None] = ContextVar("jiheng_heads", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Ask for the heads once for everything that one request reads; `exactly` keeps only in here."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def written() -> None:
    """Forget the heads that were asked for: an entry was just added, by a page that was to read only."""
    asked = _asked.get()
    if asked is not None:
        asked.clear()


def head_of(place_id: int) -> str:
    """Return the state of a place's chain; within `reading` it is asked for once."""
    asked = _asked.get()
    if asked is None:
        return _head(place_id)
    if place_id not in asked:
        asked[place_id] = _head(place_id)
    return asked[place_id]


def _head(place_id: int) -> str:
    """Return what changes with every write: the place's head, and how long all chains are together.

    Who looks on from above sees several places; a write in one of them must not go unnoticed.
    """
    rows = Head.objects.values_list("place_id", "number", "digest")
    heads = {place: (number, digest) for place, number, digest in rows}
    return f"{sum(number for number, _ in heads.values())}:{heads.get(place_id)}"
