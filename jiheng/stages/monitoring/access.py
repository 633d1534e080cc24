"""Who sees, fills, confirms, closes and follows up monitoring reports."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step, Workflow
from jiheng.stages.monitoring.models import Measure, MonitoringReport

SHOWN_WITH = ("checkpoint", "subject_year__subject", "subject_year__unit", "subject_year__department", "place")
RELATED = (*SHOWN_WITH, "goal", "cycle__snapshot", "cycle__place")
FOLLOWERS = frozenset({"unit_project", "unit_finance"})


def visible_reports(person: Person) -> QuerySet[MonitoringReport]:
    """Return the monitoring reports that the person may see."""
    found = MonitoringReport.objects.filter(within(person, "subject_year__"))
    return found.select_related(*RELATED).defer("cycle__snapshot__content")


def visible_measures(person: Person) -> QuerySet[Measure]:
    """Return the corrective measures that the person may see: as for their reports."""
    found = Measure.objects.filter(within(person, "report__subject_year__"))
    related = found.select_related(*(f"report__{one}" for one in RELATED))
    return related.defer("report__cycle__snapshot__content")


def workflow_of(report: MonitoringReport) -> Workflow:
    """Return the table by which the report moves: the one frozen for its cycle."""
    return policy_for(report.cycle).workflows["monitoring"]


def may_see_reports(person: Person, _: MonitoringReport | None = None) -> Verdict:
    """Business roles see monitoring, each their own part."""
    if may_see_subjects(person):
        return allow()
    return deny(f"“{person.role_label}”不接触运行监控", national_clause("duty_access"))


def concerns(person: Person, report: MonitoringReport) -> Verdict:
    """Say whether the report is the person's to act on: own unit, unit below the department, own place."""
    year = report.subject_year
    if person.place_id != report.place_id:
        return deny("不属于本地区的项目", national_clause("duty_place"))
    if person.is_unit and year.unit_id not in person.own:
        return deny("只能办理本单位的监控表", national_clause("duty_unit"))
    below = year.unit_id in person.subtree or year.department_id in person.own
    if person.role == "department_reviewer" and not below:
        return deny("只能审核本部门及所属单位的监控表", national_clause("duty_unit"))
    return allow()


def being_filled(report: MonitoringReport) -> bool:
    """Whether the report stands where it is filled in: from here it is submitted."""
    steps = workflow_of(report).steps
    return any(step.action == "submit" and step.from_state == report.state for step in steps)


@while_open
def may_fill_report(person: Person, report: MonitoringReport) -> Verdict:
    """The unit's project staff fill in the readings while the report is a draft."""
    if report.subject_year.unit_id not in person.own:
        return deny("只有项目实施单位可以填报监控表", clause_in(report.cycle, "workflows.monitoring"))
    if person.role != "unit_project":
        return deny(
            "完成情况由项目经办填写；执行数取自台账，不需填写",
            clause_in(report.cycle, "workflows.monitoring"),
        )
    if not being_filled(report):
        return deny("监控表已报送，须退回后才能修改", clause_in(report.cycle, "workflows.monitoring"))
    return allow()


@while_open
def may_refresh(person: Person, report: MonitoringReport) -> Verdict:
    """Either officer of the unit takes the money from the ledger again while the report is a draft."""
    if report.subject_year.unit_id not in person.own or person.role not in FOLLOWERS:
        return deny("由项目实施单位的经办人按台账更新", clause_in(report.cycle, "workflows.monitoring"))
    if being_filled(report):
        return allow()
    return deny("监控表已报送，须退回后才能更新", clause_in(report.cycle, "workflows.monitoring"))


def steps_for(person: Person, report: MonitoringReport) -> list[Step]:
    """Return the steps that this person has in the report's state; empty when it is not theirs to move."""
    if not concerns(person, report):
        return []
    return workflow_of(report).actions(report.state, person.role)


@while_open
def may_move(person: Person, report: MonitoringReport) -> Verdict:
    """The report's table gives this role a step in its present state."""
    verdict = concerns(person, report)
    if not verdict or steps_for(person, report):
        return verdict
    label = workflow_of(report).states[report.state].label
    return deny(
        f"监控表现为“{label}”，没有由{person.role_label}办理的步骤",
        clause_in(report.cycle, "workflows.monitoring"),
    )


def may_move_in_bulk(person: Person, *_record: object) -> Verdict:
    """Those who confirm or close may take reports without warnings together."""
    if person.role in {"department_reviewer", "division", "performance_office", "evaluation_centre"}:
        return allow()
    return deny("批量办理限主管部门审核和财政部门办结环节", national_clause("duty_offices"))


@while_open
def may_follow_up(person: Person, report: MonitoringReport) -> Verdict:
    """The unit records what came of its measures once the report has left it, also after it was closed."""
    if report.subject_year.unit_id not in person.own or person.role not in FOLLOWERS:
        return deny("纠偏措施的落实情况由项目实施单位填写", clause_in(report.cycle, "workflows.monitoring"))
    if being_filled(report):
        return deny("监控表尚未报送，措施可在填报页直接修改", clause_in(report.cycle, "workflows.monitoring"))
    return allow()


@while_open
def may_follow(person: Person, measure: Measure) -> Verdict:
    """As `may_follow_up`, for the page of one measure."""
    return may_follow_up(person, measure.report)


def may_open_checkpoints(person: Person) -> Verdict:
    """The performance office opens a checkpoint by hand; else the nightly tick does."""
    if person.role == "performance_office":
        return allow()
    return deny("监控点由绩效管理股开启", national_clause("monitoring_checkpoints"))


def may_urge(person: Person) -> Verdict:
    """The performance office and the divisions urge the units that have not reported; a department its own."""
    if person.role in {"performance_office", "division", "department_reviewer"}:
        return allow()
    return deny("催报由财政局绩效管理股、业务股室或主管部门办理", national_clause("workflows.monitoring"))
