"""The writes: applied for, checked, decided; the ledger gets its entry with the decision."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import format_wan
from jiheng.rules.reduction import reduction_refusals, within_unspent
from jiheng.stages.monitoring.models import MonitoringReport, Reduction
from jiheng.stages.monitoring.reduction.access import (
    may_act_on_reduction,
    may_apply_reduction,
    may_revise_reduction,
)
from jiheng.stages.monitoring.reduction.asked import WORKFLOW, asking_kinds, reduction_rule

NOTE_LENGTH = 300


def apply_reduction(
    *, report: MonitoringReport, amount_fen: int, reason: str, person: Person, version: int | None = None
) -> Reduction:
    """单位或部门按监控发现的问题申请调减预算：金额不超过没有支出的预算，写明理由。

    `version` is that of the report which the person saw. Raises Refused with everything against it, Overtaken when
    the report has changed since.
    """
    require(may_apply_reduction(person, report))
    if version is not None and version != report.version:
        raise Overtaken
    facts = [{"fact": one.fact, "clause": one.clause} for one in report.warnings.order_by("pk")]
    clause = reduction_rule(report.cycle)
    money = balance(report.subject_year_id)
    made = Reduction(
        place_id=report.place_id, state=policy_for(report.cycle).workflows[WORKFLOW].start, created_at=clock.now(),
        cycle=report.cycle, subject_year=report.subject_year, report=report, amount_fen=amount_fen,
        reason=reason.strip(), budget_fen=money.budget, paid_fen=money.executed, facts=facts, clause=clause,
        applied_on=clock.today(),
    )  # fmt: skip
    _require(made)
    with act(person):
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as twice:
            raise refuse("按这份监控表已经申请调减，还没有办完", clause) from twice
        _step(made, "apply", person, made.reason, None)
        _tell_applied(made, person)
    return made


def revise_reduction(
    *, reduction: Reduction, amount_fen: int, reason: str, person: Person, version: int | None = None
) -> None:
    """退回以后改金额、理由，重新申请；预算和支出按这时的台账重取。"""
    require(may_revise_reduction(person, reduction))
    money = balance(reduction.subject_year_id)
    before = {"fen": reduction.amount_fen, "reason": reduction.reason}
    reduction.amount_fen, reduction.reason = amount_fen, reason.strip()
    reduction.budget_fen, reduction.paid_fen = money.budget, money.executed
    _require(reduction)
    with act(person):
        # The step first: of two who apply again, the version lets one through before anything is written.
        _step(reduction, "apply", person, reduction.reason, version)
        reduction.save(update_fields=["amount_fen", "reason", "budget_fen", "paid_fen"])
        record("budget_reduction.rewrite", reduction, {"before": before, "fen": amount_fen, "comment": reduction.reason})
        _tell_applied(reduction, person)


def _require(reduction: Reduction) -> None:
    others = Reduction.objects.filter(subject_year=reduction.subject_year_id, state__in=Reduction.OPEN)
    asked = sum(others.exclude(pk=reduction.pk).values_list("amount_fen", flat=True))
    found = reduction_refusals(
        amount=reduction.amount_fen, budget=reduction.budget_fen, paid=reduction.paid_fen, asked=asked,
        reason=reduction.reason, deviations=[one["fact"] for one in reduction.facts], clause=reduction.clause,
    )  # fmt: skip
    if found:
        raise Refused(found)


def move_reduction(
    *, reduction: Reduction, action: str, comment: str, person: Person, version: int | None = None
) -> None:
    """审核、退回、撤回、同意或不予调减：动作以制度的流程表为准；同意的随即记入台账。"""
    require(may_act_on_reduction(person, reduction))
    if action not in _AFTER:
        raise mistaken("没有这一步", remedy="申请和重新申请在各自的页面办理", where="action")
    with act(person):
        if action == "decide":
            _require_unspent(reduction)
        _step(reduction, action, person, comment.strip(), version)
        _AFTER[action](reduction, comment.strip(), person)


def _require_unspent(reduction: Reduction) -> None:
    """Payments go on while an application waits: what is taken off is measured once more at the decision."""
    money = balance(reduction.subject_year_id)
    found = within_unspent(
        amount=reduction.amount_fen, budget=money.budget, paid=money.executed, clause=reduction.clause
    )
    if found:
        raise Refused(found)


def _checked(reduction: Reduction, _: str, __: Person) -> None:
    words = f"申请调减 {format_wan(reduction.amount_fen)} 万元，业务股室已审核，待决定"
    _tell(reduction, bureau_of(reduction.place_id), "bureau_leader", words)


def _returned(reduction: Reduction, comment: str, _: Person) -> None:
    _tell_applicants(reduction, f"调减申请被退回：{comment}")


def _withdrawn(reduction: Reduction, comment: str, _: Person) -> None:
    _tell(reduction, bureau_of(reduction.place_id), "division", f"调减申请已撤回：{comment}")


def _declined(reduction: Reduction, comment: str, _: Person) -> None:
    _settle(reduction, comment)
    words = f"申请调减 {format_wan(reduction.amount_fen)} 万元，不予调减：{comment}"
    _answer_measures(reduction, words)
    _tell_applicants(reduction, words)


def _decided(reduction: Reduction, comment: str, person: Person) -> None:
    _settle(reduction, comment)
    year = reduction.subject_year
    note = f"调减：{reduction.reason}"[:NOTE_LENGTH]
    entry = post(
        posting=Posting(year, "adjustment", -reduction.amount_fen, clock.today(), note=note),
        person=person, cause=reduction, clause=reduction.clause,
    )  # fmt: skip
    reduction.ledger_entry = entry
    reduction.save(update_fields=["ledger_entry"])
    record("budget_reduction.book", reduction, {"entry": entry.pk, "fen": entry.amount_fen}, reduction.clause)
    words = f"已调减预算 {format_wan(reduction.amount_fen)} 万元：{comment}"
    _answer_measures(reduction, words)
    _tell_applicants(reduction, words)
    _tell(reduction, bureau_of(reduction.place_id), "division", words)


def _settle(reduction: Reduction, comment: str) -> None:
    reduction.decision_reason, reduction.decided_on = comment, clock.today()
    reduction.save(update_fields=["decision_reason", "decided_on"])


def _answer_measures(reduction: Reduction, words: str) -> None:
    """The measures that asked for it are answered by what was decided."""
    rows = reduction.report.measures.filter(done_on__isnull=True, kind__in=asking_kinds(reduction.cycle))
    for measure in rows:
        measure.outcome, measure.done_on = words[:300], clock.today()
        measure.save(update_fields=["outcome", "done_on"])
        record("monitoring.follow_up", reduction.report, {"measure": measure.text, "comment": measure.outcome})


_AFTER: dict[str, Callable[[Reduction, str, Person], None]] = {
    "check": _checked,
    "return": _returned,
    "withdraw": _withdrawn,
    "decide": _decided,
    "decline": _declined,
}


def _step(reduction: Reduction, action: str, person: Person, comment: str, version: int | None) -> None:
    content: dict[str, Any] = {
        "report": reduction.report_id, "amount": reduction.amount_fen, "reason": reduction.reason, "facts": reduction.facts,
    }  # fmt: skip
    advance(
        reduction, workflow=policy_for(reduction.cycle).workflows[WORKFLOW], action=action, person=person, facts={},
        comment=comment, content_hash=content_hash(content), version=version,
    )  # fmt: skip


def _tell_applied(reduction: Reduction, person: Person) -> None:
    words = f"申请调减预算 {format_wan(reduction.amount_fen)} 万元：{reduction.reason}"
    _tell(reduction, bureau_of(reduction.place_id), "division", words)
    if person.is_unit:
        _tell(reduction, reduction.subject_year.department, "department_reviewer", words)


def _tell_applicants(reduction: Reduction, words: str) -> None:
    year = reduction.subject_year
    for body, role in ((year.unit, "unit_project"), (year.unit, "unit_finance"), (year.department, "department_reviewer")):
        _tell(reduction, body, role, words)


def _tell(reduction: Reduction, organisation: Organisation, role: str, words: str) -> None:
    notify(
        organisation=organisation, role=role, text=f"{reduction.subject_year.name}：{words}",
        link=reverse("monitoring:reduction", args=[reduction.pk]), about=reduction,
    )  # fmt: skip
