"""Scoring a goal on the pack's review table (form F3)."""

from collections.abc import Mapping
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import Overtaken, actors_of, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.cycles.review_tables import Answers, filled, grade_by
from jiheng.rules.scoring.grades import Band
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.goals.access import SIDES, may_review
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import Goal, GoalReview


def card_of(goal: Goal) -> Scorecard:
    """Return the review table of the goal's cycle."""
    return policy_for(goal.cycle).scorecards["goal_review"]


def grade_of(goal: Goal, total: Decimal) -> Band:
    """Return the grade of a review total in the goal's cycle."""
    return grade_by(goal.cycle, card_of(goal), total)


def review_goal(
    *,
    goal: Goal,
    person: Person,
    tiers: Mapping[str, str],
    points: Mapping[str, Decimal] | None = None,
    remarks: Mapping[str, str] | None = None,
    opinion: str = "",
    version: int | None = None,
) -> GoalReview:
    """逐项评定档次（可在档次区间内给分），得出总分和等级；起草人不能审核自己的目标；分数未满的须写明意见。

    Points left out are those of the ticked tier. The review counts for exactly the present content; the
    same side's earlier review of the same content is replaced (the chain keeps both). Raises Refused with
    every item that is missing or outside its tier, or Overtaken when the goal changed since `version`.
    """
    require(may_review(person, goal))
    if version is not None and version != goal.version:
        raise Overtaken
    if person.user_id in actors_of(goal).get("submit", ()):
        raise refuse(
            "您签署提交过这份目标，不能再审核",
            clause_in(goal.cycle, "duty_separation"),
            remedy="请由另一位有权限的人员审核",
        )
    table = filled(goal.cycle, card_of(goal), Answers(tiers, points or {}, remarks or {}, opinion))
    with act(person):
        fingerprint = hash_of(goal)
        side = SIDES[person.role]
        GoalReview.objects.filter(goal=goal, side=side, content_hash=fingerprint).delete()
        made = GoalReview.objects.create(
            goal=goal,
            side=side,
            reviewer=str(person),
            user_id=person.user_id,
            reviewed_on=clock.today(),
            **table.columns,
            content_hash=fingerprint,
        )
        record("goals.review", goal, {"side": side, **table.told}, table.clause)
    return made

