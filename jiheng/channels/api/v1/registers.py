"""Registers: budget years, projects, the indicator library, experts and agencies, files, the rules in force."""

from typing import Annotated, Any

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, needed_cycle
from jiheng.channels.api.shapes import Shape, plain
from jiheng.channels.api.v1.kinds import Day, Fen, LongText, Strict, told
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.registers.cycles.access import may_open_cycle, may_see_cycles
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import calendar_of, cycles_in_sight, policy_for
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.experts.access import may_end, may_keep_register, may_see_evaluators, visible_evaluators
from jiheng.registers.experts.forms import EvaluatorForm, LeaveForm
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.pages import EVALUATORS
from jiheng.registers.experts.services import enter_register, leave_register
from jiheng.registers.indicators.access import may_keep_library, may_see_library, visible_indicators
from jiheng.registers.indicators.forms import IndicatorForm
from jiheng.registers.indicators.mapping import coverage_of, visible_mappings
from jiheng.registers.indicators.models import LibraryIndicator, LibraryMapping
from jiheng.registers.indicators.pages import LIBRARY as INDICATORS
from jiheng.registers.indicators.queries import library_rows
from jiheng.registers.indicators.services import (
    load_library,
)
from jiheng.registers.subjects.access import may_change_content, may_see_subjects, visible_subject_years
from jiheng.registers.subjects.forms import SubjectForm
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.pages import LIBRARY, may_register_here, may_see
from jiheng.registers.subjects.queries import library, own_organisation
from jiheng.registers.subjects.services import change_content, register_subject
from jiheng.rules.indicator_sheet import Sheet

AREA = Area("registers")
CYCLE = Shape(Cycle)
CYCLE_SCHEMA = CYCLE.schema()
INDICATOR = Shape(LibraryIndicator, without=("pieces",))
EVALUATOR = Shape(Evaluator, without=("user",))
SUBJECT_YEAR = Shape(
    SubjectYear,
    more={
        "code": (Annotated[str, Field(description="项目代码")], lambda one, _: one.subject.code),
        "uuid": (Annotated[str, Field(description="项目的永久编号")], lambda one, _: str(one.subject.uuid)),
    },
)


class CycleList(BaseModel):
    """The budget years of the place."""

    items: list[CYCLE_SCHEMA] = Field(description="各年度，新的在前")  # type: ignore[valid-type]


@AREA.telling("cycles", summary="预算年度", may=may_see_cycles, page="cycles:list")
def cycles(person: Person) -> CycleList:
    """本地区已开启的预算年度。"""
    return CycleList(items=[CYCLE.read(one, person) for one in cycles_in_sight(person)])


AREA.reading(
    "cycles/{pk}", CYCLE, summary="一个预算年度", record=cycles_in_sight, may=may_see_cycles, page="cycles:detail"
)


class CalendarRow(BaseModel):
    """One task of the year."""

    key: str = Field(description="事项的键")
    label: str = Field(description="事项")
    opens: str | None = Field(description="开始日期", json_schema_extra={"format": "date"})
    due: str = Field(description="截止日期", json_schema_extra={"format": "date"})
    clause: str = Field(description="依据")
    roles: list[str] = Field(description="办理岗位")


class Calendar(BaseModel):
    """The tasks of the year."""

    items: list[CalendarRow] = Field(description="各事项，近的在前")


@AREA.telling(
    "cycles/{pk}/calendar", summary="年度日历", record=cycles_in_sight, may=may_see_cycles, page="cycles:detail"
)
def calendar(_: Person, cycle: Cycle) -> Calendar:
    """一个年度各事项的起止日期和依据。"""
    return Calendar(
        items=[
            CalendarRow(
                key=line.window.key,
                label=line.window.label,
                opens=line.window.opens.isoformat() if line.window.opens else None,
                due=line.window.due.isoformat(),
                clause=line.window.clause,
                roles=list(line.roles),
            )
            for line in calendar_of(cycle)
        ]
    )


class ParameterRow(BaseModel):
    """One value of the rules."""

    key: str = Field(description="参数的键")
    label: str = Field(description="参数")
    unit: str = Field(description="单位")
    value: Any = Field(description="数值")
    clause: str = Field(description="依据")
    assumed: bool = Field(description="暂定")


class Parameters(BaseModel):
    """The values of the rules in a year."""

    items: list[ParameterRow] = Field(description="各参数")


