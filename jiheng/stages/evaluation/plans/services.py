"""Drawing up a plan of evaluations, and adopting it once it reaches what the rules demand."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.foundation.workflow.claim import claim
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.evaluation_plan import plan_refusals
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.evaluation.access import ordering_role
from jiheng.stages.evaluation.models import EvaluationPlan, PlanLine
from jiheng.stages.evaluation.partners import joint_rule, partner_role, partners_of
from jiheng.stages.evaluation.plans.access import may_begin_plan, may_edit_plan, may_move_plan
from jiheng.stages.evaluation.plans.shares import choices_of, criteria_of, demands_of, without_reason


def begin_plan(*, cycle: Cycle, person: Person) -> EvaluationPlan:
    """主管部门编制本部门的评价计划，财政局编制财政评价计划；一个年度一份，已有的接着编。"""
    require(may_begin_plan(person))
    if cycle.place_id != person.place_id:
        raise refuse("不属于本地区的年度", national_clause("duty_place"))
    if "evaluation_plan" not in policy_for(cycle).workflows:
        raise mistaken("本年度固化的制度没有年度评价计划的流程", remedy="以后开启的年度可以编制")
    kind = "department" if person.role == "department_reviewer" else "fiscal"
    with act(person):
        plan, made = EvaluationPlan.objects.get_or_create(
            cycle=cycle,
            kind=kind,
            body_id=person.organisation_id,
            defaults={
                "place_id": cycle.place_id,
                "state": policy_for(cycle).workflows["evaluation_plan"].start,
                "created_at": clock.now(),
            },
        )
        if made:
            record("evaluation_plan.begin", plan, {"kind": kind})
    return plan


def add_lines(
    *,
    plan: EvaluationPlan,
    subjects: Iterable[int],
    criteria: Sequence[str],
    reason: str,
    person: Person,
    partner: Organisation | None = None,
    version: int | None = None,
) -> int:
    """把项目列入计划，写明入选条件和理由，联合评价的写明合作方；已列入的改写。

    Returns how many are concerned; Overtaken when somebody changed the plan first.
    """
    require(may_edit_plan(person, plan))
    wanted = list(subjects)
    rows = list(choices_of(plan).filter(pk__in=wanted))
    if not rows or len(rows) < len(set(wanted)):
        raise mistaken("没有选择项目，或所选的不在可评价的范围内", remedy="请在清单中勾选")
    if odd := set(criteria) - set(criteria_of(plan)[0]):
        raise mistaken(f"入选条件“{'、'.join(sorted(odd))}”不在制度所列之内")
    if partner is not None and partner not in partners_of(plan.cycle):
        raise _no_partner(plan, partner)
    told = {"criteria": list(criteria), "reason": reason.strip()[:200], "partner": partner}
    with act(person):
        claim(plan, version=version)
        for row in rows:
            PlanLine.objects.update_or_create(plan=plan, subject_year=row, defaults=told)
        joint = {"partner": str(partner)} if partner is not None else {}
        record("evaluation_plan.add", plan, {"subjects": [row.name for row in rows], "criteria": list(criteria), **joint})
    return len(rows)


def _no_partner(plan: EvaluationPlan, partner: Organisation) -> Refused:
    """Say why a body cannot be the partner: the place knows no joint evaluation, or nobody there may act in it."""
    rule = joint_rule(plan.cycle)
    if rule is None:
        return refuse("本地制度没有规定联合评价", clause_in(plan.cycle, "workflows.evaluation_plan"), "请不选合作方", "partner")
    role = ROLES[partner_role(plan.cycle)].label
    return refuse(f"{partner}没有{role}岗位的人员，不能作为联合评价的合作方", str(rule.clause), "请改选，或先登记任职", "partner")


def remove_line(*, line: PlanLine, person: Person, version: int | None = None) -> None:
    """把一个项目移出计划；别人先改了计划的，抛出 Overtaken。"""
    require(may_edit_plan(person, line.plan))
    with act(person):
        claim(line.plan, version=version)
        record("evaluation_plan.remove", line.plan, {"subject": line.subject_year.name})
        line.delete()


def move_plan(
    *, plan: EvaluationPlan, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    """提交、确定、退回；提交和确定都核对比例：没有达到制度规定的，列明还差多少，不能提交，也不能确定。"""
    require(may_move_plan(person, plan))
    demands = demands_of(plan)
    if action in {"submit", "adopt"} and (
        found := plan_refusals(demands, without_reason(plan), criteria_of(plan)[1])
    ):
        raise Refused(found)
    lines = plan.lines.order_by("subject_year_id").values_list("subject_year_id", "criteria", "reason")
    with act(person):
        if action == "adopt":
            plan.adopted_on = clock.today()
            plan.shares = [f"{one.label}：{one.words}（{one.clause}）" for one in demands]
            plan.save(update_fields=["adopted_on", "shares"])
        advance(
            plan,
            workflow=policy_for(plan.cycle).workflows["evaluation_plan"],
            action=action,
            person=person,
            facts={},
            comment=comment,
            content_hash=content_hash({"lines": [list(one) for one in lines], **_partners(plan)}),
            version=version,
        )
        _tell(plan, action, comment)


def _partners(plan: EvaluationPlan) -> dict[str, Any]:
    """Return with whom which subjects are evaluated, as it is signed; nothing where all are evaluated by one side."""
    rows = plan.lines.filter(partner__isnull=False).order_by("subject_year_id").values_list("subject_year_id", "partner_id")
    return {"partners": [list(one) for one in rows]} if rows else {}


def _tell(plan: EvaluationPlan, action: str, comment: str) -> None:
    office = bureau_of(plan.place_id)
    drawn_by = (plan.body, ordering_role(plan.kind))
    adopts = (office, "performance_office" if plan.kind == "department" else "bureau_leader")
    (body, role), words = {
        "submit": (adopts, "评价计划待确定"),
        "adopt": (drawn_by, "评价计划已确定"),
        "return": (drawn_by, f"评价计划被退回：{comment}"),
    }[action]
    link = reverse("evaluation:plan", args=[plan.pk])
    notify(organisation=body, role=role, text=f"{plan}：{words}", link=link, about=plan)
