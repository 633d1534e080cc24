"""Strict YAML: what is written is what is meant, and every value knows its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {"true": True, "false": False, "null": None}
_PLAIN_TAGS = {None, "!"}
_QUOTED = {"'", '"', "|", ">"}

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a pack: which file, which line, what, and how to put it right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file} 第{self.line}行：{self.message}" if self.line else f"{self.file}：{self.message}"


@dataclass(frozen=True)
class Document:
    """The plain values of one file, and the line on which each of them stands."""

    file: str
    value: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Reader:
    """Turns the nodes of one file into values, collecting problems instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def fault(self, node: Any, message: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message))

    def build(self, node: Any, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fault(key_node, "键须是一个词，不能是清单或表")
                continue
            key = str(key_node.value)
            if key in result:
                self.fault(key_node, f"键“{key}”重复，请只留一个")
                continue
            if not key or key == "<<" or key.startswith("$"):
                self.fault(key_node, f"键“{key}”不能使用（不得为空、“<<”或以“$”开头）")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = self.build(value_node, (*path, key))
        return result

    def _scalar(self, node: Any) -> Any:
        text = str(node.value)
        if node.style in _QUOTED:
            return text
        if text == "":
            self.fault(node, '值为空；没有值请写 null，空文字请写 ""')
            return None
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        if _DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.fault(node, f"没有“{text}”这一天")
        return text


def _forbidden_marks(file: str, text: str) -> list[Problem]:
    """Tabs, anchors, aliases and tags: legal YAML, but not what a reader of the page would see."""
    problems = [
        Problem(file, number, "含有制表符（Tab），请改用空格")
        for number, line in enumerate(text.splitlines(), start=1)
        if "\t" in line
    ]
    if problems:
        return problems  # YAML would stop at the same place in less plain words
    events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            problems.append(Problem(file, line, f"不能使用别名“*{event.anchor}”，请把内容写全"))
        elif getattr(event, "anchor", None):
            problems.append(Problem(file, line, f"不能使用锚点“&{event.anchor}”，请删去"))
        if getattr(event, "tag", None) not in _PLAIN_TAGS:
            problems.append(Problem(file, line, f"不能使用类型标记“{event.tag}”，请删去"))
    return problems


def read_yaml(file: str, text: str) -> tuple[Document, list[Problem]]:
    """Read one file; return its values with all problems found (values are usable only without problems).

    Only `true`, `false`, `null`, plain numbers (exact `int` or `Decimal`) and ISO dates are guessed;
    `on`, `yes`, `1:30`, `0123` and `1e3` stay text.
    """
    reader = _Reader(file)
    try:
        problems = _forbidden_marks(file, text)
        if problems:
            return Document(file, None, {}), problems
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return Document(file, None, {}), [Problem(file, line, f"不是合法的 YAML：{error.problem}")]
    except yaml.YAMLError as error:
        return Document(file, None, {}), [Problem(file, 1, f"不是合法的 YAML：{error}")]
    if node is None:
        return Document(file, None, {}), [Problem(file, 1, "文件是空的")]
    value = reader.build(node, ())
    return Document(file, value, reader.lines), reader.problems