@AREA.telling(
    "cycles/{pk}/parameters", summary="年度制度参数", record=cycles_in_sight, may=may_see_cycles,
    page=("policies:list", "policies:snapshot"),
)  # fmt: skip
def parameters(_: Person, cycle: Cycle) -> Parameters:
    """一个年度固化的制度中现行的各参数和依据。"""
    policy, rows = policy_for(cycle), []
    for key in sorted(policy.parameters):
        try:
            found: Any = policy.value(key, budget_year=cycle.budget_year)
        except (LookupError, ValueError, TypeError):
            continue  # none in force in this budget year
        rows.append(
            ParameterRow(
                key=key,
                label=found.label,
                unit=found.unit or "",
                value=plain(found.value),
                clause=str(found.clause),
                assumed=bool(found.assumed),
            )
        )
    return Parameters(items=rows)


@AREA.act("cycles/open", summary="开启预算年度", may=may_open_cycle, page="cycles:open", answer=CYCLE)
def open_year(
    person: Person, *, budget_year: Annotated[int, Field(ge=2000, le=2100, description="预算年度")]
) -> Cycle:
    """开启一个年度，制度按现行版本固化；暂定值须先确认。"""
    return open_cycle(place=place_of(person), budget_year=budget_year, person=person)


# --- projects

AREA.listing(
    "subject-years", LIBRARY, summary="项目库", may=may_see_subjects, rows=library, page="subjects:list", cycle=True,
    names={"asked": "requested"},
)  # fmt: skip


AREA.reading(
    "subject-years/{pk}", SUBJECT_YEAR, summary="一个项目的一个年度", record=visible_subject_years, may=may_see,
    page="subjects:detail",
)  # fmt: skip


@AREA.act("subject-years/register", summary="登记项目", may=may_register_here, page="subjects:register", answer=SUBJECT_YEAR)
def register(
    person: Person,
    *,
    code: Annotated[str, Field(min_length=1, max_length=40, description="项目代码")],
    name: Annotated[str, Field(min_length=1, max_length=300, description="项目名称")],
    requested_fen: Annotated[Fen, Field(ge=1, le=10**15, description="本年申报金额，单位：分")],
    overview: Annotated[LongText, Field(description="项目概况")],
    basis: Annotated[LongText, Field(description="立项依据")],
    served: Annotated[str, Field(max_length=2000, description="支持对象，政策须写明")] = "",
    unit_id: Annotated[Id | None, Field(description="实施单位编号；单位人员不写")] = None,
    kind: Annotated[str, Field(max_length=30, description="类别的键")] = "project",
    change: Annotated[
        str, Field(pattern="^(new|raised|adjusted|renewed|continuing)$", description="项目属性")
    ] = "new",
    is_major: Annotated[bool, Field(description="重大项目")] = False,
    book: Annotated[str, Field(max_length=30, description="预算类别的键")] = "general_public_budget",
    sector: Annotated[str, Field(max_length=60, description="领域")] = "",
    category: Annotated[str, Field(max_length=60, description="支出类别")] = "",
    first_year: Annotated[int | None, Field(ge=1990, le=2100, description="起始年")] = None,
    last_year: Annotated[int | None, Field(ge=1990, le=2100, description="终止年")] = None,
    budget_year: Year | None = None,
) -> SubjectYear:
    """为一个预算年度登记项目。"""
    cycle = needed_cycle(person, budget_year)
    given = {
        "code": code, "name": name, "kind": kind, "change": change, "is_major": is_major, "book": book,
        "sector": sector, "category": category, "overview": overview, "served": served, "basis": basis, "unit": unit_id,
        "requested_fen": f"{requested_fen // 1_000_000}.{requested_fen % 1_000_000:06d}",
        "first_year": first_year or cycle.budget_year, "last_year": last_year or cycle.budget_year,
    }  # fmt: skip
    form = told(SubjectForm(given, person=person, cycle=cycle))
    unit = form.cleaned_data.get("unit") or own_organisation(person)
    return register_subject(cycle=cycle, data=form.told(unit), person=person)


