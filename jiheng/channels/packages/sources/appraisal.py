"""A concluded appraisal: both sides' points, the conclusion that was drawn, the conditions."""

from django.db.models import QuerySet

from jiheng.channels.packages.source import Drawn, Source
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import entries_of
from jiheng.rules.decision_package.cards import Line
from jiheng.rules.decision_package.kinds.appraisal import (
    PARAMETERS,
    SCORECARD,
    Condition,
    Decided,
    Facts,
    Result,
    Veto,
)
from jiheng.rules.policy import PolicyAt
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.appraisal.access import may_see_appraisals, visible_appraisals
from jiheng.stages.appraisal.models import Appraisal


def concluded(person: Person) -> QuerySet[Appraisal]:
    """Return the appraisals in sight whose conclusion stands."""
    return visible_appraisals(person).filter(concluded_on__isnull=False)


def _entry(record: Appraisal) -> Entry | None:
    return entries_of(record, ["appraisal.conclusion"]).first()


def _lines(record: Appraisal, side: str, card: Scorecard) -> tuple[Line, ...]:
    given = {one.item: one for one in record.lines.all() if one.side == side}
    return tuple(
        Line(item=item.key, label=item.label, full=item.points, points=one.points, reason=one.missing_fact)
        for item in card.items
        if (one := given.get(item.key)) is not None
    )


def draw(record: Appraisal, rules: PolicyAt, _: Person) -> Drawn:
    """Gather what was scored on both sides, and what was concluded."""
    card = rules.policy.scorecards[SCORECARD]
    theirs = _lines(record, "department", card)
    agreed = record.agreed_fen or 0
    facts = Facts(
        asked_fen=record.asked_fen,
        department=theirs if record.department_total is not None else (),
        bureau=_lines(record, "bureau", card),
        vetoes=tuple(Veto(key=one.key, label=one.label) for one in card.vetoes if one.key in record.vetoes),
    )
    decided = Decided(
        conclusion=record.conclusion,
        agreed_fen=agreed,
        reason=record.conclusion_reason,
        conditions=tuple(Condition(text=one.text, due=one.due) for one in record.conditions.all()),
    )
    result = Result(
        department_total=record.department_total,
        bureau_total=record.bureau_total,
        proposed=record.proposed,
        cut_fen=record.asked_fen - agreed,
    )
    return Drawn(facts, result, decided, parameters=PARAMETERS, grades=[card.grades], scorecards=[SCORECARD])


SOURCE = Source(
    "appraisal",
    visible=concluded,
    may=may_see_appraisals,
    year=lambda record: record.subject_year,
    office=lambda record: bureau_of(record.place_id).name,
    draw=draw,
    entry=_entry,
    workflow="appraisal",
)
