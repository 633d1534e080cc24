"""The steps of a report: signing, returning, confirming, closing, many at once; what came of the measures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.clauses import clause_in
from jiheng.rules.money import format_yuan
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.monitoring.access import (
    being_filled,
    concerns,
    may_follow_up,
    may_move_in_bulk,
    workflow_of,
)
from jiheng.stages.monitoring.content import hash_of
from jiheng.stages.monitoring.facts import workflow_facts
from jiheng.stages.monitoring.models import Measure, MonitoringReport
from jiheng.stages.monitoring.reduction.asked import asked_for, reduction_rule
from jiheng.stages.monitoring.services.notices import tell

BULK = frozenset({"confirm", "close"})


def submit_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """项目经办和财务经办都签署后报送；执行数与台账不符的不能签署，内容在前一人签署后改动的，前一签名作废。"""
    with act(person):
        gap = ledger_gap(report)
        if gap:
            raise Refused([gap])
        _step(report, "submit", person, comment, version)
        if being_filled(report):
            other = "unit_finance" if person.role == "unit_project" else "unit_project"
            tell(report, other, f"已由{person.role_label}签署，请核对后签署")
        else:
            tell(report, "department_reviewer", "监控表待审核")


def ledger_gap(report: MonitoringReport) -> Refusal | None:
    """支付数据由接口提供，不得另填：说明监控表与台账相差多少，相同时没有。"""
    money = balance(report.subject_year_id, report.checkpoint.as_of)
    told = []
    for label, held, now in (
        ("预算数", report.budget_fen, money.budget),
        ("执行数", report.executed_fen, money.executed),
    ):
        if held != now:
            told.append(
                f"{label}台账为 {format_yuan(now)} 元，监控表为 {format_yuan(held)} 元，相差 {format_yuan(now - held)} 元"
            )
    if not told:
        return None
    return Refusal(
        f"台账已有更新：{'；'.join(told)}",
        clause_in(report.cycle, "workflows.monitoring"),
        remedy="请按台账更新后再签署",
        where="money",
    )


def withdraw_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """主管部门还没有审核的，单位可以撤回修改。"""
    with act(person):
        _step(report, "withdraw", person, comment, version)
        tell(report, "department_reviewer", "单位已撤回监控表")


def confirm_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """主管部门审核通过，报送财政部门。"""
    with act(person):
        _step(report, "confirm", person, comment, version)
        tell(report, "division", "监控表待办结" + ("，监控结论为预警" if report.light == "red" else ""))


def pass_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """实行双审核的，业务股室初审通过后转绩效评价中心复审。"""
    with act(person):
        _step(report, "pass", person, comment, version)
        tell(report, "evaluation_centre", "监控表已经初审，待复审")


def return_report(
    *, report: MonitoringReport, person: Person, comment: str, version: int | None = None
) -> None:
    """退回修改须写明意见。"""
    with act(person):
        _step(report, "return", person, comment, version)
        for role in ("unit_project", "unit_finance"):
            tell(report, role, f"监控表被退回：{comment}")


def close_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """财政部门办结；有偏差的须有纠偏措施，措施在写明落实情况之前一直开着。"""
    with act(person):
        _step(report, "close", person, comment, version)
        if report.measures.filter(done_on__isnull=True).exists():
            tell(report, "unit_project", "监控已办结，请按期填写纠偏措施的落实情况")


def move_report(
    *, report: MonitoringReport, person: Person, action: str, comment: str = "", version: int | None = None
) -> None:
    """Take whichever step of the report's table: what pages and lists call."""
    if action in _NAMED:
        _NAMED[action](report=report, person=person, comment=comment, version=version)
        return
    with act(person):
        _step(report, action, person, comment, version)


@dataclass
class BulkOutcome:
    """What became of reports that were moved together."""

    done: list[MonitoringReport] = field(default_factory=list)
    refused: list[tuple[MonitoringReport, list[Refusal]]] = field(default_factory=list)


def move_many(*, reports: Iterable[MonitoringReport], person: Person, action: str) -> BulkOutcome:
    """批量办理只限没有任何偏差的监控表；有偏差的逐项办理。

    Each report is moved or left as it was; the outcome says which and why.
    """
    require(may_move_in_bulk(person))
    if action not in BULK:
        raise mistaken("只有审核通过和办结可以批量办理")
    outcome = BulkOutcome()
    with act(person):
        for report in reports:
            found = report.warnings.first()
            if found is not None:
                outcome.refused.append((report, [Refusal(found.fact, found.clause, "请打开这一项单独办理")]))
                continue
            try:
                with transaction.atomic():
                    move_report(report=report, person=person, action=action)
            except Refused as refused:
                outcome.refused.append((report, refused.refusals))
            except Overtaken:
                outcome.refused.append((report, [mistake("刚被他人办理", remedy="请刷新列表")]))
            else:
                outcome.done.append(report)
    return outcome


def follow_up(*, measure: Measure, outcome: str, person: Person) -> None:
    """项目单位写明纠偏措施的落实情况；写明后该措施销号。"""
    require(may_follow_up(person, measure.report))
    if not outcome.strip():
        raise refuse(
            "请写明落实情况", clause_in(measure.report.cycle, "monitoring_measures"), where="outcome"
        )
    if not asked_for(measure):
        words = f"措施“{measure.text}”是申请调减预算，还没有提出申请"
        raise refuse(words, reduction_rule(measure.report.cycle), "请先在监控表上申请调减；决定以后自动记为落实", "outcome")
    with act(person):
        measure.outcome, measure.done_on = outcome.strip()[:300], clock.today()
        measure.save(update_fields=["outcome", "done_on"])
        record("monitoring.follow_up", measure.report, {"measure": measure.text, "comment": measure.outcome})
        tell(measure.report, "division", f"纠偏措施“{measure.text}”已落实：{measure.outcome}")


def _step(report: MonitoringReport, action: str, person: Person, comment: str, version: int | None) -> None:
    require(concerns(person, report))
    advance(
        report,
        workflow=workflow_of(report),
        action=action,
        person=person,
        facts=workflow_facts(report),
        comment=comment,
        content_hash=hash_of(report),
        version=version,
    )


_NAMED: dict[str, Callable[..., None]] = {
    "submit": submit_report,
    "withdraw": withdraw_report,
    "confirm": confirm_report,
    "pass": pass_report,
    "return": return_report,
    "close": close_report,
}
