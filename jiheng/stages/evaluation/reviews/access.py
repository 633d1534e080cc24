"""Who sees how indicators and report are reviewed, who asks experts, who judges."""

from dataclasses import dataclass

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step
from jiheng.stages.evaluation.access import may_see_evaluations, visible_evaluations
from jiheng.stages.evaluation.fieldwork.queries import scheme_of
from jiheng.stages.evaluation.fieldwork.signed import scheme_hash
from jiheng.stages.evaluation.models import Evaluation, ExpertReview
from jiheng.stages.evaluation.review_tables import expert_step
from jiheng.stages.evaluation.reviews.queries import panel_rule
from jiheng.stages.evaluation.signed import hash_of


def visible_reviews(person: Person) -> QuerySet[ExpertReview]:
    """Return the experts' parts in the reviews in sight: of an expert the own ones; a unit sees none."""
    found = ExpertReview.objects.filter(evaluation__in=visible_evaluations(person).order_by().values("pk"))
    if person.is_unit:
        found = found.none()
    elif person.role == "expert":
        found = found.filter(user_id=person.user_id)
    return found.select_related(
        "expert__organisation", "evaluation__subject_year__unit", "evaluation__subject_year__subject",
        "evaluation__subject_year__department", "evaluation__evaluator", "evaluation__cycle__snapshot",
        "evaluation__cycle__place",
    ).defer("evaluation__cycle__snapshot__content")  # fmt: skip


def may_see_reviews(person: Person, _: object = None) -> Verdict:
    """The reviews are open to those who order, carry out, judge and look on, not to the evaluated unit."""
    if person.is_unit:
        return deny("评价指标和报告的评审由组织评价的一方、评价机构和评审专家查阅", national_clause("duty_access"))
    return may_see_evaluations(person)


@dataclass(frozen=True)
class Waiting:
    """The document that waits for experts, the digest of what they are to judge, and the step that waits for them."""

    document: str
    digest: str
    step: Step


def waiting_for_experts(evaluation: Evaluation) -> Waiting | None:
    """Return the document of an evaluation that is before the experts; None where none is."""
    step = expert_step(evaluation.cycle, "report")
    if step is not None and evaluation.state == step.from_state:
        return Waiting("report", hash_of(evaluation), step)
    step = expert_step(evaluation.cycle, "indicators")
    scheme = scheme_of(evaluation) if step is not None else None
    if step is not None and scheme is not None and scheme.state == step.from_state:
        return Waiting("indicators", scheme_hash(scheme), step)
    return None


def panel_clause(cycle: Cycle) -> str:
    """Return the clause that has experts judge; that of the evaluation's table where the rules name none."""
    rule = panel_rule(cycle)
    return str(rule.clause) if rule is not None else clause_in(cycle, "workflows.evaluation")


def _runs(person: Person, evaluation: Evaluation) -> bool:
    return person.place_id == evaluation.place_id and (person.is_bureau or evaluation.organiser_id in person.own)


@while_open
def may_appoint_experts(person: Person, evaluation: Evaluation) -> Verdict:
    """Whoever takes the step after the experts asks them, while a document is before them."""
    waiting = waiting_for_experts(evaluation)
    clause = panel_clause(evaluation.cycle)
    if waiting is None:
        return deny("现在没有等待专家评审的评价指标或评价报告", clause)
    if person.role not in waiting.step.by or not _runs(person, evaluation):
        return deny("专家由组织评价的一方从专家库中确定或抽取", clause)
    return allow()


@while_open
def may_give_opinion(person: Person, seat: ExpertReview) -> Verdict:
    """The expert writes the own opinion, once; for one without an account the office does, from the signed paper."""
    clause = panel_clause(seat.evaluation.cycle)
    own = person.role == "expert" and seat.user_id == person.user_id
    if not own and (seat.user_id is not None or not may_appoint_experts(person, seat.evaluation)):
        return deny("评审意见由专家本人填写；没有账号的，由组织评价的一方按签字的意见登记", clause)
    if seat.given_at is not None:
        return deny("评审意见已经填写，不能更改", clause)
    waiting = waiting_for_experts(seat.evaluation)
    if waiting is None or (waiting.document, waiting.digest) != (seat.document, seat.content_hash):
        return deny("所审的内容已经改动或不在专家评审环节，须重新确定专家", clause)
    return allow()
