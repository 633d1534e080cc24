"""Taking money back: proposed from the list of the rules, decided by a leader, written to ledger and next year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import Standing
from jiheng.registers.subjects.services import leave_standing
from jiheng.rules.money import format_wan
from jiheng.rules.recapture import REFUSE, Claim, amount_refusals, lateness, need_refusals
from jiheng.rules.refusal import Refusal
from jiheng.stages.monitoring.models import MonitoringReport, Recapture
from jiheng.stages.monitoring.recapture.access import (
    may_decide_recapture,
    may_propose_recapture,
    may_revise_recapture,
)
from jiheng.stages.monitoring.recapture.finding import Candidate, after_due, candidates, recapture_rule

NOTE_LENGTH = 300


@dataclass(frozen=True)
class Settled:
    """What a leader decides: the amount in fen, why, and what the project needs in the next year."""

    amount_fen: int
    reason: str
    exception_reason: str = ""
    late_reason: str = ""
    need_fen: int = 0
    need_reason: str = ""


def propose_recaptures(
    *, cycle: Cycle, reports: Iterable[int], person: Person, note: str = ""
) -> list[Recapture]:
    """按最近一次监控，对应收回的项目提出收回：情形、事实、应收回的金额由规则列出，逐项记下依据。

    `reports` are monitoring reports by primary key. Raises Refused when one of them isn't to be taken back, or
    the date is over and the rules allow nothing after it.
    """
    require(may_propose_recapture(person))
    wanted = set(reports)
    found = candidates(cycle, person, only=wanted)
    if missing := wanted - {one.report.pk for one in found}:
        names = MonitoringReport.objects.filter(pk__in=missing).values_list("subject_year__name", flat=True)
        listed = "、".join(f"“{name}”" for name in names) or "所选项目"
        raise refuse(f"{listed}不在应收回的清单内，或已经提出", recapture_rule(cycle), remedy="请按清单办理")
    if not found:
        raise mistaken("没有选择项目", remedy="请在清单中勾选")
    if after_due(cycle) == REFUSE and (late := [one for one in found if _over(one.due)]):
        raise Refused(_late(one.due, after_due(cycle), "", one.due_clause)[0] for one in late)
    with act(person):
        return [_propose(one, person, note) for one in found]


def _over(due: date | None) -> bool:
    return due is not None and clock.today() > due


def _late(due: date | None, after: str, reason: str, clause: str) -> list[Refusal]:
    return lateness(due=due, today=clock.today(), after=after, reason=reason, clause=clause)


def _propose(one: Candidate, person: Person, note: str) -> Recapture:
    year, main = one.year, one.main
    # Two people who propose the same report at once: the second waits for the row and then meets the constraint.
    MonitoringReport.objects.select_for_update().get(pk=one.report.pk)
    if Recapture.objects.filter(report=one.report).exists():
        raise refuse(f"“{year.name}”已提出收回", main.ground.clause)
    made = Recapture.objects.create(
        place_id=year.place_id,
        state=policy_for(one.report.cycle).workflows["recapture"].start,
        created_at=clock.now(),
        cycle=one.report.cycle,
        subject_year=year,
        report=one.report,
        ground=main.ground.key,
        ground_text=main.ground.label,
        claims=[_plain(claim) for claim in one.claims],
        in_principle=main.ground.in_principle,
        budget_fen=one.facts.budget,
        paid_fen=one.facts.paid,
        proposed_fen=main.amount,
        clause=main.ground.clause,
        due=one.due,
        due_clause=one.due_clause,
    )
    text = note.strip() or f"{main.ground.label}，应收回 {format_wan(main.amount)} 万元"
    made.note = text[:NOTE_LENGTH]
    made.save(update_fields=["note"])
    _step(made, "propose", person, text, None)
    _tell(made, bureau_of(made.place_id), "bureau_leader", f"待决定：{text}")
    return made


def _plain(claim: Claim) -> dict[str, Any]:
    return {
        "ground": claim.ground.key,
        "label": claim.ground.label,
        "clause": claim.ground.clause,
        "amount_fen": claim.amount,
        "facts": list(claim.facts),
        "calculation": claim.calculation,
    }


def propose_again(*, recapture: Recapture, note: str, person: Person, version: int | None = None) -> None:
    """退回以后重新提出，写明说明；情形和金额仍是当时按规则列出的。"""
    require(may_revise_recapture(person, recapture))
    with act(person):
        recapture.note = note.strip()[:NOTE_LENGTH]
        recapture.save(update_fields=["note"])
        _step(recapture, "propose", person, note.strip(), version)
        _tell(recapture, bureau_of(recapture.place_id), "bureau_leader", f"重新提出，待决定：{recapture.note}")


def decide_recapture(
    *, recapture: Recapture, settled: Settled, person: Person, version: int | None = None
) -> None:
    """局领导决定收回多少：记入台账并注明决定；确需继续实施的，把需要留给下年度预算。

    Less than the rules found needs a reason where the pack says 原则上, and is refused where it doesn't; after the
    date the pack's own rule says whether it may still be done. Raises Refused with everything against it.
    """
    require(may_decide_recapture(person, recapture))
    if problems := decision_refusals(recapture, settled):
        raise Refused(problems)
    with act(person):
        recapture.amount_fen, recapture.reason = settled.amount_fen, settled.reason.strip()
        recapture.exception_reason = settled.exception_reason.strip()
        recapture.late, recapture.late_reason = _over(recapture.due), settled.late_reason.strip()
        recapture.need_fen, recapture.need_reason = settled.need_fen, settled.need_reason.strip()
        recapture.decided_on = clock.today()
        recapture.save(update_fields=[
            "amount_fen", "reason", "exception_reason", "late", "late_reason", "need_fen", "need_reason", "decided_on",
        ])  # fmt: skip
        _step(recapture, "decide", person, recapture.reason, version)
        _post(recapture, person)
        if recapture.need_fen:
            _leave(recapture, person)
        text = f"收回 {format_wan(settled.amount_fen)} 万元：{recapture.ground_text}"
        for organisation, role in _concerned(recapture):
            _tell(recapture, organisation, role, text)


def decision_refusals(recapture: Recapture, settled: Settled) -> list[Refusal]:
    """Return everything against a decision: its reason, its amount, its day, the next year's need."""
    money = balance(recapture.subject_year_id)
    found = [] if settled.reason.strip() else [Refusal("决定须写明理由", recapture.clause, where="reason")]
    if settled.amount_fen <= 0:
        words = "收回金额须大于零"
        found.append(Refusal(words, recapture.clause, "不收回的请选择“不予收回”，并写明理由", "amount_fen"))
    else:
        found += amount_refusals(
            amount=settled.amount_fen,
            proposal=recapture.proposed_fen,
            unspent=max(money.budget - money.executed, 0),
            in_principle=recapture.in_principle,
            exception=settled.exception_reason,
            clause=recapture.clause,
        )
    found += _late(recapture.due, after_due(recapture.cycle), settled.late_reason, recapture.due_clause)
    found += need_refusals(
        need=settled.need_fen, reason=settled.need_reason, amount=settled.amount_fen, clause=recapture.clause
    )
    return found


