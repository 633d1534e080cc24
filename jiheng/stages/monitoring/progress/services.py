"""Writing, handing in, receiving and sending back the periodic reports of departments."""

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import advance, refuse
from jiheng.foundation.workflow.claim import claim
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.monitoring.models import ProgressReport
from jiheng.stages.monitoring.progress.access import may_begin_progress, may_move_progress, may_write_progress
from jiheng.stages.monitoring.progress.owed import owed_in


def begin_progress(*, cycle: Cycle, key: str, person: Person) -> ProgressReport:
    """主管部门开始填写一份定期报送；已有的接着填。"""
    require(may_begin_progress(person))
    owed = next((one for one in owed_in(cycle, person) if one.duty.key == key), None)
    if owed is None:
        raise mistaken("制度没有规定这项报送", remedy="请在清单中选择")
    with act(person):
        report, made = ProgressReport.objects.get_or_create(
            cycle=cycle,
            key=key,
            body=owed.body,
            defaults={
                "place_id": cycle.place_id,
                "state": policy_for(cycle).workflows["progress_report"].start,
                "created_at": clock.now(),
                "label": owed.duty.label,
                "due": owed.due,
                "due_clause": owed.clause,
            },
        )
        if made:
            record("progress.begin", report, {"label": report.label, "due": report.due})
    return report


def save_progress(
    *, report: ProgressReport, done: str, progress: str, person: Person, version: int | None = None
) -> None:
    """Keep what the department has written; nothing is sent. Overtaken when somebody wrote first."""
    require(may_write_progress(person, report))
    with act(person):
        claim(report, version=version)
        report.done, report.progress = done.strip(), progress.strip()
        report.save(update_fields=["done", "progress"])
        record("progress.save", report)


def move_progress(
    *, report: ProgressReport, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    """报送、收下、退回：两部分都写了才能报送；过了期限报送的记为逾期，退回后再报仍以首次报送的日期为准。"""
    require(may_move_progress(person, report))
    if action == "submit" and not (report.done and report.progress):
        raise refuse("贯彻落实情况和工作进展都要填写", report.due_clause, where="done")
    with act(person):
        if action == "submit" and report.submitted_on is None:
            report.submitted_on = clock.today()
            report.late = report.submitted_on > report.due
            report.save(update_fields=["submitted_on", "late"])
        advance(
            report,
            workflow=policy_for(report.cycle).workflows["progress_report"],
            action=action,
            person=person,
            facts={},
            comment=comment,
            content_hash=content_hash({"done": report.done, "progress": report.progress}),
            version=version,
        )
        _tell(report, action, comment)


def _tell(report: ProgressReport, action: str, comment: str) -> None:
    link = reverse("monitoring:progress", args=[report.pk])
    if action == "submit":
        bureau = bureau_of(report.place_id)
        text = f"{report} 已报送" + ("，逾期" if report.late else "")
        notify(organisation=bureau, role="division", text=text, link=link, about=report)
        return
    text = f"{report.label}已收下" if action == "accept" else f"{report.label}被退回：{comment}"
    notify(organisation=report.body, role="department_reviewer", text=text, link=link, about=report)
