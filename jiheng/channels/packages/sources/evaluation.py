"""A confirmed evaluation; with the bureau's re-check of a department's. What single experts gave is not part of it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import QuerySet

from jiheng.channels.packages.source import Drawn, Source
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import entries_of
from jiheng.rules.decision_package.cards import Line
from jiheng.rules.decision_package.kinds.evaluation import Decided, Facts, Result
from jiheng.rules.policy import PolicyAt
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.access import may_see_evaluations, visible_evaluations
from jiheng.stages.evaluation.models import Evaluation

DECIDING = ("evaluation.recheck", "evaluation.confirm")
SCORING = ("evaluation.score", "evaluation.submit_report", "evaluation.recheck")


def confirmed(person: Person) -> QuerySet[Evaluation]:
    """Return the evaluations in sight whose result stands."""
    return visible_evaluations(person).filter(state="confirmed")


def _entry(record: Evaluation) -> Entry | None:
    return next((one for action in DECIDING for one in entries_of(record, [action])[:1]), None)


def _worked_at(record: Evaluation) -> Entry | None:
    return entries_of(record, SCORING).first()


def lines_of(card: Scorecard, given: Mapping[str, tuple[Decimal, str]]) -> tuple[Line, ...]:
    """Return a filled card: every item with the points and the reason that were given."""
    return tuple(
        Line(item=item.key, label=item.label, full=item.points, points=points, reason=reason)
        for item in card.items
        for points, reason in ([given[item.key]] if item.key in given else ())
    )


def _given(rows: Iterable[tuple[str, Decimal, str]]) -> dict[str, tuple[Decimal, str]]:
    return {item: (points, reason) for item, points, reason in rows}


def draw(record: Evaluation, rules: PolicyAt, _: Person) -> Drawn:
    """Gather the points on which the result was confirmed, and those of the re-check."""
    card = rules.policy.scorecards[record.scorecard]
    table = rules.policy.grades[card.grades]
    now = lines_of(card, _given(record.lines.values_list("item", "points", "reason")))
    versions = list(record.versions.all())
    again = record if versions else None
    first = versions[0] if versions else record
    lines, decided = now, None
    if versions:
        before = {item: (Decimal(points), reason) for item, (points, reason) in versions[0].points.items()}
        lines, decided = lines_of(card, before), Decided(lines=now, opinion=versions[-1].opinion)
    result = Result(
        total=first.total,
        grade=first.grade,
        grade_label=table.band(first.grade).label,
        recheck_total=again.total if again else None,
        recheck_grade=table.band(again.grade).label if again else "",
    )
    facts = Facts(kind=record.kind_words, scorecard=record.scorecard, lines=lines)
    return Drawn(facts, result, decided, grades=[card.grades], scorecards=[record.scorecard])


SOURCE = Source(
    "evaluation",
    visible=confirmed,
    may=may_see_evaluations,
    year=lambda record: record.subject_year,
    office=lambda record: record.evaluator.name,
    draw=draw,
    entry=_entry,
    worked_at=_worked_at,
    workflow="evaluation",
)
