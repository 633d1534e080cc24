"""What the forms of a year cost those who fill them, and how often they went back: by form, never by person."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.portions import portions
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Track
from jiheng.foundation.workflow.models import FillingTime, Signature
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.burden import Burden, burden_of

ALLOWED = "filling_minutes"


@dataclass
class Spent:
    """What filling one record took: seconds at work, and sittings."""

    seconds: int = 0
    sittings: int = 0


Filled = Mapping[int, Spent]


@dataclass(frozen=True)
class FormBurden:
    """What forms of one kind cost: the kind in words, the figures, how often one of them went back."""

    label: str
    told: Burden
    returns: int


@dataclass(frozen=True)
class YearBurden:
    """The kinds of forms of a year with what all of them cost, in hours, and what they may cost; the clause of that."""

    forms: tuple[FormBurden, ...]
    hours: Decimal
    allowed: Decimal | None
    clause: str


def burden_in(cycle: Cycle, person: Person) -> YearBurden:
    """Return what the forms of a year cost; nothing for who does not see the whole place."""
    rule = rule_in(cycle, ALLOWED)
    minutes: Mapping[str, Any] = rule.value if rule is not None else {}
    found = []
    if person.sees_whole_place and cycle.place_id == person.place_id:
        filled = _filled(cycle)
        for label, track in _kinds():
            if label in filled:
                allowed = minutes.get(track.workflow)
                found += _of_kind(cycle, label, track, filled[label], None if allowed is None else Decimal(str(allowed)))
    told = [one.told for one in found if one.told.middle is not None]
    limits = [one.hours_allowed for one in told if one.hours_allowed is not None]
    return YearBurden(
        tuple(found),
        sum((one.hours for one in told), Decimal(0)),
        sum(limits, Decimal(0)) if limits else None,
        str(rule.clause) if rule is not None else "",
    )


def _kinds() -> Iterator[tuple[str, Track]]:
    for stage in stages():
        yield from stage.tracks.items()


def _of_kind(cycle: Cycle, label: str, track: Track, filled: Filled, allowed: Decimal | None) -> list[FormBurden]:
    model = apps.get_model(label)
    try:
        model._meta.get_field("cycle")
    except FieldDoesNotExist:
        return []
    own = sorted(_of_cycle(cycle, model, filled))
    if not own:
        return []
    returns = _returns([f"{label}:{pk}" for pk in own])
    groups: dict[str, list[int]] = defaultdict(list)
    names = track.forms(cycle, own)
    for pk in own:
        groups[f"{track.label}（{names[pk]}）" if pk in names else track.label].append(pk)
    return [
        FormBurden(
            name,
            burden_of([filled[one].seconds for one in some], sum(filled[one].sittings for one in some), allowed),
            sum(returns[f"{label}:{one}"] for one in some),
        )
        for name, some in sorted(groups.items())
    ]


def _of_cycle(cycle: Cycle, model: type[Model], filled: Filled) -> Iterator[int]:
    for part in portions(sorted(filled)):
        yield from model._default_manager.filter(cycle=cycle, pk__in=part).values_list("pk", flat=True)


def _filled(cycle: Cycle) -> dict[str, dict[int, Spent]]:
    """Return by kind and record the seconds that its halves took together, and the sittings: what was filled since the year began.

    The times are read, not the records: of those, a province has hundreds of thousands that nobody filled on a page.
    """
    found: dict[str, dict[int, Spent]] = defaultdict(lambda: defaultdict(Spent))
    times = FillingTime.objects.filter(place_id=cycle.place_id, last_at__gte=cycle.opened_at).order_by()
    for subject, seconds, sittings in times.values_list("subject", "seconds", "sittings").iterator(chunk_size=10_000):
        label, _, key = subject.partition(":")
        spent = found[label][int(key)]
        spent.seconds += seconds
        spent.sittings += sittings
    return found


def _returns(keys: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in portions(keys):
        found.update(Signature.objects.filter(subject__in=part, action="return").values_list("subject", flat=True))
    return found