@AREA.act(
    "subject-years/{pk}/change", summary="修改项目内容", record=visible_subject_years, may=may_change_content,
    page="subjects:change", answer=SUBJECT_YEAR,
)  # fmt: skip
def change(
    person: Person,
    year: SubjectYear,
    *,
    reason: Annotated[str, Field(min_length=1, max_length=500, description="修改理由")],
    document: Annotated[str, Field(min_length=1, max_length=300, description="依据的文件名称和文号")],
    name: Annotated[str | None, Field(max_length=300, description="项目名称")] = None,
    requested_fen: Annotated[Fen | None, Field(ge=0, le=10**15, description="本年申报金额，单位：分")] = None,
    first_year: Annotated[int | None, Field(ge=1990, le=2100, description="起始年")] = None,
    last_year: Annotated[int | None, Field(ge=1990, le=2100, description="终止年")] = None,
    sector: Annotated[str | None, Field(max_length=60, description="领域")] = None,
    category: Annotated[str | None, Field(max_length=60, description="支出类别")] = None,
    overview: Annotated[LongText | None, Field(description="项目概况")] = None,
    served: Annotated[str | None, Field(max_length=2000, description="支持对象")] = None,
    basis: Annotated[LongText | None, Field(description="立项依据")] = None,
    seen: Annotated[int | None, Field(ge=0, description="所见的最近一次修改的次序；没有修改过的为 0")] = None,
) -> SubjectYear:
    """只写要改的各项；原来的内容、理由和文件留存，写明绩效目标须跟上的地方，目标页随即提示。"""
    given = {
        "name": name, "requested_fen": requested_fen, "first_year": first_year, "last_year": last_year,
        "sector": sector, "category": category, "overview": overview, "served": served, "basis": basis,
    }  # fmt: skip
    content = {key: value for key, value in given.items() if value is not None}
    change_content(year=year, content=content, reason=reason, document=document, person=person, seen=seen)
    return year


# --- organisations


class OrganisationRow(BaseModel):
    """One body of the place."""

    id: int = Field(description="单位编号")
    code: str = Field(description="单位代码")
    name: str = Field(description="单位名称")
    kind: str = Field(description="类型")
    parent_id: int | None = Field(description="上级编号")


class OrganisationList(BaseModel):
    """The bodies that the person sees."""

    items: list[OrganisationRow] = Field(description="各单位")


# --- indicator library

AREA.listing(
    "library-indicators", INDICATORS, summary="指标库", may=may_see_library, rows=library_rows, page="indicators:list"
)


AREA.reading(
    "library-indicators/{pk}", INDICATOR, summary="一项指标", record=visible_indicators, may=may_see_library,
    page="indicators:detail",
)  # fmt: skip
Short = Annotated[str, Field(max_length=60)]


class IndicatorBody(Strict):
    """What an indicator of the library says, as its form on the screen asks for it."""

    sector: Short
    category: Short
    level1: Annotated[str, Field(max_length=30)]
    level2: Annotated[str, Field(max_length=30)]
    name: Annotated[str, Field(max_length=200)]
    operator: Annotated[str, Field(max_length=12)]
    method: Annotated[str, Field(max_length=40)]
    definition: Annotated[str, Field(max_length=2000)] = ""
    value: Short = ""
    unit: Annotated[str, Field(max_length=20)] = ""
    formula: Annotated[str, Field(max_length=300)] = ""
    data_source: Annotated[str, Field(max_length=100)] = ""
    evidence: Annotated[str, Field(max_length=200)] = ""
    basis: Annotated[str, Field(max_length=200)] = ""
    purpose: Short = ""
    aliases: Annotated[str, Field(max_length=200)] = ""
    sample: Annotated[str, Field(max_length=300)] = ""
    direction: Annotated[str, Field(max_length=10)] = ""
    frequency: Annotated[str, Field(max_length=10)] = "year"
    rank: Annotated[str, Field(max_length=10)] = ""
    references: Annotated[str, Field(max_length=4000)] = ""


def sheet_told(body: IndicatorBody) -> Sheet:
    """Return what a body says as a sheet; refused as the form on the screen refuses it."""
    return told(IndicatorForm(body.model_dump())).told()


class Loaded(BaseModel):
    """How many indicators came in."""

    added: int = Field(description="载入几项")


class MappedRow(BaseModel):
    """One indicator of another library with its own counterpart."""

    code: str = Field(description="对照库的编号")
    name: str = Field(description="对照库的指标")
    own_code: str = Field(description="本库的编号；没有对应的为空")
    likeness: str = Field(description="相似度，0 到 1，写成文字")
    ground: str = Field(description="理由")
    state: str = Field(description="proposed 待确认，confirmed 已确认，none 没有对应")
    loss: str = Field(description="确认了的，转换有什么损失；没有的为空")


class MappingAnswer(BaseModel):
    """Another library beside the own one: coverage, loss, every row."""

    id: int = Field(description="对照的编号")
    name: str = Field(description="对照的指标库")
    others: int = Field(description="对照库的指标数")
    mapped: int = Field(description="已确认对应的")
    own: int = Field(description="本库在用的指标数")
    reached: int = Field(description="本库中被对应的")
    merged: int = Field(description="几项并作一项的")
    lossless: int = Field(description="无损转换的")
    rows: list[MappedRow] = Field(description="逐项；清单中不列")


