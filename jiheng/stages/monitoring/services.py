"""Opening checkpoints, reading values, warnings by rule, measures and their follow-up."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.registers.budgets.queries import balance, balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.monitoring import deviations, forecast_execution, light_of
from jiheng.rules.reading import Problem, factor_between, read_quantity
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.monitoring.access import may_fill_report, may_follow_up, may_open_checkpoints
from jiheng.stages.monitoring.facts import monitoring_facts, monitoring_lines, workflow_facts
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport, Reading, Warning


@dataclass(frozen=True)
class ReadingData:
    """What the unit says about one indicator at a checkpoint."""

    actual_text: str
    expected_text: str = ""
    likelihood: str = ""
    causes: list[str] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True)
class MeasureData:
    """One corrective measure: what, by which post, until when."""

    text: str
    responsible: str
    due: date


def checkpoints_of(cycle: Cycle) -> list[Checkpoint]:
    """Return the checkpoints that the pack prescribes for the cycle, saved or not."""
    rows = rules_at(cycle).value("monitoring_checkpoints").value
    days = int(rules_at(cycle).value("monitoring_due_days").value)
    found = []
    for row in rows:
        year = cycle.budget_year + int(row.get("year_offset", 0))
        as_of = date(year, int(row["month"]), int(row["day"]))
        due = as_of + timedelta(days=days)
        found.append(Checkpoint(cycle=cycle, key=str(row["key"]), label=str(row["label"]), as_of=as_of, due=due))
    return found


def open_due_checkpoints() -> int:
    """Open every checkpoint whose day has come, in all open cycles; missed runs heal themselves."""
    opened = 0
    for cycle in Cycle.objects.filter(state="open").select_related("snapshot", "place"):
        for planned in checkpoints_of(cycle):
            missing = not Checkpoint.objects.filter(cycle=cycle, key=planned.key).exists()
            if planned.as_of <= clock.today() and missing:
                with act(None, place=cycle.place):
                    _open(planned)
                opened += 1
    return opened


def open_checkpoint(*, cycle: Cycle, key: str, person: Person) -> Checkpoint:
    """Open one checkpoint by hand: a report for every approved goal, the money read from the ledger."""
    verdict = may_open_checkpoints(person)
    if not verdict:
        raise refuse(verdict.reason)
    planned = next((one for one in checkpoints_of(cycle) if one.key == key), None)
    if planned is None:
        raise refuse(f"制度中没有监控点“{key}”")
    if planned.as_of > clock.today():
        raise refuse(f"“{planned.label}”截止日为 {planned.as_of}，尚未到期，不能开启")
    if Checkpoint.objects.filter(cycle=cycle, key=key).exists():
        raise refuse(f"“{planned.label}”已经开启")
    with act(person):
        _open(planned)
    return planned


def _open(checkpoint: Checkpoint) -> None:
    cycle = checkpoint.cycle
    checkpoint.save()
    goals = list(
        Goal.objects.filter(cycle=cycle, state="approved", current=True).select_related("subject_year__unit")
    )
    money = balances([goal.subject_year_id for goal in goals], checkpoint.as_of)
    start = policy_for(cycle).workflows["monitoring"].start
    reports = MonitoringReport.objects.bulk_create(
        [
            MonitoringReport(
                place_id=cycle.place_id,
                state=start,
                created_at=clock.now(),
                cycle=cycle,
                checkpoint=checkpoint,
                goal=goal,
                subject_year=goal.subject_year,
                budget_fen=money[goal.subject_year_id].budget,
                executed_fen=money[goal.subject_year_id].executed,
            )
            for goal in goals
        ],
        batch_size=500,
    )
    by_goal = {report.goal_id: report for report in reports}
    rows = GoalIndicator.objects.filter(goal__in=goals).order_by("goal_id", "position")
    Reading.objects.bulk_create(
        [Reading(report=by_goal[row.goal_id], indicator=row) for row in rows], batch_size=1000
    )
    units = {goal.subject_year.unit_id: goal.subject_year.unit for goal in goals}
    for unit in units.values():
        for role in ("unit_project", "unit_finance"):
            notify(
                organisation=unit,
                role=role,
                text=f"{cycle.budget_year}年{checkpoint.label}监控已开启，{checkpoint.due} 前报送",
                link="/monitoring/",
                key=f"checkpoint:{checkpoint.pk}",
            )
    record("monitoring.open", checkpoint, {"label": checkpoint.label, "reports": len(reports)})


def save_readings(
    *,
    report: MonitoringReport,
    readings: dict[int, ReadingData],
    note: str,
    measures: list[MeasureData],
    person: Person,
    version: int | None = None,
) -> None:
    """Write readings and measures, take the money from the ledger again and find deviations by rule.

    All unreadable values are refused together, each at its row; nothing is then written.
    """
    verdict = may_fill_report(person, report)
    if not verdict:
        raise refuse(verdict.reason)
    rows = list(report.readings.select_related("indicator"))
    problems: list[Refusal] = []
    for row in rows:
        if row.pk in readings:
            problems += _fill(row, readings[row.pk])
    for number, measure in enumerate(measures, 1):
        if not measure.text.strip() or not measure.responsible.strip():
            problems.append(Refusal(f"第 {number} 条纠偏措施须写明措施和责任岗位", where=f"measure-{number}"))
    if problems:
        raise Refused(problems)
    with act(person):
        _claim(report, version)
        Reading.objects.bulk_update(
            rows, ["actual_text", "actual", "expected_text", "likelihood", "causes", "reason"]
        )
        report.note = note.strip()
        report.measures.all().delete()
        Measure.objects.bulk_create(
            [
                Measure(report=report, text=one.text.strip(), responsible=one.responsible.strip(), due=one.due)
                for one in measures
            ]
        )
        find_deviations(report=report, person=person)
        record(
            "monitoring.readings",
            report,
            {"values": {row.indicator.name: row.actual_text for row in rows}, "light": report.light},
        )


def _fill(row: Reading, data: ReadingData) -> list[Refusal]:
    row.actual_text, row.expected_text = data.actual_text.strip(), data.expected_text.strip()
    row.likelihood, row.causes, row.reason = data.likelihood, list(data.causes), data.reason.strip()
    row.actual = None
    if row.likelihood and row.likelihood not in dict(Reading.LIKELIHOODS):
        return [Refusal(f"“{row.indicator.name}”的完成可能性不在选项之内", where=f"reading-{row.pk}")]
    if not row.actual_text or row.indicator.kind != "quantitative" or row.indicator.value is None:
        return []
    read = read_quantity(row.actual_text)
    if isinstance(read, Problem):
        return [Refusal(f"“{row.indicator.name}”：{read}", where=f"reading-{row.pk}")]
    if read.unit and read.unit != row.indicator.unit:
        factor = factor_between(read.unit, row.indicator.unit) if row.indicator.unit else None
        if factor is None:
            return [
                Refusal(
                    f"“{row.indicator.name}”的单位“{read.unit}”与目标单位“{row.indicator.unit}”不一致",
                    remedy="请按目标的单位填写",
                    where=f"reading-{row.pk}",
                )
            ]
        row.actual = read.value * factor
        return []
    row.actual = read.value
    return []


def find_deviations(*, report: MonitoringReport, person: Person) -> None:
    """Read the ledger, apply the rules and replace the report's warnings by what they find now."""
    with act(person):
        money = balance(report.subject_year_id, report.checkpoint.as_of)
        report.budget_fen, report.executed_fen = money.budget, money.executed
        facts = monitoring_facts(report)
        found = deviations(facts, monitoring_lines(report.cycle))
        forecast = forecast_execution(facts)
        report.light = light_of(found)
        report.expected_fen = int(forecast.value) if forecast else None
        report.save(update_fields=["budget_fen", "executed_fen", "light", "expected_fen", "note"])
        report.warnings.all().delete()
        by_row = {str(one.indicator_id): one for one in report.readings.all()}
        Warning.objects.bulk_create(
            [
                Warning(
                    report=report,
                    reading=by_row.get(one.where),
                    rule=one.rule,
                    light=one.light,
                    fact=one.fact[:300],
                    clause=one.clause[:300],
                )
                for one in found
            ]
        )


