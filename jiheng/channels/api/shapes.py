"""What rows and records look like in JSON: derived from the lists' columns and from the models' fields.

Amounts are whole fen (`…_fen`), scores and ratios texts of decimals (no floating numbers), days ISO 8601.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

from django.db import models
from django.utils import timezone
from pydantic import BaseModel, Field, create_model

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.web.lists import Column, Table

DECIMAL = r"^-?\d+(\.\d+)?$"
DAY: dict[str, Any] = {"format": "date"}
MOMENT: dict[str, Any] = {"format": "date-time"}
LARGEST = 2**63 - 1
UNIT = {"wan": "，单位：分", "yuan": "，单位：分", "points": "，单位：分值", "percent": "，比率，1 为 100%"}


def _dec(description: str) -> Any:
    return Annotated[str | None, Field(description=description, json_schema_extra={"format": "decimal"})]


def column_name(column: Column, names: Mapping[str, str]) -> str:
    """Return a column's name in JSON: its key or the name given instead, amounts with their unit."""
    name = names.get(column.key, column.key)
    money = column.kind in {"wan", "yuan"}
    return f"{name}_fen" if money and not name.endswith("_fen") else name


def column_type(column: Column) -> Any:
    """Return the annotated type of a column."""
    text = column.label + UNIT.get(column.kind, "") + (f"。{column.help}" if column.help else "")
    match column.kind:
        case "wan" | "yuan":
            return Annotated[int | None, Field(description=text)]
        case "points" | "percent":
            return _dec(text)
        case "number":
            return Annotated[int | None, Field(description=text)]
        case "day" | "due":
            return Annotated[str | None, Field(description=text, json_schema_extra=DAY)]
        case _:
            return Annotated[str | None, Field(description=text)]


def column_value(column: Column, row: Any) -> Any:
    """Return the bare value of a column for a row, as JSON has it."""
    value = column.read(row)
    if value is None or value == "":
        return None
    match column.kind:
        case "wan" | "yuan" | "number":
            return int(value)
        case "points" | "percent":
            return str(Decimal(value))
        case "day" | "due":
            return day_of(value)
        case _:
            return str(value)


