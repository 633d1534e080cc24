"""Decisions on the next budget: proposed by rule, taken by a leader, written to ledger and standing."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.services import leave_standing
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import about
from jiheng.rules.results import Proposal, check_decision, decide
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.access import may_apply, may_decide, may_propose, may_return, may_revise
from jiheng.stages.results.facts import decision_facts, proposal_for
from jiheng.stages.results.models import Decision
from jiheng.stages.results.queries import ceiling_of

AS_RULED = "同意按制度照常安排"


def evaluated_budget(evaluation: Evaluation) -> int:
    """Return the budget of the evaluated year in fen: from the ledger; without entries the sum evaluated."""
    money = balance(evaluation.subject_year_id)
    return money.budget or evaluation.amount_fen


def _ruled(evaluation: Evaluation, base: int) -> Proposal:
    try:
        return proposal_for(evaluation, base)
    except LookupError as error:
        raise refuse(str(error), clause_in(evaluation.cycle, "result_consequences"), remedy="请在制度中补充该类评价的处理方式") from error


def propose_decision(*, evaluation: Evaluation, person: Person, comment: str = "") -> Decision:
    """Work out by rule what a confirmed result does to the next budget, with every step of the calculation.

    评价结果确定后，由绩效管理股按制度逐项提出处理意见。Raises Refused when the result is not confirmed, has a
    proposal already, or the rules say nothing about its kind and grade.
    """
    require(may_propose(person))
    if evaluation.state != "confirmed":
        raise refuse("评价结果尚未确定，不能提出处理意见", clause_in(evaluation.cycle, "workflows.decision"), remedy="先确定评价结果")
    base = evaluated_budget(evaluation)
    proposal = _ruled(evaluation, base)
    with act(person):
        # The row's lock makes a second click wait until it can see the first one's proposal.
        Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if Decision.objects.filter(evaluation=evaluation).exists():
            raise refuse("已对该评价结果提出过处理意见", clause_in(evaluation.cycle, "workflows.decision"))
        text = comment.strip() or f"{proposal.text}，建议比例 {_plain(proposal.proposed_ratio)}%"
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
            proposal_note=text[:300],
            in_principle=proposal.in_principle,
            clause=proposal.clause,
        )
        _step(made, "propose", person, text, None)
        _tell(made, bureau_of(made.place_id), "bureau_leader", f"待决定：{text}")
    return made


def propose_all(*, evaluations: Iterable[Evaluation], person: Person) -> list[Decision]:
    """Propose for many results at once; one that cannot be proposed refuses all, by name."""
    made: list[Decision] = []
    with act(person):
        for evaluation in evaluations:
            try:
                made.append(propose_decision(evaluation=evaluation, person=person))
            except Refused as refused:
                raise Refused(about(evaluation.subject_year.name, refused.refusals)) from refused
    return made


def revise_proposal(
    *, decision: Decision, ratio: Decimal, comment: str, person: Person, version: int | None = None
) -> None:
    """Propose again after a return: another ratio within the rule's bounds (per cent), with its grounds."""
    require(may_revise(person, decision))
    proposal = proposal_for(decision.evaluation, decision.base_fen)
    problems = check_decision(proposal, ratio, comment)
    if problems:
        raise Refused(problems)
    with act(person):
        decision.proposed_ratio, decision.proposal_note = ratio, comment.strip()[:300]
        decision.calculation = list(decide(proposal, decision.base_fen, ratio).steps)
        decision.save(update_fields=["proposed_ratio", "proposal_note", "calculation"])
        _step(decision, "propose", person, comment.strip(), version)
        _tell(decision, bureau_of(decision.place_id), "bureau_leader", f"重新提出处理意见，待决定：{comment.strip()}")


