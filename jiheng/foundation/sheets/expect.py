"""What each mistake rests on: the rule of its box, and what should stand there, in words for the person who mends it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from jiheng.foundation.sheets.found import Problem
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.forms.fields import Field, Kind

HOLDS = {
    Kind.TEXT: "文字",
    Kind.LONG_TEXT: "文字",
    Kind.MONEY_WAN: "金额，万元，最多到分",
    Kind.NUMBER: "数字",
    Kind.POINTS: "分值，最多两位小数",
    Kind.PERCENT: "百分比，写明百分号",
    Kind.DATE: "日期",
    Kind.TARGET: "目标值：符号、数值和单位，或文字",
    Kind.TICK: "是或否",
}
WRITE = {
    Kind.MONEY_WAN: "如 125.50；按元填的写明单位，如 1255000元",
    Kind.NUMBER: "如 12 或 12.5",
    Kind.POINTS: "如 9.5",
    Kind.PERCENT: "如 95%",
    Kind.DATE: "如 2026-03-01",
    Kind.TARGET: "如 ≥95%、12 场、2026年11月底前",
    Kind.TICK: "是填√或“是”，否留空",
}
TOTAL, LAYOUT, REGISTERED = "合计等于各行之和", "表样与本系统的模板一致", "与已登记的数据一致"


def rule_of(field: Field) -> str:
    """Return the rule of a box in words: must it be filled, what it holds, its limits and the source of all this."""
    words = ["必填"] if field.required else []
    words.append(f"只能填：{'、'.join(field.choices)}" if field.choices else HOLDS.get(field.kind, "文字"))
    if field.low is not None:
        words.append(f"不小于 {field.low}")
    if field.high is not None:
        words.append(f"不大于 {field.high}")
    if field.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        words.append(f"最多 {field.max_length} 字")
    if getattr(field, "unique", False):
        words.append("不能重复")
    cite = f"（{field.cite.clause}）" if field.cite and field.cite.clause else ""
    return "，".join(words) + cite


def explained(problem: Problem, field: Field | None) -> Problem:
    """Return the problem with its rule and with what should stand there, where it does not say so itself."""
    remedy = problem.message.partition("；")[2]
    if problem.kind == "total":
        rule, expected = TOTAL, "按各行相加的数填写，或改正错的那一行"
    elif field is not None and not problem.rule:
        rule, expected = rule_of(field), "、".join(field.choices) or _write(field)
    else:
        rule, expected = LAYOUT if problem.kind == "layout" else REGISTERED, "与登记的内容核对后填写"
    return replace(problem, rule=problem.rule or rule, expected=problem.expected or remedy or expected)


def _write(field: Field) -> str:
    if field.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        return f"填写文字，不超过 {field.max_length} 字"
    return WRITE.get(field.kind, "")


def by_label(fields: Iterable[Field]) -> dict[str, Field]:
    """Return the columns of a list by their labels."""
    return {field.label: field for field in fields}


def of_list(problems: Iterable[Problem], columns: Mapping[str, Field]) -> list[Problem]:
    """Explain the problems of a list: the label of each names its column."""
    return [explained(one, columns.get(one.label)) for one in problems]


def of_form(problems: Iterable[Problem], definition: FormDefinition) -> list[Problem]:
    """Explain the problems of a form: the path of each ends in the key of its box or column."""
    fields: dict[str, Field] = {field.key: field for field in definition.boxes}
    for block in definition.grids:
        fields |= {f"{block.key}.{column.key}": column for column in block.columns}
    made = []
    for one in problems:
        parts = one.path.split(".")
        key = one.path if len(parts) == 1 else f"{parts[0]}.{parts[-1]}"
        made.append(explained(one, fields.get(key)))
    return made
