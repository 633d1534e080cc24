"""The writes: a result given back with its analysis, the unit's signature."""

from datetime import date

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.feedback import feedback_due
from jiheng.rules.feedback import is_late as late_on
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.feedback.access import RECEIVERS, feedback_rule, may_give, may_receive_feedback
from jiheng.stages.results.models import Feedback

DAYS = "feedback_days"
LONGEST = 3000


def term_of(evaluation: Evaluation) -> tuple[date | None, str]:
    """Return until when a fixed result is to be given back, by the rule of the day it was fixed, with the clause."""
    if evaluation.confirmed_on is None or DAYS not in policy_for(evaluation.cycle).parameters:
        return None, ""
    rule = rules_at(evaluation.cycle, evaluation.confirmed_on).get(DAYS)
    if rule is None or rule.value is None:
        return None, ""
    return feedback_due(evaluation.confirmed_on, int(rule.value)), str(rule.clause)


def draft_of(evaluation: Evaluation) -> tuple[str, str]:
    """Return analysis and advice as the record says them: what was found, by item, and what was suggested."""
    found = list(evaluation.findings.order_by("number"))
    lost = [one for one in evaluation.lines.order_by("pk") if one.reason]
    analysis = [f"评价得分 {evaluation.total} 分。"]
    analysis += [f"{at}．{one.text}" for at, one in enumerate(found, 1)] or [one.reason for one in lost[:5]]
    advice = [f"{at}．{one.advice}" for at, one in enumerate(found, 1) if one.advice]
    return "\n".join(analysis), "\n".join(advice)


def give_feedback(*, evaluation: Evaluation, analysis: str, advice: str, person: Person) -> Feedback:
    """整理、归纳、分析评价结果，反馈被评价单位：写明分析和改进建议；逾期也须反馈，记为逾期。

    Raises Refused with every fault; by the organiser of the evaluation, once.
    """
    require(may_give(person, evaluation))
    rule = feedback_rule(evaluation.cycle)
    clause = str(rule.clause) if rule is not None else ""
    found = [
        Refusal(f"须写明{label}", clause, where=where)
        for where, label, text in (("analysis", "归纳分析", analysis), ("advice", "改进建议", advice))
        if not text.strip()
    ]
    if found:
        raise Refused(found)
    due, due_clause = term_of(evaluation)
    with act(person):
        Evaluation.objects.select_for_update().get(pk=evaluation.pk)  # two who give it back at once: the second waits
        require(may_give(person, evaluation))
        made = Feedback.objects.create(
            place_id=evaluation.place_id, cycle=evaluation.cycle, evaluation=evaluation,
            analysis=analysis.strip()[:LONGEST], advice=advice.strip()[:LONGEST], due=due, due_clause=due_clause,
            clause=clause, given_on=clock.today(), given_by=str(person),
        )  # fmt: skip
        told = {"until": due, "late": late_on(due, made.given_on, made.given_on)}
        record("feedback.give", made, told, clause)
        year = evaluation.subject_year
        for role in sorted(RECEIVERS):
            notify(
                organisation=year.unit, role=role, text=f"{year.name}：评价结果已反馈，请签收",
                link=f"/results/feedback/{made.pk}/", about=made,
            )  # fmt: skip
    return made


def receive_feedback(*, feedback: Feedback, reply: str, person: Person) -> None:
    """The unit signs for the result, with a word of its own if it has one."""
    require(may_receive_feedback(person, feedback))
    with act(person):
        same = Feedback.objects.filter(pk=feedback.pk, received_on__isnull=True)
        feedback.received_on, feedback.received_by, feedback.reply = clock.today(), str(person), reply.strip()[:1000]
        if same.update(received_on=feedback.received_on, received_by=feedback.received_by, reply=feedback.reply) != 1:
            raise mistaken("已经签收")
        record("feedback.receive", feedback, {"comment": feedback.reply}, feedback.clause)
        notify(
            organisation=bureau_of(feedback.place_id), role="performance_office",
            text=f"{feedback.evaluation.subject_year.name}：评价结果的反馈已签收", link=f"/results/feedback/{feedback.pk}/",
            about=feedback,
        )  # fmt: skip


def is_late(feedback: Feedback) -> bool:
    """Whether the result was given back after its last day."""
    return late_on(feedback.due, feedback.given_on, clock.today())
