"""A command line that speaks Chinese: argparse's own words, in help and in mistakes."""

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

HELP = "显示帮助"
# What argparse says of a wrong call; `\1` is what the person typed or should have typed.
MISTAKES = (
    (r"the following arguments are required: (.*)", r"缺少：\1"),
    (r"unrecognized arguments: (.*)", r"不认识：\1"),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 可能是：\2，请写全"),
    (r"one of the arguments (.*) is required", r"须写其中一个：\1"),
    (r"not allowed with argument (.*)", r"不能与 \1 同时使用"),
    (r"expected one argument", r"后面要写一个值"),
    (r"expected at least one argument", r"后面至少要写一个值"),
    (r"expected (\d+) arguments", r"后面要写 \1 个值"),
    (r"ignored explicit argument (.*)", r"不带值，多写了 \1"),
    (r"invalid choice: (.*) \(choose from (.*)\)", r"没有 \1，可以是：\2"),
    (r"invalid int value: (.*)", r"须为整数，现为 \1"),
    (r"invalid \w+ value: (.*)", r"不能是 \1"),
)
_ARGUMENT = re.compile(r"argument (?P<name>[^:]+): (?P<rest>.*)", re.DOTALL)


def in_chinese(message: str) -> str:
    """Return argparse's message about a mistake in Chinese; unknown ones stay as they are."""
    found = _ARGUMENT.fullmatch(message)
    if found:
        return f"{found['name']}：{in_chinese(found['rest'])}"
    for pattern, words in MISTAKES:
        matched = re.fullmatch(pattern, message, re.DOTALL)
        if matched:
            return matched.expand(words)
    return message


class Formatter(argparse.HelpFormatter):
    """Help text with Chinese headings."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose headings and messages are Chinese; options must be written in full."""

    def __init__(self, **given: Any) -> None:
        settings: dict[str, Any] = {"add_help": False, "allow_abbrev": False, "formatter_class": Formatter}
        super().__init__(**(settings | given))
        self._positionals.title, self._optionals.title = "须写", "选项"
        self.add_argument("-h", "--help", action="help", help=HELP)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：{in_chinese(message)}\n加 --help 看说明\n")