def _claim(report: MonitoringReport, version: int | None) -> None:
    if version is not None and version != report.version:
        raise Overtaken
    same = MonitoringReport.objects.filter(pk=report.pk, version=report.version)
    if same.update(version=report.version + 1) != 1:
        raise Overtaken
    report.version += 1


def signed_content(report: MonitoringReport) -> dict[str, Any]:
    """Return exactly what is signed."""
    return {
        "report": [report.checkpoint_id, report.goal_id],
        "money": [report.budget_fen, report.executed_fen],
        "note": report.note,
        "readings": list(report.readings.order_by("pk").values_list("indicator_id", "actual_text", "likelihood", "reason")),
        "measures": [[one.text, one.responsible, one.due] for one in report.measures.order_by("pk")],
    }


def _step(report: MonitoringReport, action: str, person: Person, comment: str, version: int | None) -> None:
    advance(
        report,
        workflow=policy_for(report.cycle).workflows["monitoring"],
        action=action,
        person=person,
        facts=workflow_facts(report, person),
        comment=comment,
        content_hash=content_hash(signed_content(report)),
        version=version,
    )


def submit_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """Sign and send; project staff and finance staff sign the same content."""
    with act(person):
        _step(report, "submit", person, comment, version)
        if report.state == "department":
            _tell(report, report.subject_year.department, "department_reviewer", "监控表待审核")


def confirm_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The department confirms the report of its unit."""
    with act(person):
        _step(report, "confirm", person, comment, version)


def return_report(
    *, report: MonitoringReport, person: Person, comment: str, version: int | None = None
) -> None:
    """Send a report back with the reason."""
    with act(person):
        _step(report, "return", person, comment, version)
        _tell(report, report.subject_year.unit, "unit_project", f"监控表被退回：{comment}")


def close_report(
    *, report: MonitoringReport, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The bureau closes the report; measures stay open until their outcome is written."""
    with act(person):
        _step(report, "close", person, comment, version)


def follow_up(*, measure: Measure, outcome: str, person: Person) -> None:
    """Write what came of a measure."""
    verdict = may_follow_up(person, measure.report)
    if not verdict:
        raise refuse(verdict.reason)
    if not outcome.strip():
        raise refuse("请写明落实情况", where="outcome")
    with act(person):
        measure.outcome, measure.done_on = outcome.strip(), clock.today()
        measure.save(update_fields=["outcome", "done_on"])
        record("monitoring.follow_up", measure.report, {"measure": measure.text, "outcome": measure.outcome})


def _tell(report: MonitoringReport, organisation: Any, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{report.subject_year.name}（{report.checkpoint.label}）：{text}",
        link=f"/monitoring/{report.pk}/",
        about=report,
    )


def rate_text(value: Decimal | None) -> str:
    """Return a rate as people read it; a dash when there is none."""
    return "—" if value is None else f"{value}%"
