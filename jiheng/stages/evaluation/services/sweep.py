"""Scoring a whole year's self-evaluations again: what stands in the records beside what the frozen rules say.

Nothing is written. Only the columns that the rules need are read, two queries a batch, and judged by the same
functions that scored them when they were filled in.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Max

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.registers.cycles.versions import Versions
from jiheng.rules.scoring.grades import GradeTable
from jiheng.stages.evaluation.judging import LineData, execution_points, judged, total_from
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


class Row(NamedTuple):
    """The columns of an indicator that scoring needs, in the order in which they are read."""

    name: str
    target_text: str
    unit: str
    weight: Decimal
    operator: str
    value: Decimal | None
    high: Decimal | None
    method: str
    parameters: Mapping[str, Any]


class Line(NamedTuple):
    """What stands in the records for one row."""

    points: Decimal | None
    data: LineData
    row: Row


class Record(NamedTuple):
    """What stands in the records for one self-evaluation; money in fen."""

    pk: int
    subject: str
    budget_fen: int
    executed_fen: int
    execution_points: Decimal | None
    total: Decimal | None
    grade: str


@dataclass(frozen=True)
class Rules:
    """What the frozen rules say of every self-evaluation of the year."""

    budget_year: int
    weight: Decimal
    places: int | None
    grades: GradeTable


LINE_COLUMNS = ("evaluation_id", "points", "actual_text", "tier", "claimed")
ROW_COLUMNS = tuple(f"indicator__{name}" for name in Row._fields)
RECORD_COLUMNS = ("pk", "subject_year__name", *Record._fields[2:])


def rescore_all(cycle: Cycle) -> Sweep:
    """Score again every self-evaluation of the cycle that has left its draft, and compare.

    按计分当时本年度所用的那一版规则，逐行、逐份复算得分、总分和等级，只对照，不改动。
    """
    versions, known = Versions(cycle), dict[int, Rules]()
    evaluations = rows = 0
    differences: list[Difference] = []
    for record, lines, moment in _filled(cycle, dated=versions.changed):
        then = versions.as_of(moment)
        rules = known.get(then.snapshot_id) or known.setdefault(then.snapshot_id, rules_of(then))
        evaluations += 1
        rows += len(lines)
        differences += _compared(record, lines, rules)
    return Sweep(evaluations, rows, tuple(differences))


def scored_by(cycle: Cycle) -> dict[int, tuple[Decimal | None, str]]:
    """Return total and grade of every self-evaluation of the cycle by its rules, whenever it was scored."""
    rules = rules_of(cycle)
    again = ((record.pk, _again(record, lines, rules)) for record, lines, _ in _filled(cycle))
    return {pk: (made.total, made.grade) for pk, made in again}


def rules_of(cycle: Cycle) -> Rules:
    """Read the year's rules once."""
    policy = policy_for(cycle)
    setting = policy.get("execution_rate_places", budget_year=cycle.budget_year)
    places = None if setting is None or setting.value is None else int(setting.value)
    weight = Decimal(str(value_in(cycle, "self_evaluation_weights").value["execution"]))
    return Rules(cycle.budget_year, weight, places, policy.grades["evaluation"])


def _filled(cycle: Cycle, *, dated: bool = False) -> Iterator[tuple[Record, list[Line], datetime | None]]:
    """Yield the self-evaluations with their rows and, `dated`, when they were scored last; a few queries a `BATCH`."""
    found = SelfEvaluation.objects.filter(cycle=cycle).exclude(state="draft").order_by("pk")
    waiting = found.values_list(*RECORD_COLUMNS).iterator(chunk_size=BATCH)
    while batch := [Record(*values) for values in islice(waiting, BATCH)]:
        lines: dict[int, list[Line]] = defaultdict(list)
        # A range, not a list of keys; sorted by key, as the rows lie.
        held = SelfLine.objects.filter(evaluation__gte=batch[0].pk, evaluation__lte=batch[-1].pk).order_by("pk")
        columns = held.values_list(*LINE_COLUMNS, *ROW_COLUMNS).iterator(chunk_size=BATCH)
        for pk, points, text, tier, claimed, *row in columns:
            lines[pk].append(Line(points, LineData(text, tier, claimed), Row(*row)))
        moments = _scored_at(batch) if dated else {}
        for record in batch:
            yield record, lines[record.pk], moments.get(record.pk)


def _scored_at(batch: list[Record]) -> dict[int, datetime]:
    """Return when each was scored last, from the chain."""
    keys = {subject_key(SelfEvaluation(pk=one.pk)): one.pk for one in batch}
    rows = Entry.objects.filter(subject__in=list(keys), action__in=SCORING).values_list("subject")
    return {keys[subject]: at for subject, at in rows.annotate(last=Max("at")).order_by()}


class _Scored(NamedTuple):
    """A self-evaluation as the rules of a year score it: points row by row, execution, total, grade."""

    points: list[Decimal | None]
    execution: Decimal | None
    total: Decimal | None
    grade: str


def _again(record: Record, lines: list[Line], rules: Rules) -> _Scored:
    made = [judged(line.row, line.data, rules.budget_year).points for line in lines]
    points = [one.points if one else None for one in made]
    execution, _ = execution_points(record.budget_fen, record.executed_fen, rules.weight, rules.places)
    scored = [(line.row.weight, one) for line, one in zip(lines, points, strict=True)]
    return _Scored(points, execution, *total_from(execution, scored, rules.grades))


def _compared(record: Record, lines: list[Line], rules: Rules) -> Iterator[Difference]:
    """Yield what the rules say differently, the record itself left as it is."""

    def differs(what: str, stored: object, computed: object) -> Difference:
        return Difference(record.pk, record.subject, what, _words(stored), _words(computed))

    again = _again(record, lines, rules)
    for line, now in zip(lines, again.points, strict=True):
        if now != line.points:
            yield differs(f"“{line.row.name}”得分", line.points, now)
    if again.execution != record.execution_points:
        yield differs("预算执行率得分", record.execution_points, again.execution)
    if again.total != record.total:
        yield differs("总分", record.total, again.total)
    if again.grade != record.grade:
        yield differs("等级", record.grade, again.grade)


def _words(value: object) -> str:
    return "空" if value is None or value == "" else str(value)
