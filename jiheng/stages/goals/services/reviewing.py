"""Scoring a goal on the pack's review table (form F3)."""

from collections.abc import Mapping
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, actors_of, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.refusal import Refusal, under
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
    return policy_for(goal.cycle).grades[card_of(goal).grades].grade(total)


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
    card = card_of(goal)
    given = _points(card, tiers, points or {})
    clause = str(policy_for(goal.cycle).clause_of(card))
    ticked = {key: tier for key, tier in tiers.items() if tier}
    found = _missing(card, given, clause) + under(clause, card.problems(given, ticked))
    if found:
        raise Refused(found)
    total = card.total_of(given).points
    band = grade_of(goal, total)
    if total < card.total and not opinion.strip():
        raise refuse(
            "没有得满分的，须写明审核意见", clause, remedy="请说明扣分之处和修改要求", where="opinion"
        )
    lines = {
        item.key: {
            "tier": tiers.get(item.key, ""),
            "points": str(given[item.key]),
            "remark": (remarks or {}).get(item.key, "").strip()[:300],
        }
        for item in card.items
    }
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
            total=total,
            grade=band.key,
            opinion=opinion.strip(),
            lines=lines,
            content_hash=fingerprint,
        )
        detail = {
            "side": side,
            "total": str(total),
            "grade": band.label,
            "lines": lines,
            "comment": opinion.strip(),
        }
        record("goals.review", goal, detail, clause)
    return made


def _points(card: Scorecard, tiers: Mapping[str, str], points: Mapping[str, Decimal]) -> dict[str, Decimal]:
    items = {item.key for item in card.items}
    if unknown := sorted((set(tiers) | set(points)) - items):
        raise mistaken(f"审核表没有“{'、'.join(unknown)}”这一项", remedy="请刷新页面后重填")
    given = dict(points)
    for key, tier in tiers.items():
        if tier and key not in given:
            try:
                given[key] = card.ticked(key, tier)
            except LookupError as error:
                raise mistaken(str(error), where=key) from error
    return given


def _missing(card: Scorecard, given: Mapping[str, Decimal], clause: str) -> list[Refusal]:
    return [
        Refusal(f"“{item.label}”还没有评定", clause, remedy="请选择档次或给分", where=item.key)
        for item in card.items
        if item.key not in given
    ]
