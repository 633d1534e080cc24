"""The form of an indicator of the library."""

from typing import Any

from django import forms

from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.rules.indicator_sheet import (
    DIRECTIONS,
    FREQUENCIES,
    RANKS,
    REFERENCE_KINDS,
    Reference,
    Sheet,
    line_of,
    reference_of,
)
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
    purpose = _text("用途", 60, "专用指标的第三级分类，如校舍维修；通用指标不填。", required=False)
    level1 = forms.ChoiceField(label="一级指标", choices=[(one, one) for one in LEVELS])
    level2 = _text("二级指标", 30, "如数量指标、社会效益指标。")
    aliases = _text("别名", 200, "同一指标的其他叫法，用“、”分开，搜索时一并找到。", required=False)
    definition = _text("指标解释", 1000, "说清测什么、包括什么、不包括什么。", rows=3)
    formula = _text(
        "计算公式",
        300,
        "用 ＋ － × ÷ 和括号连接数据名称，系统按它计算；百分率写到“×100%”，多笔求和写“Σ各次人数”。",
        required=False,
    )
    sample = _text("算例", 300, "如：合格人数=190；参加考核人数=200；结果=95。系统按公式核对。", required=False)
    operator = forms.ChoiceField(label="符号", choices=LibraryIndicator.OPERATORS)
    value = _text("参考值", 60, "同类项目常见的水平，填报时按项目修改。", required=False)
    unit = _text("单位", 20, required=False)
    direction = forms.ChoiceField(
        label="方向",
        choices=[("", "按符号"), *DIRECTIONS.items()],
        required=False,
        help_text="正向越大越好，反向越小越好，适度越接近越好。",
    )
    method = forms.ChoiceField(label="赋分方法", choices=[(key, one.label) for key, one in METHODS.items()])
    data_source = _text("数据来源", 100)
    frequency = forms.ChoiceField(label="采集频次", choices=list(FREQUENCIES.items()), required=False, initial="year")
    rank = forms.ChoiceField(
        label="重要程度",
        choices=list(RANKS.items()),
        required=False,
        initial="ordinary",
        help_text="最能代表这类支出、最能反映评价要求的为核心指标，选用和推荐时排在前面。",
    )
    evidence = _text("佐证材料", 200)
    basis = _text("依据", 200, "文件名称、文号和条款，或本地标准。")

    references = _text(
        "参考标准",
        4000,
        "每行一条：标准类别｜标准值｜年份｜地区｜出处，如“行业标准｜95｜2023｜全国｜年度统计公报”。"
        f"类别有{'、'.join(REFERENCE_KINDS.values())}。",
        required=False,
        rows=3,
    )

    def clean_frequency(self) -> str:
        """Return the chosen frequency; a caller that does not tell one means every year."""
        return self.cleaned_data["frequency"] or "year"

    def clean_references(self) -> tuple[Reference, ...]:
        """Return the lines as reference values; every line that cannot be read is named."""
        found, problems = [], []
        for number, line in enumerate(self.cleaned_data["references"].splitlines(), 1):
            if line.strip():
                try:
                    found.append(reference_of(line))
                except ValueError as error:
                    problems.append(f"第 {number} 行{error}")
        if problems:
            raise forms.ValidationError(problems)
        return tuple(found)

    def told(self) -> Sheet:
        """Return the indicator for the service."""
        return Sheet(**{key: value for key, value in self.cleaned_data.items() if key != "ground"})


def initial_of(sheet: Sheet | None) -> dict[str, Any]:
    """Return what the form of an indicator starts from; a new one compares with ≥."""
    if sheet is None:
        return {"operator": ">="}
    told = {key: getattr(sheet, key) for key in IndicatorForm.base_fields}
    return {**told, "references": "\n".join(line_of(one) for one in sheet.references)}


class ProposalForm(IndicatorForm):
    """An indicator as somebody proposes it, and why."""

    ground = _text("理由", 300, "为什么要增加或修改，依据什么；审核人据此判断。", rows=2)


class TextForm(forms.Form):
    """A library as JSON, and why it is proposed."""

    file = forms.FileField(
        label="JSON 文件",
        help_text="从指标库导出的 JSON，可以改动后再上传，不超过 20MB。",
        widget=forms.FileInput(attrs={"accept": ".json"}),
        error_messages={"required": "请选择文件", "empty": "文件是空的；请重新选择"},
    )
    ground = _text("理由", 300, "为什么要增加或修改，依据什么；审核人据此判断。", rows=2)


class EndForm(forms.Form):
    """A retirement, a merger into another indicator of the library or a return to use, with the reason."""

    into = forms.CharField(
        label="并入的指标编号", max_length=40, required=False, help_text="与另一项是同一指标时填写；只停用的不填。"
    )
    reason = forms.CharField(label="理由", max_length=300)


class ReachForm(forms.Form):
    """Who besides the own place may pick an indicator."""

    reach = forms.ChoiceField(label="使用范围", choices=LibraryIndicator.REACHES)


class MappingForm(forms.Form):
    """Another library to be set beside the own one."""

    name = _text("对照的指标库", 100, "写明是谁的、哪一年的，如：自治区财政厅共性指标库 2026 版。")
    file = forms.FileField(
        label="JSON 文件",
        help_text="从那个指标库导出的 JSON（格式同本系统“导出”），不超过 20MB。",
        widget=forms.FileInput(attrs={"accept": ".json"}),
        error_messages={"required": "请选择文件", "empty": "文件是空的；请重新选择"},
    )


class CodeForm(forms.Form):
    """Which own indicator it is."""

    code = forms.CharField(label="本库指标的编号", max_length=40, help_text="在指标库里查到的编号，须是在用的指标。")
