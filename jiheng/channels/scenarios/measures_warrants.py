"""Which kinds of documents that a link of the process demands are not on record for a project."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.warrants import missing_warrants


@measure
def warrants_missing(place: Place, year: int, code: str, link: str) -> str:
    """The kinds that are demanded and missing, by their labels."""
    found = SubjectYear.objects.get(place=place, budget_year=year, subject__code=code)
    return "；".join(one.label for one in missing_warrants(found, link)) or "没有"
