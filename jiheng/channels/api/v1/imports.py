"""Lists brought as files: upload, the report of what was found, every row, confirm, drop, take back."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Year, cycle_asked
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Name, Reason
from jiheng.channels.exchange.access import may_exchange, may_import, may_open, visible_batches
from jiheng.channels.exchange.catalogue import kinds_for
from jiheng.channels.exchange.pages import BATCHES
from jiheng.channels.exchange.services import confirm, drop, kind_named, lines_of, undo, upload
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import Denied, refuse
from jiheng.rules.policy.clauses import national_clause

AREA = Area("imports")
BATCH = Shape(ImportBatch)
KindKey = Annotated[str, Field(max_length=40, description="清单种类，见 /api/v1/import-kinds")]

AREA.listing(
    "imports", BATCHES, summary="导入批次清单", may=may_exchange, rows=visible_batches, page="exchange:home",
    names={"by": "uploaded_by", "at": "uploaded_on", "rows": "content"},
)  # fmt: skip
AREA.reading(
    "imports/{pk}", BATCH, summary="一个导入批次和它的核对结果", record=visible_batches, may=may_open,
    page=("exchange:batch", "exchange:progress"),
)  # fmt: skip


class KindRow(BaseModel):
    """One kind of list that may be brought."""

    key: str = Field(description="清单种类")
    label: str = Field(description="名称")
    yearly: bool = Field(description="是否分年度")


class KindList(BaseModel):
    """The kinds of lists that may be brought."""

    items: list[KindRow] = Field(description="各种清单")


@AREA.telling("import-kinds", summary="可以导入的清单", may=may_exchange, page="exchange:home")
def import_kinds(person: Person) -> KindList:
    """您可以导入的清单种类。"""
    return KindList(
        items=[KindRow(key=one.key, label=one.label, yearly=bool(one.yearly)) for one in kinds_for(person)]
    )


class LineRow(BaseModel):
    """One row of a list with what was found."""

    number: int = Field(description="行号")
    state: str = Field(description="核对结果：wrong 有错、look 请核对、new 可导入、same 已有")
    state_label: str = Field(description="核对结果，中文")
    code: str = Field(description="代码")
    name: str = Field(description="名称")
    amount_fen: int | None = Field(description="金额，单位：分")
    remark: str = Field(description="说明")
    values: dict[str, Any] = Field(description="各列")


class LineList(BaseModel):
    """Rows of a list."""

    items: list[LineRow] = Field(description="各行")
    count: int = Field(description="总行数")


@AREA.telling(
    "imports/{pk}/lines", summary="一个批次的各行", record=visible_batches, may=may_open, page="exchange:batch"
)
def lines(
    _: Person,
    batch: ImportBatch,
    *,
    after: Annotated[int, Field(ge=0, le=10**9, description="从这一行号之后起")] = 0,
    limit: Annotated[int, Field(ge=1, le=1000, description="几行")] = 200,
) -> LineList:
    """逐行的核对结果。"""
    rows = lines_of(batch)
    found = rows.filter(number__gt=after).order_by("number")[:limit]
    return LineList(
        items=[
            LineRow(
                number=one.number,
                state=one.state,
                state_label=one.get_state_display(),
                code=one.code,
                name=one.name,
                amount_fen=one.amount_fen,
                remark=one.remark,
                values=one.values,
            )
            for one in found
        ],
        count=rows.count(),
    )


@AREA.act(
    "imports/upload", summary="上传清单", may=may_exchange, page="exchange:upload", answer=BATCH, upload=True
)
def bring(
    person: Person, *, kind: KindKey, name: Name, budget_year: Year | None = None, content: bytes
) -> ImportBatch:
    """上传后逐格核对，什么也不写入；看过核对结果再确认。请求的内容就是文件本身（XLSX、XLS、CSV）。"""
    chosen = kind_named(kind)
    verdict = may_import(person, chosen)
    if not verdict:
        raise Denied(verdict.reason, verdict.clause)
    cycle = cycle_asked(person, budget_year)
    year = cycle.budget_year if cycle else None
    return upload(kind=chosen, name=name, content=content, person=person, budget_year=year, later=True)


@AREA.act(
    "imports/{pk}/confirm", summary="确认导入", record=visible_batches, may=may_open, page="exchange:confirm",
    answer=BATCH,
)  # fmt: skip
def confirm_batch(
    person: Person,
    batch: ImportBatch,
    *,
    fingerprint: Annotated[str, Field(max_length=80, description="核对结果的指纹，取自批次的 report.fingerprint")],
    looked: Annotated[bool, Field(description="已人工核对标为“请核对”的各行")] = False,
) -> ImportBatch:
    """按核对过的结果导入，全部导入或一行也不导入。"""
    rows = batch.report.get("rows", {})
    if rows.get("look") and not looked:
        raise refuse(
            f"有 {rows['look']} 行须人工核对",
            national_clause("duty_vouchers"),
            remedy="看过“请核对”的各行，写 looked: true 再确认",
            where="looked",
        )
    return confirm(batch=batch, person=person, fingerprint=fingerprint)


@AREA.act(
    "imports/{pk}/drop", summary="放弃导入", record=visible_batches, may=may_open, page="exchange:drop", answer=BATCH
)
def give_up(person: Person, batch: ImportBatch) -> ImportBatch:
    """放弃还没有导入的清单，什么也没有写入。"""
    drop(batch=batch, person=person)
    return batch


class Undone(BaseModel):
    """How many records were taken back."""

    undone: int = Field(description="已冲销或撤出的记录数")


@AREA.act(
    "imports/{pk}/undo", summary="撤销导入", record=visible_batches, may=may_open, page="exchange:undo"
)
def take_back(person: Person, batch: ImportBatch, *, reason: Reason) -> Undone:
    """撤销已导入的清单，整批。"""
    return Undone(undone=undo(batch=batch, reason=reason, person=person))


