"""Which rules a year was under when: the versions that it took up, and the year as it was under one of them."""

from datetime import datetime

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.policies.dry_run import under
from jiheng.registers.policies.models import Adoption, Snapshot


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


def as_of(cycle: Cycle, moment: datetime | None) -> Cycle:
    """Return the year under the rules of a moment; as it is when no moment is known."""
    if moment is None:
        return cycle
    found: Cycle = under(cycle, snapshot_at(cycle, moment))
    return found
