"""Measures: what of the system's own data proves a task, computed from the records themselves."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q

from jiheng.registers.cycles.clocks import clocks_of
from jiheng.registers.cycles.deadlines import Progress, progress
from jiheng.registers.cycles.models import Cycle, Handover
from jiheng.registers.plans.reading import Measure


@dataclass(frozen=True)
class Measured:
    """How far a measure is, in per cent; what is wanted, and the figures in words."""

    percent: int
    wanted: int
    text: str

    @property
    def proven(self) -> bool:
        """Whether the data prove the task."""
        return self.percent >= self.wanted


def _share_done(cycle: Cycle, measure: Measure) -> Measured:
    found = progress(cycle).get(measure.item, Progress())
    whole = found.done + found.open
    percent = found.done * 100 // whole if whole else 0
    return Measured(percent, measure.at_least, f"应办 {whole} 件，已办 {found.done} 件（{percent}%）")


def _in_time(cycle: Cycle, measure: Measure) -> Measured:
    rows = Handover.objects.filter(cycle=cycle, item=measure.item)
    counted = rows.aggregate(
        whole=Count("subject", distinct=True), late=Count("subject", distinct=True, filter=Q(late_days__gt=0))
    )
    open_ = progress(cycle).get(measure.item, Progress()).open
    whole, late = counted["whole"] + open_, counted["late"]
    percent = (counted["whole"] - late) * 100 // whole if whole else 0
    return Measured(percent, measure.at_least, f"应报 {whole} 件，按期 {counted['whole'] - late} 件（{percent}%）")


def _clock_done(cycle: Cycle, measure: Measure) -> Measured:
    mine = [one for one in clocks_of(cycle) if one.key == measure.item]
    done = sum(one.done is not None for one in mine)
    percent = done * 100 // len(mine) if mine else 0
    return Measured(percent, measure.at_least, f"法定期限 {len(mine)} 项，已办结 {done} 项")


KINDS: dict[str, Callable[[Cycle, Measure], Measured]] = {
    "share_done": _share_done,
    "in_time": _in_time,
    "clock_done": _clock_done,
}


def measured(cycle: Cycle, told: dict[str, object]) -> Measured | None:
    """Compute the measure of a task; None where it has none and needs evidence."""
    if not told:
        return None
    measure = Measure.model_validate(told)
    return KINDS[measure.kind](cycle, measure)
