"""The handbook of workflow conditions in Chinese, written from the conditions themselves.

`python -m jiheng.rules.workflow.handbook > docs/conditions.md` writes it anew; a test keeps the file equal.
"""

import inspect
import sys

from jiheng.rules.workflow.checks import CHECKS
from jiheng.rules.workflow.registry import Condition

KINDS = {bool: "是或否", str: "文字", int: "整数", list: "清单", dict: "对照表"}
OPENING = """# 流程条件

本手册由程序根据流程条件生成，每次测试都会核对。流程表的某一步在 `requires` 中写出条件名，
这一步就只在条件满足时放行；不满足的，一次说全原因、条款和办法。
"""


def handbook() -> str:
    """The whole handbook as Markdown."""
    return "\n".join([OPENING, *(_chapter(CHECKS[key]) for key in sorted(CHECKS))])


def _chapter(condition: Condition) -> str:
    return (
        f"## `{condition.key}`\n\n{inspect.cleandoc(condition.text)}\n\n表中的值：{KINDS[condition.takes]}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(handbook())
