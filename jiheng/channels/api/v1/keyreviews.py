"""Key reviews of goals: the year's list, striking from it, the agreed money, rewards."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Year, cycle_asked, in_rows, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Fen, Ids, Reason
from jiheng.foundation.accounts.person import Person
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.keyreview.access import (
    may_agree,
    may_choose,
    may_promise,
    may_see_key_reviews,
    may_strike,
    visible_key_reviews,
    visible_rewards,
)
from jiheng.stages.goals.keyreview.services import (
    agree_money,
    list_key_reviews,
    promise_rewards,
    strike_key_review,
)
from jiheng.stages.goals.models import AgreedMoney, Goal, GoalReward, KeyReview

AREA = Area("goals")
KEY_REVIEW = Shape(KeyReview)
AGREED = Shape(AgreedMoney)
REWARD = Shape(GoalReward)
KeyReviewRow: Any = KEY_REVIEW.schema()
GoalRewardRow: Any = REWARD.schema()


class KeyReviewList(BaseModel):
    """The key reviews of a budget year."""

    items: list[KeyReviewRow] = Field(description="清单，连同已移出的")


class GoalRewardList(BaseModel):
    """The rewards promised for a budget year."""

    items: list[GoalRewardRow] = Field(description="各部门的机动金；部门只见自己的")


@AREA.telling("key-reviews", summary="重点审核清单", may=may_see_key_reviews, page="goals:key_reviews")
def key_reviews(person: Person, *, budget_year: Year | None = None) -> KeyReviewList:
    """一个年度列入重点审核的项目，理由和审核截止日。"""
    found = of_cycle(visible_key_reviews)(person, cycle_asked(person, budget_year))
    return KeyReviewList(items=[KEY_REVIEW.read(one, person) for one in found])


@AREA.act("key-reviews/choose", summary="列入重点审核", may=may_choose, page="goals:key_choose")
def choose(
    person: Person,
    *,
    subject_year_ids: Annotated[Ids, Field(description="项目（年度）编号")],
    reason: Reason,
    due: Annotated[Day, Field(description="审核截止日")],
    source: Annotated[str, Field(pattern="^(leaders|proposed)$", description="leaders 领导划定，proposed 按推荐列入")] = "leaders",
    budget_year: Year | None = None,
) -> KeyReviewList:
    """由局领导划定，写明理由和审核截止日；同一项目一年只列一次。"""
    cycle = needed_cycle(person, budget_year)
    years = in_rows(visible_subject_years(person), subject_year_ids, "subject_year_ids")
    made = list_key_reviews(cycle=cycle, years=years, reason=reason, due=due, source=source, person=person)
    return KeyReviewList(items=[KEY_REVIEW.read(one, person) for one in made])


@AREA.act(
    "key-reviews/{pk}/strike", summary="移出重点审核清单", record=visible_key_reviews, may=may_strike,
    page="goals:key_strike", answer=KEY_REVIEW,
)  # fmt: skip
def strike(person: Person, entry: KeyReview, *, reason: Reason) -> KeyReview:
    """写明理由；原来的一行保留。"""
    strike_key_review(entry=entry, reason=reason, person=person)
    return entry


@AREA.act(
    "goals/{pk}/agree", summary="核定资金", record=visible_goals, may=may_agree, page="goals:agree", answer=AGREED
)
def agree(
    person: Person,
    goal: Goal,
    *,
    agreed_fen: Annotated[Fen, Field(description="核定资金，单位：分")],
    reason: Reason = "",
    version: int,
) -> AgreedMoney:
    """审核时核定资金，不高于申报；核减的写明理由，一版只核定一次。"""
    return agree_money(goal=goal, agreed_fen=agreed_fen, reason=reason, person=person, version=version)


@AREA.telling("goal-rewards", summary="机动金", may=may_see_key_reviews, page="goals:rewards")
def rewards(person: Person, *, budget_year: Year | None = None) -> GoalRewardList:
    """一个年度决定给目标审核优秀的部门新增的机动金。"""
    found = of_cycle(visible_rewards)(person, cycle_asked(person, budget_year))
    return GoalRewardList(items=[REWARD.read(one, person) for one in found])


@AREA.act("goal-rewards/promise", summary="决定机动金", may=may_promise, page="goals:reward_promise")
def promise(person: Person, *, budget_year: Year | None = None) -> GoalRewardList:
    """全部重点审核办结以后，按制度的标准一次决定。"""
    made = promise_rewards(cycle=needed_cycle(person, budget_year), person=person)
    return GoalRewardList(items=[REWARD.read(one, person) for one in made])
