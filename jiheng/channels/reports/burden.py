"""What the forms of a year cost those who fill them, and how often they went back: by form, never by person."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.portions import portions
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Track
from jiheng.foundation.workflow.models import FillingTime, Signature
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.burden import Burden, burden_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.tracks import track_choices

ALLOWED = "filling_minutes"


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
        for label, track in _kinds():
            allowed = minutes.get(track.workflow)
            found += _of_kind(cycle, label, track, None if allowed is None else Decimal(str(allowed)))
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


def _of_kind(cycle: Cycle, label: str, track: Track, allowed: Decimal | None) -> list[FormBurden]:
    model = apps.get_model(label)
    try:
        model._meta.get_field("cycle")
    except FieldDoesNotExist:
        return []
    keys = {f"{label}:{pk}": pk for pk in model._default_manager.filter(cycle=cycle).values_list("pk", flat=True)}
    seconds, sittings = _times(list(keys))
    if not seconds:
        return []
    returns = _returns(list(seconds))
    groups: dict[str, list[str]] = defaultdict(list)
    names = _names(cycle, track, [keys[one] for one in seconds]) if model is Goal else {}
    for key in seconds:
        groups[names.get(keys[key], track.label)].append(key)
    return [
        FormBurden(
            name,
            burden_of([seconds[one] for one in some], sum(sittings[one] for one in some), allowed),
            sum(returns[one] for one in some),
        )
        for name, some in sorted(groups.items())
    ]


def _times(keys: Sequence[str]) -> tuple[dict[str, int], Counter[str]]:
    """Return by record the seconds that its halves took together, and the sittings."""
    seconds: dict[str, int] = defaultdict(int)
    sittings: Counter[str] = Counter()
    for part in portions(keys):
        for subject, spent, times in FillingTime.objects.filter(subject__in=part).values_list("subject", "seconds", "sittings"):
            seconds[subject] += spent
            sittings[subject] += times
    return dict(seconds), sittings


def _returns(keys: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in portions(keys):
        found.update(Signature.objects.filter(subject__in=part, action="return").values_list("subject", flat=True))
    return found


def _names(cycle: Cycle, track: Track, keys: Sequence[int]) -> dict[int, str]:
    """Return by goal what its form is called: whose it is, and on which track it went, where the place has tracks."""
    scopes, tracks = dict(Goal.SCOPES), dict(track_choices(cycle))
    found = {}
    for part in portions(keys):
        for pk, scope, placed in Goal.objects.filter(pk__in=part).values_list("pk", "scope", "track"):
            told = f"，{tracks[placed]}档" if placed in tracks else ""
            found[pk] = f"{track.label}（{scopes.get(scope, scope)}{told}）"
    return found
