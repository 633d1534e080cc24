"""The data of a form: its shape, its empty state, its way to JSON and back, its digest."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jiheng.rules.forms.definition import FormDefinition, MoneyBlock, TableBlock
from jiheng.rules.forms.fields import Field, Kind
from jiheng.rules.forms.values import Value, clean, empty

FormData = dict[str, Any]
"""`year`, one entry a box, {row: {column: value}} for a money block, [{column: value}] for a table."""


def empty_data(definition: FormDefinition, year: int | None = None) -> FormData:
    """The whole shape with nothing filled in; only fixed tables have rows."""
    data: FormData = {"year": year}
    data |= {box.key: empty(box) for box in definition.boxes}
    for block in definition.grids:
        if isinstance(block, TableBlock):
            data[block.key] = [_row(block, row) for row in _rows(block, [])]
        else:
            data[block.key] = {
                row.key: {column.key: empty(column) for column in block.columns if column.key not in row.dash}
                for row in block.rows
            }
    return data


def complete(definition: FormDefinition, data: Mapping[str, Any]) -> FormData:
    """`data` in the whole shape: what is absent is empty. LookupError for a key that the form does not have."""
    whole = empty_data(definition, data.get("year"))
    unknown = sorted(set(data) - set(whole))
    if unknown:
        raise LookupError(f"表{definition.key}没有：{'、'.join(unknown)}")
    for box in definition.boxes:
        whole[box.key] = data.get(box.key, whole[box.key])
    for block in definition.grids:
        given = data.get(block.key)
        if isinstance(block, TableBlock):
            whole[block.key] = [_row(block, row) for row in _rows(block, given or [])]
        else:
            _fill_money(block, whole[block.key], given or {})
    return whole


def template_data(definition: FormDefinition, data: Mapping[str, Any]) -> FormData:
    """`data` made complete for a template: tables that are still empty show the form's own first rows."""
    whole = complete(definition, data)
    for block in definition.tables:
        if not whole[block.key]:
            rows = [row for row in template_rows(block) for _ in range(block.repeat)]
            whole[block.key] = [_row(block, row) for row in rows]
    return whole


def template_rows(block: TableBlock) -> list[dict[str, Value]]:
    """The rows that a table brings along, read as its columns say. ValueError when a word does not fit."""
    columns = {column.key: column for column in block.columns}
    rows: list[dict[str, Value]] = []
    for row in block.rows:
        cleaned = {key: clean(columns[key], text) for key, text in row.items()}
        wrong = [found.problem for found in cleaned.values() if found.problem]
        if wrong:
            raise ValueError(f"“{block.label}”的预置行：{'；'.join(wrong)}")
        rows.append({key: found.value for key, found in cleaned.items()})
    return rows


def _rows(block: TableBlock, given: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    """The given rows; in a fixed table each on top of the form's own words. LookupError for one too many."""
    if not block.fixed:
        return list(given)
    own = template_rows(block)
    if len(given) > len(own):
        raise LookupError(f"“{block.label}”只有 {len(own)} 行")
    return [row | dict(given[number] if number < len(given) else {}) for number, row in enumerate(own)]


def _row(block: TableBlock, row: Mapping[str, Value]) -> dict[str, Value]:
    keys = {column.key for column in block.columns}
    if set(row) - keys:
        raise LookupError(f"“{block.label}”没有列：{'、'.join(sorted(set(row) - keys))}")
    return {column.key: row.get(column.key, empty(column)) for column in block.columns}


def _fill_money(block: MoneyBlock, whole: dict[str, dict[str, Value]], given: Mapping[str, Any]) -> None:
    for row, values in given.items():
        for column, value in values.items():
            if row not in whole or column not in whole[row]:
                raise LookupError(f"“{block.key}”没有：{row}.{column}")
            whole[row][column] = value


def walk(definition: FormDefinition, data: Mapping[str, Any]) -> Iterator[tuple[str, Field, Value]]:
    """Every box of complete data in the order of the paper: path, field, value."""
    for box in definition.boxes:
        yield box.key, box, data[box.key]
    for block in definition.grids:
        columns = {column.key: column for column in block.columns}
        rows = data[block.key].items() if isinstance(block, MoneyBlock) else enumerate(data[block.key])
        for name, row in rows:
            for key, value in row.items():
                yield f"{block.key}.{name}.{key}", columns[key], value


def to_json(definition: FormDefinition, data: Mapping[str, Any]) -> FormData:
    """The data as JSON values: decimals and dates as text, amounts as whole fen."""
    whole = complete(definition, data)
    for path, _field, value in list(walk(definition, whole)):
        if isinstance(value, Decimal | date):
            put(whole, path, str(value))
    return whole


def from_json(definition: FormDefinition, data: Mapping[str, Any]) -> FormData:
    """What `to_json` made, as values again."""
    whole = complete(definition, data)
    for path, field, value in list(walk(definition, whole)):
        if isinstance(value, str) and field.kind is Kind.DATE:
            put(whole, path, date.fromisoformat(value))
        elif isinstance(value, str) and field.kind in (Kind.NUMBER, Kind.POINTS, Kind.PERCENT):
            put(whole, path, Decimal(value))
    return whole


def get(data: Mapping[str, Any], path: str) -> Value:
    """The value at a path such as `money.annual.initial` or `indicators.0.name`."""
    found: Any = data
    for step in path.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    value: Value = found
    return value


def put(data: FormData, path: str, value: Value) -> None:
    """Set the value at a path; its parents must exist."""
    *parents, last = path.split(".")
    found: Any = data
    for step in parents:
        found = found[int(step)] if isinstance(found, list) else found[step]
    found[int(last) if isinstance(found, list) else last] = value


def definition_digest(definition: FormDefinition) -> str:
    """SHA-256 of the form as data: a workbook made from another version is noticed by it."""
    return hashlib.sha256(definition.model_dump_json().encode()).hexdigest()


def check_code(definition: FormDefinition, data: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits in fours that change with any value: printed at the foot of the paper."""
    text = json.dumps([definition.key, to_json(definition, data)], ensure_ascii=False, sort_keys=True)
    digits = hashlib.sha256(text.encode()).hexdigest()[:16].upper()
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))
