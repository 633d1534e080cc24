"""No fact about a project is asked for twice: what two forms of units ask for is another fact, or stands there already."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.urls import get_resolver

from jiheng.registers.subjects.forms import ContentForm, SubjectForm
from jiheng.rules.content_change import FIELDS

ABOUT_PROJECTS = ("jiheng.registers.subjects.", "jiheng.registers.budgets.", "jiheng.stages.")
GENERAL = frozenset({
    "意见", "理由", "说明", "日期", "文件", "答复", "决定理由", "例外理由", "提出意见的说明", "结论", "处理", "事实", "来源", "类别", "文号",
    "名称", "用于", "延至", "完成期限", "随机种子", "专业领域", "单位",
})  # fmt: skip
"""Words that say what kind of answer is wanted of an act, not which fact about a project."""
WHY = {
    **dict.fromkeys(("项目名称", "本年申报金额", "起始年", "终止年", "领域", "支出类别", "项目概况", "支持对象", "立项依据"), "修改内容时已填"),
    **dict.fromkeys(("实施单位", "项目属性"), "承接时登记为另一地区的项目"), "项目代码": "承接的是新登记的项目；台账按代码找到已登记的项目",
    "项目": "选已登记的项目，不是再填一遍", "任务名称": "财务经办的表上已有，只读", "资金来源": "台账的一笔和先行下达的一笔是两件事",
    "所证指标": "选目标里已有的指标", "填好的表（.xlsx）": "上传的文件", "评价类型": "抽取第三方和下达评价是两件事",
    "发生日期": "情况反映修改时已填", "情况": "情况反映修改时已填", "对绩效目标、支出进度和实施进程的影响": "情况反映修改时已填",
    "需要的支持": "情况反映修改时已填", "问题": "审计机关和评价机构各写各的发现", "涉及金额（万元）": "审计机关和评价机构各写各的发现",
    "整改建议": "审计机关和评价机构各写各的发现", "分值": "指标的分值和考核加减分",
    **dict.fromkeys(("会审日期", "地点"), "审目标的会审和审评估的会审是两次会"), "内容": "各次发言各是各的",
}  # fmt: skip
"""What two forms may both ask for, and why that is no fact asked for twice."""


def _forms(of: Any = forms.BaseForm) -> Iterator[Any]:
    for one in of.__subclasses__():
        if one.__module__.startswith("jiheng."):
            yield one
        yield from _forms(one)


def asked() -> dict[str, set[str]]:
    """Return by label the forms about projects that ask for it."""
    assert get_resolver().url_patterns  # all pages, and with them all forms, are loaded
    found: dict[str, set[str]] = defaultdict(set)
    for one in _forms():
        if one.__module__.startswith(ABOUT_PROJECTS):
            for field in one.base_fields.values():
                if field.label and not field.widget.is_hidden:
                    found[str(field.label)].add(f"{one.__module__}.{one.__name__}")
    return found


@pytest.mark.feature("10.34")
def test_what_two_forms_ask_for_is_another_fact_or_stands_there_already() -> None:
    twice = {label for label, places in asked().items() if len(places) > 1} - GENERAL
    assert twice == set(WHY)


def test_the_form_that_changes_a_project_starts_from_everything_that_was_registered() -> None:
    shared = set(SubjectForm.base_fields) & set(ContentForm.base_fields)
    assert shared == set(FIELDS)  # `content_of` fills these


def test_no_form_asks_for_one_thing_in_two_boxes() -> None:
    labels = {one: [str(field.label) for field in one.base_fields.values() if field.label] for one in _forms()}
    assert {f"{one.__module__}.{one.__name__}" for one, told in labels.items() if len(told) != len(set(told))} == set()
