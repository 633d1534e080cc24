"""Decisions on the next budget and rectification of findings, each written to ledger and standing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.services import leave_standing
from jiheng.rules.money import format_wan
from jiheng.rules.results import check_decision, decide
from jiheng.stages.evaluation.models import Evaluation, Finding
from jiheng.stages.results.access import may_accept, may_decide, may_propose, may_report
from jiheng.stages.results.facts import decision_facts, proposal_for, rectification_facts
from jiheng.stages.results.models import Decision, Rectification


def evaluated_budget(evaluation: Evaluation) -> int:
    """Return the budget of the evaluated year in fen: from the ledger; without entries the sum evaluated."""
    money = balance(evaluation.subject_year_id)
    return money.budget or evaluation.amount_fen


def propose_decision(*, evaluation: Evaluation, person: Person, comment: str = "") -> Decision:
    """Work out by rule what a confirmed result does to the next budget, with every step of the calculation."""
    verdict = may_propose(person)
    if not verdict:
        raise refuse(verdict.reason)
    if evaluation.state != "confirmed":
        raise refuse("评价结果尚未确定，不能提出处理意见")
    if Decision.objects.filter(evaluation=evaluation).exists():
        raise refuse("已对该评价结果提出过处理意见")
    base = evaluated_budget(evaluation)
    try:
        proposal = proposal_for(evaluation, base)
    except LookupError as error:
        raise refuse(str(error)) from error
    with act(person):
        made = Decision.objects.create(
            place_id=evaluation.place_id,
            state=policy_for(evaluation.cycle).workflows["decision"].start,
            created_at=clock.now(),
            cycle=evaluation.cycle,
            work_year=evaluation.work_year,
            for_budget_year=evaluation.work_year + 1,
            evaluation=evaluation,
            base_fen=base,
            action=proposal.action,
            min_ratio=proposal.min_ratio,
            max_ratio=proposal.max_ratio,
            proposed_ratio=proposal.proposed_ratio,
            calculation=list(proposal.steps),
            in_principle=proposal.in_principle,
            clause=proposal.clause,
        )
        text = comment.strip() or f"{proposal.text}，建议比例 {proposal.proposed_ratio}%"
        _step(made, "propose", person, text, None)
        _tell(made, _bureau(made), "bureau_leader", f"待决定：{text}")
    return made


def decide_result(
    *,
    decision: Decision,
    ratio: Decimal,
    reason: str,
    person: Person,
    exception_reason: str = "",
    version: int | None = None,
) -> None:
    """Decide the ratio within its bounds, with a reason; write the ledger and next year's standing.

    Where next year's budget is already in the ledger the cut is posted at once; else the standing caps it
    and `apply_standing` posts the cut when the budget comes.
    """
    verdict = may_decide(person, decision)
    if not verdict:
        raise refuse(verdict.reason)
    proposal = proposal_for(decision.evaluation, decision.base_fen)
    problems = check_decision(proposal, ratio, reason, exception_reason)
    if problems:
        raise Refused(problems)
    decided = decide(proposal, decision.base_fen, ratio)
    with act(person):
        decision.ratio, decision.amount_fen = ratio, decided.cut
        decision.reason, decision.exception_reason = reason.strip(), exception_reason.strip()
        decision.calculation, decision.decided_on = list(decided.steps), clock.today()
        decision.save(
            update_fields=["ratio", "amount_fen", "reason", "exception_reason", "calculation", "decided_on"]
        )
        _step(decision, "decide", person, reason.strip(), version)
        _leave(decision, decided.ceiling, person)
        target = SubjectYear.objects.filter(
            subject_id=decision.evaluation.subject_year.subject_id, budget_year=decision.for_budget_year
        ).first()
        if target is not None and balance(target.pk).initial:
            apply_decision(decision=decision, year=target, person=person)
        year = decision.evaluation.subject_year
        text = f"评价结果应用已决定：{decision.get_action_display()}"
        if decided.cut:
            text += f"，核减 {format_wan(decided.cut)} 万元"
        for organisation, role in ((year.unit, "unit_project"), (year.department, "department_reviewer")):
            _tell(decision, organisation, role, text)


def _leave(decision: Decision, ceiling: int, person: Person) -> None:
    evaluation = decision.evaluation
    limited = bool(decision.amount_fen)
    words = f"{evaluation.evaluated_year}年度{evaluation.get_kind_display()} {evaluation.total} 分"
    action = decision.get_action_display()
    text = f"{words}，{action}" + (f" {decision.ratio.normalize():f}%" if limited and decision.ratio else "")
    leave_standing(
        standing=Standing(
            subject_id=evaluation.subject_year.subject_id,
            for_budget_year=decision.for_budget_year,
            grade=evaluation.grade,
            score=evaluation.total or Decimal(0),
            action=decision.action,
            ceiling_fen=ceiling if limited else None,
            cause=subject_key(decision),
            text=text,
            clause=decision.clause,
        ),
        person=person,
    )


def apply_decision(*, decision: Decision, year: SubjectYear, person: Person) -> LedgerEntry | None:
    """Post a decided cut to the budget of the later year, once; nothing to post when nothing was cut."""
    if decision.state != "decided":
        raise refuse("尚未作出决定，不能核减")
    if not decision.amount_fen or decision.budget_entry_id is not None:
        return decision.budget_entry
    if year.budget_year != decision.for_budget_year:
        raise refuse(f"该决定适用于 {decision.for_budget_year} 年度预算")
    room = balance(year.pk).budget
    cut = min(decision.amount_fen, room)
    with act(person):
        entry = post(
            posting=Posting(year, "cut", -cut, clock.today(), note=decision.reason[:300]),
            person=person,
            cause=decision,
            clause=decision.clause,
        )
        decision.budget_entry = entry
        decision.save(update_fields=["budget_entry"])
        record("decision.apply", decision, {"entry": entry.pk, "fen": entry.amount_fen}, decision.clause)
    return entry


def apply_standing(*, year: SubjectYear, person: Person) -> list[LedgerEntry]:
    """Post every decided cut that waits for this subject's budget of this year."""
    waiting = Decision.objects.filter(
        evaluation__subject_year__subject_id=year.subject_id,
        for_budget_year=year.budget_year,
        state="decided",
        budget_entry__isnull=True,
        amount_fen__gt=0,
    )
    with act(person):
        made = [apply_decision(decision=one, year=year, person=person) for one in waiting]
    return [entry for entry in made if entry is not None]