def _post(recapture: Recapture, person: Person) -> None:
    year = recapture.subject_year
    entry = post(
        posting=Posting(year, "recapture", -(recapture.amount_fen or 0), clock.today(), note=recapture.reason[:300]),
        person=person,
        cause=recapture,
        clause=recapture.clause,
    )
    recapture.ledger_entry = entry
    recapture.save(update_fields=["ledger_entry"])
    record("recapture.apply", recapture, {"entry": entry.pk, "fen": entry.amount_fen}, recapture.clause)


def _leave(recapture: Recapture, person: Person) -> None:
    """确需继续实施的，在下年度部门预算中调剂解决：下年度申报时看得到。"""
    year = recapture.subject_year
    words = f"{year.budget_year}年度收回 {format_wan(recapture.amount_fen or 0)} 万元，确需继续实施，"
    leave_standing(
        standing=Standing(
            subject_id=year.subject_id,
            for_budget_year=year.budget_year + 1,
            grade="",
            score=Decimal(0),
            action="recapture",
            ceiling_fen=None,
            cause=subject_key(recapture),
            text=f"{words}在本年部门预算中调剂 {format_wan(recapture.need_fen)} 万元：{recapture.need_reason}"[:300],
            clause=recapture.clause,
        ),
        person=person,
    )


def spare_recapture(*, recapture: Recapture, reason: str, person: Person, version: int | None = None) -> None:
    """不予收回：制度写“原则上”的才可以，并写明理由。"""
    require(may_decide_recapture(person, recapture))
    if not recapture.in_principle:
        raise refuse("制度没有允许例外，不能不收回", recapture.clause, remedy="请按应收回的金额办理")
    with act(person):
        recapture.reason, recapture.decided_on = reason.strip(), clock.today()
        recapture.save(update_fields=["reason", "decided_on"])
        _step(recapture, "spare", person, reason, version)


def return_recapture(*, recapture: Recapture, comment: str, person: Person, version: int | None = None) -> None:
    """Give a proposal back with the reason."""
    require(may_decide_recapture(person, recapture))
    with act(person):
        _step(recapture, "return", person, comment, version)
        for role in ("division", "performance_office"):
            _tell(recapture, bureau_of(recapture.place_id), role, f"收回意见被退回：{comment}")


def _step(recapture: Recapture, action: str, person: Person, comment: str, version: int | None) -> None:
    advance(
        recapture,
        workflow=policy_for(recapture.cycle).workflows["recapture"],
        action=action,
        person=person,
        facts={},
        comment=comment,
        content_hash=content_hash(
            {
                "report": recapture.report_id,
                "claims": recapture.claims,
                "proposed": recapture.proposed_fen,
                "amount": recapture.amount_fen,
                "reason": recapture.reason,
                "need": recapture.need_fen,
            }
        ),
        version=version,
    )


def _concerned(recapture: Recapture) -> Sequence[tuple[Organisation, str]]:
    year = recapture.subject_year
    return ((year.unit, "unit_project"), (year.unit, "unit_finance"), (year.department, "department_reviewer"))


def _tell(recapture: Recapture, organisation: Organisation, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{recapture.subject_year.name}：{text}",
        link=reverse("monitoring:recapture", args=[recapture.pk]),
        about=recapture,
    )
