"""Strict YAML: only what is written is meant."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.policy.strict_yaml import read_yaml


def read(text):
    document, problems = read_yaml("test.yaml", text)
    assert problems == []
    return document.value


def faults(text):
    return [(problem.line, problem.message) for problem in read_yaml("test.yaml", text)[1]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("0", 0),
        ("-12", -12),
        ("12.50", Decimal("12.50")),
        ("2026-06-30", date(2026, 6, 30)),
        ("on", "on"),
        ("yes", "yes"),
        ("~", "~"),
        ("True", "True"),
        ("1:30", "1:30"),
        ("0123", "0123"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        (".5", ".5"),
        ("0x1F", "0x1F"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("500万元", "500万元"),
    ],
)
def test_scalar_is_guessed_only_where_plain(written, meant):
    value = read(f"key: {written}\n")["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_folded_text_stays_text():
    assert read("key: >-\n  12\n") == {"key": "12"}


def test_key_on_stays_a_word():
    assert read("on: 1\n") == {"on": 1}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_decimal_is_read_exactly(number):
    assert read(f"key: {number:f}\n")["key"] == number


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(), min_size=1))
def test_every_value_knows_its_line(mapping):
    text = "".join(f"{key}: {value}\n" for key, value in mapping.items())
    document, problems = read_yaml("test.yaml", text)
    assert problems == []
    assert [document.line((key,)) for key in mapping] == list(range(1, len(mapping) + 1))


def test_line_of_an_unknown_path_is_that_of_the_value_around_it():
    document, _ = read_yaml("test.yaml", "a:\n  b: 1\n")
    assert document.line(("a", "c")) == 1
    assert document.line(("a", "b", "c")) == 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "键“a”重复"),
        ("a:\n\tb: 1\n", 2, "制表符"),
        ("a: &x 1\nb: 2\n", 1, "锚点"),
        ("a: 1\nb: !!int '2'\n", 2, "类型标记"),
        ("a:\nb: 1\n", 1, "值为空"),
        ("a: 2026-02-30\n", 1, "没有“2026-02-30”这一天"),
        ("<<: {b: 1}\n", 1, "不能使用"),
        ("a: {$decimal: x}\n", 1, "不能使用"),
        ("? [a, b]\n: 1\n", 1, "键须是一个词"),
        ("a: [1, 2\nb: 3\n", 2, "不是合法的 YAML"),
        ("", 1, "文件是空的"),
        ("# 只有注释\n", 1, "文件是空的"),
    ],
)
def test_fault_names_its_line(text, line, words):
    found = faults(text)
    assert [number for number, _ in found] == [line]
    assert words in found[0][1]


def test_alias_is_refused_with_its_anchor():
    found = faults("a: &x 1\nb: *x\n")
    assert [number for number, _ in found] == [1, 2]
    assert "别名" in found[1][1]


def test_second_document_is_refused():
    assert faults("a: 1\n---\nb: 2\n")


def test_all_faults_of_a_file_come_at_once():
    assert [line for line, _ in faults("a: 1\na: 2\nb:\nc: 2026-13-01\n")] == [2, 3, 4]
