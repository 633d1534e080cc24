"""What an entry of the chain contains is told in Chinese, whoever wrote it."""

import ast

from jiheng.channels.audit.words import KEYS, content_words
from tests.contracts.sources import PACKAGE, name_of, python_files


def test_every_content_has_its_word() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}: {key.value!r}"
        for path, tree in python_files(PACKAGE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
        for detail in node.args[2:3]
        if isinstance(detail, ast.Dict)
        for key in detail.keys
        if isinstance(key, ast.Constant) and key.value not in KEYS
    ]
    assert found == []


def test_a_record_that_is_named_is_told_in_words() -> None:
    assert content_words("source", "goals.goal:12") == "来源：绩效目标 12 号"
    assert content_words("source", "上级补助") == "来源：上级补助"
    assert content_words("new", 3) == "新增：3"
