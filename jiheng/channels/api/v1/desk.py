"""The desk: who one is, what waits, what came back."""

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.desk.queries import desk_of
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.pages import anyone
from jiheng.foundation.web.stage import Todo

AREA = Area("desk")


class Me(BaseModel):
    """Who the token stands for."""

    name: str = Field(description="姓名")
    role: str = Field(description="岗位")
    role_label: str = Field(description="岗位，中文")
    organisation_id: int = Field(description="单位编号")
    organisation: str = Field(description="单位")
    place: str = Field(description="地区")


@AREA.telling("me", summary="令牌代表谁", may=anyone, page="desk:home")
def me(person: Person) -> Me:
    """令牌代表的任职。"""
    return Me(
        name=person.name,
        role=person.role,
        role_label=person.role_label,
        organisation_id=person.organisation_id,
        organisation=person.organisation_name,
        place=person.place_name,
    )


class TodoRow(BaseModel):
    """One thing to do."""

    title: str = Field(description="事项")
    verb: str = Field(description="办什么")
    url: str = Field(description="页面地址")
    due: str | None = Field(description="期限", json_schema_extra={"format": "date"})
    detail: str = Field(description="说明")
    money_fen: int | None = Field(description="金额，单位：分")
    reason: str = Field(description="退回的理由")


class Desk(BaseModel):
    """What waits for the person."""

    due: list[TodoRow] = Field(description="待办，按期限")
    returned: list[TodoRow] = Field(description="被退回的")
    watching: list[TodoRow] = Field(description="关注")


def _row(one: Todo) -> TodoRow:
    return TodoRow(
        title=one.title,
        verb=one.verb,
        url=one.url,
        due=one.due.isoformat() if one.due else None,
        detail=one.detail,
        money_fen=one.money_fen,
        reason=one.reason,
    )


@AREA.telling("todos", summary="待办", may=anyone, page="desk:home")
def todos(person: Person) -> Desk:
    """与工作台相同的待办、退回和关注。"""
    found = desk_of(person)
    return Desk(
        due=[_row(one) for group in found.due for one in group.todos],
        returned=[_row(one) for one in found.returned],
        watching=[_row(one) for one in found.watching],
    )
