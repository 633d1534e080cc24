"""Forms of transfers: the split with a line for each receiver, handing down, taking over, answering."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.web.fields import AmountField, NumberField
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.transfers import PromisedRow
from jiheng.stages.goals.models import TransferAnswer
from jiheng.stages.goals.transfers.services import ShareData

SPARE = 3
MOST = 300


class SplitForm(forms.Form):
    """Who gets how much, line by line; `rows` are the indicators that add up, in the order of their columns."""

    def __init__(
        self, data: Any, *, receivers: Sequence[tuple[str, str]], rows: Sequence[PromisedRow], shares: Sequence[ShareData],
        as_given: dict[str, str],
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.rows = list(rows)
        typed = int(data.get("lines") or 0) if data is not None and str(data.get("lines", "")).isdecimal() else 0
        self.lines = min(MOST, typed or len(shares) + SPARE)
        names = dict(receivers)
        for at in range(self.lines):
            one = shares[at] if at < len(shares) else None
            # A line that has its receiver offers no other: a city has thousands of units.
            offered = [(one.receiver, names.get(one.receiver, ""))] if one is not None and data is None else receivers
            self.fields[f"receiver-{at}"] = forms.ChoiceField(
                label="接收方", choices=[("", "（空）"), *offered], required=False, initial=one.receiver if one else ""
            )
            self.fields[f"weight-{at}"] = NumberField(label="权数", minimum=Decimal(0), required=False)
            self.fields[f"fen-{at}"] = AmountField(label="资金（万元）", required=False, initial=one.fen if one else None)
            for column, row in enumerate(self.rows):
                self.fields[f"value-{at}-{column}"] = NumberField(
                    label=f"{row.name}（{row.unit}）", minimum=Decimal(0), required=False,
                    initial=one.values.get(row.key) if one else None,
                )  # fmt: skip
        for column, row in enumerate(self.rows):
            self.fields[f"reason-{column}"] = forms.CharField(
                label=f"“{row.name}”按原样下达的理由", max_length=200, required=False, initial=as_given.get(row.key, "")
            )

    def table(self) -> list[list[Any]]:
        """Return the bound fields line by line: receiver, weight, money, then the indicators."""
        return [
            [self[f"receiver-{at}"], self[f"weight-{at}"], self[f"fen-{at}"], *(self[f"value-{at}-{one}"] for one in range(len(self.rows)))]
            for at in range(self.lines)
        ]

    def reasons(self) -> list[Any]:
        """Return the bound fields of the reasons."""
        return [self[f"reason-{column}"] for column in range(len(self.rows))]

    def weights(self) -> dict[str, Decimal]:
        """Return the weights typed, by receiver."""
        told = self.cleaned_data
        return {
            told[f"receiver-{at}"]: told[f"weight-{at}"]
            for at in range(self.lines)
            if told[f"receiver-{at}"] and told[f"weight-{at}"] is not None
        }

    def shares(self) -> list[ShareData]:
        """Return the lines that name a receiver."""
        told = self.cleaned_data
        found = []
        for at in range(self.lines):
            if not told[f"receiver-{at}"]:
                continue
            values = {row.key: told[f"value-{at}-{one}"] for one, row in enumerate(self.rows)}
            held = {key: value for key, value in values.items() if value is not None}
            found.append(ShareData(told[f"receiver-{at}"], told[f"fen-{at}"] or 0, held))
        return found

    def as_given(self) -> dict[str, str]:
        """Return by key why an indicator is handed on as it is."""
        told = {row.key: self.cleaned_data[f"reason-{column}"] for column, row in enumerate(self.rows)}
        return {key: reason for key, reason in told.items() if reason}


class IssueForm(forms.Form):
    """The paper by which a split is handed down."""

    paper = forms.CharField(label="下达文号", max_length=80)


class TakeForm(forms.Form):
    """How a share is registered by its receiver."""

    code = forms.CharField(label="项目代码", max_length=40, help_text="本级项目库的代码，本年度没有用过的。")
    unit = forms.ModelChoiceField(Organisation.objects.none(), label="实施单位", help_text="由该单位填报区域绩效目标。")
    change = forms.ChoiceField(label="项目属性", choices=SubjectYear.CHANGES, initial="continuing")

    def __init__(self, data: Any, *, bodies: QuerySet[Organisation], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        cast("forms.ModelChoiceField[Organisation]", self.fields["unit"]).queryset = bodies


class AnswerForm(forms.Form):
    """What the upper level says to a regional goal."""

    answer = forms.ChoiceField(label="答复", choices=TransferAnswer.ANSWERS)
    reason = forms.CharField(label="理由", max_length=300, required=False, help_text="退回修改的必填。")
