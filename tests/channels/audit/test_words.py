"""What an entry of the chain contains is told in Chinese, whoever wrote it."""

import ast
from collections.abc import Iterator

from jiheng.channels.audit.words import KEYS, content_words, subject_words
from tests.contracts.sources import PACKAGE, name_of, python_files


def parts(detail: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[ast.Dict]:
    """The dictionaries that a detail is put together from, also those that have a name in the function."""
    if isinstance(detail, ast.Dict):
        yield detail
    elif isinstance(detail, ast.BinOp):
        yield from parts(detail.left, named)
        yield from parts(detail.right, named)
    elif isinstance(detail, ast.IfExp):
        yield from parts(detail.body, named)
        yield from parts(detail.orelse, named)
    elif isinstance(detail, ast.Name):
        for one in named.pop(detail.id, []):
            yield from parts(one, named)


def keys_written(function: ast.FunctionDef) -> Iterator[tuple[int, object]]:
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
            for detail in node.args[2:3]:
                for one in parts(detail, dict(named)):
                    yield from ((node.lineno, key.value) for key in one.keys if isinstance(key, ast.Constant))


def test_every_content_has_its_word() -> None:
    found = [
        f"{name_of(path)}:{line}: {key!r}"
        for path, tree in python_files(PACKAGE)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for line, key in keys_written(function)
        if key not in KEYS
    ]
    assert found == []


def test_a_record_that_is_named_is_told_in_words() -> None:
    assert content_words("source", "goals.goal:12") == "来源：绩效目标 12 号"
    assert content_words("source", "上级补助") == "来源：上级补助"
    assert content_words("new", 3) == "新增：3"
    assert content_words("read_only", False) == "只读：否"
    assert subject_words("api.token:1") == "接口令牌 1 号"
