"""Forms of express releases: the leader's decision, the check of the goal that followed."""

from typing import Any, cast

from django import forms

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.fields import AmountField
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.labels import SOURCES
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.express import Terms
from jiheng.stages.goals.models import ExpressCheck

MANY = 5
"""How many projects are named where words stand in several names."""


class ReleaseForm(forms.Form):
    """What is released first, why and by which paper."""

    code = forms.CharField(
        label="项目", max_length=100, help_text="本年度项目库中的代码，或者名称中的几个字；库中没有的，请先登记入库。"
    )
    kind = forms.ChoiceField(label="突发事件")
    amount_fen = AmountField(label="先行下达金额", help_text="按万元填写，精确到分可写 12.3456。")
    source = forms.ChoiceField(label="资金来源", choices=tuple(SOURCES.items()))
    paper = forms.CharField(label="文号", max_length=80, help_text="批准追加的文件。")
    reason = forms.CharField(
        label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="发生了什么，为什么来不及先申报绩效目标。",
    )  # fmt: skip

    def __init__(self, data: Any, *, person: Person, cycle: Cycle, terms: Terms, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.person, self.cycle = person, cycle
        cast("forms.ChoiceField", self.fields["kind"]).choices = tuple(terms.kinds.items())

    def clean_code(self) -> SubjectYear:
        """Find the one project of the year with this code, or with these words in its name."""
        told = self.cleaned_data["code"].strip()
        rows = visible_subject_years(self.person).filter(cycle=self.cycle).select_related("subject")
        coded = rows.filter(subject__code=told).first()
        named = [coded] if coded else list(rows.filter(name__contains=told).order_by("pk")[: MANY + 1])
        if len(named) == 1:
            return named[0]
        if not named:
            raise forms.ValidationError(f"“{told}”不在 {self.cycle.budget_year} 年度项目库中；请核对代码或名称")
        some = "；".join(f"{one.subject.code} {one.name}" for one in named[:MANY])
        raise forms.ValidationError(f"名称中有“{told}”的不止一个，请写代码：{some}{'……' if len(named) > MANY else ''}")


class CheckForm(forms.Form):
    """What the check afterwards found."""

    result = forms.ChoiceField(label="核查结果", choices=[("", "请选择"), *ExpressCheck.RESULTS])
    opinion = forms.CharField(
        label="核查意见", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="补报的目标与先行下达的资金、用途是否相符；退回的，写明补正什么。",
    )  # fmt: skip
