"""Goals of policies: what their projects carry, and which policy a project belongs to."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, in_rows, needed_cycle
from jiheng.channels.api.v1.kinds import Strict
from jiheng.foundation.accounts.person import Person
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.policies.access import may_link, may_see_link, may_see_projects
from jiheng.stages.goals.policies.queries import PolicyGap, gaps_of, link_of, policies_in_sight, policies_of
from jiheng.stages.goals.policies.services import link_policy

AREA = Area("goals")


class PolicyRowTold(BaseModel):
    """One row of a policy's goal with what carries it."""

    name: str = Field(description="政策指标")
    promised: str = Field(description="政策目标")
    carried_by: list[str] = Field(description="承担的项目指标")
    gaps: list[str] = Field(description="缺口；没有的为空")


class PolicyProject(BaseModel):
    """One project of a policy."""

    subject_year_id: int = Field(description="项目（年度）编号")
    name: str = Field(description="项目名称")
    amount_fen: int = Field(description="目标资金，没有目标的为申报资金，单位：分")
    loose: list[str] = Field(description="不承担政策目标的指标")


class PolicyTold(BaseModel):
    """One policy held against its projects."""

    subject_year_id: int = Field(description="政策（年度）编号")
    name: str = Field(description="政策名称")
    amount_fen: int = Field(description="政策资金，单位：分")
    carried_fen: int = Field(description="所属项目资金，单位：分")
    rows: list[PolicyRowTold] = Field(description="政策目标各项指标")
    projects: list[PolicyProject] = Field(description="所属项目")


class PolicyList(BaseModel):
    """The policies of a budget year."""

    items: list[PolicyTold] = Field(description="各项政策")


class PolicyRowLink(Strict):
    """Which row of the policy's goal a row of the project's carries."""

    lineage: UUID = Field(description="项目指标的 lineage")
    policy_lineage: UUID = Field(description="政策指标的 lineage")


class PolicyLinkTold(BaseModel):
    """Which policy a project belongs to."""

    policy_id: int | None = Field(description="政策（年度）编号；不属于任何政策的为空")
    rows: list[PolicyRowLink] = Field(description="承担政策目标的指标")


def _told(one: PolicyGap) -> PolicyTold:
    return PolicyTold(
        subject_year_id=one.year.pk, name=one.year.name, amount_fen=one.fen, carried_fen=one.carried_fen,
        rows=[
            PolicyRowTold(
                name=row.row.name, promised=row.row.text, gaps=list(row.gaps),
                carried_by=[f"{part.project}：{part.row.name} {part.row.text}" for part in row.parts],
            )
            for row in one.rows
        ],
        projects=[
            PolicyProject(subject_year_id=each.year.pk, name=each.year.name, amount_fen=each.fen, loose=list(each.loose))
            for each in one.projects
        ],
    )  # fmt: skip


@AREA.telling("policy-goals", summary="政策目标由谁承担", may=may_see_goals, page="goals:policies")
def policies(person: Person, *, budget_year: Year | None = None) -> PolicyList:
    """一个年度看得到的政策，逐项指标由哪些项目承担、差多少。"""
    return PolicyList(items=[_told(one) for one in policies_in_sight(person, needed_cycle(person, budget_year))])


@AREA.telling(
    "goals/{pk}/projects", summary="政策的项目", record=visible_goals, may=may_see_projects, page="goals:policy_projects"
)
def projects(_: Person, goal: Goal) -> PolicyTold:
    """一项政策的目标逐项由哪些项目承担，各项目还有哪些指标不承担。"""
    (found,) = gaps_of([goal.subject_year])
    return _told(found)


def _link(goal: Goal) -> PolicyLinkTold:
    held = link_of(goal.subject_year)
    rows = held.rows.all() if held is not None else ()
    return PolicyLinkTold(
        policy_id=held.policy_id if held is not None else None,
        rows=[PolicyRowLink(lineage=one.lineage, policy_lineage=one.policy_lineage) for one in rows],
    )


@AREA.telling("goals/{pk}/policy", summary="项目对应的政策", record=visible_goals, may=may_see_link, page="goals:policy_link")
def linked(_: Person, goal: Goal) -> PolicyLinkTold:
    """项目属于哪项政策，哪些指标承担政策目标。"""
    return _link(goal)


@AREA.act("goals/{pk}/policy", summary="说明项目对应的政策", record=visible_goals, may=may_link, page="goals:policy_link")
def link(
    person: Person,
    goal: Goal,
    *,
    policy_id: Annotated[Id | None, Field(description="政策（年度）编号；不属于任何政策的为空")],
    rows: Annotated[list[PolicyRowLink], Field(max_length=500, description="整组替换")],
) -> PolicyLinkTold:
    """整组替换；目标的内容不变，原来的对应关系留在审计链。"""
    found = in_rows(policies_of(goal.cycle), [policy_id], "policy_id") if policy_id is not None else [None]
    link_policy(goal=goal, policy=found[0], rows={one.lineage: one.policy_lineage for one in rows}, person=person)
    return _link(goal)
