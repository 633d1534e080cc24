"""The write: which policy a project belongs to, and which of its rows carry which rows of the policy's goal."""

from collections.abc import Mapping
from uuid import UUID

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.models import Goal, PolicyLink, PolicyRow
from jiheng.stages.goals.policies.access import may_link
from jiheng.stages.goals.policies.queries import goal_shown, link_of, links_seen, policies_of


def link_policy(
    *, goal: Goal, policy: SubjectYear | None, rows: Mapping[UUID, UUID], person: Person, seen: str | None = None
) -> bool:
    """说明项目属于哪项政策，项目目标的哪些指标承担政策目标的哪些指标；不属于任何政策的写 None，原来的留在审计链。

    `rows` are all that stand afterwards, by the lineages of the project's and of the policy's row. Returns whether anything
    changed. Raises Refused for another year's policy and for rows that neither goal has, Overtaken when somebody else was
    faster than what the page showed (`seen`).
    """
    require(may_link(person, goal))
    year = goal.subject_year
    if seen is not None and seen != links_seen(year):
        raise Overtaken
    if policy is not None and not policies_of(goal.cycle).filter(pk=policy.pk).exists():
        raise mistaken("选择的不是本地区本年度的政策", "请刷新页面后重选", "policy")
    theirs = goal_shown(person, policy) if policy is not None else None
    names = {row.lineage: row.name for row in goal.indicators.all()}
    promised = {row.lineage: row.name for row in theirs.indicators.all()} if theirs is not None else {}
    if set(rows) - set(names) or set(rows.values()) - set(promised):
        raise mistaken("有的指标已不在项目或政策的绩效目标中", "请刷新页面后重选", "rows")
    held = link_of(year)
    before = {one.lineage: one.policy_lineage for one in held.rows.all()} if held is not None else {}
    if (held.policy_id if held else None, before) == (policy.pk if policy else None, dict(rows)):
        return False
    with act(person):
        if held is not None:
            held.rows.all().delete()
            held.delete()
        if policy is not None:
            made = PolicyLink.objects.create(subject_year=year, policy=policy)
            PolicyRow.objects.bulk_create(
                PolicyRow(link=made, lineage=own, policy_lineage=serves) for own, serves in rows.items()
            )
        told = [[names[own], promised[serves]] for own, serves in rows.items()]
        record(
            "goals.policy", goal,
            {"policy": policy.name if policy else "", "before": held.policy.name if held else "", "rows": told},
        )  # fmt: skip
        written_along([year])
    return True
