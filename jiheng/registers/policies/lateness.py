"""Which records would be late, or no longer, if the tasks of the calendar were due on other days."""

from datetime import date
from operator import attrgetter
from typing import Any, cast

from django.apps import apps

from jiheng.foundation import clock
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Effect, Track
from jiheng.foundation.workflow.models import Case
from jiheng.registers.policies.queries import policy_of

KIND = "截止日期"


def deadline_effects(cycle: Any, other: Any) -> list[Effect]:
    """Return the unfinished records whose task would be late or no longer late, by the tracks of the stages.

    Extensions count on neither side: a body that has more time has it under either rules.
    """
    before, after = (_due_days(one) for one in (cycle, other))
    moved = {key for key in before if after.get(key) not in {None, before[key]}}
    if not moved:
        return []
    return [
        effect
        for stage in stages()
        for label, track in stage.tracks.items()
        for effect in _late(cycle, label, track, {key: (before[key], after[key]) for key in moved})
    ]


def _due_days(cycle: Any) -> dict[str, date]:
    return {key: item.due(cycle.budget_year) for key, item in policy_of(cycle.snapshot).calendar.items()}


def _late(cycle: Any, label: str, track: Track, moved: dict[str, tuple[date, date]]) -> list[Effect]:
    states = {state: item for state, item in track.items.items() if item in moved}
    if not states:
        return []
    wanted: dict[str, Any] = {"cycle": cycle.pk, "state__in": list(states), **track.only}
    rows = cast("type[Case]", apps.get_model(label))._default_manager.filter(**wanted)
    today, found = clock.today(), []
    for record in rows.order_by("pk"):
        before, after = moved[states[record.state]]
        if (before < today) != (after < today):
            year = attrgetter(track.bearer.rpartition(".")[0])(record) if "." in track.bearer else record
            unit = str(getattr(year, "unit", ""))
            kind = f"{KIND}：{track.label}"
            found.append(Effect(kind, str(year), _words(before), _words(after), "", unit))
    return found


def _words(day: date) -> str:
    return f"{day.isoformat()} 截止{'，已逾期' if day < clock.today() else ''}"
