"""The work of an evaluation before its report: plan, material asked of the unit, visits, questionnaires, experts."""

from typing import Annotated

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Action, Comment, Day, Key, Name, Paper, papers, state_label, steps
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.evaluation.access import OUTSIDE, visible_evaluations
from jiheng.stages.evaluation.fieldwork.access import (
    may_argue_scheme,
    may_ask_material,
    may_begin_scheme,
    may_bring,
    may_change_record,
    may_edit_scheme,
    may_move_scheme,
    may_receive,
    may_record,
    may_refuse,
    may_see_fieldwork,
    may_see_materials,
    scheme_steps,
    visible_records,
    visible_requests,
    visible_schemes,
)
from jiheng.stages.evaluation.fieldwork.pages import MATERIALS
from jiheng.stages.evaluation.fieldwork.queries import standing, step_lines
from jiheng.stages.evaluation.fieldwork.services import (
    RecordData,
    add_material,
    add_record,
    argue_scheme,
    ask_material,
    attach_record,
    begin_scheme,
    deliver_material,
    move_scheme,
    receive_request,
    refuse_material,
    save_scheme,
    strike_record,
)
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, FieldRecord, MaterialRequest

AREA = Area("evaluation")
SCHEME = Shape(EvaluationScheme, more={"actions": steps(scheme_steps)})
REQUEST = Shape(MaterialRequest, more={"standing": state_label(lambda one: standing(one).words), "files": papers()})
RECORD = Shape(FieldRecord, more={"files": papers()})
SCHEME_SCHEMA, REQUEST_SCHEMA, RECORD_SCHEMA = SCHEME.schema(), REQUEST.schema(), RECORD.schema()
Words = Annotated[str, Field(max_length=500)]
Item = Annotated[str, Field(max_length=60, description="所证的评分表指标；不写为不限于一项")]


class StepRow(BaseModel):
    """One step of the work."""

    key: str = Field(description="步骤")
    label: str = Field(description="步骤名称")
    asked: bool = Field(description="制度是否规定须办")
    done: bool = Field(description="是否已办")


class Work(BaseModel):
    """Everything that was done of an evaluation's work."""

    steps: list[StepRow] = Field(description="工作步骤")
    scheme: SCHEME_SCHEMA | None = Field(description="工作方案")  # type: ignore[valid-type]
    requests: list[REQUEST_SCHEMA] = Field(description="调取的材料")  # type: ignore[valid-type]
    records: list[RECORD_SCHEMA] = Field(description="现场考察、问卷、专家评价")  # type: ignore[valid-type]


@AREA.telling(
    "evaluations/{pk}/fieldwork", summary="评价过程", record=visible_evaluations, may=may_see_fieldwork,
    page="evaluation:fieldwork",
)  # fmt: skip
def work(person: Person, record: Evaluation) -> Work:
    """一项评价办了哪些步骤：工作方案、调取材料、现场考察、问卷、专家评价。"""
    scheme = visible_schemes(person).filter(evaluation=record).first()
    lines = [StepRow(key=one.key, label=one.label, asked=one.asked, done=one.done) for one in step_lines(record)]
    return Work(
        steps=lines,
        scheme=SCHEME.read(scheme, person) if scheme is not None else None,
        requests=[REQUEST.read(one, person) for one in visible_requests(person).filter(evaluation=record)],
        records=[RECORD.read(one, person) for one in visible_records(person).filter(evaluation=record)],
    )


@AREA.act(
    "evaluations/{pk}/scheme", summary="拟定工作方案", record=visible_evaluations, may=may_begin_scheme,
    page="evaluation:scheme_begin", answer=SCHEME,
)  # fmt: skip
def begin(person: Person, record: Evaluation) -> EvaluationScheme:
    """承担评价的一方拟定工作方案，一项评价一份。"""
    return begin_scheme(evaluation=record, person=person)


AREA.reading(
    "evaluation-schemes/{pk}", SCHEME, summary="一份工作方案", record=visible_schemes, may=may_see_fieldwork,
    page="evaluation:scheme",
)  # fmt: skip


@AREA.act(
    "evaluation-schemes/{pk}/save", summary="填写工作方案", record=visible_schemes, may=may_edit_scheme,
    page="evaluation:scheme_save", answer=SCHEME,
)  # fmt: skip
def save(
    person: Person,
    plan: EvaluationScheme,
    *,
    text: Annotated[str, Field(max_length=5000, description="方案内容")],
    planned: Annotated[list[Key], Field(max_length=10, description="安排的步骤：material、visit、survey、expert")],
    version: int,
) -> EvaluationScheme:
    """写明方案内容和安排的步骤。"""
    save_scheme(scheme=plan, text=text, steps=planned, person=person, version=version)
    return plan


@AREA.act(
    "evaluation-schemes/{pk}/argue", summary="记录论证意见", record=visible_schemes, may=may_argue_scheme,
    page="evaluation:scheme_argue", answer=SCHEME,
)  # fmt: skip
def argue(
    person: Person,
    plan: EvaluationScheme,
    *,
    people: Annotated[str, Field(max_length=200, description="参加论证的人员")],
    opinion: Annotated[str, Field(max_length=2000, description="论证意见")],
    version: int,
) -> EvaluationScheme:
    """组织评价的一方记录论证；没有论证意见的不能批准。"""
    argue_scheme(scheme=plan, people=people, opinion=opinion, person=person, version=version)
    return plan


