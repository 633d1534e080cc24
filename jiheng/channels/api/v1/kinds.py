"""What the bodies of writes are made of, with their limits and Chinese words."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.forms import Form
from pydantic import BaseModel, ConfigDict, Field

from jiheng.channels.api.endpoint import Id
from jiheng.channels.api.shapes import LARGEST
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import Refused
from jiheng.foundation.sealed import closed_year
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.refusal import Refusal, mistake

Action = Annotated[str, Field(max_length=40, description="动作，取自记录的 actions")]
Comment = Annotated[str, Field(max_length=2000, description="意见")]
Reason = Annotated[str, Field(max_length=300, description="理由")]
LongText = Annotated[str, Field(max_length=20000)]
Fen = Annotated[int, Field(ge=0, le=10**15, description="金额，单位：分")]
SignedFen = Annotated[int, Field(ge=-(10**15), le=10**15, description="金额，单位：分")]
Points = Annotated[
    Decimal, Field(ge=-1000, le=1000, decimal_places=2, allow_inf_nan=False, description="分值，写成文字")
]
Key = Annotated[str, Field(max_length=80)]
Name = Annotated[str, Field(min_length=1, max_length=200, description="文件名，带扩展名")]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2200, 12, 31), description="日期，如 2026-06-30")]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500, description="记录编号")]


class Strict(BaseModel):
    """A part of a body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class Step(BaseModel):
    """One action that the table of the place gives this person now."""

    action: str = Field(description="动作")
    label: str = Field(description="按钮上的词")
    comment: bool = Field(description="是否须写意见")


class Paper(BaseModel):
    """One file that proves something."""

    id: int = Field(description="附件编号")
    name: str = Field(description="文件名")
    row: str = Field(description="所证内容")
    size: int = Field(description="字节数")


class Outcome(BaseModel):
    """One record of a batch that was not done, and why."""

    id: int = Field(description="记录编号")
    message: str = Field(description="理由")
    clause: str = Field("", description="依据")


class BulkAnswer(BaseModel):
    """What became of many."""

    done: list[int] = Field(description="已办理的记录编号")
    refused: list[Outcome] = Field(description="未办理的记录和理由")


def bulk_answer(done: Any, refused: Any) -> BulkAnswer:
    """Return what became of many, from the outcome of a service."""
    told = [_not_done(row.pk, reasons) for row, reasons in refused]
    return BulkAnswer(done=[row.pk for row in done], refused=told)


def _not_done(pk: int, reasons: list[Refusal]) -> Outcome:
    return Outcome(id=pk, message=reasons[0].message, clause=reasons[0].clause)


F = TypeVar("F", bound=Form)


def told(form: F) -> F:
    """Return a page's form when what it was given is sound; refused with its own words when not."""
    if not form.is_valid():
        raise Refused(
            [mistake(str(error), where=name) for name, errors in form.errors.items() for error in errors]
        )
    return form


def steps(asked: Callable[[Person, Any], Any]) -> tuple[Any, Any]:
    """Return the field `actions` of a record: what this person may do with it now."""

    def read(row: Any, person: Person) -> list[dict[str, Any]]:
        return [
            {"action": one.action, "label": one.label, "comment": bool(one.comment)}
            for one in (asked(person, row) if closed_year(row) is None else ())
        ]

    return Annotated[list[Step], Field(description="您现在可以办理的动作")], read


def steps_by(workflow: str, may: Callable[[Person, Any], Any]) -> tuple[Any, Any]:
    """Return the field `actions` of a case whose table is the year's own; none for whom `may` lets nothing do."""

    def asked(person: Person, row: Any) -> Any:
        table = policy_for(row.cycle).workflows[workflow]
        return table.actions(row.state, person.role) if may(person, row) else ()

    return steps(asked)


def state_label(asked: Callable[[Any], str]) -> tuple[Any, Any]:
    """Return the field `state_label` of a record."""
    return Annotated[str, Field(description="状态，中文")], lambda row, _: asked(row)


def papers() -> tuple[Any, Any]:
    """Return the field `files` of a record."""

    def read(row: Any, _: Person) -> list[dict[str, Any]]:
        return [{"id": one.pk, "name": one.name, "row": one.row, "size": one.file.size} for one in evidence_of(row)]

    return Annotated[list[Paper], Field(description="附件")], read


__all__ = [
    "LARGEST", "Action", "BulkAnswer", "Comment", "Day", "Fen", "Id", "Ids", "Key", "LongText", "Name", "Paper",
    "Points", "Reason", "SignedFen", "Strict", "bulk_answer", "papers", "state_label", "steps", "steps_by", "told",
]  # fmt: skip
