"""The one way in which a deadline is read: the calendar, the body's extension, what it moves on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db.models import Count

from jiheng.foundation import clock
from jiheng.foundation.audit.services import once
from jiheng.foundation.web import stage as web
from jiheng.foundation.web.navigation import stages
from jiheng.registers.cycles.models import Cycle, Handover
from jiheng.registers.cycles.queries import Window, granted_in, granted_to, policy_for, window_with


def chained_window(cycle: Cycle, chain: Sequence[str], key: str, given: Mapping[str, date]) -> Window | None:
    """Return when a task is due that follows others, for a body with these extensions.

    前一步延期几天，紧接的审核顺延几天；再后面的不早于前一步的期限。
    """
    at = chain.index(key)
    found = window_with(cycle, key, given, after=chain[0] if at == 1 else "")
    if at < 2 or not given or found is None:
        return found
    before = chained_window(cycle, chain, chain[at - 1], given)
    return replace(found, due=max(found.due, before.due)) if before is not None else found


def next_window(cycle: Cycle, keys: Sequence[str], organisation_id: int | None = None) -> web.Window | None:
    """Return the window of the first of some tasks that is not over, else that of the last; for a body with its own time."""
    given = _given(cycle, organisation_id) if organisation_id is not None else {}
    known = [key for key in keys if key in policy_for(cycle).calendar]
    last = None
    for key in known:
        found = chained_window(cycle, known, key, given)
        if found is None:
            continue
        last = web.Window(found.opens, found.due, found.clause)
        if found.days_left >= 0:
            return last
    return last


def _given(cycle: Cycle, organisation_id: int) -> dict[str, date]:
    """Read the extensions of a body once for all stages of a page: the cycle lives as long as the request."""
    kept: dict[int, dict[str, date]] = vars(cycle).setdefault("_given", {})
    if organisation_id not in kept:
        kept[organisation_id] = granted_to(cycle.pk, organisation_id)
    return kept[organisation_id]


def chain_of(track: web.Track) -> tuple[str, ...]:
    """Return the tasks of a track in their order."""
    return tuple(dict.fromkeys(track.items.values()))


def bearer_of(track: web.Track, record: Any) -> int | None:
    """Return the body that owes a record, None where it is the bureau itself."""
    return attrgetter(track.bearer)(record) if track.bearer else None


def window_in(track: web.Track, record: Any, state: str) -> Window | None:
    """Return the window in which a record was or is in a state, with the extensions of its bearer.

    Records that carry a day of their own (an ordered evaluation, a rectification) go by that day.
    """
    item = track.items.get(state)
    if not item or any(getattr(record, name) != value for name, value in track.only.items()):
        return None
    body = bearer_of(track, record)
    given = _given_in_act(record.cycle_id, body) if body is not None else {}
    found = chained_window(record.cycle, chain_of(track), item, given)
    own = getattr(record, "due", None)
    if found is None or own is None:
        return found
    return replace(found, due=max(own, given.get(item, own)))


def _given_in_act(cycle_id: int, body: int) -> dict[str, date]:
    """Read the extensions of a body; from the second body of one act on, those of the whole year at once."""
    first = once(("first body", cycle_id), lambda: body)
    if first == body:
        return once(("extensions", cycle_id, body), lambda: granted_to(cycle_id, body))
    return once(("extensions", cycle_id), lambda: granted_in(cycle_id)).get(body, {})


@dataclass(frozen=True)
class Progress:
    """How far a task of the calendar is, in records: handed in, open, of these overdue; handed in too late."""

    done: int = 0
    open: int = 0
    overdue: int = 0
    late: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            self.done + other.done, self.open + other.open, self.overdue + other.overdue, self.late + other.late
        )


def progress(cycle: Cycle) -> dict[str, Progress]:
    """Return how far every task of the calendar is, from the records themselves; a few grouped queries."""
    found: dict[str, Progress] = {}
    given = granted_in(cycle.pk)
    for stage in stages():
        for label, track in stage.tracks.items():
            for item, part in _of_track(cycle, label, track, given).items():
                found[item] = found.get(item, Progress()) + part
        for one in stage.tallies(cycle):
            part = Progress(one.done, one.open, one.overdue)
            found[one.item] = found.get(one.item, Progress()) + part
    rows = Handover.objects.filter(cycle=cycle, late_days__gt=0).values_list("item")
    for item, late in rows.annotate(Count("subject", distinct=True)):
        found[item] = found.get(item, Progress()) + Progress(late=late)
    return found


def _of_track(
    cycle: Cycle, label: str, track: web.Track, given: Mapping[int, Mapping[str, date]]
) -> dict[str, Progress]:
    chain = chain_of(track)
    if not chain:
        return {}
    model = apps.get_model(label)
    own = any(one.name == "due" for one in model._meta.concrete_fields)
    bearer = track.bearer.replace(".", "__")
    columns = ["state", *([bearer] if bearer else []), *(["due"] if own else [])]
    rows = model._default_manager.filter(cycle=cycle, **track.only).order_by().values_list(*columns)
    found: dict[str, Progress] = {}
    for *told, count in rows.annotate(Count("pk")):
        state, rest = told[0], told[1:]
        body = rest.pop(0) if bearer else None
        now = track.items.get(state)
        at = chain.index(now) if now in chain else len(chain)
        for item in chain[:at]:
            found[item] = found.get(item, Progress()) + Progress(done=count)
        if now is not None:
            more = given.get(body, {}) if body is not None else {}
            span = chained_window(cycle, chain, now, more)
            due = rest[0] if rest and rest[0] is not None else (span.due if span else None)
            due = max(due, more.get(now, due)) if due is not None else None
            overdue = count if due is not None and due < clock.today() else 0
            found[now] = found.get(now, Progress()) + Progress(open=count, overdue=overdue)
    return found
