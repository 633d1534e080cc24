"""Figures of departments' evaluations that the bureau re-checked."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.services.evaluations import card_of


@measure
def result_versions(place: Place, year: int, code: str) -> str:
    """Every version of a department's evaluation with its grade, the one in force last."""
    record = Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code, kind="department")
    grades = policy_for(record.cycle).grades[card_of(record).grades]
    return "；".join(f"{one.number}：{one.total}分{grades.band(one.grade).label}" for one in record.versions.all())
