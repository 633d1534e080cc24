"""What a case of accountability may rest on: a record in sight, whose it is, and what it says."""

from dataclasses import dataclass

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import visible_subject_years, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.fieldwork.queries import standing
from jiheng.stages.evaluation.models import Evaluation, Finding, MaterialRequest, SelfEvaluation
from jiheng.stages.monitoring.models import MonitoringReport
from jiheng.stages.results.access import visible_rectifications
from jiheng.stages.results.queries import grade_label


@dataclass(frozen=True)
class Source:
    """The record behind a case: its key, the subject and year that it is about, its words."""

    key: str
    year: SubjectYear
    text: str


def source_of(person: Person, key: str) -> Source | None:
    """Return the record that a key (`results.rectification:12`) names; None when there is none in sight."""
    label, _, number = key.partition(":")
    if not number.isdecimal() or len(number) > 18:  # longer is no key of either database
        return None
    found = _READERS[label](person, int(number)) if label in _READERS else None
    return Source(key, *found) if found else None


def year_by_code(person: Person, cycle: Cycle, code: str) -> SubjectYear | None:
    """Return the subject of the cycle's budget year with this code; None when there is none in sight."""
    return visible_subject_years(person).filter(cycle=cycle, subject__code=code).first()


_Read = tuple[SubjectYear, str]


def _rectification(person: Person, pk: int) -> _Read | None:
    one = visible_rectifications(person).filter(pk=pk).first()
    return (one.finding.evaluation.subject_year, f"整改：{one.finding.text}") if one else None


def _evaluation(person: Person, pk: int) -> _Read | None:
    found = Evaluation.objects.filter(within(person, "subject_year__"), pk=pk, state="confirmed")
    one = found.select_related("subject_year", "cycle__snapshot").defer("cycle__snapshot__content").first()
    return (one.subject_year, f"{one.kind_words} {one.total} 分，等级“{grade_label(one)}”") if one else None


def _finding(person: Person, pk: int) -> _Read | None:
    found = Finding.objects.filter(within(person, "evaluation__subject_year__"), pk=pk, evaluation__state="confirmed")
    one = found.select_related("evaluation__subject_year").first()
    return (one.evaluation.subject_year, f"评价发现：{one.text}") if one else None


def _material(person: Person, pk: int) -> _Read | None:
    found = MaterialRequest.objects.filter(within(person, "evaluation__subject_year__"), pk=pk)
    one = found.select_related("evaluation__subject_year").first()
    return (one.evaluation.subject_year, f"评价调取的材料“{one.text}”{standing(one).words}") if one else None


def _self_evaluation(person: Person, pk: int) -> _Read | None:
    one = SelfEvaluation.objects.filter(within(person, "subject_year__"), pk=pk).select_related("subject_year").first()
    return (one.subject_year, f"自评 {one.total} 分") if one else None


def _monitoring(person: Person, pk: int) -> _Read | None:
    found = MonitoringReport.objects.filter(within(person, "subject_year__"), pk=pk)
    one = found.select_related("subject_year", "checkpoint").first()
    return (one.subject_year, f"{one.checkpoint}监控") if one else None


def _year(person: Person, pk: int) -> _Read | None:
    one = visible_subject_years(person).filter(pk=pk).first()
    return (one, f"{one.budget_year} 年度绩效目标") if one else None


_READERS = {
    "results.rectification": _rectification,
    "evaluation.evaluation": _evaluation,
    "evaluation.finding": _finding,
    "evaluation.materialrequest": _material,
    "evaluation.selfevaluation": _self_evaluation,
    "monitoring.monitoringreport": _monitoring,
    "subjects.subjectyear": _year,
}
