"""Many goals in one file: upload, the report of what was found, reading anew, writing."""

from typing import Annotated, Literal

from pydantic import Field

from jiheng.channels.api.endpoint import Area, Year, needed_cycle
from jiheng.channels.api.v1.imports import BATCH
from jiheng.channels.api.v1.kinds import Name
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.stages.goals.many import may_fill_many
from jiheng.stages.goals.many_batches import read_again, upload_many, visible_many, write_many

AREA = Area("goals")
Side = Literal["mine", "theirs"]

AREA.reading(
    "many-goals/{pk}", BATCH, summary="一份多个项目的文件和它的核对结果", record=visible_many, may=may_fill_many,
    page=("goals:many_batch", "goals:many_progress"),
)  # fmt: skip


@AREA.act(
    "many-goals/upload", summary="上传多个项目的绩效目标", may=may_fill_many, page="goals:many", answer=BATCH, upload=True
)
def bring(person: Person, *, name: Name, budget_year: Year | None = None, content: bytes) -> ImportBatch:
    """上传后与现状逐格合并，什么也不写入；大文件由后台核对，report.job 没有了即已核对。请求的内容就是文件本身（XLSX）。"""
    return upload_many(person=person, cycle=needed_cycle(person, budget_year), name=name, content=content)


@AREA.act(
    "many-goals/{pk}/again", summary="再核对一次", record=visible_many, may=may_fill_many, page="goals:many_again",
    answer=BATCH,
)  # fmt: skip
def again(person: Person, batch: ImportBatch) -> ImportBatch:
    """按现在的内容重新核对还没有写入的文件。"""
    read_again(batch=batch, person=person)
    return batch


@AREA.act(
    "many-goals/{pk}/apply", summary="写入多个项目的绩效目标", record=visible_many, may=may_fill_many,
    page="goals:many_apply", answer=BATCH,
)  # fmt: skip
def write(
    person: Person,
    batch: ImportBatch,
    *,
    choices: Annotated[
        dict[Annotated[str, Field(max_length=300)], Side],
        Field(description="每处冲突取哪一边：名称取自 report.read.clashes 各项的第一个值，mine 保留系统中的，theirs 采用文件中的"),
    ] = {},  # noqa: B006
) -> ImportBatch:
    """核对过的变动全部写入或一项也不写；大文件由后台写入，phase 变为 applied 即已写入。"""
    write_many(batch=batch, person=person, choices=choices)
    return batch