@AREA.act(
    "evaluation-schemes/{pk}/act", summary="提交、退回或批准工作方案", record=visible_schemes, may=may_move_scheme,
    page="evaluation:scheme_act", answer=SCHEME,
)  # fmt: skip
def move(
    person: Person, plan: EvaluationScheme, *, action: Action, comment: Comment = "", version: int
) -> EvaluationScheme:
    """批准以前须有论证意见，由提交人以外的人批准。"""
    move_scheme(scheme=plan, action=action, person=person, comment=comment, version=version)
    return plan


# --- material


def requests_of(person: Person, cycle: Cycle | None) -> QuerySet[MaterialRequest]:
    """Return what was asked for in a budget year; outside evaluators see all that is theirs."""
    return visible_requests(person) if person.role in OUTSIDE else of_cycle(visible_requests, "evaluation__cycle")(person, cycle)


AREA.listing(
    "evaluation-materials", MATERIALS, summary="评价材料清单", may=may_see_materials, rows=requests_of,
    page="evaluation:materials", cycle=True, names={"text": "asked_for", "name": "subject", "state": "standing"},
)  # fmt: skip
AREA.reading(
    "evaluation-materials/{pk}", REQUEST, summary="一次调取材料", record=visible_requests, may=may_see_materials,
    page="evaluation:material",
)  # fmt: skip


@AREA.act(
    "evaluations/{pk}/materials", summary="调取材料", record=visible_evaluations, may=may_ask_material,
    page="evaluation:material_ask", answer=REQUEST,
)  # fmt: skip
def ask(
    person: Person, record: Evaluation, *, text: Annotated[Words, Field(description="调取的材料")], item: Item = ""
) -> MaterialRequest:
    """通知被评价单位提供材料，期限按制度规定的工作日计算。"""
    return ask_material(evaluation=record, text=text, item=item, person=person)


@AREA.act(
    "evaluation-materials/{pk}/receive", summary="签收调取通知", record=visible_requests, may=may_receive,
    page="evaluation:material_receive", answer=REQUEST,
)  # fmt: skip
def receive(person: Person, asked: MaterialRequest) -> MaterialRequest:
    """被评价单位签收。"""
    receive_request(asked=asked, person=person)
    return asked


@AREA.act(
    "evaluation-materials/{pk}/files", summary="上传材料", record=visible_requests, may=may_bring,
    page="evaluation:material_attach", upload=True,
)  # fmt: skip
def add_file(person: Person, asked: MaterialRequest, *, name: Name, content: bytes) -> Paper:
    """上传一份材料：请求的内容就是文件本身。"""
    made = add_material(asked=asked, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "evaluation-materials/{pk}/deliver", summary="材料提供完毕", record=visible_requests, may=may_bring,
    page="evaluation:material_deliver", answer=REQUEST,
)  # fmt: skip
def deliver(
    person: Person, asked: MaterialRequest, *, note: Annotated[Words, Field(description="说明")] = ""
) -> MaterialRequest:
    """须有文件，或写明怎样提供。"""
    deliver_material(asked=asked, note=note, person=person)
    return asked


@AREA.act(
    "evaluation-materials/{pk}/refuse", summary="答复不提供", record=visible_requests, may=may_refuse,
    page="evaluation:material_refuse", answer=REQUEST,
)  # fmt: skip
def refuse(
    person: Person, asked: MaterialRequest, *, reason: Annotated[Words, Field(description="理由")]
) -> MaterialRequest:
    """写明理由；以后仍可以提供。"""
    refuse_material(asked=asked, reason=reason, person=person)
    return asked


# --- records

Count = Annotated[int | None, Field(ge=0, le=10**6)]


@AREA.act(
    "evaluations/{pk}/field-records", summary="登记考察、问卷、专家评价", record=visible_evaluations, may=may_record,
    page="evaluation:field_record", answer=RECORD,
)  # fmt: skip
def note(
    person: Person,
    record: Evaluation,
    *,
    kind: Annotated[str, Field(pattern="^(visit|survey|expert)$", description="类别：现场考察、问卷、专家评价")],
    made_on: Annotated[Day, Field(description="日期")],
    text: Annotated[str, Field(max_length=2000, description="情况和结论")],
    venue: Annotated[str, Field(max_length=200, description="地点或调查对象")] = "",
    people: Annotated[str, Field(max_length=200, description="参加人员")] = "",
    item: Item = "",
    sent: Annotated[Count, Field(description="问卷发放份数")] = None,
    returned: Annotated[Count, Field(description="收回份数")] = None,
    satisfied: Annotated[Count, Field(description="其中满意份数")] = None,
) -> FieldRecord:
    """登记以后不能修改，记错的作废重记。"""
    told = RecordData(kind, made_on, text, venue, people, item, sent, returned, satisfied)
    return add_record(evaluation=record, told=told, person=person)


@AREA.act(
    "field-records/{pk}/files", summary="上传附件", record=visible_records, may=may_change_record,
    page="evaluation:field_attach", upload=True,
)  # fmt: skip
def add_paper(person: Person, row: FieldRecord, *, name: Name, content: bytes) -> Paper:
    """上传照片、记录表、问卷：请求的内容就是文件本身。"""
    made = attach_record(row=row, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


@AREA.act(
    "field-records/{pk}/strike", summary="作废记录", record=visible_records, may=may_change_record,
    page="evaluation:field_strike", answer=RECORD,
)  # fmt: skip
def strike(
    person: Person, row: FieldRecord, *, reason: Annotated[str, Field(max_length=300, description="作废理由")]
) -> FieldRecord:
    """原记录留存，不再作数。"""
    strike_record(row=row, reason=reason, person=person)
    return row
