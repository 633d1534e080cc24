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


class Versions:
    """The rules that a year was under, one after the other; the database is asked once."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        self.adopted = adoptions_of(cycle)

    @property
    def changed(self) -> bool:
        """Whether the year has taken up newer rules since it was opened."""
        return bool(self.adopted)

    def snapshot_at(self, moment: datetime) -> Snapshot:
        """Return the frozen rules of a moment: what was decided then rests on them."""
        later = next((one for one in self.adopted if one.verdict.at > moment), None)
        return later.before if later else self.cycle.snapshot

    def as_of(self, moment: datetime | None) -> Cycle:
        """Return the year under the rules of a moment; as it is when no moment is known."""
        if moment is None:
            return self.cycle
        found: Cycle = under(self.cycle, self.snapshot_at(moment))
        return found
