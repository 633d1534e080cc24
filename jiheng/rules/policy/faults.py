"""What pydantic found wrong, said in Chinese and brought to its line."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from jiheng.rules.policy.strict_yaml import Document, Path, Problem


class PackError(Exception):
    """A pack that cannot be used; `problems` holds everything found, each with file and line."""

    def __init__(self, place: str, problems: list[Problem]) -> None:
        self.place = place
        self.problems = sorted(problems, key=lambda problem: (problem.file, problem.line))
        super().__init__(f"制度包“{place}”有{len(problems)}处错误：\n" + "\n".join(map(str, self.problems)))


_WORDS = {
    "missing": "缺少“{field}”",
    "extra_forbidden": "不认识的键“{field}”，请核对拼写",
    "string_type": "“{field}”须为文字（数字请加引号）",
    "int_type": "“{field}”须为整数",
    "int_from_float": "“{field}”须为整数",
    "int_parsing": "“{field}”须为整数",
    "decimal_type": "“{field}”须为数",
    "decimal_parsing": "“{field}”须为数",
    "bool_type": "“{field}”须为 true 或 false",
    "bool_parsing": "“{field}”须为 true 或 false",
    "date_type": "“{field}”须为日期，如 2026-06-30",
    "date_from_datetime_parsing": "“{field}”须为日期，如 2026-06-30",
    "dict_type": "“{field}”须为表（键: 值）",
    "model_type": "“{field}”须为表（键: 值）",
    "list_type": "“{field}”须为清单",
    "tuple_type": "“{field}”须为清单",
    "too_short": "“{field}”不能为空",
    "string_too_short": "“{field}”不能为空",
    "literal_error": "“{field}”只能是 {expected}",
    "enum": "“{field}”只能是 {expected}",
    "greater_than": "“{field}”须大于 {gt}",
    "greater_than_equal": "“{field}”不能小于 {ge}",
    "less_than": "“{field}”须小于 {lt}",
    "less_than_equal": "“{field}”不能大于 {le}",
    "decimal_max_places": "“{field}”最多 {decimal_places} 位小数",
    "string_pattern_mismatch": "“{field}”的写法不合要求：{pattern}",
    "union_tag_invalid": "“{field}”的 kind 只能是 {expected_tags}",
    "union_tag_not_found": "“{field}”缺少 kind",
}


def _said(error: dict[str, Any]) -> str:
    """One fault in words; a validator's own message is Chinese already."""
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    words = _WORDS.get(kind)
    names = [part for part in error["loc"] if isinstance(part, str)]
    field = names[-1] if names else "内容"
    if words is None:
        return f"“{field}”：{error['msg']}"
    return words.format(field=field, **{k: v for k, v in error.get("ctx", {}).items() if k != "field"})


def _follow(document: Document, base: Path, loc: tuple[int | str, ...]) -> Path:
    """The path that exists in the file: names of union branches in pydantic's path are skipped."""
    path = base
    for part in loc:
        if (*path, part) in document.lines:
            path = (*path, part)
    return path


def problems_of(error: ValidationError, document: Document, base: Path = ()) -> Iterator[Problem]:
    """Each fault as a problem at its line; `base` is where the validated value stands in the file."""
    for fault in error.errors(include_url=False):
        if fault["type"] == "too_short" and fault["input"]:
            continue  # only said because the items that are there have faults of their own
        path = _follow(document, base, fault["loc"])
        yield Problem(document.file, document.line(path), _said(dict(fault)))
