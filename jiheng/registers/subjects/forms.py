"""The form by which a unit proposes a project for a budget year."""

from typing import Any, cast

from django import forms

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.fields import WanField
from jiheng.registers.subjects.labels import BOOKS
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import content_of, department_of, kind_labels
from jiheng.registers.subjects.services import SubjectData
from jiheng.rules.appraisal import Request
from jiheng.rules.content_change import FIELDS


class SubjectForm(forms.Form):
    """What is told about a project when it is registered; money in 万元."""

    name = forms.CharField(label="项目名称", max_length=300, help_text="用完整名称，与立项文件一致。")
    code = forms.CharField(
        label="项目代码", max_length=40, help_text="预算管理一体化系统中的代码；同一项目各年不变。"
    )
    unit = forms.ModelChoiceField(Organisation.objects.none(), label="实施单位", empty_label="请选择单位")
    kind = forms.ChoiceField(label="类别")
    change = forms.ChoiceField(
        label="项目属性",
        choices=SubjectYear.CHANGES,
        help_text="与上年相比：新增、扩大、调整、到期延续，或照常延续。",
    )
    is_major = forms.BooleanField(label="重大项目（政府重大决策或重大投资）", required=False)
    requested_fen = WanField(label="本年申报金额")
    book = forms.ChoiceField(label="预算类别", choices=BOOKS)
    first_year = forms.IntegerField(label="起始年", min_value=1990, max_value=2100)
    last_year = forms.IntegerField(label="终止年", min_value=1990, max_value=2100)
    sector = forms.CharField(
        label="领域", max_length=60, required=False, help_text="如教育、水利；用于推荐指标。"
    )
    category = forms.CharField(label="支出类别", max_length=60, required=False)
    overview = forms.CharField(
        label="项目概况",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="背景、内容、资金构成。",
    )
    served = forms.CharField(
        label="支持对象",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="补助、服务给谁，符合什么条件；政策须写明。",
    )
    basis = forms.CharField(
        label="立项依据", widget=forms.Textarea(attrs={"rows": 3}), help_text="文件名称、文号和条款。"
    )

    def __init__(self, data: Any, *, person: Person, cycle: Cycle) -> None:
        year = cycle.budget_year
        super().__init__(
            data, initial={"first_year": year, "last_year": year, "change": "new", "kind": "project"}
        )
        self.cycle = cycle
        cast(forms.ChoiceField, self.fields["kind"]).choices = list(kind_labels(cycle).items())
        if person.is_unit:
            del self.fields["unit"]
        else:
            units = cast("forms.ModelChoiceField[Organisation]", self.fields["unit"])
            held = Organisation.objects.filter(
                valid_on(clock.today()), place_id=person.place_id, kind__in=("unit", "department")
            )
            units.queryset = held.select_related("parent").order_by("code")

    def clean(self) -> dict[str, Any]:
        """The last year is not before the first, and the budget year lies between them."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first_year"), found.get("last_year")
        if first and last and not first <= self.cycle.budget_year <= last:
            self.add_error("last_year", f"起止年须包含 {self.cycle.budget_year} 年度")
        spendless = rule_in(self.cycle, "kinds_without_budget")
        asks = spendless is None or found.get("kind") not in spendless.value
        if found.get("kind") == "policy" and not found.get("served", "").strip():
            self.add_error("served", "政策须写明支持对象：补助、服务给谁，符合什么条件")
        if asks and found.get("requested_fen") == 0:
            self.add_error("requested_fen", "金额须大于 0")
        return found

    def told(self, unit: Organisation) -> SubjectData:
        """Return what the service takes."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "unit"}
        return SubjectData(unit=unit, department=department_of(unit), **given)


class ContentForm(forms.Form):
    """The content of a registered project as it shall be, why, and by which document; money in 万元."""

    name = forms.CharField(label="项目名称", max_length=300)
    requested_fen = WanField(label="本年申报金额")
    first_year = forms.IntegerField(label="起始年", min_value=1990, max_value=2100)
    last_year = forms.IntegerField(label="终止年", min_value=1990, max_value=2100)
    sector = forms.CharField(label="领域", max_length=60, required=False)
    category = forms.CharField(label="支出类别", max_length=60, required=False)
    overview = forms.CharField(label="项目概况", widget=forms.Textarea(attrs={"rows": 5}), required=False)
    served = forms.CharField(label="支持对象", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), required=False)
    basis = forms.CharField(label="立项依据", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    reason = forms.CharField(
        label="修改理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="写明发生了什么变化。"
    )
    document = forms.CharField(label="依据的文件", max_length=300, help_text="文件名称和文号，如会议纪要、批复。")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, year: SubjectYear, seen: int) -> None:
        super().__init__(data, initial={**content_of(year), "seen": seen})

    def content(self) -> dict[str, Any]:
        """Return the content as it shall be."""
        return {key: self.cleaned_data[key] for key in FIELDS}


class VerdictForm(forms.Form):
    """The four answers on which the need of an appraisal hangs, while the form is being filled."""

    kind = forms.CharField(max_length=30)
    change = forms.ChoiceField(choices=SubjectYear.CHANGES)
    is_major = forms.BooleanField(required=False)
    requested_fen = WanField(least_fen=1)

    def request(self) -> Request:
        """Return what the rule is asked."""
        asked = self.cleaned_data
        return Request(asked["kind"], asked["change"], asked["requested_fen"], asked["is_major"])
