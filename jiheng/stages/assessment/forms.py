"""The form for a fact from outside."""

from decimal import Decimal
from typing import Any

from django import forms

from jiheng.foundation.web.fields import NumberField
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.assessment.facts import CARD, LOWER_CARD
from jiheng.stages.assessment.queries import departments_of, fact_items, lower_of
from jiheng.stages.assessment.services import FactData


class FactForm(forms.Form):
    """Which department or lower bureau, which item of its card, how many points, what happened, who says so."""

    department = forms.ChoiceField(label="部门")
    item = forms.ChoiceField(label="考核事项")
    points = NumberField(label="分值", minimum=Decimal(0), required=False, help_text="一票否决不填。")
    text = forms.CharField(
        label="事实", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="写明什么时候发生了什么。"
    )
    source = forms.CharField(label="来源", max_length=300, help_text="文件名称、文号或通报，能够查到的。")

    def __init__(self, data: Any, *, cycle: Cycle, department: str = "", lower: bool = False) -> None:
        super().__init__(data, initial={"department": department})
        bodies, card = (lower_of(cycle), LOWER_CARD) if lower else (departments_of(cycle), CARD)
        self.fields["department"].choices = bodies  # type: ignore[attr-defined]
        self.fields["item"].choices = list(fact_items(cycle, card).items())  # type: ignore[attr-defined]
        if lower:
            self.fields["department"].label = "下级财政部门"
            self.fields["points"].label = "分值或指标数"
            self.fields["points"].help_text = "按事项的单位填，比率 95.5% 填 95.5；一票否决、不适用的不填。"

    @property
    def told(self) -> FactData:
        """What was written, as the service takes it."""
        kind, _, item = self.cleaned_data["item"].partition(":")
        points = Decimal(0) if kind in {"veto", "absent"} else self.cleaned_data["points"] or Decimal(0)
        return FactData(kind, item, self.cleaned_data["text"], self.cleaned_data["source"], points)
