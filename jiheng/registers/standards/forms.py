"""Forms of standards and of the lines that go by them."""

from dataclasses import fields
from typing import Any, cast

from django import forms

from jiheng.foundation import clock
from jiheng.foundation.web.fields import AmountField, DayField, NumberField
from jiheng.registers.standards.models import StandardVersion
from jiheng.registers.standards.queries import in_force
from jiheng.registers.standards.services import LineData, StandardData
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_yuan
from jiheng.rules.spending_standards import KINDS, LEVELS

_LONG = forms.Textarea(attrs={"rows": 2})


class StandardForm(forms.Form):
    """What a version of a standard says."""

    code = forms.CharField(label="标准编号", max_length=40, help_text="如 TY-办公桌-01，修订时不变。")
    name = forms.CharField(label="标准名称", max_length=200, help_text="如“办公桌”“会议费（三类会议）”。")
    kind = forms.ChoiceField(label="类别", choices=tuple(KINDS.items()), help_text="各部门都用的是通用标准，某一领域或部门用的是专用标准。")
    sector = forms.CharField(label="领域", max_length=60, required=False, help_text="专用标准写明领域或部门。")
    level = forms.ChoiceField(label="适用级次", choices=tuple(LEVELS.items()))
    region = forms.CharField(label="适用范围", max_length=100, help_text="如“本县各单位”“城区”。")
    unit = forms.CharField(label="计量单位", max_length=20, help_text="如 套、人·天、平方米·年。")
    amount_fen = AmountField(label="标准（元）", unit="元", minimum=1)
    effective_on = DayField(label="施行日期")
    document = forms.CharField(label="依据文件", max_length=200, help_text="名称和文号，不写书名号。")
    clause = forms.CharField(label="条款", max_length=100, required=False)
    ground = forms.CharField(label="说明", max_length=300, required=False, widget=_LONG, help_text="修订的、不在成本数据所示范围之内的，写明理由。")

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None, held: StandardVersion | None = None) -> None:
        start = {} if held is None else {one.name: getattr(held, one.name) for one in fields(StandardData)}
        start |= {"effective_on": clock.today(), "ground": ""} | (initial or {})
        super().__init__(data, initial=start)
        if held is not None:
            del self.fields["code"]
            self.fields["ground"].required = True
            self.fields["ground"].label = "修订理由"

    def told(self, code: str = "") -> StandardData:
        """Return what was filled in."""
        return StandardData(**({"code": code} | self.cleaned_data))


class EndForm(forms.Form):
    """From which day there is no standard, and why."""

    day = DayField(label="停用日期")
    reason = forms.CharField(label="停用理由", max_length=300)


class ReasonForm(forms.Form):
    """Why something is withdrawn or let pass."""

    reason = forms.CharField(label="理由", max_length=300)


class ProposeForm(forms.Form):
    """For what a standard is worked out: what the costs on record are called, and by what they are counted."""

    item = forms.ChoiceField(label="内容和计量单位")

    def __init__(self, data: Any, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["item"]).choices = [("", "请选择"), *choices]


class LineForm(forms.Form):
    """One line: what, how many, at which price, by which standard."""

    standard = forms.ChoiceField(label="支出标准", required=False, help_text="没有标准的不选，由财政局决定是否列入例外。")
    item = forms.CharField(label="内容", max_length=100)
    quantity = NumberField(label="数量")
    unit = forms.CharField(label="计量单位", max_length=20, required=False, help_text="选了标准的不填，按标准的计量单位。")
    unit_fen = AmountField(label="单价（元）", unit="元", minimum=1)
    basis = forms.CharField(label="测算依据", max_length=300, required=False, widget=_LONG, help_text="数量怎样来的，单价比照哪里。")

    def __init__(self, data: Any, *, year: SubjectYear) -> None:
        super().__init__(data)
        self.units: dict[str, str] = {}
        choices = [("", "没有标准")]
        for one in in_force(year.place_id, clock.today()).order_by("name", "code"):
            self.units[one.code] = one.unit
            choices.append((one.code, f"{one.name}：{format_yuan(one.amount_fen)} 元/{one.unit}（{one.region}）"))
        cast(forms.ChoiceField, self.fields["standard"]).choices = choices

    def told(self) -> LineData:
        """Return what was filled in; a line that goes by a standard is counted as that is."""
        given = dict(self.cleaned_data)
        given["unit"] = given["unit"] or self.units.get(given["standard"], "")
        return LineData(**given)
