"""Accountability of bodies: clues, cases, decision, receipt, the body's report, closing."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import (
    Action,
    Comment,
    Day,
    Fen,
    LongText,
    Name,
    Paper,
    papers,
    state_label,
    steps_by,
)
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import mistaken
from jiheng.stages.results.accountability.access import (
    may_act_on,
    may_decide_accountability,
    may_deliver,
    may_open,
    may_report_accountability,
    may_see_accountabilities,
    visible_accountabilities,
)
from jiheng.stages.results.accountability.clues import clues_in
from jiheng.stages.results.accountability.services import (
    Charge,
    close_accountability,
    decide_accountability,
    deliver_accountability,
    dismiss_accountability,
    open_accountability,
    receive_accountability,
    report_accountability,
    return_accountability,
    save_accountability_report,
)
from jiheng.stages.results.accountability.sources import source_of, year_by_code
from jiheng.stages.results.accountability.tables import CASES, state_of
from jiheng.stages.results.models import Accountability

AREA = Area("results")
CASE = Shape(
    Accountability,
    more={
        "state_label": state_label(lambda one: state_of(one)[0]),
        "actions": steps_by("accountability", may_act_on),
        "files": papers(),
    },
)
Measures = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20, description="问责方式，制度所列的键")]
Text = Annotated[LongText, Field(max_length=3000)]

AREA.listing(
    "accountabilities", CASES, summary="绩效问责清单", may=may_see_accountabilities,
    rows=of_cycle(visible_accountabilities), page="results:accountabilities", cycle=True,
    names={"decided": "decided_on", "received": "received_on", "reported": "reported_on", "closed": "closed_on"},
)  # fmt: skip
AREA.reading(
    "accountabilities/{pk}", CASE, summary="一件绩效问责", record=visible_accountabilities,
    may=may_see_accountabilities, page="results:accountability",
)  # fmt: skip


class ClueRow(BaseModel):
    """One record that may be a situation of the place's rules."""

    situation: str = Field(description="问责情形的键")
    situation_text: str = Field(description="问责情形")
    organisation_id: int = Field(description="单位编号")
    organisation: str = Field(description="单位")
    subject_year_id: int = Field(description="项目年度编号")
    name: str = Field(description="项目")
    text: str = Field(description="记录中的事实")
    source: str = Field(description="来源记录，提出问责时照原样写入 source")


class ClueList(BaseModel):
    """What the records show; nothing is opened by itself."""

    items: list[ClueRow] = Field(description="各条线索")


@AREA.telling("accountability-clues", summary="问责线索", may=may_open, page="results:clues")
def clues(person: Person, *, budget_year: Year | None = None) -> ClueList:
    """记录中可能属于制度所列问责情形的；只是线索，不自动提出。"""
    return ClueList(
        items=[
            ClueRow(
                situation=one.situation,
                situation_text=one.situation_text,
                organisation_id=one.body.pk,
                organisation=str(one.body),
                subject_year_id=one.year.pk,
                name=one.year.name,
                text=one.text,
                source=one.source,
            )
            for one in clues_in(person, cycle_asked(person, budget_year))
        ]
    )


@AREA.act(
    "accountabilities/open", summary="提出问责", may=may_open, page="results:accountability_open", answer=CASE
)
def open_case(
    person: Person,
    *,
    situation: Annotated[str, Field(max_length=40, description="问责情形的键")],
    facts: Annotated[str, Field(min_length=1, max_length=2000, description="事实")],
    source: Annotated[str, Field(max_length=80, description="来源记录，取自问责线索；写了的不写单位和项目")] = "",
    organisation_id: Annotated[Id | None, Field(description="被问责单位编号")] = None,
    project: Annotated[str, Field(max_length=60, description="项目代码")] = "",
    measures: Measures = [],  # noqa: B006
    budget_year: Year | None = None,
) -> Accountability:
    """由绩效管理股提出，写明情形和事实；依据系统记录的写来源，其他的写单位。"""
    cycle = needed_cycle(person, budget_year)
    if source:
        found = source_of(person, source)
        if found is None:
            raise mistaken("没有这条来源记录", remedy="照原样使用问责线索的 source", where="source")
        charge = Charge(found.year.unit, situation, facts, found.year, found.key, found.text, tuple(measures))
        return open_accountability(cycle=found.year.cycle, charge=charge, person=person)
    body = Organisation.objects.filter(pk=organisation_id or 0, place_id=person.place_id).first()
    if body is None:
        raise mistaken("没有这个单位", remedy="写明被问责的部门或单位", where="organisation_id")
    year = year_by_code(person, cycle, project) if project else None
    if project and year is None:
        raise mistaken(f"{cycle}没有编码为“{project}”的项目", remedy="请核对项目编码", where="project")
    charge = Charge(body, situation, facts, year, measures=tuple(measures))
    return open_accountability(cycle=cycle, charge=charge, person=person)


