"""Reading the chain of a place: its state, single entries, the anchors of its days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.db.models.functions import TruncDate

from jiheng.channels.audit.access import visible_entries
from jiheng.channels.audit.words import words_of
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.anchors import kept_outside, missing_outside
from jiheng.foundation.audit.asides import with_asides
from jiheng.foundation.audit.chain import seal
from jiheng.foundation.audit.models import Anchor as KeptAnchor
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.proving import Proved, proved_records
from jiheng.foundation.audit.queries import Break, first_break
from jiheng.foundation.audit.services import sealed_content
from jiheng.foundation.web.pages import whole
from jiheng.registers.budgets.proving import broken_ledger
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for, visible_cycles
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import broken_publications

ANCHORS = 60
PERIODS = (("1", "今天"), ("7", "七天内"), ("31", "一个月内"), ("366", "一年内"))


def words_for(person: Person) -> Mapping[str, str]:
    """Return the words of actions for the person's place."""
    return words_of(visible_cycles(person))


def grades_for(person: Person) -> Mapping[str, str]:
    """Return what the person's place calls its grades, by the rules of its latest budget year."""
    newest = cycles_in_sight(person).first()
    return policy_for(newest).grade_words if newest is not None else {}


def head_of(person: Person) -> Head | None:
    """Return the head of the place's chain; None before its first entry."""
    return Head.objects.filter(place_id=person.place_id).first()


def within_days(rows: QuerySet[Entry], value: str) -> QuerySet[Entry]:
    """Narrow to the last days, today included."""
    return rows.filter(at__gte=clock.now() - timedelta(days=int(value)))


@dataclass(frozen=True)
class Verified:
    """The answer of the verifier: how many entries, the first break, when, against which anchor.

    `published` is how many publications were held against their digests and the chain; `altered` tells those
    that are not as they were published; `outside` how many anchors of the folders it was held against, `troubles`
    what of these is missing or does not agree; `ledger` where the money differs from what the chain says;
    `proved` which records are not what the chain sealed of them.
    """

    entries: int
    digest: str
    broken: Break | None
    at: datetime
    anchor: str
    published: int
    altered: list[str]
    outside: int = 0
    troubles: tuple[str, ...] = ()
    ledger: list[str] = field(default_factory=list)
    proved: Proved = field(default_factory=Proved)


class Unreadable(ValueError):
    """An anchor that is not number:digest."""


def read_anchor(text: str) -> tuple[int, str] | None:
    """Read "序号:摘要" (perhaps with the place before it, as printed); None for nothing. Unreadable else."""
    plain = text.strip().split()[-1] if text.strip() else ""
    if not plain:
        return None
    given, _, digest = plain.replace("：", ":").partition(":")
    number, digest = whole(given), digest.lower()
    if number is None or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise Unreadable(text)
    return number, digest


def verify(person: Person, anchor: tuple[int, str] | None) -> Verified:
    """Work through the whole chain of the place, entry by entry, and through what was published."""
    outside = kept_outside(place_of(person).code)
    broken = first_break(person.place_id, outside.anchors | dict([anchor] if anchor else []))
    head = head_of(person)
    return Verified(
        head.number if head else 0,
        head.digest if head else "",
        broken,
        clock.now(),
        f"{anchor[0]}:{anchor[1]}" if anchor else "",
        Publication.objects.filter(place_id=person.place_id).count(),
        broken_publications(person.place_id),
        len(outside.anchors),
        outside.troubles + _missing(person.place_id, outside.anchors),
        broken_ledger(person.place_id),
        proved_records(person.place_id),
    )


def _missing(place_id: int, outside: Iterable[int]) -> tuple[str, ...]:
    if not settings.ANCHOR_FOLDERS:
        return ()
    missed = missing_outside(place_id, outside)
    return tuple(f"{one.day.isoformat()} 留存的锚点在目录里找不到：{one}" for one in missed)


@dataclass(frozen=True)
class Keeping:
    """How anchors are kept outside: in which folders, the last ones, how many days ago the last of them."""

    folders: list[str]
    last: list[KeptAnchor]
    days_since: int | None

    @property
    def late(self) -> bool:
        """Whether the daily anchor is missing."""
        return bool(self.folders) and (self.days_since is None or self.days_since > 1)


def keeping(person: Person) -> Keeping:
    """Return how the anchors of the person's place are kept outside."""
    last = list(KeptAnchor.objects.filter(place_id=person.place_id)[:ANCHORS])
    days = (clock.today() - last[0].day).days if last else None
    return Keeping([str(one) for one in settings.ANCHOR_FOLDERS], last, days)


@dataclass(frozen=True)
class Anchor:
    """The end of a day: how many entries it brought, the last number and its digest."""

    day: date
    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def anchors(person: Person) -> list[Anchor]:
    """Return the last entry of each day with entries, newest first; two queries."""
    days = visible_entries(person).annotate(day=TruncDate("at")).order_by().values("day")
    last = {one["last"]: one["day"] for one in days.annotate(last=Max("number")).order_by("-day")[:ANCHORS]}
    digests = dict(visible_entries(person).filter(number__in=last).values_list("number", "digest"))
    return [Anchor(day, number, digests[number]) for number, day in last.items()]


@dataclass(frozen=True)
class Sealed:
    """One entry with what its seal says, its neighbours and others of the same record or request."""

    entry: Entry
    holds: bool
    before: int | None
    after: int | None
    same_subject: int
    same_request: int
    detail: tuple[tuple[str, Any], ...]


def sealed(entry: Entry) -> Sealed:
    """Look at one entry: does its own content still give its digest."""
    chain = Entry.objects.filter(place_id=entry.place_id)
    before = chain.filter(number=entry.number - 1).values_list("pk", flat=True).first()
    after = chain.filter(number=entry.number + 1).values_list("pk", flat=True).first()
    holds = seal(entry.algorithm, entry.previous, sealed_content(entry)) == entry.digest
    return Sealed(
        entry,
        holds,
        before,
        after,
        chain.filter(subject=entry.subject).count(),
        chain.filter(request=entry.request).count() if entry.request else 1,
        tuple(sorted(with_asides([entry.detail])[0].items())),
    )
