"""Who sees and fills monitoring reports."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.subjects.access import within
from jiheng.stages.monitoring.models import MonitoringReport


def visible_reports(person: Person) -> QuerySet[MonitoringReport]:
    """Return the monitoring reports that the person may see."""
    found = MonitoringReport.objects.filter(within(person, "subject_year__"))
    return found.select_related(
        "checkpoint", "goal", "subject_year__unit", "subject_year__department", "cycle__snapshot",
        "cycle__place", "place",
    )


def may_see_reports(person: Person, _: MonitoringReport | None = None) -> Verdict:
    """Business roles see monitoring, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触运行监控")


def may_fill_report(person: Person, report: MonitoringReport) -> Verdict:
    """The unit's project staff fill in the readings while the report is a draft."""
    if report.subject_year.unit_id != person.organisation_id:
        return deny("只有项目实施单位可以填报监控表")
    if person.role != "unit_project":
        return deny("完成情况由项目经办填写；执行数取自台账，不需填写")
    if report.state != "draft":
        return deny("监控表已报送，须退回后才能修改")
    return allow()


def may_follow_up(person: Person, report: MonitoringReport) -> Verdict:
    """The unit records what came of its measures, also after the report was closed."""
    if report.subject_year.unit_id == person.organisation_id and person.role in {"unit_project", "unit_finance"}:
        return allow()
    return deny("纠偏措施的落实情况由项目实施单位填写")


def may_open_checkpoints(person: Person) -> Verdict:
    """The performance office opens a checkpoint by hand; else the nightly tick does."""
    if person.role == "performance_office":
        return allow()
    return deny("监控点由绩效管理股开启")
