"""The description of the interface as people read it: made from the OpenAPI description, so that both agree."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from jiheng.channels.api.wiring import openapi


@dataclass(frozen=True)
class Item:
    """One name in a request or an answer."""

    name: str
    kind: str
    required: bool
    words: str
    deep: int = 0


@dataclass(frozen=True)
class Operation:
    """One endpoint."""

    method: str
    path: str
    name: str
    summary: str
    words: str
    parameters: list[Item]
    body: list[Item]
    answer: list[Item]
    file: bool


KINDS = {"integer": "整数", "string": "文字", "boolean": "是否", "array": "列表", "object": "对象", "number": "数"}
FORMATS = {"date": "日期", "date-time": "时间", "decimal": "数，写成文字", "binary": "文件"}
DEEPEST = 3


@cache
def parts() -> list[tuple[str, list[Operation]]]:
    """Return the parts of the interface with their endpoints."""
    found = openapi()
    schemas = found["components"]["schemas"]
    grouped: dict[str, list[Operation]] = {one["name"]: [] for one in found["tags"]}
    for path, methods in found["paths"].items():
        for method, told in methods.items():
            grouped[told["tags"][0]].append(_operation(path, method, told, schemas))
    return [(label, listed) for label, listed in grouped.items() if listed]


def _operation(path: str, method: str, told: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {})
    sent = body.get("application/json", {}).get("schema", {})
    got = told["responses"]["200"].get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        method=method.upper(),
        path=path,
        name=told["operationId"],
        summary=told["summary"],
        words=told.get("description", ""),
        parameters=[
            Item(
                one["name"],
                kind_of(one.get("schema", {}), schemas),
                bool(one.get("required")),
                one.get("description", ""),
            )
            for one in told.get("parameters", [])
        ],
        body=_items(sent, schemas),
        answer=_items(got, schemas),
        file="application/octet-stream" in body,
    )


def _items(schema: dict[str, Any], schemas: dict[str, Any], deep: int = 0) -> list[Item]:
    """Return the names of an object and of the objects in it, in order."""
    if deep > DEEPEST:
        return []
    schema = _resolved(schema, schemas)
    wanted, found = set(schema.get("required", ())), []
    for name, one in schema.get("properties", {}).items():
        words = one.get("description", "")
        found.append(Item(name, kind_of(one, schemas), name in wanted, words, deep))
        inner = _resolved(one, schemas)
        if inner.get("type") == "array":
            inner = _resolved(inner.get("items", {}), schemas)
        if "properties" in inner:
            found += _items(inner, schemas, deep + 1)
    return found


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference; of several forms take the first that says something."""
    for several in ("anyOf", "allOf"):
        if several in schema:
            real = [one for one in schema[several] if one.get("type") != "null"]
            return _resolved(real[0], schemas) if real else {}
    if "$ref" in schema:
        found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def kind_of(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return what kind of value a schema asks for, in Chinese."""
    told = _resolved(schema, schemas)
    name = schema.get("format") or told.get("format", "")
    return FORMATS.get(name) or KINDS.get(str(told.get("type", "")), "任意")
