"""A decision on a later budget: what the rule proposed, what a leader decided, what it takes off."""

from django.db.models import QuerySet

from jiheng.channels.packages.source import Drawn, Source, tidy
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import entries_of
from jiheng.rules.decision_package.kind import prescribed
from jiheng.rules.decision_package.kinds.cut import PARAMETER, Decided, Facts, Result
from jiheng.rules.policy import PolicyAt
from jiheng.rules.results import consequence
from jiheng.stages.results.access import may_see_decisions, visible_decisions
from jiheng.stages.results.models import Decision


def decided(person: Person) -> QuerySet[Decision]:
    """Return the decisions in sight that have been taken."""
    return visible_decisions(person).filter(decided_on__isnull=False)


def _entry(record: Decision) -> Entry | None:
    return entries_of(record, ["decision.decide"]).first()


def draw(record: Decision, rules: PolicyAt, _: Person) -> Drawn:
    """Gather the result that was applied, and the decision; the rule's own proposal is not kept once decided."""
    evaluation, policy = record.evaluation, rules.policy
    grades = policy.scorecards[evaluation.scorecard].grades
    band = policy.grades[grades].band(evaluation.grade)
    rule = prescribed(rules, PARAMETER)
    proposal = consequence(
        evaluation.kind,
        evaluation.grade,
        record.base_fen,
        rule.value if rule is not None else {},
        clause=record.clause,
        band=band,
        score=evaluation.total,
    )
    cut = record.amount_fen or 0
    facts = Facts(
        kind=evaluation.kind,
        kind_label=evaluation.kind_words,
        grades=grades,
        score=evaluation.total,
        base_fen=record.base_fen,
        for_budget_year=record.for_budget_year,
    )
    taken = Decided(
        asked_ratio=tidy(record.proposed_ratio),
        ratio=tidy(record.ratio),
        reason=record.reason,
        exception_reason=record.exception_reason,
    )
    result = Result(
        grade_label=band.label,
        action=proposal.action,
        min_ratio=record.min_ratio,
        max_ratio=record.max_ratio,
        proposed_ratio=proposal.proposed_ratio,
        proposed_fen=proposal.proposed_fen,
        decided_action=record.action,
        cut_fen=cut,
        ceiling_fen=record.base_fen - cut,
    )
    return Drawn(facts, result, taken, parameters=[PARAMETER], grades=[grades])


SOURCE = Source(
    "cut",
    visible=decided,
    may=may_see_decisions,
    year=lambda record: record.evaluation.subject_year,
    office=lambda record: bureau_of(record.place_id).name,
    draw=draw,
    entry=_entry,
    workflow="decision",
)
