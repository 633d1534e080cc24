"""Money shared out by factors, results among them: schemes, their bodies and values, hand in, decide, return."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, needed_cycle, of_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Action, Comment, Fen, Reason, Strict, state_label, steps_by
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.stages.results.allocation.access import (
    lines_in_sight,
    may_draft,
    may_edit_allocation,
    may_move_allocation,
    may_see_allocations,
    visible_allocations,
)
from jiheng.stages.results.allocation.services import (
    MOST_BODIES,
    MOST_FACTORS,
    Scheme,
    begin_allocation,
    move_allocation,
    save_bodies,
    save_scheme,
)
from jiheng.stages.results.allocation.tables import ALLOCATIONS, state_of
from jiheng.stages.results.models import Allocation

AREA = Area("results")


class AllocationShare(BaseModel):
    """What one body gets, and from what."""

    organisation_id: int = Field(description="单位编号")
    code: str = Field(description="单位代码")
    name: str = Field(description="单位")
    values: list[str | None] = Field(description="各因素的数值，写成文字，依因素的次序，不含评价结果；没有填写为空")
    result: str | None = Field(description="评价结果（分），写成文字；没有结果为空", json_schema_extra={"format": "decimal"})
    result_note: str = Field(description="评价结果的来源")
    parts: list[int] = Field(description="按各因素分得，单位：分；还没有计算为空")
    amount_fen: int | None = Field(description="合计分得，单位：分；还没有计算为空")


def _shares(allocation: Allocation, person: Person) -> list[dict[str, Any]]:
    """A body reads its own part alone, as on the page."""
    return [
        {
            "organisation_id": one.body_id, "code": one.body.code, "name": one.body.name, "values": list(one.values),
            "result": one.result, "result_note": one.result_note, "parts": list(one.parts), "amount_fen": one.amount_fen,
        }
        for one in lines_in_sight(person, allocation)
    ]  # fmt: skip


ALLOCATION = Shape(
    Allocation,
    more={
        "state_label": state_label(lambda one: state_of(one)[0]),
        "actions": steps_by("allocation", may_move_allocation),
        "shares": (Annotated[list[AllocationShare], Field(description="参加分配的单位；单位和主管部门只见自己的部分")], _shares),
    },
)

AREA.listing(
    "allocations", ALLOCATIONS, summary="资金分配清单", may=may_see_allocations, rows=of_cycle(visible_allocations),
    page="results:allocations", cycle=True, names={"decided": "decided_on"},
)  # fmt: skip
AREA.reading(
    "allocations/{pk}", ALLOCATION, summary="一项资金分配方案", record=visible_allocations, may=may_see_allocations,
    page=("results:allocation", "results:allocation_sheet"),
)  # fmt: skip

Weight = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False, description="权重（%），写成文字")]
Amount = Annotated[Decimal, Field(ge=0, le=10**15, decimal_places=4, allow_inf_nan=False)]


class FactorBody(Strict):
    """One factor beside the results."""

    label: str = Field(min_length=1, max_length=40, description="因素")
    weight: Weight


class SchemeBody(Strict):
    """A scheme of sharing out, as it is written down."""

    name: str = Field(min_length=1, max_length=120, description="资金名称")
    total_fen: Fen = Field(description="分配总额，单位：分")
    results_year: Year = Field(description="评价结果年度")
    factors: list[FactorBody] = Field(max_length=MOST_FACTORS, description="评价结果以外的因素")
    result_weight: Weight = Field(description="绩效评价结果的权重（%），写成文字")
    exception_reason: Reason = Field("", description="例外理由：权重低于“原则上”的规定时写明")
    note: str = Field("", max_length=500, description="说明")

    @property
    def scheme(self) -> Scheme:
        """What was sent, as the services take it."""
        factors = [(one.label, one.weight) for one in self.factors]
        return Scheme(
            self.name, self.total_fen, self.results_year, factors, self.result_weight, self.exception_reason, self.note
        )


class NewSchemeBody(SchemeBody):
    """A scheme of one budget year."""

    budget_year: Year | None = None


@AREA.act(
    "allocations/begin", summary="编制资金分配方案", may=may_draft, page="results:allocation_begin", answer=ALLOCATION
)
def begin(person: Person, *, body: NewSchemeBody) -> Allocation:
    """写明一笔资金的因素和权重；没有写年度的为最近一年。评价结果的权重低于制度规定的，提交时不予受理。"""
    return begin_allocation(cycle=needed_cycle(person, body.budget_year), scheme=body.scheme, person=person)


@AREA.act(
    "allocations/{pk}/edit", summary="修改资金分配方案", record=visible_allocations, may=may_edit_allocation,
    page="results:allocation_edit", answer=ALLOCATION,
)  # fmt: skip
def edit(person: Person, record: Allocation, *, body: SchemeBody) -> Allocation:
    """整份重写；因素个数变了的，各单位的数值清空重填。"""
    save_scheme(allocation=record, scheme=body.scheme, person=person)
    return record


class SharingBody(Strict):
    """One body that shares."""

    organisation_id: Id = Field(description="单位编号")
    values: list[Amount | None] = Field(
        [], max_length=MOST_FACTORS, description="各因素的数值，写成文字，依因素的次序，不含评价结果"
    )


@AREA.act(
    "allocations/{pk}/bodies", summary="填写参加分配的单位", record=visible_allocations, may=may_edit_allocation,
    page=("results:allocation_add", "results:allocation_values"), answer=ALLOCATION,
)  # fmt: skip
def write_bodies(
    person: Person,
    record: Allocation,
    *,
    bodies: Annotated[list[SharingBody], Field(max_length=MOST_BODIES, description="参加分配的全部单位；没有列出的移出")],
) -> Allocation:
    """写明哪些单位参加分配和各因素的数值，整份替换；评价结果由系统取自记录。"""
    known = {one.organisation_id: one.values for one in bodies}
    if len(known) < len(bodies):
        raise mistaken("同一个单位写了两次", remedy="每个单位只写一行", where="bodies")
    save_bodies(allocation=record, bodies=list(known), values=known, person=person)
    return record


@AREA.act(
    "allocations/{pk}/act", summary="提交、决定或退回", record=visible_allocations, may=may_move_allocation,
    page="results:allocation_act", answer=ALLOCATION,
)  # fmt: skip
def move(person: Person, record: Allocation, *, action: Action, comment: Comment = "", version: int) -> Allocation:
    """提交时按当时的评价结果算到分，权重低于规定的不能提交；决定时评价结果有变动的须退回重算。"""
    move_allocation(allocation=record, action=action, person=person, comment=comment, version=version)
    return record
