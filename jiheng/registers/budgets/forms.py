"""What is typed when the ledger is booked by hand."""

from typing import Any

from django import forms

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.fields import AmountField, DayField
from jiheng.registers.budgets.services import Posting
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.labels import SOURCES
from jiheng.registers.subjects.models import SubjectYear

KINDS = (("payment", "支付"), ("adjustment", "预算调整"), ("initial", "年初预算"))


class BookForm(forms.Form):
    """One movement of money, with its document and its reason."""

    code = forms.CharField(label="项目代码", max_length=40, help_text="本年度项目库中的代码。")
    kind = forms.ChoiceField(label="类型", choices=KINDS)
    amount_fen = AmountField(
        label="金额", minimum=None, help_text="按万元填写，精确到分可写 12.3456；退款、调减填负数。"
    )
    source = forms.ChoiceField(label="资金来源", choices=tuple(SOURCES.items()))
    day = DayField(label="日期")
    reference = forms.CharField(label="凭证号或文号", max_length=80)
    note = forms.CharField(
        label="登记原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="为什么手工登记：如接口中断、文件补录。",
    )

    def __init__(self, *args: Any, person: Person, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.cycle = cycle

    def clean_code(self) -> SubjectYear:
        """Find the project in the year."""
        code = self.cleaned_data["code"].strip()
        years = visible_subject_years(self.person).filter(cycle=self.cycle)
        found = years.filter(subject__code=code).first()
        if found is None:
            raise forms.ValidationError(f"“{code}”不在 {self.cycle.budget_year} 年度项目库中；请核对代码")
        return found

    def told(self) -> Posting:
        """Return the posting for the service."""
        kept = self.cleaned_data
        return Posting(
            kept["code"],
            kept["kind"],
            kept["amount_fen"],
            kept["day"],
            source=kept["source"],
            note=kept["note"].strip(),
            reference=kept["reference"].strip(),
        )


class ReverseForm(forms.Form):
    """Why an entry is taken back."""

    note = forms.CharField(label="冲销原因", max_length=300, error_messages={"required": "请写明冲销原因"})
