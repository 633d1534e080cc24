"""Opening checkpoints by the calendar or by hand, covering goals approved late, urging who is late."""

from collections.abc import Sequence

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.portions import portions
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.interim_targets import InterimRow, Point, points_of, read_interim
from jiheng.rules.monitoring import deviations, forecast_execution, light_of
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.monitoring.access import may_open_checkpoints, may_urge
from jiheng.stages.monitoring.facts import monitoring_facts, monitoring_lines
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport, Reading, Warning
from jiheng.stages.monitoring.queries import checkpoints_of, missing_units

AT_ONCE = 500
"""Goals covered in one go: databases bound the length of a question."""


def open_due_checkpoints() -> int:
    """到了监控时点，对所有已批复的绩效目标开启监控；开启后才批复的目标补入尚未截止的监控期。

    Missed runs heal themselves. Returns how many checkpoints were opened.
    """
    opened = 0
    for cycle in Cycle.objects.filter(state="open").select_related("snapshot", "place").defer("snapshot__content"):
        held = {one.key: one for one in Checkpoint.objects.filter(cycle=cycle).select_related("cycle__place")}
        for planned in checkpoints_of(cycle):
            present = held.get(planned.key)
            if present is None and planned.as_of <= clock.today():
                with act(None, place=cycle.place):
                    _open(planned)
                opened += 1
            elif present is not None and present.due >= clock.today():
                _cover_late(present)
    return opened


def open_checkpoint(*, cycle: Cycle, key: str, person: Person) -> Checkpoint:
    """绩效管理股开启一个监控时点：每个已批复的绩效目标一份监控表，执行数取自台账。

    Raises Refused before its day, when it is open already, or for an unknown key.
    """
    require(may_open_checkpoints(person))
    if person.place_id != cycle.place_id:
        raise refuse("不属于本地区的年度", clause_in(cycle, "duty_place"))
    planned = next((one for one in checkpoints_of(cycle) if one.key == key), None)
    if planned is None:
        raise mistaken(f"制度中没有监控点“{key}”")
    clause = str(rules_at(cycle).value("monitoring_checkpoints").clause)
    if planned.as_of > clock.today():
        raise refuse(f"“{planned.label}”截止日为 {planned.as_of}，尚未到期，不能开启", clause)
    if Checkpoint.objects.filter(cycle=cycle, key=key).exists():
        raise refuse(f"“{planned.label}”已经开启", clause)
    with act(person):
        _open(planned)
    return planned


def _open(checkpoint: Checkpoint) -> None:
    checkpoint.save()
    goals = list(_approved(checkpoint.cycle))
    _add_reports(checkpoint, goals)
    record("monitoring.open", checkpoint, {"label": checkpoint.label, "reports": len(goals)})


def _approved(cycle: Cycle) -> Sequence[Goal]:
    found = Goal.objects.filter(cycle=cycle, state="approved", current=True)
    return list(found.select_related("subject_year__unit").order_by("pk"))


def _cover_late(checkpoint: Checkpoint) -> None:
    """Bring goals that were approved after the opening into a checkpoint that is not over."""
    covered = set(checkpoint.reports.values_list("subject_year_id", flat=True))
    late = [goal for goal in _approved(checkpoint.cycle) if goal.subject_year_id not in covered]
    if late:
        with act(None, place=checkpoint.cycle.place):
            _add_reports(checkpoint, late)
            record("monitoring.cover", checkpoint, {"label": checkpoint.label, "reports": len(late)})


def _add_reports(checkpoint: Checkpoint, goals: Sequence[Goal]) -> None:
    for part in portions(goals, AT_ONCE):
        _add_some(checkpoint, part)
    units = {goal.subject_year.unit_id: goal.subject_year.unit for goal in goals}
    for unit in units.values():
        for role in ("unit_project", "unit_finance"):
            notify(
                organisation=unit,
                role=role,
                text=f"{checkpoint.cycle.budget_year} 年{checkpoint.label}监控已开启，{checkpoint.due} 前报送",
                link=_list(checkpoint),
                key=f"checkpoint:{checkpoint.pk}",
            )


def _add_some(checkpoint: Checkpoint, goals: Sequence[Goal]) -> None:
    cycle = checkpoint.cycle
    money = balances([goal.subject_year_id for goal in goals], checkpoint.as_of)
    start = policy_for(cycle).workflows["monitoring"].start
    made = [
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
    ]
    # The ledger alone already shows who spends too slowly: nobody need have reported.
    lines = monitoring_lines(cycle)
    found = []
    for report in made:
        facts = monitoring_facts(report, ())
        slow = deviations(facts, lines)
        forecast = forecast_execution(facts)
        report.light = light_of(slow) if slow else ""
        report.expected_fen = int(forecast.value) if forecast else None
        found.append(slow)
    reports = MonitoringReport.objects.bulk_create(made)
    Warning.objects.bulk_create(
        [
            Warning(
                report=report, rule=one.rule, light=one.light, fact=one.fact[:300], clause=one.clause[:300]
            )
            for report, slow in zip(reports, found, strict=True)
            for one in slow
        ]
    )
    by_goal = {report.goal_id: report for report in reports}
    rows = GoalIndicator.objects.filter(goal__in=goals).order_by("goal_id", "position")
    points = points_of(rules_at(cycle))
    Reading.objects.bulk_create(
        [_reading(by_goal[row.goal_id], row, points, checkpoint) for row in rows], batch_size=1000
    )
    written_along(reports)


def _reading(
    report: MonitoringReport, row: GoalIndicator, points: Sequence[Point], checkpoint: Checkpoint
) -> Reading:
    """Begin the reading of an indicator, with the interim target that it has for this checkpoint."""
    made = Reading(report=report, indicator=row)
    if points and row.interim_text:
        told = InterimRow(row.interim_text, row.operator, row.value, row.unit, checkpoint.cycle.budget_year)
        interim = read_interim(told, points).at(checkpoint.key)
        if interim is not None:
            made.due_text, made.due = interim.text, interim.value
    return made


def urge_units(*, checkpoint: Checkpoint, person: Person) -> int:
    """催报：提醒每个还没有报送的单位，同一天只提醒一次。

    Returns how many units were told; those that the person does not see are left alone.
    """
    require(may_urge(person))
    counts = {one.pk: one.reports for one in missing_units(checkpoint, person)}
    if not counts:
        raise mistaken("没有未报送的监控表")
    late = (clock.today() - checkpoint.due).days
    when = f"已逾期 {late} 天" if late > 0 else f"{checkpoint.due} 截止"
    with act(person):
        for body in Organisation.objects.filter(pk__in=counts):
            for role in ("unit_project", "unit_finance", "unit_head"):
                notify(
                    organisation=body,
                    role=role,
                    text=f"催报：{checkpoint.label}监控还有 {counts[body.pk]} 项没有报送，{when}",
                    link=_list(checkpoint),
                    key=f"urge:{checkpoint.pk}:{clock.today()}",
                )
        record(
            "monitoring.urge",
            checkpoint,
            {"label": checkpoint.label, "units": len(counts), "reports": sum(counts.values())},
        )
    return len(counts)


def _list(checkpoint: Checkpoint) -> str:
    return f"{reverse('monitoring:list')}?checkpoint={checkpoint.pk}"
