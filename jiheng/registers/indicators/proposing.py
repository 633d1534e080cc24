"""Proposals for the library: written by whoever uses it, reviewed and published by others, by the place's table."""

from collections.abc import Sequence
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.workflow.advance import advance
from jiheng.registers.indicators.access import may_act_on_proposal, may_propose, may_rewrite
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.portable import entries_from, held
from jiheng.registers.indicators.queries import sheet_from
from jiheng.registers.indicators.services import (
    checked_change,
    checked_new,
    create,
    end_use,
    merge,
    resume,
    revise,
    take_in,
    telling,
)
from jiheng.registers.policies.queries import current_policy
from jiheng.rules.indicator_sheet import Sheet
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import mistake
from jiheng.rules.workflow import Workflow

WORKFLOW = "indicator"


def workflow_of(place: Place) -> Workflow:
    """Return the table by which a place reviews and publishes proposals."""
    return current_policy(place).workflows[WORKFLOW]


def propose(
    *,
    kind: str,
    ground: str,
    person: Person,
    sheet: Sheet | None = None,
    indicator: LibraryIndicator | None = None,
    target: LibraryIndicator | None = None,
) -> Proposal:
    """Propose a new indicator, a revision, an end, a merger or a return to use; it goes to review at once.

    Refused without a ground, when the sheet is unsound, or when the indicator is not the own place's.
    """
    require(may_propose(person))
    if not ground.strip():
        raise refuse("提出建议须写明理由", national_clause("duty_reasons"), where="ground")
    place = Place.objects.get(pk=person.place_id)
    content, name = _content(place, kind, sheet, indicator, target)
    with act(person):
        made = Proposal.objects.create(
            place=place,
            state=workflow_of(place).start,
            created_at=clock.now(),
            kind=kind,
            name=name,
            indicator=indicator,
            revision=indicator.revision if indicator else 0,
            target=target,
            content=content,
            ground=ground.strip()[:300],
            organisation_id=person.organisation_id,
            proposed_by_id=person.user_id,
            proposer=str(person),
            role=person.role,
        )
        _step(made, "propose", person, ground)
    return made


def propose_list(*, told: Sequence[tuple[str, Sheet]], ground: str, person: Person) -> Proposal:
    """Propose a whole list of new and revised indicators at once; it is reviewed and published whole.

    Refused with everything that is wrong, when nothing would change, and for who may not propose.
    """
    verdict = may_propose(person)
    if not verdict:
        raise refuse(verdict.reason, verdict.clause)
    if not ground.strip():
        raise refuse("提出建议须写明理由", national_clause("duty_reasons"), where="ground")
    place = Place.objects.get(pk=person.place_id)
    lines = held(place, told)
    wrong = [
        mistake(f"第 {number} 项“{one.entry.sheet.name}”：{fault.message}", where=fault.where)
        for number, one in enumerate(lines, 1)
        for fault in one.faults
    ]
    if wrong:
        raise Refused(wrong)
    rows = [one for one in lines if not one.same]
    if not rows:
        raise mistaken("清单与指标库现有内容相同，没有要改的")
    revised = sum(one.entry.revision > 0 for one in rows)
    content = {
        "rows": [
            {"code": one.entry.code, "revision": one.entry.revision, "sheet": telling(one.entry.sheet)} for one in rows
        ]
    }
    with act(person):
        made = Proposal.objects.create(
            place=place,
            state=workflow_of(place).start,
            created_at=clock.now(),
            kind="list",
            name=f"新增 {len(rows) - revised} 项，修订 {revised} 项",
            content=content,
            ground=ground.strip()[:300],
            organisation_id=person.organisation_id,
            proposed_by_id=person.user_id,
            proposer=str(person),
            role=person.role,
        )
        _step(made, "propose", person, ground)
    return made


def rewrite(*, proposal: Proposal, sheet: Sheet, ground: str, person: Person) -> None:
    """Change a returned proposal for a new or revised indicator, and send it again."""
    require(may_rewrite(person, proposal))
    if not ground.strip():
        raise refuse("提出建议须写明理由", national_clause("duty_reasons"), where="ground")
    content, name = _content(proposal.place, proposal.kind, sheet, proposal.indicator, None)
    with act(person):
        proposal.content, proposal.name, proposal.ground = content, name, ground.strip()[:300]
        proposal.revision = proposal.indicator.revision if proposal.indicator else 0
        proposal.save(update_fields=["content", "name", "ground", "revision"])
        _step(proposal, "propose", person, ground)


