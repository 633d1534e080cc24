"""Expenditure standards, the costs behind them, the lines of a project's cost, what is missing."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Year, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Fen, Reason, Strict
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.registers.standards.access import (
    may_change_standard,
    may_end_standard,
    may_except,
    may_keep_standards,
    may_see_costs,
    may_see_lines,
    may_see_missing,
    may_see_standards,
    may_withdraw_cost,
    may_withdraw_line,
    may_write_lines,
    visible_costs,
    visible_lines,
    visible_standards,
)
from jiheng.registers.standards.models import CostLine, CostRecord, StandardVersion
from jiheng.registers.standards.pages import COSTS, STANDARDS
from jiheng.registers.standards.queries import (
    asking_clause,
    costs_about,
    judged,
    lines_of,
    missing_in,
    proposal_for,
    refusals_of,
    standing,
)
from jiheng.registers.standards.services import (
    LineData,
    StandardData,
    end_standard,
    except_line,
    revise_standard,
    withdraw_cost,
    withdraw_line,
    write_line,
    write_standard,
)
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal

AREA = Area("registers")
STANDARD = Shape(StandardVersion)
COST = Shape(CostRecord)
LINE = Shape(CostLine)
LINE_SCHEMA = LINE.schema()
Quantity = Annotated[Decimal, Field(gt=0, lt=10**12, decimal_places=4, allow_inf_nan=False, description="数量，写成文字")]
UnitFen = Annotated[int, Field(gt=0, le=10**15, description="每一计量单位的金额，单位：分")]
Item = Annotated[str, Field(min_length=1, max_length=100, description="内容")]
Measure = Annotated[str, Field(min_length=1, max_length=20, description="计量单位")]


def _standing(person: Person) -> Any:
    return standing(visible_standards(person), clock.today())


AREA.listing("standards", STANDARDS, summary="支出标准", may=may_see_standards, rows=_standing, page="standards:list")
AREA.reading("standards/{pk}", STANDARD, summary="一项支出标准的一版", record=visible_standards, may=may_see_standards, page="standards:detail")
AREA.listing("standard-costs", COSTS, summary="成本数据", may=may_see_costs, rows=visible_costs, page="standards:costs")


class StandardWords(Strict):
    """What a version of a standard says."""

    name: Annotated[str, Field(min_length=1, max_length=200, description="标准名称")]
    kind: Literal["general", "special"] = Field(description="general 通用标准，special 专用标准")
    level: Literal["province", "city", "county", "township"] = Field(description="适用级次")
    region: Annotated[str, Field(min_length=1, max_length=100, description="适用范围")]
    unit: Measure
    amount_fen: UnitFen
    effective_on: Annotated[Day, Field(description="施行日期")]
    document: Annotated[str, Field(min_length=1, max_length=200, description="依据文件")]
    clause: Annotated[str, Field(max_length=100, description="条款")] = ""
    sector: Annotated[str, Field(max_length=60, description="领域")] = ""
    ground: Annotated[str, Field(max_length=300, description="说明；修订的写明理由")] = ""
    from_costs: bool = Field(default=False, description="由成本数据测算：样本随标准登记")


class FirstVersion(StandardWords):
    """A standard that is new."""

    code: Annotated[str, Field(min_length=1, max_length=40, description="标准编号")]


def _data(body: StandardWords, code: str) -> StandardData:
    return StandardData(code=code, **body.model_dump(exclude={"from_costs", "code"}))


@AREA.act("standards/write", summary="登记支出标准", may=may_keep_standards, page="standards:write", answer=STANDARD)
def write(person: Person, *, body: FirstVersion) -> StandardVersion:
    """登记一项新的标准。"""
    return write_standard(data=_data(body, body.code), person=person, from_costs=body.from_costs)


@AREA.act(
    "standards/{pk}/revise", summary="登记标准的新版本", record=visible_standards, may=may_change_standard,
    page="standards:revise", answer=STANDARD,
)  # fmt: skip
def revise(person: Person, standard: StandardVersion, *, body: StandardWords) -> StandardVersion:
    """以前的版本保留；写明为什么修订。"""
    return revise_standard(standard=standard, data=_data(body, standard.code), person=person, from_costs=body.from_costs)


@AREA.act(
    "standards/{pk}/end", summary="停用标准", record=visible_standards, may=may_end_standard, page="standards:end", answer=STANDARD
)
def end(person: Person, standard: StandardVersion, *, day: Annotated[Day, Field(description="停用日期")], reason: Reason) -> StandardVersion:
    """自某日起没有标准；作为新的一版登记。"""
    return end_standard(standard=standard, day=day, reason=reason, person=person)


class OutlierAnswer(BaseModel):
    """A cost that lies far from the others."""

    id: int = Field(description="成本数据编号")
    name: str = Field(description="项目或单位")
    unit_fen: int = Field(description="单位成本，分")
    words: str = Field(description="为什么")


class ProposalAnswer(BaseModel):
    """The standard that the costs suggest, or why none is proposed."""

    refused: str = Field("", description="不能测算的原因")
    clause: str = Field("", description="依据")
    given: int = Field(0, description="样本数")
    used: int = Field(0, description="计入数")
    median_fen: int | None = Field(None, description="中位数，分")
    low_fen: int | None = Field(None, description="下四分位数，分")
    high_fen: int | None = Field(None, description="上四分位数，分")
    band_low_fen: int | None = Field(None, description="置信区间的下端，分")
    band_high_fen: int | None = Field(None, description="置信区间的上端，分")
    confidence: Decimal | None = Field(None, description="置信度，%")
    outliers: list[OutlierAnswer] = Field(default_factory=list, description="离群的，没有计入")


@AREA.telling("standard-costs/propose", summary="由成本数据测算标准", may=may_see_costs, page="standards:propose")
def proposed(
    person: Person,
    *,
    item: Annotated[str, Field(max_length=100, description="内容")] = "",
    unit: Annotated[str, Field(max_length=20, description="计量单位")] = "",
) -> ProposalAnswer:
    """按内容和计量单位取本地区的成本数据。"""
    costs = costs_about(person.place_id, item, unit)
    found = proposal_for(place_of(person), costs)
    if isinstance(found, Refusal):
        return ProposalAnswer(refused=found.message, clause=found.clause)
    return ProposalAnswer(
        given=found.given, used=found.used, median_fen=found.median, low_fen=found.low, high_fen=found.high,
        band_low_fen=found.band_low, band_high_fen=found.band_high, confidence=found.confidence,
        outliers=[OutlierAnswer(id=costs[one.place].pk, name=one.name, unit_fen=one.unit_fen, words=one.words) for one in found.outliers],
    )  # fmt: skip


@AREA.act(
    "standard-costs/{pk}/withdraw", summary="撤回成本数据", record=visible_costs, may=may_withdraw_cost,
    page="standards:cost_withdraw", answer=COST,
)  # fmt: skip
def drop_cost(person: Person, cost: CostRecord, *, reason: Reason) -> CostRecord:
    """登错的撤回，写明理由。"""
    withdraw_cost(cost=cost, reason=reason, person=person)
    return cost


class JudgedLine(BaseModel):
    """A line and what is against it."""

    line: LINE_SCHEMA = Field(description="测算明细")  # type: ignore[valid-type]
    over_fen: Fen = Field(description="超过标准的金额，分")
    against: str = Field("", description="妨碍入库和安排预算的原因；没有的为空")


class LinesAnswer(BaseModel):
    """The lines of a project and what they mean for its budget."""

    items: list[JudgedLine] = Field(description="各行")
    refused: list[str] = Field(description="按本年度制度妨碍入库和安排预算的各处；没有规定的为空")


@AREA.telling(
    "subject-years/{pk}/cost-lines", summary="项目的测算明细", record=visible_subject_years, may=may_see_lines, page="standards:lines"
)
def read_lines(person: Person, year: SubjectYear) -> LinesAnswer:
    """逐行对照支出标准。"""
    items = [
        JudgedLine(line=LINE.read(row, person), over_fen=line.over_fen, against=refusal.message if refusal else "")
        for row, line, refusal in judged(lines_of(year), asking_clause(year.cycle))
    ]
    return LinesAnswer(items=items, refused=[str(one) for one in refusals_of(year)])


@AREA.act(
    "subject-years/{pk}/cost-lines/write", summary="登记一行测算", record=visible_subject_years, may=may_write_lines,
    page="standards:line_write", answer=LINE,
)  # fmt: skip
def add_line(
    person: Person,
    year: SubjectYear,
    *,
    item: Item,
    unit: Measure,
    quantity: Quantity,
    unit_fen: UnitFen,
    standard: Annotated[str, Field(max_length=40, description="标准编号；没有标准的为空")] = "",
    basis: Annotated[str, Field(max_length=300, description="测算依据")] = "",
) -> CostLine:
    """金额由系统算出。"""
    return write_line(year=year, data=LineData(item, unit, quantity, unit_fen, standard, basis), person=person)


@AREA.act(
    "cost-lines/{pk}/withdraw", summary="撤回一行测算", record=visible_lines, may=may_withdraw_line,
    page="standards:line_withdraw", answer=LINE,
)  # fmt: skip
def drop_line(person: Person, line: CostLine, *, reason: Reason) -> CostLine:
    """原来的内容保留。"""
    withdraw_line(line=line, reason=reason, person=person)
    return line


@AREA.act(
    "cost-lines/{pk}/except", summary="一行测算列入例外", record=visible_lines, may=may_except, page="standards:line_except", answer=LINE
)
def let_pass(person: Person, line: CostLine, *, reason: Reason) -> CostLine:
    """没有标准、或者确须超过标准的，写明理由。"""
    except_line(line=line, reason=reason, person=person)
    return line


class MissingStandard(BaseModel):
    """A standard that is missing."""

    item: str = Field(description="内容")
    unit: str = Field(description="计量单位")
    amount_fen: int = Field(description="等这项标准的金额，分")
    excepted_fen: int = Field(description="其中已列入例外的，分")
    lines: int = Field(description="行数")
    projects: int = Field(description="项目数")


class MissingAnswer(BaseModel):
    """The standards that are missing, most money first."""

    items: list[MissingStandard] = Field(description="按金额从大到小")


@AREA.telling("standards/missing", summary="缺标准的清单", may=may_see_missing, page="standards:missing")
def missing(person: Person, *, budget_year: Year | None = None) -> MissingAnswer:
    """一个年度的测算明细里没有标准的，按内容归并。"""
    found = missing_in(needed_cycle(person, budget_year))
    return MissingAnswer(
        items=[
            MissingStandard(
                item=one.item, unit=one.unit, amount_fen=one.amount_fen, excepted_fen=one.excepted_fen, lines=one.lines,
                projects=one.subjects,
            )
            for one in found
        ]
    )  # fmt: skip
