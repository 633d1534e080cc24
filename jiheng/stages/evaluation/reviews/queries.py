"""How the review of indicators and report stands: who was asked, who said what, which step is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.experts.drawing import in_register
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.policy import DatedValue
from jiheng.rules.workflow import Workflow
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.fieldwork.queries import scheme_of
from jiheng.stages.evaluation.models import Evaluation, ExpertReview
from jiheng.stages.evaluation.review_tables import TABLES, is_reviewed, reviewed, way_of

LABELS = dict(ExpertReview.DOCUMENTS)


def panel_rule(cycle: Cycle) -> DatedValue | None:
    """Return how many experts must judge and which share must agree; None where the place says nothing."""
    return rule_in(cycle, "evaluation_expert_panel")


def experts_for(evaluation: Evaluation, document: str, digest: str, field: str = "") -> QuerySet[Evaluator]:
    """Return the experts in the register today who may judge: not of the evaluator or the unit, not asked before."""
    found = in_register(evaluation.place_id, field, "expert")
    found = found.exclude(organisation_id__in=(evaluation.evaluator_id, evaluation.subject_year.unit_id))
    asked = ExpertReview.objects.filter(evaluation=evaluation, document=document, content_hash=digest)
    return found.exclude(pk__in=asked.values("expert"))


@dataclass(frozen=True)
class Stop:
    """One state on the way of a document: its words, and whether it is behind, here or ahead."""

    label: str
    tone: Tone


@dataclass(frozen=True)
class Opinion:
    """What one person said in one step, as it is shown and printed."""

    step: str
    who: str
    text: str
    at: datetime | None
    verdict: str = ""
    points: Decimal | None = None


@dataclass(frozen=True)
class Review:
    """One document's review: its way, what was said in order, the experts' parts on the present and earlier content."""

    document: str
    label: str
    stops: list[Stop]
    opinions: list[Opinion]
    seats: list[ExpertReview]
    case: Case | None
    state: str
    finished: bool


def _way(table: Workflow, way: Sequence[str], state: str | None, *, finished: bool) -> list[Stop]:
    """Return the stops of a review, told apart by where the document is."""
    here = way.index(state) if state in way else -1
    tones: list[Tone] = [
        "green" if finished or at < here else "amber" if at == here else "grey" for at in range(len(way))
    ]
    return [Stop(table.states[key].label, tone) for key, tone in zip(way, tones, strict=True)]


def said_on(case: Case, table: Workflow) -> list[Opinion]:
    """Return the opinions under the steps of review of a case: passed or returned, in order."""
    labels = {step.action: step.label for step in table.steps}
    named = {step.action for step in table.steps if step.from_state != table.start and step.action not in OTHERS}
    rows = Signature.objects.filter(subject=subject_key(case), action__in=named).order_by("pk")
    return [Opinion(labels[one.action], one.name, one.comment, one.at) for one in rows]


OTHERS = frozenset({"start", "submit_report", "consult", "respond", "revise", "confirm"})
"""Steps of an evaluation that are no step of its review."""


def reviews_of(evaluation: Evaluation, reader: Person | None = None) -> list[Review]:
    """Return the reviews that the place's tables demand of an evaluation; empty where they demand none.

    An expert who reads has the own part alone before the eyes: what other experts say is not to lead anybody.
    """
    found = []
    alone = reader is not None and reader.role == "expert"
    seats = list(evaluation.expert_reviews.select_related("expert"))
    for document in reviewed(evaluation.cycle):
        table = policy_for(evaluation.cycle).workflows[TABLES[document]]
        case: Case | None = scheme_of(evaluation) if document == "indicators" else evaluation
        way = way_of(evaluation.cycle, document)
        finished = case is not None and is_reviewed(evaluation.cycle, document, case.state)
        told = said_on(case, table) if case is not None else []
        own = [one for one in seats if one.document == document]
        if alone and reader is not None:
            own = [one for one in own if one.user_id == reader.user_id]
        told += [
            Opinion(f"专家评审意见（{one.get_verdict_display()}）", one.expert.name, one.opinion, one.given_at, one.verdict, one.points)
            for one in own
            if one.given_at is not None
        ]
        told.sort(key=lambda one: one.at or evaluation.created_at)
        state = table.states[case.state].label if case is not None else "还没有拟定"
        found.append(
            Review(document, LABELS[document], _way(table, way, case.state if case else None, finished=finished), told, own, case, state, finished)
        )
    return found