def _step(decision: Decision, action: str, person: Person, comment: str, version: int | None) -> None:
    content = {
        "evaluation": decision.evaluation_id,
        "base": decision.base_fen,
        "action": decision.action,
        "ratio": decision.ratio,
        "amount": decision.amount_fen,
        "reason": decision.reason,
    }
    advance(
        decision,
        workflow=policy_for(decision.evaluation.cycle).workflows["decision"],
        action=action,
        person=person,
        facts=decision_facts(decision),
        comment=comment,
        content_hash=content_hash(content),
        version=version,
    )


def return_decision(
    *, decision: Decision, person: Person, comment: str, version: int | None = None
) -> None:
    """Give a proposal back for another one, with the reason."""
    with act(person):
        _step(decision, "return", person, comment, version)
        _tell(decision, _bureau(decision), "performance_office", f"处理意见被退回：{comment}")


def issue_rectification(*, finding: Finding, requirement: str, person: Person) -> Rectification:
    """Order one finding to be put right, by the pack's deadline counted from today."""
    verdict = may_propose(person)
    if not verdict:
        raise refuse("整改由绩效管理股下达")
    evaluation = finding.evaluation
    if evaluation.state != "confirmed":
        raise refuse("评价结果尚未确定，不能下达整改")
    if Rectification.objects.filter(finding=finding).exists():
        raise refuse("该问题已下达整改")
    days = rules_at(evaluation.cycle).value("rectification_days")
    with act(person):
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
        notify(
            organisation=made.unit,
            role="unit_project",
            text=f"{evaluation.subject_year.name}：请于 {made.due} 前完成整改",
            link=f"/results/rectifications/{made.pk}/",
            about=made,
        )
    return made


def _content(record_: Rectification) -> str:
    return content_hash(
        {"finding": record_.finding_id, "measure": record_.measure, "outcome": record_.outcome}
    )


def report_rectification(
    *, rectification: Rectification, measure: str, outcome: str, person: Person, version: int | None = None
) -> None:
    """The unit reports measure and result, with evidence attached."""
    verdict = may_report(person, rectification)
    if not verdict:
        raise refuse(verdict.reason)
    with act(person):
        rectification.measure, rectification.outcome = measure.strip(), outcome.strip()
        rectification.reported_on = clock.today()
        rectification.save(update_fields=["measure", "outcome", "reported_on"])
        _move(rectification, "report", person, "", version)
        notify(
            organisation=_bureau(rectification),
            role="performance_office",
            text=f"{rectification.finding.evaluation.subject_year.name}：整改待验收",
            link=f"/results/rectifications/{rectification.pk}/",
            about=rectification,
        )


def accept_rectification(
    *, rectification: Rectification, note: str, person: Person, version: int | None = None
) -> None:
    """Close a rectification; the responsible unit cannot do it itself."""
    verdict = may_accept(person, rectification)
    if not verdict:
        raise refuse(verdict.reason)
    with act(person):
        rectification.acceptance_note, rectification.closed_on = note.strip(), clock.today()
        rectification.save(update_fields=["acceptance_note", "closed_on"])
        _move(rectification, "accept", person, note, version)


def return_rectification(
    *, rectification: Rectification, person: Person, comment: str, version: int | None = None
) -> None:
    """Send a report of rectification back with the reason; the deadline stays."""
    with act(person):
        _move(rectification, "return", person, comment, version)
        notify(
            organisation=rectification.unit,
            role="unit_project",
            text=f"{rectification.finding.evaluation.subject_year.name}：整改被退回：{comment}",
            link=f"/results/rectifications/{rectification.pk}/",
            about=rectification,
        )


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


def _bureau(case: Decision | Rectification) -> Organisation:
    return Organisation.objects.filter(place_id=case.place_id, kind="bureau").order_by("pk")[:1].get()


def _tell(decision: Decision, organisation: Any, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{decision.evaluation.subject_year.name}：{text}",
        link=f"/results/{decision.pk}/",
        about=decision,
    )
