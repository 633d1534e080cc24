"""Monitoring: checkpoints, reports with readings and measures, steps, urging, follow-up."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, in_rows, needed_cycle
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import (
    Action,
    BulkAnswer,
    Comment,
    Day,
    Ids,
    LongText,
    Strict,
    bulk_answer,
    papers,
    state_label,
    steps,
)
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.monitoring.access import (
    may_fill_report,
    may_follow,
    may_move,
    may_move_in_bulk,
    may_open_checkpoints,
    may_refresh,
    may_see_reports,
    may_urge,
    steps_for,
    visible_measures,
    visible_reports,
)
from jiheng.stages.monitoring.labels import state_label as label_of
from jiheng.stages.monitoring.models import Checkpoint, Measure, MonitoringReport, Reading, Warning
from jiheng.stages.monitoring.pages import MEASURES, REPORTS
from jiheng.stages.monitoring.queries import (
    calendar_of_checkpoints,
    checkpoint_in,
    measure_rows,
    missing_units,
    report_rows,
)
from jiheng.stages.monitoring.services import follow_up, move_many, move_report, open_checkpoint, urge_units
from jiheng.stages.monitoring.services.filling import MeasureData, ReadingData, refresh_money, save_readings

AREA = Area("monitoring")
READING = Shape(Reading, without=("report",))
WARNING = Shape(Warning, without=("report",), title="MonitoringWarning")
MEASURE = Shape(Measure, title="CorrectiveMeasure")
REPORT = Shape(
    MonitoringReport,
    rows={"readings": READING, "warnings": WARNING, "measures": MEASURE},
    more={"state_label": state_label(label_of), "actions": steps(steps_for), "files": papers()},
)
CheckpointKey = Annotated[str, Field(max_length=20, description="监控期的键，如 q2；不写为最近一期")]

AREA.listing(
    "monitoring-reports", REPORTS, summary="监控表清单", may=may_see_reports, rows=report_rows, page="monitoring:list",
    cycle=True,
)  # fmt: skip
AREA.listing(
    "measures", MEASURES, summary="纠偏措施清单", may=may_see_reports, rows=measure_rows, page="monitoring:measures",
    cycle=True,
)  # fmt: skip
AREA.reading(
    "monitoring-reports/{pk}", REPORT, summary="一份监控表", record=visible_reports, may=may_see_reports,
    page="monitoring:detail",
)  # fmt: skip


class CheckpointRow(BaseModel):
    """One checkpoint of the year."""

    key: str = Field(description="监控期的键")
    label: str = Field(description="监控期")
    id: int | None = Field(description="已开启的监控期编号；没有开启为空")
    as_of: str | None = Field(description="监控时点", json_schema_extra={"format": "date"})
    due: str | None = Field(description="报送期限", json_schema_extra={"format": "date"})


class CheckpointList(BaseModel):
    """The checkpoints of the year."""

    items: list[CheckpointRow] = Field(description="各期")


@AREA.telling("checkpoints", summary="监控期", may=may_see_reports, page="monitoring:overview")
def checkpoints(person: Person, *, budget_year: Year | None = None) -> CheckpointList:
    """制度规定的各监控期，哪些已经开启。"""
    cycle = cycle_asked(person, budget_year)
    found = []
    for line in calendar_of_checkpoints(cycle, person) if cycle else []:
        opened: Checkpoint | None = line.opened
        found.append(
            CheckpointRow(
                key=line.planned.key,
                label=line.planned.label,
                id=opened.pk if opened else None,
                as_of=line.planned.as_of.isoformat(),
                due=line.planned.due.isoformat(),
            )
        )
    return CheckpointList(items=found)


class MissingRow(BaseModel):
    """One body that has not reported."""

    organisation_id: int = Field(description="单位编号")
    organisation: str = Field(description="单位")
    reports: int = Field(description="未报送的监控表数")
    money_fen: int = Field(description="涉及预算，单位：分")


class MissingList(BaseModel):
    """The bodies that have not reported."""

    items: list[MissingRow] = Field(description="各单位")


@AREA.telling("missing-reports", summary="未报送监控表的单位", may=may_see_reports, page="monitoring:missing")
def missing(person: Person, *, checkpoint: CheckpointKey = "", budget_year: Year | None = None) -> MissingList:
    """一期中还没有报送的单位。"""
    cycle = cycle_asked(person, budget_year)
    found = _checkpoint(cycle, checkpoint)
    units = missing_units(found, person) if found else []
    return MissingList(
        items=[
            MissingRow(
                organisation_id=one.pk, organisation=one.name, reports=one.reports, money_fen=one.money_fen
            )
            for one in units
        ]
    )


def _checkpoint(cycle: Cycle | None, key: str) -> Checkpoint | None:
    if cycle is None:
        return None
    if not key:
        return checkpoint_in(cycle, "")
    line = next((one for one in calendar_of_checkpoints(cycle) if one.planned.key == key), None)
    if line is None or line.opened is None:
        raise Stop(422, "没有这一期，或还没有开启")
    return line.opened


@AREA.act(
    "checkpoints/open", summary="开启监控期", may=may_open_checkpoints, page="monitoring:open", answer=Shape(Checkpoint)
)
def open_one(
    person: Person,
    *,
    key: Annotated[str, Field(max_length=20, description="监控期的键")],
    budget_year: Year | None = None,
) -> Checkpoint:
    """监控时点到后开启，每份已批复的绩效目标一份监控表。"""
    cycle = needed_cycle(person, budget_year)
    return open_checkpoint(cycle=cycle, key=key, person=person)


class Urged(BaseModel):
    """How many bodies were urged."""

    urged: int = Field(description="已提醒的单位数")


@AREA.act("missing-reports/urge", summary="催报", may=may_urge, page="monitoring:urge")
def urge(person: Person, *, checkpoint: CheckpointKey = "", budget_year: Year | None = None) -> Urged:
    """提醒未报送的单位；同一天不重复提醒。"""
    found = _checkpoint(cycle_asked(person, budget_year), checkpoint)
    if found is None:
        raise Stop(422, "还没有开启监控")
    return Urged(urged=urge_units(checkpoint=found, person=person))


class ReadingRow(Strict):
    """The actual value of one indicator."""

    id: Id = Field(description="完成情况的编号")
    actual_text: str = Field("", max_length=200, description="执行情况")
    expected_text: str = Field("", max_length=200, description="全年预计完成情况")
    likelihood: str = Field("", max_length=12, description="完成可能性：certain、possible、impossible")
    causes: list[Annotated[str, Field(max_length=20)]] = Field([], max_length=10, description="偏差原因，制度所列的键")
    reason: str = Field("", max_length=300, description="原因说明")


class MeasureRow(Strict):
    """One corrective measure."""

    text: str = Field(max_length=300, description="纠偏措施")
    responsible: str = Field(max_length=100, description="责任岗位")
    due: Day
    kind: str = Field("correct", max_length=20, description="处理方式，制度所列的键")


@AREA.act(
    "monitoring-reports/{pk}/fill", summary="填写监控表", record=visible_reports, may=may_fill_report,
    page=("monitoring:fill", "monitoring:autosave"), answer=REPORT,
)  # fmt: skip
def write(
    person: Person,
    report: MonitoringReport,
    *,
    readings: Annotated[list[ReadingRow], Field(max_length=300, description="完成情况；没有写到的不变")],
    note: Annotated[LongText, Field(description="情况说明")] = "",
    measures: Annotated[list[MeasureRow], Field(max_length=50, description="纠偏措施，全部")] = [],  # noqa: B006
    version: int,
) -> MonitoringReport:
    """项目经办填写；执行数取自台账，偏差按规则计算。"""
    save_readings(
        report=report,
        readings={one.id: ReadingData(**one.model_dump(exclude={"id"})) for one in readings},
        note=note,
        measures=[MeasureData(**one.model_dump()) for one in measures],
        person=person,
        version=version,
    )
    return report


@AREA.act(
    "monitoring-reports/{pk}/refresh", summary="按台账更新", record=visible_reports, may=may_refresh,
    page="monitoring:refresh", answer=REPORT,
)  # fmt: skip
def refresh(person: Person, report: MonitoringReport, *, version: int) -> MonitoringReport:
    """按台账重取预算数和执行数，重新计算偏差。"""
    refresh_money(report=report, person=person, version=version)
    return report


@AREA.act(
    "monitoring-reports/{pk}/act", summary="办理一步", record=visible_reports, may=may_move, page="monitoring:act",
    answer=REPORT,
)  # fmt: skip
def move(
    person: Person, report: MonitoringReport, *, action: Action, comment: Comment = "", version: int
) -> MonitoringReport:
    """报送、撤回、审核、退回、办结：动作以制度的流程表为准。"""
    move_report(report=report, person=person, action=action, comment=comment, version=version)
    return report


@AREA.act("monitoring-reports/bulk", summary="批量办理", may=may_move_in_bulk, page="monitoring:bulk")
def move_all(person: Person, *, ids: Ids, action: Action) -> BulkAnswer:
    """办理其中没有偏差的；有偏差的不动，并逐项说明。"""
    outcome = move_many(reports=in_rows(visible_reports(person), ids, "ids"), person=person, action=action)
    return bulk_answer(outcome.done, outcome.refused)


@AREA.act(
    "measures/{pk}/follow", summary="填写措施落实情况", record=visible_measures, may=may_follow,
    page="monitoring:follow", answer=MEASURE,
)  # fmt: skip
def follow(
    person: Person,
    measure: Measure,
    *,
    outcome: Annotated[str, Field(max_length=300, description="落实情况")],
) -> Measure:
    """写明措施落实得怎样。"""
    follow_up(measure=measure, outcome=outcome, person=person)
    return measure
