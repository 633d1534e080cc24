"""Scoring a whole year's self-evaluations again: what stands in the records beside what the frozen rules say.

Nothing is written. Facts are read in batches, two queries a batch, and judged by the same functions that
scored them when they were filled in.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.stages.evaluation.judging import LineData, execution_points, judged, total_of
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine

BATCH = 500


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

    按开启年度时冻结的规则，逐行、逐份复算得分、总分和等级，只对照，不改动。
    """
    evaluations = rows = 0
    differences: list[Difference] = []
    for record, lines in _filled(cycle):
        evaluations += 1
        rows += len(lines)
        differences += _compared(record, lines, cycle)
    return Sweep(evaluations, rows, tuple(differences))


def _filled(cycle: Cycle) -> Iterator[tuple[SelfEvaluation, list[SelfLine]]]:
    """Yield the self-evaluations with their rows, two queries for every `BATCH` of them."""
    found = SelfEvaluation.objects.filter(cycle=cycle).exclude(state="draft")
    waiting = found.select_related("subject_year").order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        lines: dict[int, list[SelfLine]] = defaultdict(list)
        held = SelfLine.objects.filter(evaluation__in=batch).select_related("indicator")
        for line in held.order_by("evaluation_id", "indicator__position", "pk"):
            lines[line.evaluation_id].append(line)
        for record in batch:
            record.cycle = cycle
            yield record, lines[record.pk]


def _compared(record: SelfEvaluation, lines: list[SelfLine], cycle: Cycle) -> Iterator[Difference]:
    """Yield what the rules say differently, the record itself left as it is."""

    def differs(what: str, stored: object, computed: object) -> Difference:
        return Difference(record.pk, record.subject_year.name, what, _words(stored), _words(computed))

    again: list[SelfLine] = []
    for line in lines:
        data = LineData(line.actual_text, line.tier, line.claimed, line.reason)
        points = judged(line.indicator, data, cycle.budget_year).points
        now = points.points if points else None
        if now != line.points:
            yield differs(f"“{line.indicator.name}”得分", line.points, now)
        again.append(SelfLine(indicator=line.indicator, points=now))
    weight = Decimal(str(value_in(cycle, "self_evaluation_weights").value["execution"]))
    setting = policy_for(cycle).get("execution_rate_places", budget_year=cycle.budget_year)
    places = None if setting is None or setting.value is None else int(setting.value)
    execution, _ = execution_points(record.budget_fen, record.executed_fen, weight, places)
    if execution != record.execution_points:
        yield differs("预算执行率得分", record.execution_points, execution)
    fresh = SelfEvaluation(cycle=cycle, execution_points=execution)
    total, grade = total_of(fresh, again)
    if total != record.total:
        yield differs("总分", record.total, total)
    if grade != record.grade:
        yield differs("等级", record.grade, grade)


def _words(value: object) -> str:
    return "空" if value is None or value == "" else str(value)
