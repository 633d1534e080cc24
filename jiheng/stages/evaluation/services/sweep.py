"""Scoring a whole year's self-evaluations again: what stands in the records beside what the frozen rules say.

Nothing is written. Only the columns that the rules need are read, two queries a batch, and judged by the same
functions that scored them when they were filled in.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from jiheng.foundation.audit.queries import last_acts
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.registers.cycles.sweeping import Difference, Sweep, sweep
from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.self_evaluation import execution_points, total_from
from jiheng.stages.evaluation.judging import Judge, LineData
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.targets import reads_text

BATCH = 5000
SCORING = tuple(f"self_evaluation.{one}" for one in ("start", "results", "money", "follow_goal", "submit"))
"""The acts in which points, total and grade are computed."""


class Row(NamedTuple):
    """The columns of an indicator that scoring needs; `parameters` as the text that is stored."""

    target_text: str
    unit: str
    weight: Decimal
    operator: str
    value: Decimal | None
    high: Decimal | None
    method: str
    parameters: Any
    name: str = ""  # told with each answer


class Line(NamedTuple):
    """One row: the points that stand in the records, and those that the rules give now."""

    name: str
    weight: Decimal
    stored: Decimal | None
    computed: Decimal | None


class Record(NamedTuple):
    """What stands in the records for one self-evaluation; money in fen."""

    pk: int
    subject: str
    budget_fen: int
    executed_fen: int
    execution_points: Decimal | None
    total: Decimal | None
    grade: str


Filled = tuple[Record, list[Line]]


@dataclass(frozen=True)
class Rules:
    """What the frozen rules say of every self-evaluation of the year."""

    budget_year: int
    weight: Decimal
    places: int | None
    grades: GradeTable


COLUMNS: tuple[str | Combinable, ...] = (
    *("evaluation_id", "points", "actual_text", "tier", "claimed", "indicator__name"),
    *(f"indicator__{name}" for name in Row._fields[:-2]),
    Cast("indicator__parameters", TextField()),
)
"""What is read of each row; settings as text, since most rows have the same ones and few texts need parsing."""
KINDS = 10_000
"""How many kinds of rows are kept ready at once: a bound of memory, not of the year."""
RECORD_COLUMNS = ("pk", "subject_year__name", *Record._fields[2:])


def rescore_all(cycle: Cycle) -> Sweep:
    """Score again every self-evaluation of the cycle that has left its draft, and compare.

    按计分当时本年度所用的那一版规则，逐行、逐份复算得分、总分和等级，只对照，不改动。
    """
    return sweep(cycle, lambda dated: _filled(cycle, dated=dated), rules_of, _compared)


def scored_by(cycle: Cycle) -> dict[int, tuple[Decimal | None, str]]:
    """Return total and grade of every self-evaluation of the cycle by its rules, whenever it was scored."""
    rules = rules_of(cycle)
    again = ((record.pk, _again(record, lines, rules)) for (record, lines), _, _ in _filled(cycle))
    return {pk: (made.total, made.grade) for pk, made in again}


def rules_of(cycle: Cycle) -> Rules:
    """Read the year's rules once."""
    policy = policy_for(cycle)
    setting = policy.get("execution_rate_places", budget_year=cycle.budget_year)
    places = None if setting is None or setting.value is None else int(setting.value)
    weight = Decimal(str(value_in(cycle, "self_evaluation_weights").value["execution"]))
    return Rules(cycle.budget_year, weight, places, policy.grades["evaluation"])


def _filled(cycle: Cycle, *, dated: bool = False) -> Iterator[tuple[Filled, int, datetime | None]]:
    """Yield the self-evaluations, how many rows and, `dated`, when they were scored last; a few queries a `BATCH`."""
    found = SelfEvaluation.objects.filter(cycle=cycle).exclude(state="draft").order_by("pk")
    waiting = found.values_list(*RECORD_COLUMNS).iterator(chunk_size=BATCH)
    judges: dict[tuple[Any, ...], Judge] = {}
    while batch := [Record(*values) for values in islice(waiting, BATCH)]:
        lines: dict[int, list[Line]] = defaultdict(list)
        # A range, not a list of keys; sorted by key, as the rows lie.
        held = SelfLine.objects.filter(evaluation__gte=batch[0].pk, evaluation__lte=batch[-1].pk).order_by("pk")
        for pk, stored, typed, tier, claimed, name, target, unit, weight, sign, value, *rest in held.values_list(*COLUMNS):
            # Prose that scoring does not read makes no kind of its own.
            kind = (target if reads_text(sign, value) else "", unit, weight, sign, value, *rest)
            judge = judges.get(kind) or _judge(judges, kind, cycle.budget_year)
            points = judge(LineData(typed, tier, claimed), name).points
            lines[pk].append(Line(name, weight, stored, points.points if points else None))
        moments = last_acts(SelfEvaluation, [one.pk for one in batch], SCORING) if dated else {}
        for record in batch:
            yield (record, lines[record.pk]), len(lines[record.pk]), moments.get(record.pk)


def _judge(judges: dict[tuple[Any, ...], Judge], kind: tuple[Any, ...], budget_year: int) -> Judge:
    """Make the judge of a kind of rows and keep it."""
    if len(judges) >= KINDS:
        judges.clear()
    row = Row(*kind)
    made = judges[kind] = Judge(row._replace(parameters=json.loads(row.parameters)), budget_year)
    return made


class _Scored(NamedTuple):
    """A self-evaluation as the rules of a year score it, beyond its rows: execution, total, grade."""

    execution: Decimal | None
    total: Decimal | None
    grade: str


def _again(record: Record, lines: list[Line], rules: Rules) -> _Scored:
    execution, _ = execution_points(record.budget_fen, record.executed_fen, rules.weight, rules.places)
    total, grade = total_from(execution, [(one.weight, one.computed) for one in lines], rules.grades)
    return _Scored(execution, total, grade)


def _compared(filled: Filled, rules: Rules) -> Iterator[Difference]:
    """Yield what the rules say differently, the record itself left as it is."""
    record, lines = filled

    def differs(what: str, stored: object, computed: object) -> Difference:
        return Difference(record.pk, record.subject, what, _words(stored), _words(computed))

    again = _again(record, lines, rules)
    for line in lines:
        if line.computed != line.stored:
            yield differs(f"“{line.name}”得分", line.stored, line.computed)
    if again.execution != record.execution_points:
        yield differs("预算执行率得分", record.execution_points, again.execution)
    if again.total != record.total:
        yield differs("总分", record.total, again.total)
    if again.grade != record.grade:
        yield differs("等级", record.grade, again.grade)


def _words(value: object) -> str:
    return "空" if value is None or value == "" else str(value)
