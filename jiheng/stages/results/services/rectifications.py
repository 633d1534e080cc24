"""Rectification: one finding ordered to be put right, reported with proof, accepted by somebody else."""

from collections.abc import Iterable
from datetime import date, timedelta

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import advance, refuse, standing_signatures
from jiheng.foundation.workflow.claim import claim
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.stages.evaluation.models import Finding
from jiheng.stages.evaluation.partners import partner_role
from jiheng.stages.results.access import (
    may_accept,
    may_extend,
    may_issue,
    may_report,
    may_send_back,
    rectification_table,
)
from jiheng.stages.results.facts import rectification_facts
from jiheng.stages.results.models import Extension, Rectification


def issue_rectification(*, finding: Finding, requirement: str, person: Person) -> Rectification:
    """Order one finding to be put right, by the pack's deadline counted from today.

    逐条下达：一个问题一条，写明责任单位、要求和时限。Raises Refused when the result is not confirmed or the
    finding has an order already.
    """
    require(may_issue(person))
    evaluation = finding.evaluation
    if evaluation.state != "confirmed":
        raise refuse("评价结果尚未确定，不能下达整改", clause_in(evaluation.cycle, "workflows.rectification"), remedy="先确定评价结果")
    days = rules_at(evaluation.cycle).value("rectification_days")
    with act(person):
        Finding.objects.select_for_update().get(pk=finding.pk)
        if Rectification.objects.filter(finding=finding).exists():
            raise refuse("该问题已下达整改", clause_in(evaluation.cycle, "workflows.rectification"))
        made = Rectification.objects.create(
            place_id=evaluation.place_id,
            state=policy_for(evaluation.cycle).workflows["rectification"].start,
            created_at=clock.now(),
            cycle=evaluation.cycle,
            finding=finding,
            unit=evaluation.subject_year.unit,
            requirement=requirement.strip() or finding.advice,
            issued_on=clock.today(),
            due=clock.today() + timedelta(days=int(days.value)),
            clause=str(days.clause),
        )
        record("rectification.issue", made, {"finding": finding.text, "due": made.due}, made.clause)
        _tell(made, made.unit, "unit_project", f"请于 {made.due} 前完成整改：{made.requirement}")
        department = evaluation.subject_year.department
        _tell(made, department, "department_reviewer", f"已下达整改，时限 {made.due}")
    return made


def issue_all(*, findings: Iterable[Finding], person: Person) -> list[Rectification]:
    """Order many findings to be put right as the evaluators advised."""
    with act(person):
        return [issue_rectification(finding=one, requirement="", person=person) for one in findings]


def _content(rectification: Rectification) -> str:
    return content_hash(
        {
            "finding": rectification.finding_id,
            "responsible": rectification.responsible,
            "measure": rectification.measure,
            "outcome": rectification.outcome,
        }
    )


def save_rectification(
    *,
    rectification: Rectification,
    measure: str,
    outcome: str,
    person: Person,
    responsible: str = "",
    version: int | None = None,
) -> None:
    """Keep what the unit has written so far; nothing is sent. Overtaken when somebody wrote first."""
    require(may_report(person, rectification))
    with act(person):
        claim(rectification, version=version)
        _write(rectification, measure, outcome, responsible)
        record("rectification.save", rectification)


def _write(rectification: Rectification, measure: str, outcome: str, responsible: str) -> None:
    rectification.measure, rectification.outcome = measure.strip(), outcome.strip()
    rectification.responsible = responsible.strip()
    rectification.save(update_fields=["measure", "outcome", "responsible"])


def report_rectification(
    *,
    rectification: Rectification,
    measure: str,
    outcome: str,
    person: Person,
    responsible: str = "",
    version: int | None = None,
) -> None:
    """The unit reports measure and result, with evidence attached.

    整改须逐条写明措施和结果并附佐证材料。Raises Refused for what is missing.
    """
    require(may_report(person, rectification))
    with act(person):
        _write(rectification, measure, outcome, responsible)
        rectification.reported_on = clock.today()
        rectification.save(update_fields=["reported_on"])
        _move(rectification, "report", person, "", version)
        _tell(rectification, bureau_of(rectification.place_id), "performance_office", "整改待验收")
        evaluation = rectification.finding.evaluation
        if evaluation.partner is not None:
            _tell(rectification, evaluation.partner, partner_role(evaluation.cycle), "联合评价发现的问题已报整改情况")


