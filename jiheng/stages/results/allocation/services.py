"""The writes of sharing money out: a scheme begun, written, its bodies and values kept, handed in, decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require, valid_on
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.foundation.workflow.claim import claim, only_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.allocation import Factor, scheme_refusals, shares
from jiheng.rules.money import format_wan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.stages.results.allocation.access import RULE, may_draft, may_edit_allocation, may_move_allocation
from jiheng.stages.results.allocation.facts import (
    RESULT,
    allocation_facts,
    factors_of,
    floor_of,
    recipients_of,
    results_of,
    way_of,
)
from jiheng.stages.results.models import Allocation, AllocationLine

MOST_FACTORS = 8
MOST_BODIES = 500


@dataclass(frozen=True)
class Scheme:
    """What is shared out: name, amount in fen, the year whose results count, factors, weight of results in per cent."""

    name: str
    total_fen: int
    results_year: int
    factors: Sequence[tuple[str, Decimal]]
    result_weight: Decimal
    exception_reason: str = ""
    note: str = ""


def begin_allocation(*, cycle: Cycle, scheme: Scheme, person: Person) -> Allocation:
    """Begin the scheme of one sum of the cycle's budget year. Refused for another place's year."""
    require(may_draft(person))
    if cycle.place_id != person.place_id:
        raise refuse("不属于本地区的年度", national_clause("duty_place"))
    if "allocation" not in policy_for(cycle).workflows:
        raise mistaken("本年度固化的制度没有资金分配的流程", remedy="以后开启的年度可以办理，或采用新版制度")
    with act(person):
        name = scheme.name.strip()[:120]
        same = Allocation.objects.filter(cycle=cycle, name=name, total_fen=scheme.total_fen)
        only_once(cycle, same, f"“{name}”的分配方案已经建立", "name")
        made = Allocation(
            place_id=cycle.place_id,
            state=policy_for(cycle).workflows["allocation"].start,
            created_at=clock.now(),
            cycle=cycle,
        )
        _write(made, scheme)
        made.save()
        record("allocation.begin", made, {"name": made.name, "fen": made.total_fen}, made.clause)
    return made


def save_scheme(*, allocation: Allocation, scheme: Scheme, person: Person, version: int | None = None) -> None:
    """Write the scheme anew; values of the bodies stay where the factors keep their number, else they are emptied.

    Overtaken when somebody changed the scheme first.
    """
    require(may_edit_allocation(person, allocation))
    before = len(allocation.factors)
    with act(person):
        claim(allocation, version=version)
        _write(allocation, scheme)
        allocation.save()
        if len(allocation.factors) != before:
            allocation.lines.update(values=[])
        _forget(allocation)
        record("allocation.save", allocation, {"factors": allocation.factors, "fen": allocation.total_fen}, allocation.clause)


def save_bodies(
    *,
    allocation: Allocation,
    bodies: Sequence[int],
    values: Mapping[int, Sequence[Decimal | None]],
    person: Person,
    version: int | None = None,
) -> int:
    """Write which bodies share and their values for each factor but the result; the results are read from the records.

    Returns how many share. Refused for bodies that are not budgeted here, values below nothing, too many or too few;
    Overtaken when somebody changed the scheme first.
    """
    require(may_edit_allocation(person, allocation))
    clause = clause_in(allocation.cycle, RULE)
    wanted = list(dict.fromkeys(bodies))
    known = Organisation.objects.filter(
        valid_on(clock.today()), place_id=allocation.place_id, kind__in=("unit", "department"), pk__in=wanted
    )
    found = {one.pk: one for one in known}
    if len(found) < len(wanted) or len(wanted) > MOST_BODIES:
        raise refuse(f"只能在本地区的部门和单位之间分配，至多 {MOST_BODIES} 个", clause, "请改正参加分配的单位", "recipients")
    owned = sum(not one.result for one in factors_of(allocation))
    for body in wanted:
        told = values.get(body, ())
        if len(told) > owned or any(one is not None and one < 0 for one in told):
            raise refuse(f"“{found[body]}”的因素数值不能为负数，也不能多于因素", clause, "请改正", "recipients")
    with act(person):
        claim(allocation, version=version)
        allocation.lines.exclude(body_id__in=wanted).delete()
        for body in wanted:
            kept = [None if one is None else f"{one.normalize():f}" for one in values.get(body, ())]
            AllocationLine.objects.update_or_create(allocation=allocation, body=found[body], defaults={"values": kept})
        _read_results(allocation)
        _forget(allocation)
        record("allocation.bodies", allocation, {"bodies": [found[one].code for one in wanted]}, allocation.clause)
    return len(wanted)


def move_allocation(
    *, allocation: Allocation, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    """提交、决定、退回：提交时按当时的评价结果算到分，评价结果的权重低于规定的不能提交；决定时结果有变动的须退回重算。"""
    require(may_move_allocation(person, allocation))
    with act(person):
        if action == "submit":
            compute(allocation)
        elif action == "decide":
            _unchanged(allocation)
            allocation.decided_on = clock.today()
            allocation.save(update_fields=["decided_on"])
        advance(
            allocation,
            workflow=policy_for(allocation.cycle).workflows["allocation"],
            action=action,
            person=person,
            facts=allocation_facts(allocation),
            comment=comment,
            content_hash=_content(allocation),
            version=version,
        )
        _tell(allocation, action, comment)


def compute(allocation: Allocation) -> None:
    """Work the shares out from the results as they stand and keep them. Refused when the scheme cannot be computed."""
    _read_results(allocation)
    lines, factors = list(allocation.lines.select_related("body")), factors_of(allocation)
    recipients = recipients_of(allocation, lines)
    if found := scheme_refusals(allocation.total_fen, factors, recipients, clause_in(allocation.cycle, RULE)):
        raise Refused(found)
    floor, way = floor_of(allocation.cycle), way_of(allocation.cycle)
    for line, share in zip(lines, shares(allocation.total_fen, factors, recipients, way), strict=True):
        line.amount_fen, line.parts = share.amount, list(share.parts)
    AllocationLine.objects.bulk_update(lines, ["amount_fen", "parts"])
    allocation.minimum = floor.minimum if floor is not None else None
    allocation.without_result = way
    allocation.save(update_fields=["minimum", "without_result"])


def _write(allocation: Allocation, scheme: Scheme) -> None:
    clause, floor = clause_in(allocation.cycle, RULE), floor_of(allocation.cycle)
    found = []
    if not scheme.name.strip():
        found.append(Refusal("没有填写资金名称", clause, "请填写", "name"))
    if scheme.total_fen <= 0:
        found.append(Refusal("分配的资金须大于零", clause, "请填写金额", "total_fen"))
    if len(scheme.factors) > MOST_FACTORS or any(not label.strip() for label, _ in scheme.factors):
        found.append(Refusal(f"因素须有名称，至多 {MOST_FACTORS} 个", clause, "请改正因素", "weights"))
    if any(weight <= 0 or weight > 100 for _, weight in scheme.factors) or not 0 <= scheme.result_weight <= 100:
        found.append(Refusal("各因素的权重须大于0、不超过100%", clause, "请改正权重", "weights"))
    if not allocation.cycle.budget_year - 5 <= scheme.results_year <= allocation.cycle.budget_year:
        found.append(Refusal("评价结果年度须在预算年度及以前五年之内", clause, "请改正年度", "results_year"))
    if found:
        raise Refused(found)
    told = [Factor(label.strip()[:40], weight) for label, weight in scheme.factors]
    if scheme.result_weight > 0:
        told.append(Factor(RESULT, scheme.result_weight, result=True))
    allocation.name, allocation.total_fen = scheme.name.strip()[:120], scheme.total_fen
    allocation.results_year = scheme.results_year
    allocation.factors = [{"label": one.label, "weight": f"{one.weight:f}", "result": one.result} for one in told]
    allocation.exception_reason, allocation.note = scheme.exception_reason.strip()[:300], scheme.note.strip()[:500]
    allocation.clause = floor.clause if floor is not None else clause


def _read_results(allocation: Allocation) -> None:
    lines = list(allocation.lines.all())
    found = results_of(allocation.place_id, allocation.results_year, [one.body_id for one in lines])
    for line in lines:
        line.result, line.result_note = found.get(line.body_id, (None, f"{allocation.results_year} 年度没有评价结果"))
    AllocationLine.objects.bulk_update(lines, ["result", "result_note"])


def _unchanged(allocation: Allocation) -> None:
    lines = list(allocation.lines.select_related("body"))
    now = results_of(allocation.place_id, allocation.results_year, [one.body_id for one in lines])
    moved = [one.body.name for one in lines if now.get(one.body_id, (None, ""))[0] != one.result]
    if moved:
        words = f"{'、'.join(moved[:5])}的评价结果在提交以后有变动"
        raise refuse(words, clause_in(allocation.cycle, RULE), "请退回，重新提交时按新的结果计算", "recipients")


def _forget(allocation: Allocation) -> None:
    """What was computed from an earlier scheme is no more."""
    allocation.lines.update(amount_fen=None, parts=[])


def _content(allocation: Allocation) -> str:
    lines = allocation.lines.order_by("body_id").values_list("body_id", "values", "result", "amount_fen")
    return content_hash(
        {
            "name": allocation.name,
            "total": allocation.total_fen,
            "factors": allocation.factors,
            "exception": allocation.exception_reason,
            "lines": [list(one) for one in lines],
        }
    )


def _tell(allocation: Allocation, action: str, comment: str) -> None:
    office, link = bureau_of(allocation.place_id), reverse("results:allocation", args=[allocation.pk])
    if action == "submit":
        notify(organisation=office, role="bureau_leader", text=f"{allocation}：分配方案待决定", link=link, about=allocation)
        return
    words = "分配方案已决定" if action == "decide" else f"分配方案被退回：{comment}"
    for role in ("division", "performance_office"):
        notify(organisation=office, role=role, text=f"{allocation}：{words}", link=link, about=allocation)
    if action != "decide":
        return
    for line in allocation.lines.select_related("body"):
        role = "department_reviewer" if line.body.kind == "department" else "unit_finance"
        text = f"{allocation}：分得 {format_wan(line.amount_fen or 0)} 万元"
        notify(organisation=line.body, role=role, text=text, link=link, about=allocation)
