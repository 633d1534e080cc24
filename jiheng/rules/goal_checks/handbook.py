"""The catalogue of the checks of goals in Chinese, written from the checks themselves.

`python -m jiheng.rules.goal_checks.handbook > docs/goal-checks.md` writes it anew; a test keeps the file equal.
"""

import sys

from jiheng.rules.goal_checks.check import Check
from jiheng.rules.goal_checks.facts import Severity
from jiheng.rules.goal_checks.registry import CHECKS

OPENING = """# 绩效目标自动审核项

本目录由程序根据审核项生成，规则文字与系统实际使用的完全一致。同样的内容总得出同样的结果；各项的严格程度和数值由制度包规定
（`goal_check_severity` 和每项注明的参数），可以按地区、按年度改为须改正（block）、提醒（warn）、建议（note）或不审核（off）。
查出率和误报见[自动审核的实测](pre-review.md)。
"""
WORDS: dict[Severity, str] = {
    "block": "须改正：不改正不能提交",
    "warn": "提醒：须核对，批量办理时逐项看",
    "note": "建议：用词和指标选择，改不改由填报人定",
}


def handbook() -> str:
    """The whole catalogue as Markdown, the gravest checks first."""
    chapters = [OPENING]
    for severity, words in WORDS.items():
        checks = [check for check in CHECKS.values() if check.severity == severity]
        chapters.append(f"## {words}（{len(checks)}项）\n")
        chapters += [_entry(check) for check in checks]
    return "\n".join(chapters)


def _entry(check: Check) -> str:
    rule = "".join(line.strip() for line in check.rule.splitlines())
    apart = "- 资金和目标两部分互相核对，会签前单独列出\n" if check.halves else ""
    return f"### {check.label}（`{check.id}`）\n\n{rule}\n\n- 依据：参数 `{check.parameter}`\n- 范例：{check.good}\n{apart}"


if __name__ == "__main__":
    sys.stdout.write(handbook())