def accept_rectification(
    *, rectification: Rectification, note: str, person: Person, version: int | None = None
) -> None:
    """Close a rectification; the responsible unit cannot do it itself.

    整改由他人验收：责任单位、报送人都不能为自己销号。联合评价发现的问题，制度要求双方签署的，双方都签了才销号。
    """
    require(may_accept(person, rectification))
    with act(person):
        earlier = [one.comment for one in standing_signatures(rectification) if one.action == "accept" and one.comment]
        _move(rectification, "accept", person, note, version)
        if rectification.state not in rectification_table(rectification).final:
            _ask_other_side(rectification, person)
            return
        told = dict.fromkeys(one for one in (*earlier, note.strip()) if one)
        rectification.acceptance_note, rectification.closed_on = "；".join(told), clock.today()
        rectification.save(update_fields=["acceptance_note", "closed_on"])
        _tell(rectification, rectification.unit, "unit_project", "整改已验收销号")


def _ask_other_side(rectification: Rectification, person: Person) -> None:
    """Tell the side that has not signed yet that it is its turn."""
    text = f"整改已由{person.role_label}签署验收，待另一方签署"
    if person.is_bureau:
        evaluation = rectification.finding.evaluation
        if evaluation.partner is not None:
            _tell(rectification, evaluation.partner, partner_role(evaluation.cycle), text)
    else:
        _tell(rectification, bureau_of(rectification.place_id), "performance_office", text)


def return_rectification(
    *, rectification: Rectification, person: Person, comment: str, version: int | None = None
) -> None:
    """Send a report of rectification back with the reason; the deadline stays."""
    require(may_send_back(person, rectification))
    with act(person):
        _move(rectification, "return", person, comment, version)
        _tell(rectification, rectification.unit, "unit_project", f"整改被退回：{comment}")


def extend_rectification(
    *, rectification: Rectification, due: date, reason: str, person: Person, version: int | None = None
) -> Extension:
    """Give more time until `due`, with the reason; earlier deadlines stay on record. Overtaken when somebody was first.

    延期须写明理由，只能往后延。
    """
    require(may_extend(person, rectification))
    if due <= rectification.due:
        raise refuse(f"新时限须晚于现时限 {rectification.due}", clause_in(rectification.cycle, "rectification_days"), remedy="改正日期", where="due")
    if not reason.strip():
        raise refuse("延期须写明理由", clause_in(rectification.cycle, "rectification_days"), remedy="填写延期理由", where="reason")
    with act(person):
        claim(rectification, version=version)
        made = Extension.objects.create(
            rectification=rectification,
            before=rectification.due,
            after=due,
            reason=reason.strip()[:300],
            granted_on=clock.today(),
            granted_by=str(person),
        )
        rectification.due = due
        rectification.save(update_fields=["due"])
        record(
            "rectification.extend",
            rectification,
            {"from": f"{made.before}", "to": f"{made.after}", "comment": made.reason},
            rectification.clause,
        )
        _tell(rectification, rectification.unit, "unit_project", f"整改时限延至 {due}")
    return made


def _move(
    rectification: Rectification, action: str, person: Person, comment: str, version: int | None
) -> None:
    advance(
        rectification,
        workflow=policy_for(rectification.cycle).workflows["rectification"],
        action=action,
        person=person,
        facts=rectification_facts(rectification, person),
        comment=comment,
        content_hash=_content(rectification),
        version=version,
    )


def _tell(rectification: Rectification, organisation: Organisation, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{rectification.finding.evaluation.subject_year.name}：{text}",
        link=f"/results/rectifications/{rectification.pk}/",
        about=rectification,
    )