def act_on(
    *, proposal: Proposal, action: str, comment: str, person: Person, version: int | None = None
) -> None:
    """Review, return, decline or publish; publishing writes the library in the same transaction.

    Refused when the indicator has been revised since the proposal was written.
    """
    require(may_act_on_proposal(person, proposal))
    with act(person):
        _step(proposal, action, person, comment, version)
        if proposal.state == "published":
            _publish(proposal, person)


def _content(
    place: Place,
    kind: str,
    sheet: Sheet | None,
    indicator: LibraryIndicator | None,
    target: LibraryIndicator | None,
) -> tuple[dict[str, Any], str]:
    """Return what is kept of a proposal, and the name that it goes by; refused when it could not be published."""
    if indicator is not None and indicator.place_id != place.pk:
        raise refuse("只能对本地区的指标提出建议", national_clause("duty_place"))
    if kind == "new" and sheet is not None:
        told = checked_new(place, sheet)
        return telling(told), told.name
    if indicator is None:
        raise mistaken("请写明是哪一项指标", where="indicator")
    if kind == "restore":
        return {}, _resumed(indicator)
    if indicator.retired_on is not None:
        raise mistaken(f"“{indicator.name}”已经停用")
    if kind == "revise" and sheet is not None:
        told = checked_change(indicator, sheet)
        return telling(told), told.name
    if kind == "merge" and target is not None:
        return {}, f"{indicator.name} 并入 {target.name}"[:200]
    if kind == "retire":
        return {}, indicator.name
    raise mistaken("没有这种建议", where="kind")


def _resumed(indicator: LibraryIndicator) -> str:
    """Return the name of an indicator that can be put back into use; refused when it cannot."""
    if indicator.merged_into is not None:
        raise mistaken(f"该指标已并入“{indicator.merged_into}”，不能恢复")
    if indicator.retired_on is None:
        raise mistaken(f"“{indicator.name}”正在使用")
    return indicator.name


def _publish(proposal: Proposal, person: Person) -> None:
    indicator = proposal.indicator
    if proposal.kind == "list":
        take_in(proposal.place, entries_from(proposal.content), f"{proposal.proposer}：{proposal.ground}", person)
        return
    if indicator is None:
        sheet = sheet_from(proposal.content)
        proposal.indicator = create(proposal.place, checked_new(proposal.place, sheet), person)
        proposal.save(update_fields=["indicator"])
        return
    if indicator.revision != proposal.revision:
        raise refuse(
            f"“{indicator.name}”在建议提出之后已改为第 {indicator.revision} 版",
            national_clause("duty_indicator_library"),
            remedy="请不采纳这份建议，按现在的内容重新提出",
        )
    ground = f"{proposal.proposer}：{proposal.ground}"
    if proposal.kind == "revise":
        revise(indicator, checked_change(indicator, sheet_from(proposal.content)), ground, person)
    elif proposal.kind == "merge" and proposal.target is not None:
        merge(indicator, proposal.target, ground, person)
    elif proposal.kind == "restore":
        resume(indicator, ground, person)
    else:
        end_use(indicator, ground, person)


def _step(
    proposal: Proposal, action: str, person: Person, comment: str, version: int | None = None
) -> None:
    workflow = workflow_of(proposal.place)
    advance(
        proposal,
        workflow=workflow,
        action=action,
        person=person,
        comment=comment.strip()[:300],
        content_hash=content_hash({"content": proposal.content, "ground": proposal.ground}),
        version=version,
    )
    if action == "propose":
        office, role, text = bureau_of(proposal.place_id), "performance_office", f"指标建议待审核：{proposal}"
    else:
        state = workflow.states[proposal.state].label
        office, role, text = proposal.organisation, proposal.role, f"指标建议“{proposal}”：{state}"
    notify(organisation=office, role=role, text=text, link=f"/indicators/proposals/{proposal.pk}/", about=proposal)
