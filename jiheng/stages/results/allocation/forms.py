"""Forms of sharing out: the scheme with its factors, the table of bodies and values."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import valid_on
from jiheng.foundation.web.fields import AmountField, NumberField
from jiheng.stages.results.allocation.facts import factors_of
from jiheng.stages.results.allocation.services import Scheme
from jiheng.stages.results.models import Allocation, AllocationLine

ROWS = 5


class SchemeForm(forms.Form):
    """What is shared out, by which factors, how much the results weigh."""

    name = forms.CharField(label="资金名称", max_length=120)
    total_fen = AmountField(label="分配总额（万元）")
    results_year = forms.IntegerField(label="评价结果年度", min_value=2000, max_value=2200)
    result_weight = NumberField(label="绩效评价结果权重（%）")
    exception_reason = forms.CharField(
        label="例外理由", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="制度写的是“原则上”。权重低于规定时必填。",
    )
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, *, initial: dict[str, Any], in_principle: bool) -> None:
        super().__init__(data, initial=initial)
        if not in_principle:
            del self.fields["exception_reason"]
        for at in range(1, ROWS + 1):
            self.fields[f"label_{at}"] = forms.CharField(label=f"因素{at}", max_length=40, required=False)
            self.fields[f"weight_{at}"] = NumberField(label=f"因素{at}权重（%）", required=False)
        self.order_fields(["name", "total_fen", "results_year", "result_weight"])

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The fields of each factor beside each other."""
        return [(self[f"label_{at}"], self[f"weight_{at}"]) for at in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """A factor has a name and a weight, or neither."""
        given = super().clean() or self.cleaned_data
        for at in range(1, ROWS + 1):
            label, weight = given.get(f"label_{at}", ""), given.get(f"weight_{at}")
            if bool(label) != (weight is not None) and f"weight_{at}" not in self.errors:
                self.add_error(f"weight_{at}", ValidationError("因素的名称和权重须一并填写，不用的都留空。"))
        return given

    @property
    def scheme(self) -> Scheme:
        """What was written, as the services take it."""
        given = self.cleaned_data
        factors = [(given[f"label_{at}"], given[f"weight_{at}"]) for at in range(1, ROWS + 1) if given[f"label_{at}"]]
        return Scheme(
            given["name"], given["total_fen"], given["results_year"], factors, given["result_weight"],
            given.get("exception_reason", ""), given["note"],
        )  # fmt: skip


def initial_of(allocation: Allocation) -> dict[str, Any]:
    """Return a scheme as the form shows it."""
    told: dict[str, Any] = {
        "name": allocation.name, "total_fen": allocation.total_fen, "results_year": allocation.results_year,
        "exception_reason": allocation.exception_reason, "note": allocation.note, "result_weight": Decimal(0),
    }  # fmt: skip
    at = 0
    for one in factors_of(allocation):
        if one.result:
            told["result_weight"] = one.weight
        else:
            at += 1
            told[f"label_{at}"], told[f"weight_{at}"] = one.label, one.weight
    return told


class BodiesForm(forms.Form):
    """One body to add."""

    bodies = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label="参加分配的单位", required=False, widget=forms.SelectMultiple(attrs={"size": 10})
    )

    def __init__(self, data: Any, *, place_id: int) -> None:
        super().__init__(data)
        held = Organisation.objects.filter(valid_on(clock.today()), place_id=place_id, kind__in=("unit", "department"))
        cast("forms.ModelMultipleChoiceField[Organisation]", self.fields["bodies"]).queryset = held.order_by("code")


class ValuesForm(forms.Form):
    """The values of every body for every factor but the result; a body may be taken out."""

    def __init__(self, data: Any, *, allocation: Allocation, lines: "QuerySet[AllocationLine] | list[AllocationLine]") -> None:
        super().__init__(data)
        self.lines = list(lines)
        self.factors = [one for one in factors_of(allocation) if not one.result]
        for line in self.lines:
            self.fields[f"out_{line.body_id}"] = forms.BooleanField(label=f"移出 {line.body.name}", required=False)
            for at, factor in enumerate(self.factors):
                told = line.values[at] if at < len(line.values) else None
                field = NumberField(label=f"{line.body.name}　{factor.label}", required=False, initial=Decimal(told) if told else None)
                self.fields[f"value_{line.body_id}_{at}"] = field

    @property
    def rows(self) -> list[tuple[AllocationLine, list[Any], Any]]:
        """Every body with its fields."""
        return [
            (
                line,
                [(one.label, self[f"value_{line.body_id}_{at}"]) for at, one in enumerate(self.factors)],
                self[f"out_{line.body_id}"],
            )
            for line in self.lines
        ]

    @property
    def kept(self) -> list[int]:
        """The bodies that go on to share."""
        return [line.body_id for line in self.lines if not self.cleaned_data[f"out_{line.body_id}"]]

    @property
    def values(self) -> dict[int, list[Decimal | None]]:
        """The values of every body."""
        return {
            line.body_id: [self.cleaned_data[f"value_{line.body_id}_{at}"] for at in range(len(self.factors))]
            for line in self.lines
        }
