"""A form definition as JSON Schema: the shape that the API takes and gives (`rules.forms.data.to_json`)."""

from typing import Any

from jiheng.rules.forms.definition import FormDefinition, MoneyBlock, TableBlock
from jiheng.rules.forms.fields import Field, Kind

_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.MONEY_WAN: {"type": ["integer", "null"], "description": "金额，单位：分"},
    Kind.NUMBER: {"type": ["string", "null"], "pattern": _DECIMAL},
    Kind.POINTS: {"type": ["string", "null"], "pattern": _DECIMAL},
    Kind.PERCENT: {"type": ["string", "null"], "pattern": _DECIMAL, "description": "百分数，95.5 表示 95.5%"},
    Kind.DATE: {"type": ["string", "null"], "format": "date"},
    Kind.TICK: {"type": "boolean"},
}


def json_schema(definition: FormDefinition) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the form's data. Amounts are whole fen, decimals text, days ISO dates."""
    properties: dict[str, Any] = {"year": {"type": ["integer", "null"], "title": "年度"}}
    properties |= {box.key: field_schema(box) for box in definition.boxes}
    for block in definition.grids:
        properties[block.key] = _table(block) if isinstance(block, TableBlock) else _money(block)
    required = [box.key for box in definition.boxes if box.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": definition.label,
        **_object(properties, required),
    }


def field_schema(field: Field) -> dict[str, Any]:
    """The schema of one box; empty boxes are null, and may not be where the box is required."""
    schema: dict[str, Any] = {"title": field.label}
    if field.kind is Kind.CHOICE:
        schema["enum"] = [*field.choices] if field.required else [*field.choices, None]
        return schema
    schema |= _TYPES.get(field.kind, {"type": ["string", "null"], "maxLength": field.max_length})
    if field.required and isinstance(schema["type"], list):
        schema["type"] = schema["type"][0]
    if field.kind is Kind.MONEY_WAN:
        schema |= {
            name: bound * 10**6
            for name, bound in (("minimum", field.low), ("maximum", field.high))
            if bound is not None
        }
    if field.help:
        schema["description"] = field.help
    if field.computed:
        schema["readOnly"] = True
    return schema


def _table(block: TableBlock) -> dict[str, Any]:
    columns = {column.key: field_schema(column) for column in block.columns}
    required = [column.key for column in block.columns if column.required]
    return {"title": block.label, "type": "array", "items": _object(columns, required)}


def _money(block: MoneyBlock) -> dict[str, Any]:
    rows = {
        row.key: {"title": row.label}
        | _object(
            {column.key: field_schema(column) for column in block.columns if column.key not in row.dash}, []
        )
        for row in block.rows
    }
    return _object(rows, [])


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
