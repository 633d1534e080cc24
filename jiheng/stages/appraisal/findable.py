"""Ex-ante appraisals can be found by project and unit."""

from typing import Any

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.searching import Searched
from jiheng.stages.appraisal.access import may_see_appraisals, visible_appraisals
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.pages import APPRAISALS


def rows(person: Person, cycle: Any) -> QuerySet[Appraisal]:
    """Return the appraisals of a year."""
    found = visible_appraisals(person)
    return found.filter(cycle=cycle) if cycle is not None else found


SEARCHED = [Searched(("事前评估", "评估"), APPRAISALS, "appraisal:list", may_see_appraisals, rows)]
