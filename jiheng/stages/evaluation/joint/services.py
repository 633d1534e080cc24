"""The writes of a joint evaluation: indicators proposed and answered, findings filed, the result taken over."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.foundation.workflow.claim import fill_once
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.evaluation.access import SCORERS, ordering_role
from jiheng.stages.evaluation.joint.access import (
    joint_clause,
    may_answer_proposal,
    may_attach_finding,
    may_file_finding,
    may_propose_indicator,
    may_take_over,
)
from jiheng.stages.evaluation.models import (
    Evaluation,
    Finding,
    IndicatorProposal,
    PartnerFinding,
    PartnerTaking,
)
from jiheng.stages.evaluation.partners import tell_partner

LONGEST, LONGEST_SOURCE = 500, 200


@dataclass(frozen=True)
class PartnerFindingData:
    """One problem with the source that proves it; money concerned in fen."""

    category: str
    text: str
    source: str
    advice: str
    amount_fen: int = 0


def _short(evaluation: Evaluation, *fields: tuple[str, str, str, int]) -> list[Refusal]:
    """Return which of the texts (label, key, text, longest) are missing or too long."""
    clause = joint_clause(evaluation.cycle)
    found = [Refusal(f"没有写明{label}", clause, "请填写", key) for label, key, text, _ in fields if not text.strip()]
    return found + [
        mistake(f"{label}最多 {most} 字", where=key) for label, key, text, most in fields if len(text.strip()) > most
    ]


def propose_indicator(*, evaluation: Evaluation, text: str, reason: str, person: Person) -> IndicatorProposal:
    """指标共商：合作方提出应当评价的指标和理由，指标确定以前都可以提。"""
    require(may_propose_indicator(person, evaluation))
    if found := _short(evaluation, ("建议的指标", "text", text, LONGEST), ("理由", "reason", reason, LONGEST)):
        raise Refused(found)
    with act(person):
        rows = Evaluation.objects.select_for_update().get(pk=evaluation.pk).indicator_proposals
        made = IndicatorProposal.objects.create(
            evaluation=evaluation, number=(rows.aggregate(at=Max("number"))["at"] or 0) + 1, text=text.strip(),
            reason=reason.strip(), proposed_by=str(person), proposed_at=clock.now(),
        )  # fmt: skip
        record("joint.propose", made, {"text": made.text, "reason": made.reason}, joint_clause(evaluation.cycle))
        _tell_finance(evaluation, f"合作方建议增加评价指标：{made.text[:100]}")
    return made


def answer_proposal(*, proposal: IndicatorProposal, verdict: str, answer: str, person: Person) -> None:
    """采纳或不采纳合作方的指标建议；不采纳须写明理由。采纳的即为评价指标的一部分。"""
    require(may_answer_proposal(person, proposal))
    clause, found = joint_clause(proposal.evaluation.cycle), []
    if verdict not in dict(IndicatorProposal.VERDICTS):
        found.append(Refusal("没有选择采纳或不采纳", clause, "请选择", "verdict"))
    if verdict == "declined" and not answer.strip():
        found.append(Refusal("不采纳须写明理由", clause, "请填写", "answer"))
    if len(answer.strip()) > LONGEST:
        found.append(mistake(f"答复最多 {LONGEST} 字", where="answer"))
    if found:
        raise Refused(found)
    told = {"verdict": verdict, "answer": answer.strip(), "answered_by": str(person), "answered_at": clock.now()}
    with act(person):
        fill_once(proposal, told, "answered_at")
        words = proposal.get_verdict_display()
        record("joint.answer", proposal, {"text": proposal.text, "verdict": words, "answer": proposal.answer}, clause)
        tell_partner(proposal.evaluation, f"指标建议“{proposal.text[:60]}”{words}")


def file_finding(*, evaluation: Evaluation, told: PartnerFindingData, person: Person) -> PartnerFinding:
    """信息共享：合作方写明发现的问题和来源；结果确定时并入问题清单，一并整改。记下的不改。"""
    require(may_file_finding(person, evaluation))
    found = _short(
        evaluation, ("问题", "text", told.text, LONGEST), ("来源", "source", told.source, LONGEST_SOURCE),
        ("整改建议", "advice", told.advice, LONGEST),
    )  # fmt: skip
    if told.category not in dict(Finding.CATEGORIES):
        found.append(Refusal("没有选择类别", joint_clause(evaluation.cycle), "请选择", "category"))
    if told.amount_fen < 0:
        found.append(mistake("涉及金额不能为负数", where="amount_fen"))
    if found:
        raise Refused(found)
    with act(person):
        rows = Evaluation.objects.select_for_update().get(pk=evaluation.pk).partner_findings
        made = PartnerFinding.objects.create(
            evaluation=evaluation, number=(rows.aggregate(at=Max("number"))["at"] or 0) + 1, category=told.category,
            text=told.text.strip(), source=told.source.strip(), advice=told.advice.strip(), amount_fen=told.amount_fen,
            filed_by=str(person), filed_at=clock.now(),
        )  # fmt: skip
        record("joint.find", made, {"text": made.text, "source": made.source}, joint_clause(evaluation.cycle))
        _tell_finance(evaluation, f"合作方发现问题：{made.text[:100]}")
    return made


def attach_finding(*, finding: PartnerFinding, name: str, content: bytes, person: Person) -> Evidence:
    """Add a paper that proves a finding of the partner."""
    require(may_attach_finding(person, finding))
    return attach(subject=finding, row=finding.text[:80], name=name, content=content, person=person)


def take_over(*, evaluation: Evaluation, use: str, person: Person) -> PartnerTaking:
    """结果共用：合作方接收评价结果，写明用于什么。Overtaken when somebody took it over first."""
    require(may_take_over(person, evaluation))
    if found := _short(evaluation, ("用于什么", "use", use, LONGEST)):
        raise Refused(found)
    with act(person):
        try:
            with transaction.atomic():
                made = PartnerTaking.objects.create(
                    evaluation=evaluation, use=use.strip(), taken_by=str(person), taken_at=clock.now()
                )
        except IntegrityError:
            raise Overtaken from None
        record("joint.take", made, {"use": made.use}, joint_clause(evaluation.cycle))
        _tell_finance(evaluation, f"合作方已接收评价结果，用于：{made.use[:100]}")
    return made


def _tell_finance(evaluation: Evaluation, text: str) -> None:
    link = reverse("evaluation:joint", args=[evaluation.pk])
    words = f"{evaluation.subject_year.name}：{text}"
    role = ordering_role(evaluation.kind)
    notify(organisation=evaluation.organiser or evaluation.evaluator, role=role, text=words, link=link, about=evaluation)
    for one in SCORERS:
        notify(organisation=evaluation.evaluator, role=one, text=words, link=link, about=evaluation)
