"""Which rules a year was under when: the versions that it took up, and the year as it was under one of them."""

from copy import copy
from datetime import datetime

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.policies.models import Adoption, Snapshot
from jiheng.registers.policies.queries import trial_snapshot
from jiheng.rules.policy import Policy


def adoptions_of(cycle: Cycle) -> list[Adoption]:
    """Return the approved adoptions of a year, in the order in which they took effect."""
    found = Adoption.objects.filter(place_id=cycle.place_id, budget_year=cycle.budget_year, verdict__approved=True)
    wanted = found.select_related("verdict", "before", "after").defer("before__content", "after__content")
    return list(wanted.order_by("verdict__pk"))


def has_changed(cycle: Cycle) -> bool:
    """Return whether the year has taken up newer rules since it was opened."""
    return bool(adoptions_of(cycle))


def snapshot_at(cycle: Cycle, moment: datetime) -> Snapshot:
    """Return the frozen rules that the year was under at a moment: what was decided then rests on them."""
    adopted = adoptions_of(cycle)
    if not adopted:
        return cycle.snapshot
    later = [one for one in adopted if one.verdict.at > moment]
    return later[0].before if later else cycle.snapshot


def under(cycle: Cycle, snapshot: Snapshot) -> Cycle:
    """Return the same year under other rules: everything that asks for the rules of a cycle gets these. Not to be saved."""
    other = copy(cycle)
    other.snapshot = snapshot
    return other


def as_of(cycle: Cycle, moment: datetime | None) -> Cycle:
    """Return the year under the rules of a moment; as it is when no moment is known."""
    return cycle if moment is None else under(cycle, snapshot_at(cycle, moment))


def on_trial(cycle: Cycle, policy: Policy) -> Cycle:
    """Return the year under rules that nobody has approved yet."""
    return under(cycle, trial_snapshot(cycle.place, policy))
