"""The chain of audit: its entries and whether it is whole, for those who may read it."""

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.shapes import Shape, plain
from jiheng.channels.audit.access import may_read_chain, visible_entries
from jiheng.channels.audit.queries import verify
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import CHOICES
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.web.lists import Column, Facet, Table

AREA = Area("audit")
ENTRY = Shape(Entry, title="AuditEntry")
ENTRIES = Table(
    key="audit",
    title="审计链",
    columns=(
        Column("number", "序号", "number", kind="number", sort="number"),
        Column("at", "时间", lambda e: plain(e.at), sort="at"),
        Column("actor", "经办人", "actor"),
        Column("role", "岗位的键", "role", sort="role"),
        Column("action", "事项的键", "action", sort="action"),
        Column("subject", "对象", "subject", sort="subject"),
        Column("clause", "依据", "clause"),
        Column("request", "请求编号", "request"),
        Column("digest", "摘要", "digest"),
    ),
    facets=(Facet("role", "岗位", CHOICES),),
    search=("subject", "action", "clause", "request"),
    search_label="对象、事项、依据、请求编号",
    order="-number",
)

AREA.listing(
    "audit-entries", ENTRIES, summary="审计链清单", may=may_read_chain, rows=visible_entries, page="audit:list"
)
AREA.reading(
    "audit-entries/{pk}", ENTRY, summary="一条审计记录", record=visible_entries, may=may_read_chain, page="audit:entry"
)


class Whole(BaseModel):
    """Whether the chain holds."""

    entries: int = Field(description="条数")
    digest: str = Field(description="链头摘要")
    broken: str | None = Field(description="第一处不符；没有为空")


@AREA.telling("audit-verification", summary="校验审计链", may=may_read_chain, page="audit:verify")
def verification(person: Person) -> Whole:
    """重新计算整条链，说明是否完整。"""
    found = verify(person, None)
    return Whole(entries=found.entries, digest=found.digest, broken=str(found.broken) if found.broken else None)
