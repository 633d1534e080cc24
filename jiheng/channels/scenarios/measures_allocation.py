"""Figures of schemes that share money out."""

from jiheng.channels.scenarios.measures import exact_wan, measure
from jiheng.foundation.accounts.models import Place
from jiheng.stages.results.models import AllocationLine


@measure
def allocated(place: Place, year: int, name: str, body: str) -> str:
    """What a body gets out of a decided scheme, in 万元 to the fen."""
    line = AllocationLine.objects.get(
        allocation__place=place, allocation__cycle__budget_year=year, allocation__name=name, allocation__state="decided", body__code=body
    )
    return exact_wan(line.amount_fen or 0)


@measure
def allocated_in_all(place: Place, year: int, name: str) -> str:
    """What all bodies get out of a decided scheme, in 万元 to the fen."""
    lines = AllocationLine.objects.filter(
        allocation__place=place, allocation__cycle__budget_year=year, allocation__name=name, allocation__state="decided"
    )
    return exact_wan(sum(one.amount_fen or 0 for one in lines))
