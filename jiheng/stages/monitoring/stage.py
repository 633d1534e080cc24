"""Monitoring of execution, as the rest of the system sees it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.stage import Milestone, Stage, Todo, Track, Window
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.signed import who_signed
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for, rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.access import visible_measures, visible_reports
from jiheng.stages.monitoring.content import hash_of
from jiheng.stages.monitoring.facts import missing_readings
from jiheng.stages.monitoring.labels import LIGHT_TONES, light_label, state_label
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport, Reading
from jiheng.stages.monitoring.progress import desk as progress
from jiheng.stages.monitoring.progress.access import visible_progress
from jiheng.stages.monitoring.progress.owed import tallies
from jiheng.stages.monitoring.queries import LEFT_UNIT, checkpoints_of, to_open
from jiheng.stages.monitoring.recapture import desk as recapture
from jiheng.stages.monitoring.recapture.access import visible_recaptures
from jiheng.stages.monitoring.reduction import desk as reduction
from jiheng.stages.monitoring.reduction.access import visible_reductions
from jiheng.stages.monitoring.situations import desk as situations
from jiheng.stages.monitoring.situations.access import visible_situations

ONE_BY_ONE = 5
"""More reports than these that wait for the same step become one line that opens the list."""
MEASURES_AHEAD = timedelta(days=14)
OFFICERS = frozenset({"unit_project", "unit_finance"})


def todos(person: Person) -> list[Todo]:
    """What waits: to fill, sign, confirm, close, open a checkpoint, follow up a measure, take money back."""
    if person.role in OFFICERS:
        return [*_to_fill(person), *_to_follow(person), *reduction.todos(person), *situations.todos(person)]
    bureau = [*recapture.todos(person), *reduction.todos(person)]
    return [*_to_open(person), *_to_move(person), *bureau, *progress.todos(person), *situations.todos(person)]


def _open(person: Person) -> QuerySet[MonitoringReport]:
    return visible_reports(person).filter(cycle__state="open").exclude(state="closed")


def _url(report: MonitoringReport, name: str = "detail") -> str:
    return reverse(f"monitoring:{name}", args=[report.pk])


def _list(report: MonitoringReport, state: str) -> str:
    return f"{reverse('monitoring:list')}?checkpoint={report.checkpoint_id}&state={state}"


def _todo(report: MonitoringReport, verb: str, url: str, detail: str = "", reason: str = "") -> Todo:
    told = f"监控结论：{light_label(report.light)}" if report.light in {"yellow", "red"} else ""
    return Todo(
        f"{report.subject_year.name}（{report.checkpoint.label}监控）",
        verb,
        url,
        due=report.checkpoint.due,
        detail="；".join(part for part in (detail, told) if part),
        money_fen=report.budget_fen,
        reason=reason,
    )


def _to_fill(person: Person) -> list[Todo]:
    drafts = _open(person).exclude(state__in=LEFT_UNIT).order_by("checkpoint__due", "pk")
    readings = Prefetch("readings", Reading.objects.select_related("indicator"))
    reports = list(drafts.prefetch_related(readings, "measures"))
    signed = who_signed(reports, hash_of)
    found = []
    for report in reports:
        lacking = missing_readings(report.readings.all())
        if lacking and person.role == "unit_project":
            found.append(_todo(report, "填写监控表", _url(report, "fill"), f"{len(lacking)} 项指标未填"))
        elif not lacking and person.user_id not in signed.get(report.pk, set()):
            other = "另一位经办已签署" if signed.get(report.pk) else ""
            found.append(_todo(report, "核对并签署", _url(report), other))
    return _grouped(found, reports, "draft")


def _signatures(subjects: Iterable[str]) -> Iterator[Signature]:
    """Read the signatures under some records, oldest first, in questions of a bounded length."""
    keys = sorted(subjects)
    for start in range(0, len(keys), 500):
        yield from Signature.objects.filter(subject__in=keys[start : start + 500]).order_by("pk")


def _grouped(found: list[Todo], reports: Sequence[MonitoringReport], state: str) -> list[Todo]:
    """Many of the same kind become one line."""
    by_verb: dict[tuple[str, Any], list[Todo]] = {}
    for one in found:
        by_verb.setdefault((one.verb, one.due), []).append(one)
    made: list[Todo] = []
    for (verb, due), rows in by_verb.items():
        if len(rows) <= ONE_BY_ONE:
            made += rows
            continue
        report = next(one for one in reports if one.checkpoint.due == due)
        made.append(
            Todo(
                f"{report.checkpoint.label}监控表 {len(rows)} 项",
                verb,
                _list(report, state),
                due=due,
                money_fen=sum(one.money_fen or 0 for one in rows),
            )
        )
    return made


def _to_follow(person: Person) -> list[Todo]:
    rows = visible_measures(person).filter(
        report__state__in=LEFT_UNIT, done_on__isnull=True, due__lte=clock.today() + MEASURES_AHEAD
    )
    return [_measure(one) for one in rows.filter(report__cycle__state="open").order_by("due", "pk")[:20]]


def _measure(measure: Measure) -> Todo:
    title = f"{measure.report.subject_year.name}：{measure.text}"
    url = f"{_url(measure.report)}#measures"
    return Todo(title, "填写落实情况", url, due=measure.due, detail=f"责任岗位：{measure.responsible}")


def _to_open(person: Person) -> list[Todo]:
    if person.role != "performance_office":
        return []
    return [
        Todo(
            f"{cycle.budget_year} 年度{one.label}监控",
            "开启监控",
            reverse("monitoring:overview"),
            due=one.due,
        )
        for cycle in cycles_in_sight(person).filter(state="open")
        for one in to_open(cycle)
    ]


def _to_move(person: Person) -> list[Todo]:
    found: list[Todo] = []
    for cycle in cycles_in_sight(person).filter(state="open"):
        workflow = policy_for(cycle).workflows["monitoring"]
        for state in workflow.states:
            forward = [one for one in workflow.actions(state, person.role) if not one.comment and not one.own]
            if not forward:
                continue
            rows = _open(person).filter(cycle=cycle, state=state)
            found += _waiting(rows, forward[0].label, state)
    return found


def _waiting(rows: QuerySet[MonitoringReport], verb: str, state: str) -> list[Todo]:
    """One line a report, or one for all of a checkpoint where they are many: the database counts, whatever there is."""
    made: list[Todo] = []
    counted = rows.order_by().values_list("checkpoint_id").annotate(many=Count("pk"), money=Sum("budget_fen"))
    told = {key: (many, money) for key, many, money in counted}
    for checkpoint in Checkpoint.objects.filter(pk__in=list(told)).order_by("due", "pk"):
        many, money = told[checkpoint.pk]
        if many <= ONE_BY_ONE:
            some = rows.filter(checkpoint=checkpoint).order_by("moved_at")
            made += [_todo(one, verb, _url(one)) for one in some]
            continue
        address = f"{reverse('monitoring:list')}?checkpoint={checkpoint.pk}&state={state}"
        made.append(Todo(f"{checkpoint.label}监控表 {many} 项", verb, address, due=checkpoint.due, money_fen=money))
    return made


def returned(person: Person) -> list[Todo]:
    """Reports of the unit that came back, with the reason in the first line; recaptures for the bureau."""
    if person.role not in OFFICERS:
        return [*recapture.returned(person), *reduction.returned(person)]
    reports = list(_open(person).exclude(state__in=LEFT_UNIT))
    last = {row.subject: row for row in _signatures(subject_key(one) for one in reports) if row.used}
    found = []
    for report in reports:
        back = last.get(subject_key(report))
        if back is not None and back.action == "return":
            name = "fill" if person.role == "unit_project" else "detail"
            reason = f"{back.name}：{back.comment}"
            found.append(_todo(report, "修改后重新报送", _url(report, name), reason=reason))
    return [*found, *reduction.returned(person)]


def watching(person: Person) -> list[Todo]:
    """Where the unit's own reports are on their way; for a department, what it passed on and is not closed."""
    if not person.is_unit and person.role != "department_reviewer":
        return recapture.watching(person)
    states = LEFT_UNIT[:-1] if person.is_unit else ("division", "bureau")
    reports = list(_open(person).filter(state__in=states).order_by("moved_at")[:50])
    today = clock.today()
    on_their_way = [
        _todo(
            report,
            "查看",
            _url(report),
            state_label(report)
            + (f"，已 {(today - report.moved_at.date()).days} 天" if report.moved_at else ""),
        )
        for report in reports
    ]
    return [*on_their_way, *reduction.watching(person)]


def milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    """The latest checkpoint in the line of life, in light and words; what was taken off or back."""
    return [*_latest(year), *reduction.milestones(year, person), *recapture.milestones(year, person)]


def _latest(year: SubjectYear) -> list[Milestone]:
    reports = MonitoringReport.objects.filter(subject_year=year).select_related(
        "checkpoint", "cycle__snapshot"
    )
    report = reports.defer("cycle__snapshot__content").order_by("-checkpoint__as_of").first()
    if report is None:
        return [Milestone("monitoring", "运行监控", None, "未开始")]
    label, url = state_label(report), _url(report)
    if report.state not in LEFT_UNIT:
        text = f"{report.checkpoint.label} {label}"
        return [Milestone("monitoring", "运行监控", None, text, "blue", url)]
    text = f"{report.checkpoint.label} {label}，{light_label(report.light)}"
    day = report.moved_at.date() if report.moved_at else report.checkpoint.as_of
    return [Milestone("monitoring", "运行监控", day, text, LIGHT_TONES[report.light], url)]


def deadline(cycle: Cycle, _: int | None = None) -> Window | None:
    """The next checkpoint: it opens on its day and is due some days later."""
    clause = str(rules_at(cycle).value("monitoring_due_days").clause)
    last = None
    for planned in checkpoints_of(cycle):
        last = Window(planned.as_of, planned.due, clause)
        if planned.due >= clock.today():
            return last
    return last


STAGE = Stage(
    key="monitoring",
    label="运行监控",
    icon="activity",
    order=30,
    home="monitoring:overview",
    roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    todos=todos,
    returned=returned,
    watching=watching,
    milestones=milestones,
    deadline=deadline,
    tallies=tallies,
    records={"monitoring.monitoringreport": visible_reports, "monitoring.recapture": visible_recaptures,
             "monitoring.reduction": visible_reductions,
             "monitoring.progressreport": visible_progress, "monitoring.situationreport": visible_situations},
    tracks={
        "monitoring.monitoringreport": Track("monitoring", "运行监控表"),
        "monitoring.recapture": Track("recapture", "资金收回"),
        "monitoring.reduction": Track("budget_reduction", "调减预算的申请"),
        "monitoring.progressreport": Track("progress_report", "工作进展报告", bearer="body_id"),
        "monitoring.situationreport": Track("situation", "情况反映"),
    },
)