class MappingsAnswer(BaseModel):
    """The libraries that stand beside the own one."""

    items: list[MappingAnswer] = Field(description="逐个")


def mapping_told(one: LibraryMapping, *, rows: bool) -> MappingAnswer:
    """Return a mapping with its coverage, and its rows where they are asked for."""
    found = coverage_of(one)
    told = [
        MappedRow(
            code=row.code, name=row.name, own_code=row.own.code if row.own else "", likeness=f"{row.likeness:f}",
            ground=row.ground, state=row.state, loss=found.losses.get(row.pk, ""),
        )
        for row in one.rows.select_related("own")
    ] if rows else []  # fmt: skip
    numbers = {key: getattr(found, key) for key in ("others", "mapped", "own", "reached", "merged", "lossless")}
    return MappingAnswer(id=one.pk, name=one.name, rows=told, **numbers)


@AREA.telling("library-mappings", summary="指标库对照", may=may_see_library, page="indicators:mappings")
def library_mappings(person: Person) -> MappingsAnswer:
    """与本库对照的各指标库，各自的覆盖和损失。"""
    return MappingsAnswer(items=[mapping_told(one, rows=False) for one in visible_mappings(person)])


@AREA.telling(
    "library-mappings/{pk}", summary="一个指标库对照", record=visible_mappings, may=may_see_library,
    page=("indicators:mapping", "indicators:mapped"),
)  # fmt: skip
def library_mapping(_person: Person, mapping: LibraryMapping) -> MappingAnswer:
    """逐项的对应关系、确认情况和转换的损失。"""
    return mapping_told(mapping, rows=True)


@AREA.act("library-indicators/load", summary="载入起步指标库", may=may_keep_library, page="indicators:load")
def load(person: Person) -> Loaded:
    """载入本地区还没有的起步指标。"""
    return Loaded(added=load_library(place=place_of(person), person=person))


# --- experts and agencies

AREA.listing(
    "evaluators", EVALUATORS, summary="专家与机构", may=may_see_evaluators, rows=visible_evaluators, page="experts:list",
    names={"entered": "entered_on", "left": "left_on"},
)  # fmt: skip
AREA.reading(
    "evaluators/{pk}", EVALUATOR, summary="一个专家或机构", record=visible_evaluators, may=may_see_evaluators,
    page="experts:detail",
)  # fmt: skip


def bodies(person: Person) -> QuerySet[Organisation]:
    """Return the bodies to which experts and agencies belong."""
    return Organisation.objects.filter(place_id=person.place_id, kind__in=("agency", "expert_pool"))


@AREA.telling("evaluator-organisations", summary="评价机构（单位）", may=may_see_evaluators, page="experts:list")
def evaluator_organisations(person: Person) -> OrganisationList:
    """专家与机构所在的单位。"""
    return OrganisationList(
        items=[
            OrganisationRow(id=one.pk, code=one.code, name=one.name, kind=one.kind, parent_id=one.parent_id)
            for one in bodies(person).order_by("code")
        ]
    )


@AREA.act("evaluators/enter", summary="专家或机构入库", may=may_keep_register, page="experts:enter", answer=EVALUATOR)
def enter(
    person: Person,
    *,
    name: Annotated[str, Field(min_length=1, max_length=200, description="名称")],
    kind: Annotated[str, Field(pattern="^(agency|expert|institute)$", description="类别")],
    organisation_id: Annotated[Id, Field(description="所在单位编号")],
    fields: Annotated[str, Field(min_length=1, max_length=200, description="专业领域")],
    qualification: Annotated[str, Field(max_length=200, description="资质")] = "",
    entered_on: Annotated[Day, Field(description="入库日期")],
) -> Evaluator:
    """登记入库后才能分派评价任务。"""
    given = {
        "name": name, "kind": kind, "organisation": organisation_id, "fields": fields,
        "qualification": qualification, "entered_on": entered_on.isoformat(),
    }  # fmt: skip
    return enter_register(data=told(EvaluatorForm(given, person=person)).told(), person=person)


@AREA.act(
    "evaluators/{pk}/leave", summary="专家或机构出库", record=visible_evaluators, may=may_end, page="experts:leave",
    answer=EVALUATOR,
)  # fmt: skip
def leave(person: Person, evaluator: Evaluator, *, day: Day, reason: Annotated[str, Field(max_length=200)]) -> Evaluator:
    """出库，写明原因。"""
    given = told(LeaveForm({"day": day.isoformat(), "reason": reason})).cleaned_data
    leave_register(evaluator=evaluator, person=person, **given)
    return evaluator
