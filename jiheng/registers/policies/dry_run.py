"""What other rules would do to the open years: computed on the stored facts by the rules themselves, nothing written."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Effect
from jiheng.registers.policies.lateness import deadline_effects
from jiheng.registers.policies.models import Snapshot
from jiheng.registers.policies.queries import trial_snapshot
from jiheng.rules.policy import Policy

SHOWN = 100
"""So many records of one kind stand on a page; all are counted."""


@dataclass(frozen=True)
class EffectGroup:
    """The effects of one kind: how many records, the money of all of them in fen, the first ones."""

    kind: str
    count: int
    money_fen: int | None
    rows: Sequence[Effect]


def open_years(place: Place) -> list[Any]:
    """Return the open budget years of a place, newest first, as the registers keep them."""
    frozen = Snapshot.objects.filter(place=place, cycles__state="open").defer("content").distinct()
    found = [year for one in frozen for year in one.cycles.filter(state="open").select_related("place")]
    for year in found:
        year.snapshot = next(one for one in frozen if one.pk == year.snapshot_id)
    return sorted(found, key=lambda year: -year.budget_year)


def under(cycle: Any, snapshot: Snapshot) -> Any:
    """Return the same year under other rules: whoever asks for the rules of a cycle gets these. Not to be saved."""
    other = copy(cycle)
    other.snapshot = snapshot
    return other


def effects_on(cycle: Any, policy: Policy) -> list[EffectGroup]:
    """Return what would change in a year under other rules, by kind, in the order of the stages."""
    other = under(cycle, trial_snapshot(cycle.place, policy))
    found = [one for stage in stages() for one in stage.effects(cycle, other)] + deadline_effects(cycle, other)
    kinds: dict[str, list[Effect]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    return [_group(kind, rows) for kind, rows in kinds.items()]


def _group(kind: str, rows: list[Effect]) -> EffectGroup:
    money = [one.money_fen for one in rows if one.money_fen is not None]
    return EffectGroup(kind, len(rows), sum(money) if money else None, rows[:SHOWN])
