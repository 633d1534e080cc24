"""What a unit says against a finding of the checks, what the reviewers answer, and what stood at submission."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, refuse
from jiheng.foundation.workflow.claim import fill_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.stages.goals.access import may_answer, may_edit
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.facts import Found, all_findings
from jiheng.stages.goals.models import FindingDispute, Goal, SubmittedFindings

BUREAU_ONLY = "performance_office"
"""Who alone may set a finding aside that keeps a goal from leaving."""


def finding_named(goal: Goal, key: str) -> Found:
    """Return the finding of the saved content by its key. Raises Refused when the goal no longer has it."""
    found = next((one for one in all_findings(goal) if one.key == key), None)
    if found is None:
        raise mistaken("这一条检查结果已随内容的修改变化", remedy="请回到检查结果重新查看")
    return found


def dispute_finding(*, goal: Goal, key: str, person: Person, reason: str) -> FindingDispute:
    """单位认为检查结果不合实际的，可以写明理由申辩，由审核人答复；没有填写和合计不符的不能申辩。

    A finding is disputed once in a year; the answer is remembered. Raises Refused.
    """
    require(may_edit(person, goal))
    found = finding_named(goal, key)
    if found.dispute is not None:
        raise refuse("这一条已经申辩过", found.clause, remedy="请等待审核人答复，或按答复修改")
    if not found.open_to_dispute:
        raise refuse("没有填写的和合计不符的不能申辩", found.clause, remedy=found.remedy)
    if not reason.strip():
        raise refuse("申辩须写明理由", found.clause, where="reason")
    with act(person):
        made, new = FindingDispute.objects.get_or_create(
            subject_year_id=goal.subject_year_id,
            key=key,
            defaults={
                "revision": goal.revision,
                "check_id": found.check,
                "where_words": found.where[:240],
                "fact": found.message,
                "clause": found.clause[:300],
                "reason": reason.strip()[:300],
                "asked_by": str(person),
                "asker_id": person.user_id,
                "asked_on": clock.today(),
            },
        )
        if not new:
            raise Overtaken
        record("goals.dispute", goal, {"where": found.where, "fact": found.message, "comment": made.reason}, found.clause)
    return made


def answer_dispute(*, goal: Goal, key: str, person: Person, answer: str, reason: str) -> FindingDispute:
    """审核人答复申辩：采纳的不再提示，不采纳的仍须改正或说明；都写明理由。须改正的一条只有绩效管理股可以采纳。

    Nobody answers what they said themselves, and an answer stays. Raises Refused.
    """
    require(may_answer(person, goal))
    found = finding_named(goal, key)
    dispute = found.dispute
    if dispute is None:
        raise mistaken("这一条没有申辩")
    if dispute.answer:
        raise refuse("这一条申辩已经答复", found.clause)
    if dispute.asker_id == person.user_id:
        raise refuse("申辩不能由本人答复", clause_in(goal.cycle, "duty_separation"), remedy="请由另一位审核人答复")
    if answer not in dict(FindingDispute.ANSWERS):
        raise mistaken("请选择采纳或不采纳", where="answer")
    if not reason.strip():
        raise refuse("答复须写明理由", found.clause, where="reason")
    if answer == "upheld" and found.blocking and person.role != BUREAU_ONLY:
        raise refuse("须改正的一条只能由绩效管理股采纳申辩", found.clause, remedy="请转绩效管理股答复", where="answer")
    with act(person):
        given = {"answer": answer, "answer_reason": reason.strip()[:300], "answered_by": str(person), "answered_on": clock.today()}
        fill_once(dispute, given, "answered_on")
        told = {"where": found.where, "fact": found.message, "answer": answer, "comment": dispute.answer_reason}
        record("goals.answer_dispute", goal, told, found.clause)
    return dispute


def keep_findings(goal: Goal) -> SubmittedFindings:
    """Keep what the checks find in a goal that is being submitted; call inside the transaction of the step."""
    told = [
        {
            "severity": one.severity,
            "check": one.check,
            "where": one.where,
            "fact": one.message,
            "clause": one.clause,
            "dispute": one.dispute.reason if one.dispute is not None else "",
            "answer": one.dispute.answer if one.dispute is not None else "",
        }
        for one in all_findings(goal)
    ]
    return SubmittedFindings.objects.create(
        subject_year_id=goal.subject_year_id,
        revision=goal.revision,
        submitted_on=clock.today(),
        content_hash=hash_of(goal),
        findings=told,
    )