@AREA.act(
    "accountabilities/{pk}/decide", summary="作出问责决定", record=visible_accountabilities,
    may=may_decide_accountability, page="results:accountability_decide", answer=CASE,
)  # fmt: skip
def decide(
    person: Person,
    case: Accountability,
    *,
    measures: Measures,
    reason: Annotated[str, Field(max_length=1000, description="决定理由")],
    cut_fen: Annotated[Fen | None, Field(description="不予安排或减少安排，单位：分")] = None,
    recapture_fen: Annotated[Fen | None, Field(description="收回，单位：分")] = None,
    version: int,
) -> Accountability:
    """选择一种或几种问责方式，写明理由；收回的随即记入台账。"""
    decide_accountability(
        case=case,
        measures=measures,
        reason=reason,
        cut_fen=cut_fen,
        recapture_fen=recapture_fen,
        person=person,
        version=version,
    )
    return case


@AREA.act(
    "accountabilities/{pk}/dismiss", summary="不予问责", record=visible_accountabilities,
    may=may_decide_accountability, page="results:accountability_decide", answer=CASE,
)  # fmt: skip
def dismiss(
    person: Person,
    case: Accountability,
    *,
    reason: Annotated[str, Field(max_length=1000, description="理由")],
    version: int,
) -> Accountability:
    """决定不予问责，写明理由。"""
    dismiss_accountability(case=case, reason=reason, person=person, version=version)
    return case


@AREA.act(
    "accountabilities/{pk}/deliver", summary="登记送达", record=visible_accountabilities, may=may_deliver,
    page="results:accountability_deliver", answer=CASE,
)  # fmt: skip
def deliver(
    person: Person,
    case: Accountability,
    *,
    day: Annotated[Day, Field(description="送达日期")],
    how: Annotated[str, Field(min_length=1, max_length=300, description="送达方式")],
    version: int,
) -> Accountability:
    """被问责单位没有在网上签收的，登记何时、怎样送达。"""
    deliver_accountability(case=case, day=day, how=how, person=person, version=version)
    return case


@AREA.act(
    "accountabilities/{pk}/act", summary="签收、审核办结或退回", record=visible_accountabilities, may=may_act_on,
    page="results:accountability_act", answer=CASE,
)  # fmt: skip
def move(
    person: Person, case: Accountability, *, action: Action, comment: Comment = "", version: int
) -> Accountability:
    """签收决定（receive）、审核办结（accept）、退回继续整改（return）；其他步骤另有地址。"""
    if action == "receive":
        receive_accountability(case=case, person=person, version=version)
    elif action == "accept":
        close_accountability(case=case, note=comment, person=person, version=version)
    elif action == "return":
        return_accountability(case=case, comment=comment, person=person, version=version)
    else:
        raise mistaken("没有这一步", remedy="可用：receive、accept、return；其他步骤另有地址", where="action")
    return case


@AREA.act(
    "accountabilities/{pk}/report", summary="填报整改报告书", record=visible_accountabilities,
    may=may_report_accountability, page="results:accountability_report", answer=CASE,
)  # fmt: skip
def report(
    person: Person,
    case: Accountability,
    *,
    problems: Annotated[Text, Field(description="查找的问题")],
    outcome: Annotated[Text, Field(description="整改落实情况")],
    send: Annotated[bool, Field(description="是否报送；否则只保存")] = False,
    version: int,
) -> Accountability:
    """被问责单位填写整改报告书，保存或报送；报送前至少上传一份盖章的报告书。"""
    if send:
        report_accountability(case=case, problems=problems, outcome=outcome, person=person, version=version)
    else:
        save_accountability_report(case=case, problems=problems, outcome=outcome, person=person)
    return case


@AREA.act(
    "accountabilities/{pk}/files", summary="上传整改报告书", record=visible_accountabilities,
    may=may_report_accountability, page="results:accountability_report", upload=True,
)  # fmt: skip
def add_file(person: Person, case: Accountability, *, name: Name, content: bytes) -> Paper:
    """上传盖章的整改报告书：请求的内容就是文件本身。"""
    made = attach(subject=case, row="", name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)