def decide_result(
    *,
    decision: Decision,
    ratio: Decimal,
    reason: str,
    person: Person,
    exception_reason: str = "",
    version: int | None = None,
) -> None:
    """Decide the ratio (per cent) within its bounds, with a reason; write the ledger and next year's standing.

    由局领导决定，提出意见的人不能决定；超出规定幅度的，制度写明“原则上”才可以，并写明例外理由。
    Where next year's budget is already in the ledger the cut is posted at once; else the ceiling binds it: the
    ledger refuses a budget above it on every road (`ceilings`).
    """
    require(may_decide(person, decision))
    proposal = proposal_for(decision.evaluation, decision.base_fen)
    problems = check_decision(proposal, ratio, reason, exception_reason)
    if problems:
        raise Refused(problems)
    decided = decide(proposal, decision.base_fen, ratio)
    with act(person):
        decision.ratio, decision.amount_fen = ratio, decided.cut
        decision.action = decided.action
        decision.reason, decision.exception_reason = reason.strip(), exception_reason.strip()
        decision.calculation, decision.decided_on = list(decided.steps), clock.today()
        decision.save(
            update_fields=[
                "action", "ratio", "amount_fen", "reason", "exception_reason", "calculation", "decided_on"
            ]
        )
        _step(decision, "decide", person, reason.strip(), version)
        _leave(decision, decided.ceiling, person)
        target = SubjectYear.objects.filter(
            subject_id=decision.evaluation.subject_year.subject_id, budget_year=decision.for_budget_year
        ).first()
        if target is not None and balance(target.pk).initial:
            _post(decision, target, person)
        year = decision.evaluation.subject_year
        text = f"评价结果应用已决定：{decision.get_action_display()}"
        if decided.cut:
            text += f"，核减 {format_wan(decided.cut)} 万元"
        for organisation, role in ((year.unit, "unit_project"), (year.department, "department_reviewer")):
            _tell(decision, organisation, role, text)


def agree_to_keep(*, decisions: Iterable[Decision], person: Person) -> int:
    """Decide many proposals at once where the rule takes nothing off; one that cuts refuses all, by name.

    优、良等不核减的结果可以一次同意；核减、不予安排的须逐项决定、逐项写明理由。Returns how many were decided.
    """
    found = list(decisions)
    with act(person):
        for decision in found:
            name = decision.evaluation.subject_year.name
            if decision.max_ratio:
                raise refuse(
                    f"“{name}”按制度须{decision.get_action_display()}，不能批量同意", decision.clause, "请逐项作出决定"
                )
            try:
                decide_result(decision=decision, ratio=Decimal(0), reason=AS_RULED, person=person)
            except Refused as refused:
                raise Refused(about(name, refused.refusals)) from refused
    return len(found)


def _leave(decision: Decision, ceiling: int, person: Person) -> None:
    evaluation = decision.evaluation
    limited = bool(decision.amount_fen)
    words = f"{evaluation.evaluated_year}年度{evaluation.kind_words} {evaluation.total} 分"
    action = decision.get_action_display()
    text = f"{words}，{action}" + (f" {_plain(decision.ratio)}%" if limited and decision.ratio else "")
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
    """Bring the budget of the later year down to the decided ceiling (base minus cut), once.

    Nothing is posted when nothing was cut or when the budget already lies within the ceiling; the entry
    names the decision.
    """
    require(may_apply(person, decision))
    return _post(decision, year, person)


def _post(decision: Decision, year: SubjectYear, person: Person) -> LedgerEntry | None:
    if decision.state != "decided":
        raise refuse("尚未作出决定，不能核减", clause_in(decision.cycle, "workflows.decision"))
    if not decision.amount_fen or decision.budget_entry_id is not None:
        return decision.budget_entry
    if year.budget_year != decision.for_budget_year:
        raise refuse(f"该决定适用于 {decision.for_budget_year} 年度预算", clause_in(decision.cycle, "workflows.decision"))
    room = balance(year.pk).budget
    if room <= 0:
        raise refuse(f"台账中还没有 {year.budget_year} 年度预算，不能核减", decision.clause, remedy="待预算登记后再核减")
    # A budget that was asked for within the ceiling is not cut a second time.
    cut = min(room, room - ceiling_of(decision))
    if cut <= 0:
        return None
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


def return_decision(
    *, decision: Decision, person: Person, comment: str, version: int | None = None
) -> None:
    """Give a proposal back for another one, with the reason."""
    require(may_return(person, decision))
    with act(person):
        _step(decision, "return", person, comment, version)
        _tell(decision, bureau_of(decision.place_id), "performance_office", f"处理意见被退回：{comment}")


def _step(decision: Decision, action: str, person: Person, comment: str, version: int | None) -> None:
    content = {
        "evaluation": decision.evaluation_id,
        "base": decision.base_fen,
        "action": decision.action,
        "proposed": decision.proposed_ratio,
        "ratio": decision.ratio,
        "amount": decision.amount_fen,
        "reason": decision.reason,
        "exception": decision.exception_reason,
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


def _tell(decision: Decision, organisation: Any, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{decision.evaluation.subject_year.name}：{text}",
        link=f"/results/{decision.pk}/",
        about=decision,
    )


def _plain(ratio: Decimal | None) -> str:
    text = f"{ratio or Decimal(0):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
