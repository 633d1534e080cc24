"""Scoring a whole year's self-evaluations again: what stands in the records beside what the frozen rules say.

Nothing is written. Facts are read in batches, two queries a batch, and judged by the same functions that
scored them when they were filled in.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db.models import Max

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.registers.cycles.versions import as_of, has_changed
from jiheng.stages.evaluation.judging import LineData, execution_points, judged, total_of
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine

BATCH = 500
SCORING = tuple(f"self_evaluation.{one}" for one in ("start", "results", "money", "follow_goal", "submit"))
"""The acts in which points, total and grade are computed."""


@dataclass(frozen=True)
class Difference:
    """One figure of a self-evaluation that the rules do not confirm; `stored` and `computed` in words."""

    evaluation: int
    subject: str
    what: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"{self.subject}：{self.what}记录为{self.stored}，复算为{self.computed}"


@dataclass(frozen=True)
class Sweep:
    """How much was scored again, and what came out differently."""

    evaluations: int
    rows: int
    differences: tuple[Difference, ...]


def rescore_all(cycle: Cycle) -> Sweep:
    """Score again every self-evaluation of the cycle that has left its draft, and compare.

    按计分当时本年度所用的那一版规则，逐行、逐份复算得分、总分和等级，只对照，不改动。
    """
    evaluations = rows = 0
    differences: list[Difference] = []
    for record, lines, moment in _filled(cycle):
        evaluations += 1
        rows += len(lines)
        differences += _compared(record, lines, as_of(cycle, moment))
    return Sweep(evaluations, rows, tuple(differences))


def scored_by(cycle: Cycle) -> dict[int, tuple[Decimal | None, str]]:
    """Return total and grade of every self-evaluation of the cycle by its rules, whenever it was scored."""
    found = {}
    for record, lines, _ in _filled(cycle):
        again = _again(record, lines, cycle)
        found[record.pk] = (again.total, again.grade)
    return found


def _filled(cycle: Cycle) -> Iterator[tuple[SelfEvaluation, list[SelfLine], datetime | None]]:
    """Yield the self-evaluations with their rows and when they were scored last; a few queries a `BATCH`.

    Where the year always had the same rules, nobody asks when.
    """
    changed = has_changed(cycle)
    found = SelfEvaluation.objects.filter(cycle=cycle).exclude(state="draft")
    waiting = found.select_related("subject_year").order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        lines: dict[int, list[SelfLine]] = defaultdict(list)
        held = SelfLine.objects.filter(evaluation__in=batch).select_related("indicator")
        for line in held.order_by("evaluation_id", "indicator__position", "pk"):
            lines[line.evaluation_id].append(line)
        moments = _scored_at(batch) if changed else {}
        for record in batch:
            record.cycle = cycle
            yield record, lines[record.pk], moments.get(record.pk)


def _scored_at(batch: list[SelfEvaluation]) -> dict[int, datetime]:
    """Return when each was scored last, from the chain."""
    keys = {subject_key(one): one.pk for one in batch}
    rows = Entry.objects.filter(subject__in=list(keys), action__in=SCORING).values_list("subject")
    return {keys[subject]: at for subject, at in rows.annotate(last=Max("at")).order_by()}


@dataclass(frozen=True)
class _Scored:
    """A self-evaluation as the rules of a cycle score it: points row by row, execution, total, grade."""

    points: list[Decimal | None]
    execution: Decimal | None
    total: Decimal | None
    grade: str


def _again(record: SelfEvaluation, lines: list[SelfLine], cycle: Cycle) -> _Scored:
    points: list[Decimal | None] = []
    for line in lines:
        data = LineData(line.actual_text, line.tier, line.claimed, line.reason)
        made = judged(line.indicator, data, cycle.budget_year).points
        points.append(made.points if made else None)
    weight = Decimal(str(value_in(cycle, "self_evaluation_weights").value["execution"]))
    setting = policy_for(cycle).get("execution_rate_places", budget_year=cycle.budget_year)
    places = None if setting is None or setting.value is None else int(setting.value)
    execution, _ = execution_points(record.budget_fen, record.executed_fen, weight, places)
    fresh = SelfEvaluation(cycle=cycle, execution_points=execution)
    rows = [SelfLine(indicator=line.indicator, points=one) for line, one in zip(lines, points, strict=True)]
    return _Scored(points, execution, *total_of(fresh, rows))


def _compared(record: SelfEvaluation, lines: list[SelfLine], cycle: Cycle) -> Iterator[Difference]:
    """Yield what the rules say differently, the record itself left as it is."""

    def differs(what: str, stored: object, computed: object) -> Difference:
        return Difference(record.pk, record.subject_year.name, what, _words(stored), _words(computed))

    again = _again(record, lines, cycle)
    for line, now in zip(lines, again.points, strict=True):
        if now != line.points:
            yield differs(f"“{line.indicator.name}”得分", line.points, now)
    if again.execution != record.execution_points:
        yield differs("预算执行率得分", record.execution_points, again.execution)
    if again.total != record.total:
        yield differs("总分", record.total, again.total)
    if again.grade != record.grade:
        yield differs("等级", record.grade, again.grade)


def _words(value: object) -> str:
    return "空" if value is None or value == "" else str(value)