def day_of(value: Any) -> str | None:
    """Return the day of a date, a moment or a window, as 2026-06-30."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date().isoformat()
    return value.isoformat() if isinstance(value, date) else None


def row_model(table: Table, title: str, names: Mapping[str, str]) -> type[BaseModel]:
    """Return the schema of one row of a list."""
    fields: dict[str, Any] = {"id": (Annotated[int, Field(description="记录编号")], ...)}
    for column in table.columns:
        fields[column_name(column, names)] = (column_type(column), None)
    return create_model(title, __doc__=table.title, **fields)


def row_of(table: Table, names: Mapping[str, str], row: Any) -> dict[str, Any]:
    """Return one row of a list as JSON has it."""
    found = {column_name(column, names): column_value(column, row) for column in table.columns}
    return {"id": row.pk, **found}


# --- records


@dataclass(frozen=True)
class Shape:
    """A record in JSON: which fields of the model stand in it and which rows hang on it.

    `fields` empty means all but those `without`. `rows` maps a name to the related name and its shape;
    `more` adds what no column holds: name to (type, function of the record and the person).
    """

    model: type[models.Model]
    fields: Sequence[str] = ()
    without: Sequence[str] = ()
    rows: Mapping[str, "Shape"] = field(default_factory=dict)
    more: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    title: str = ""

    @property
    def name(self) -> str:
        """The name of the schema."""
        return self.title or self.model.__name__

    @property
    def columns(self) -> list[models.Field[Any, Any]]:
        """The fields of the model that stand in the record."""
        known = cast("list[models.Field[Any, Any]]", list(self.model._meta.concrete_fields))
        kept = [one for one in known if not self.fields or one.name in self.fields]
        return [
            one
            for one in kept
            if one.name not in self.without and not one.primary_key and not one.name.endswith("_page")
        ]

    def schema(self) -> type[BaseModel]:
        """Return the schema of the record."""
        fields: dict[str, Any] = {"id": (Annotated[int, Field(description="记录编号")], ...)}
        for one in self.columns:
            fields[one.attname] = (_field_type(one), None)
            if isinstance(one, models.ForeignKey) and _named(one):
                fields[f"{one.name}_name"] = (
                    Annotated[str | None, Field(description=f"{label_of(one)}的名称")],
                    None,
                )
            if one.choices:
                fields[f"{one.attname}_label"] = (
                    Annotated[str | None, Field(description=f"{label_of(one)}，中文")],
                    None,
                )
        for name, shape in self.rows.items():
            text = Field(description=ROWS.get(name, name))
            fields[name] = (Annotated[list[shape.schema()], text], ...)  # type: ignore[misc]
        for name, (kind, _) in self.more.items():
            fields[name] = (kind, ...)
        made: type[BaseModel] = create_model(self.name, **fields)
        return made

    def read(self, row: Any, person: Person) -> dict[str, Any]:
        """Return a record as JSON has it for this person."""
        found: dict[str, Any] = {"id": row.pk}
        for one in self.columns:
            found[one.attname] = plain(getattr(row, one.attname))
            if isinstance(one, models.ForeignKey) and _named(one):
                held = getattr(row, one.name)
                found[f"{one.name}_name"] = str(held) if held is not None else None
            if one.choices:
                label = getattr(row, f"get_{one.name}_display")()
                found[f"{one.attname}_label"] = str(label) if label is not None else None
        for name, shape in self.rows.items():
            held = getattr(row, name)
            found[name] = [shape.read(each, person) for each in held.all().order_by("pk")]
        for name, (_, reader) in self.more.items():
            found[name] = plain(reader(row, person))
        return found


ROWS = {
    "lines": "逐项",
    "conditions": "须完善事项",
    "indicators": "绩效指标",
    "tasks": "年度主要任务",
    "reviews": "审核",
    "checks": "事后核查",
    "readings": "完成情况",
    "warnings": "偏差",
    "measures": "纠偏措施",
    "findings": "发现的问题",
    "comments": "单位意见",
    "extensions": "延期",
    "versions": "各版结果",
    "words": "发言和质询",
    "signatures": "签字",
}
NAMED = {"organisation", "subjectyear", "subject", "evaluator"}


def _named(one: Any) -> bool:
    return one.related_model._meta.model_name in NAMED


def label_of(one: models.Field[Any, Any]) -> str:
    """Return what a field is called in Chinese: its own words, else those of the record it points to."""
    text = str(one.verbose_name)
    if isinstance(one, models.ForeignKey) and text.isascii():
        return WORDS.get(one.name, str(one.related_model._meta.verbose_name))
    return WORDS.get(one.name, text) if text.isascii() else text


WORDS: dict[str, str] = {
    "place": "地区",
    "cycle": "预算年度",
    "subject": "项目",
    "subject_year": "项目年度",
    "unit": "实施单位",
    "department": "主管部门",
    "organisation": "单位",
    "parent": "上级",
    "goal": "绩效目标",
    "library": "指标库指标",
    "report": "监控表",
    "checkpoint": "监控期",
    "indicator": "绩效指标",
    "reading": "完成情况",
    "evaluation": "绩效评价",
    "evaluator": "评价机构",
    "finding": "评价发现的问题",
    "decision": "结果应用决定",
    "year": "项目年度",
    "snapshot": "制度版本",
    "user": "人员",
    "batch": "导入批次",
    "reverses": "被冲销的记录",
    "corrects": "被更正的公开",
    "appraisal": "事前绩效评估",
    "draw": "抽取",
    "file": "附件",
    "applied_entry": "核减记录",
    "applied_to": "核减的项目年度",
    "version": "版次",
    "actor": "经办人",
    "actor_id": "经办人编号",
    "digest": "摘要",
    "previous": "上一条的摘要",
    "lineage": "指标的永久编号",
    "number": "序号",
    "at": "时间",
    "role": "岗位的键",
    "action": "事项的键",
    "detail": "内容",
    "clause": "依据",
    "request": "请求编号",
    "algorithm": "摘要算法",
    "who": "经办人记录",
    "body": "单位",
    "organiser": "组织评价的单位",
    "budget_entry": "预算记录",
    "replaces": "取代的公开",
    "ledger_entry": "台账记录",
    "chosen": "抽中的第三方",
    "assessment": "部门考核",
    "entry": "库中的专家或机构",
    "other": "与之重复的项目年度",
    "into": "并入的项目年度",
    "plan": "计划",
    "source": "原单位",
    "target": "现单位",
    "before": "以前的制度版本",
    "after": "以后的制度版本",
    "key": "检查发现的键",
    "base": "试算所依据的制度的摘要",
    "proposed_by": "提出人",
    "asked_by": "申请人",
    "asker": "申辩人",
    "decided_by": "决定人",
    "uploaded_by": "提交人",
    "reported_by": "报告人",
}


def _field_type(one: Any) -> Any:
    text = label_of(one)
    if isinstance(one, (models.DecimalField,)):
        return _dec(text)
    if isinstance(one, models.BooleanField):
        return Annotated[bool | None, Field(description=text)]
    if isinstance(one, (models.IntegerField, models.ForeignKey)):
        unit = "，单位：分" if one.attname.endswith("_fen") else ""
        name = "，编号" if isinstance(one, models.ForeignKey) else ""
        return Annotated[int | None, Field(description=f"{text}{unit}{name}")]
    if isinstance(one, models.DateTimeField):
        return Annotated[str | None, Field(description=text, json_schema_extra=MOMENT)]
    if isinstance(one, models.DateField):
        return Annotated[str | None, Field(description=text, json_schema_extra=DAY)]
    if isinstance(one, models.JSONField):
        return Annotated[Any, Field(description=text)]
    return Annotated[str | None, Field(description=text)]


def plain(value: Any) -> Any:
    """Return a value as JSON has it: decimals as texts, moments with their zone, no floating numbers."""
    match value:
        case None | bool() | int() | str():
            return value if not isinstance(value, str) else str(value)
        case Decimal() | float():
            return str(value)
        case datetime():
            return timezone.localtime(value).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case models.Model():
            return value.pk
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
        case _:
            return str(value)


def etag_of(row: models.Model) -> str:
    """Return the version mark of a record: another one as soon as any of its columns changes."""
    held = {one.attname: plain(getattr(row, one.attname)) for one in row._meta.concrete_fields}
    return f'"{content_hash({"record": row._meta.label_lower, **held})[:32]}"'
