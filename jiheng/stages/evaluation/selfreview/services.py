"""A side scores a self-evaluation on the review table of its year."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import Overtaken, actors_of, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.cycles.review_tables import Answers, filled
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.access import REVIEW_SIDES, may_review_self
from jiheng.stages.evaluation.content import hash_of
from jiheng.stages.evaluation.models import SelfEvaluation, SelfReview


def card_of(evaluation: SelfEvaluation) -> Scorecard:
    """Return the table on which self-evaluations are scored: a table of their own, else that of goals."""
    cards = policy_for(evaluation.cycle).scorecards
    return cards.get("self_review") or cards["goal_review"]


def review_self_evaluation(
    *, evaluation: SelfEvaluation, person: Person, answers: Answers, version: int | None = None
) -> SelfReview:
    """自评由主管部门、财政部门分别按审核表评分、写明意见；填报签署的人不能审核。

    The review counts for exactly the present content; earlier reviews stay. Raises Refused with every item that is
    missing or outside its tier, or Overtaken when the self-evaluation changed since `version`.
    """
    require(may_review_self(person, evaluation))
    if version is not None and version != evaluation.version:
        raise Overtaken
    if person.user_id in actors_of(evaluation).get("submit", ()):
        clause = clause_in(evaluation.cycle, "duty_separation")
        raise refuse("您签署提交过这份自评，不能再审核", clause, remedy="请由另一位有权限的人员审核")
    table = filled(evaluation.cycle, card_of(evaluation), answers)
    side = REVIEW_SIDES[person.role]
    with act(person):
        made = SelfReview.objects.create(
            evaluation=evaluation,
            side=side,
            reviewer=str(person),
            user_id=person.user_id,
            reviewed_on=clock.today(),
            **table.columns,
            content_hash=hash_of(evaluation),
        )
        record("self_evaluation.review", evaluation, {"side": side, **table.told}, table.clause)
    return made
