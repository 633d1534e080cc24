"""One side's review of a goal on the pack's review table."""

from decimal import Decimal

from django.db.models import QuerySet

from jiheng.channels.packages.source import Drawn, Source
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import entries_of
from jiheng.rules.decision_package.kinds.goal_review import (
    PARAMETERS,
    SCORECARD,
    Decided,
    Facts,
    Result,
    Reviewed,
)
from jiheng.rules.goal_review import GATE, MARK, reaches_mark, way_of
from jiheng.rules.policy import PolicyAt
from jiheng.stages.goals.access import visible_reviews
from jiheng.stages.goals.models import GoalReview
from jiheng.stages.goals.pages import may_print_review


def reviews(person: Person) -> QuerySet[GoalReview]:
    """Return the reviews of the goals in sight."""
    return visible_reviews(person).select_related(
        "goal__subject_year__subject", "goal__subject_year__unit", "goal__subject_year__department",
        "goal__subject_year__cycle__snapshot", "goal__subject_year__cycle__place",
    ).defer("goal__subject_year__cycle__snapshot__content", "goal__cycle__snapshot__content")  # fmt: skip


def _entry(record: GoalReview) -> Entry | None:
    """Return the entry of exactly this review: a side may have reviewed other content of the goal, too."""
    made = entries_of(record.goal, ["goals.review"])
    return next((one for one in made if one.detail.get("side") == record.side and one.detail.get("lines") == record.lines), None)


def draw(record: GoalReview, rules: PolicyAt, _: Person) -> Drawn:
    """Gather the table as it was filled."""
    policy = rules.policy
    card = policy.scorecards[SCORECARD]
    band = policy.grades[card.grades].band(record.grade)
    lines = tuple(
        Reviewed(
            item=item.key,
            label=item.label,
            full=item.points,
            points=Decimal(told["points"]),
            reason=told.get("remark", ""),
            tier=told.get("tier", ""),
        )
        for item in card.items
        for told in ([record.lines[item.key]] if item.key in record.lines else ())
    )
    gate, mark = (rules.get(key) if key in policy.parameters else None for key in (GATE, MARK))
    passes = way_of(band.key, gate.value if gate else None).passes
    result = Result(
        total=record.total,
        grade=record.grade,
        grade_label=band.label,
        passes=passes and reaches_mark(record.total, mark.value if mark else None),
    )
    facts = Facts(side=record.get_side_display(), lines=lines)
    decided = Decided(opinion=record.opinion)
    return Drawn(facts, result, decided, parameters=PARAMETERS, grades=[card.grades], scorecards=[SCORECARD])


SOURCE = Source(
    "goal_review",
    visible=reviews,
    may=may_print_review,
    year=lambda record: record.goal.subject_year,
    office=lambda record: record.get_side_display(),
    draw=draw,
    entry=_entry,
    workflow="goals",
)
