"""The handbook of scoring methods in Chinese, written from the methods themselves.

`python -m jiheng.rules.scoring.handbook > docs/scoring.md` writes it anew; a test keeps the file equal.
"""

import sys
from datetime import date
from decimal import Decimal

from jiheng.rules.scoring.method import OPERATORS, Actual, Example, Law, Method, Parameter, Tiered, plain
from jiheng.rules.scoring.registry import METHODS

OPENING = """# 计分方法

本手册由程序根据计分方法生成：规则文字、设置、算例与系统实际使用的完全一致，每次测试都会核对。

- 得分保留两位小数，在最后一步四舍五入；中间不舍入。
- 各方法只用于列出的指标符号；目标值缺失、实际值缺失、设置不全时不给分，并说明原因。
- 不适用的指标退出总分：总分＝适用指标得分合计÷适用指标分值合计×满分。
- 百分数按表上的写法填写：95%填95，单位为%。
- 等级按舍入后的总分（默认两位小数）比较，每个总分恰好落在一个等级。

选用顺序：预算执行率用“预算执行率”；定性指标用“定性分档”；日期用“按期完成”；
≥、>用“按完成比例”；≤、<用“反向比值”（地方可选“反向线性”）；目标为零的用“零目标”；=用“等于目标”；区间用“区间目标”。
制度中可以为任何指标另选方法。
"""


def handbook() -> str:
    """The whole handbook as Markdown."""
    return "\n".join([OPENING, *(_chapter(method) for method in METHODS.values())])


def _chapter(method: Method) -> str:
    signs = "、".join(OPERATORS[sign] for sign in method.operators)
    laws = "；".join(law.value for law in Law if law in method.laws)
    rule = "".join(line.strip() for line in method.rule.splitlines())
    lines = [f"## {method.label}（`{method.key}`）", "", rule, ""]
    lines += [f"- 实际完成值：{method.takes.value}", f"- 适用符号：{signs}", f"- 保证：{laws}"]
    lines += [f"- 设置 `{parameter.key}`：{_setting(parameter)}" for parameter in method.parameters]
    lines += ["", "| 分值 | 目标 | 设置 | 实际完成值 | 得分 | 计算 |", "|---|---|---|---|---|---|"]
    lines += [_example(method, example) for example in method.examples]
    return "\n".join([*lines, ""])


def _setting(parameter: Parameter) -> str:
    if parameter.required:
        return f"{parameter.label}；必填"
    return (
        f"{parameter.label}；默认{_shown(parameter.default)}"
        if parameter.default is not None
        else parameter.label
    )


def _example(method: Method, example: Example) -> str:
    indicator = example.indicator
    points = method(indicator, example.actual)
    settings = "；".join(f"{key}={_shown(value)}" for key, value in indicator.parameters.items())
    target = OPERATORS[indicator.operator]
    if indicator.low is not None and indicator.high is not None:
        target = f"{plain(indicator.low)}至{plain(indicator.high)}"
    elif indicator.target is not None:
        target += _shown(indicator.target)
    cells = [
        plain(indicator.weight),
        target + indicator.unit * (target not in OPERATORS.values()),
        settings or "—",
    ]
    cells += [_shown(example.actual), str(points.points), points.explanation]
    return f"| {' | '.join(cells)} |"


def _shown(value: Actual | object) -> str:
    if isinstance(value, Tiered):
        return f"{value.tier}，{plain(value.points)}分"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + "，".join(f"{key}: {_shown(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "、".join(_shown(part) for part in value)
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(handbook())
