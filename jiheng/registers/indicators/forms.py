"""The form of an indicator of the library."""

from django import forms

from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.services import IndicatorData
from jiheng.rules.scoring.registry import METHODS

LEVELS = ("产出指标", "效益指标", "满意度指标", "成本指标")


def _text(
    label: str, length: int, help_text: str = "", *, required: bool = True, rows: int = 0
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=widget
    )


class IndicatorForm(forms.Form):
    """Everything that makes an indicator checkable: what, how counted, from where, on which ground."""

    name = _text("指标名称", 200, "一条指标只测一件事，名称里不写数值。")
    sector = _text("领域", 60, "各类支出共用的写“通用”。")
    category = _text("类别", 60, "如会议、培训、设备购置。")
    level1 = forms.ChoiceField(label="一级指标", choices=[(one, one) for one in LEVELS])
    level2 = _text("二级指标", 30, "如数量指标、社会效益指标。")
    definition = _text("指标解释", 1000, "说清测什么、包括什么、不包括什么。", rows=3)
    formula = _text("计算公式", 300, required=False)
    operator = forms.ChoiceField(label="符号", choices=LibraryIndicator.OPERATORS)
    value = _text("参考值", 60, "同类项目常见的水平，填报时按项目修改。", required=False)
    unit = _text("单位", 20, required=False)
    method = forms.ChoiceField(label="赋分方法", choices=[(key, one.label) for key, one in METHODS.items()])
    data_source = _text("数据来源", 100)
    evidence = _text("佐证材料", 200)
    basis = _text("依据", 200, "文件名称、文号和条款，或本地标准。")

    def told(self) -> IndicatorData:
        """Return the indicator for the service."""
        return IndicatorData(**self.cleaned_data)


class RetireForm(forms.Form):
    """Why an indicator is taken out of use."""

    reason = forms.CharField(label="停用理由", max_length=300)
