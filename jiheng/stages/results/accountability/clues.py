"""What the records already show that may be a situation of accountability: clues, never a decision.

A situation of the pack names its clue; here is what each clue finds. A clue that led to a case is no clue any more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.fieldwork.queries import standing, withheld
from jiheng.stages.evaluation.models import Evaluation, MaterialRequest, SelfEvaluation, SpotCheck
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.models import MonitoringReport
from jiheng.stages.results.accountability.access import may_open
from jiheng.stages.results.accountability.facts import rules_of
from jiheng.stages.results.models import Accountability, Rectification
from jiheng.stages.results.queries import bands_of, grade_label, overdue

MOST = 200


@dataclass(frozen=True)
class Clue:
    """One record that may be a situation: whose it is, what it shows, the record itself."""

    situation: str
    situation_text: str
    body: Organisation
    year: SubjectYear
    text: str
    source: str


Found = tuple[SubjectYear, str, Any]
Finder = Callable[[Cycle], Iterator[Found]]
FINDERS: dict[str, Finder] = {}


def clue(function: Finder) -> Finder:
    """Register what a clue finds under its own name."""
    FINDERS[function.__name__] = function
    return function


@clue
def goal_late(cycle: Cycle) -> Iterator[Found]:
    """Projects whose goal never left the unit though its day has passed."""
    due = window(cycle, "goals_submit")
    if due is None or due.days_left >= 0:
        return
    sent = Goal.objects.exclude(state="draft").values("subject_year")
    late = SubjectYear.objects.filter(cycle=cycle, kind="project").exclude(pk__in=sent)
    for year in late.select_related("unit", "subject").order_by("pk")[:MOST]:
        yield year, f"绩效目标应于 {due.due} 前报送，尚未报送", year


@clue
def deviating(cycle: Cycle) -> Iterator[Found]:
    """Reports of monitoring with a red light."""
    found = MonitoringReport.objects.filter(cycle=cycle, light="red").exclude(state="draft")
    for one in found.select_related("subject_year__unit", "checkpoint").order_by("pk")[:MOST]:
        yield one.subject_year, f"{one.checkpoint}监控为红灯", one


@clue
def target_missed(cycle: Cycle) -> Iterator[Found]:
    """Accepted self-evaluations whose grade is the lowest: the project ended below its goal."""
    lowest = policy_for(cycle).grades["evaluation"].falling[-1].key
    found = SelfEvaluation.objects.filter(cycle=cycle, grade=lowest, state__in=("rechecked", "accepted"))
    for one in found.select_related("goal__subject_year__unit").order_by("pk")[:MOST]:
        yield one.goal.subject_year, "自评得分低，绩效目标没有实现", one


@clue
def poor_grade(cycle: Cycle) -> Iterator[Found]:
    """Confirmed evaluations with the lowest grade."""
    found = Evaluation.objects.filter(cycle=cycle, state="confirmed")
    found = found.select_related("subject_year__unit", "cycle__snapshot").defer("cycle__snapshot__content")
    for one in found.order_by("total", "pk")[:MOST]:
        if one.grade == bands_of(one)[-1].key:
            yield one.subject_year, f"{one.kind_words}得 {one.total} 分，等级为“{grade_label(one)}”", one


@clue
def rectification_failed(cycle: Cycle) -> Iterator[Found]:
    """Orders of rectification that are not closed though their day has passed."""
    found = overdue(Rectification.objects.filter(cycle=cycle))
    for one in found.select_related("finding__evaluation__subject_year__unit", "unit").order_by("pk")[:MOST]:
        yield one.finding.evaluation.subject_year, f"整改逾期：{one.finding.text}，时限 {one.due}", one


@clue
def material_withheld(cycle: Cycle) -> Iterator[Found]:
    """Material that an evaluation asked for and that the unit refused, or did not bring in time."""
    found = withheld(MaterialRequest.objects.filter(evaluation__cycle=cycle))
    for one in found.select_related("evaluation__subject_year__unit").order_by("pk")[:MOST]:
        yield one.evaluation.subject_year, f"评价调取的材料“{one.text}”{standing(one).words}，期限 {one.due}", one


@clue
def spot_check_untrue(cycle: Cycle) -> Iterator[Found]:
    """Monitoring reports in which a spot check found values that the source data does not bear out."""
    found = SpotCheck.objects.filter(report__cycle=cycle, untrue=True)
    for one in found.select_related("report__subject_year__unit", "report__checkpoint").order_by("pk")[:MOST]:
        names = "、".join(row["name"] for row in one.rows if row["untrue"])
        yield one.report.subject_year, f"{one.report.checkpoint}监控数据抽查不实：{names}", one


def clues_in(person: Person, cycle: Cycle | None) -> list[Clue]:
    """Return the clues of a cycle for those who may open cases, without those that already led to one."""
    rules = rules_of(cycle) if cycle is not None and may_open(person) else None
    if rules is None or cycle is None or cycle.place_id != person.place_id:
        return []
    seen = set(Accountability.objects.filter(cycle=cycle).exclude(source="").values_list("source", "situation"))
    found = []
    for row in rules.situations.value:
        for name in row.get("clues", ()):
            for year, text, source in FINDERS[name](cycle):
                key = subject_key(source)
                if (key, row["key"]) not in seen:
                    found.append(Clue(row["key"], str(row["label"]), year.unit, year, text, key))
    return found


def is_late(case: Accountability) -> bool:
    """Whether the report is overdue: not sent in time, or sent after its last day."""
    if case.due is None or case.state in {"proposed", "dismissed"}:
        return False
    return (case.reported_on or clock.today()) > case.due
