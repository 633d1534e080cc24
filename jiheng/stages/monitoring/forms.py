"""What is typed on the pages of monitoring: readings, measures, a note; what came of a measure."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from jiheng.foundation.web.fields import DayField, KeyField
from jiheng.foundation.web.seen import SeenForm
from jiheng.stages.monitoring.models import Measure, MonitoringReport, Reading
from jiheng.stages.monitoring.services import MeasureData, ReadingData
from jiheng.stages.monitoring.services.filling import cause_kinds, measure_kinds


class FillForm(SeenForm):
    """The note, and what the page had before it."""

    note = forms.CharField(
        label="情况说明",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="执行情况概述；支出偏慢的，在这里说明资金方面的原因。",
    )


class ReadingForm(forms.Form):
    """What is said about one indicator."""

    pk = KeyField()
    actual_text = forms.CharField(label="执行情况", required=False, max_length=200)
    expected_text = forms.CharField(label="全年预计", required=False, max_length=200)
    likelihood = forms.ChoiceField(
        label="完成可能性", required=False, choices=[("", ""), *Reading.LIKELIHOODS]
    )
    causes = forms.MultipleChoiceField(label="偏差原因", required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label="原因说明", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 1})
    )

    def __init__(
        self, *args: Any, causes: Sequence[tuple[str, str]], line: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["causes"]).choices = list(causes)
        self.line = line
        row = line.reading.indicator if line else None
        if row is not None:
            self.fields["actual_text"].widget.attrs["placeholder"] = (
                f"数值，{row.unit}" if row.kind == "quantitative" and row.unit else "完成到什么程度"
            )

    def told(self) -> ReadingData:
        """Return it for the service."""
        kept = self.cleaned_data
        return ReadingData(
            kept["actual_text"], kept["expected_text"], kept["likelihood"], kept["causes"], kept["reason"]
        )


class ReadingFormSet(BaseFormSet[Any]):
    """The rows in the order of the indicators, each knowing which one it is about."""

    def total_form_count(self) -> int:
        """One row for each indicator, however many a page says that it sends."""
        return len(self.form_kwargs["lines"])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give each row its own indicator."""
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        lines = kwargs.pop("lines")
        return {**kwargs, "line": lines[index] if index is not None and index < len(lines) else None}


class MeasureForm(forms.Form):
    """One corrective measure."""

    kind = forms.ChoiceField(label="处理方式", required=False)
    text = forms.CharField(
        label="措施", required=False, max_length=300, widget=forms.TextInput(attrs={"data-width": "wide"})
    )
    responsible = forms.CharField(label="责任岗位", required=False, max_length=100)
    due = DayField(label="完成期限", required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = list(kinds)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.cleaned_data.get(key) for key in ("text", "responsible", "due"))

    def clean(self) -> dict[str, Any]:
        """A measure that was begun must be whole."""
        kept: dict[str, Any] = super().clean() or {}
        if any(kept.get(key) for key in ("text", "responsible", "due")):
            for key, words in (
                ("text", "请写明措施"),
                ("responsible", "请写明责任岗位"),
                ("due", "请写明完成期限"),
            ):
                if not kept.get(key) and key not in self.errors:
                    self.add_error(key, words)
        return kept

    def told(self) -> MeasureData:
        """Return it for the service."""
        kept = self.cleaned_data
        return MeasureData(kept["text"], kept["responsible"], kept["due"], kept["kind"] or "correct")


class OutcomeForm(forms.Form):
    """What came of a measure."""

    outcome = forms.CharField(label="落实情况", max_length=300, error_messages={"required": "请写明落实情况"})


class FillForms:
    """The whole fill page: the note, one row for each indicator, the measures."""

    def __init__(
        self, report: MonitoringReport, lines: Sequence[Any], data: QueryDict | None = None, *, page: str = ""
    ) -> None:
        self.report = report
        first = {"seen": report.fill_version, "page": page, "note": report.note}
        self.form = FillForm(data, initial=first)
        rows = formset_factory(ReadingForm, ReadingFormSet, extra=0, max_num=len(lines), absolute_max=500)
        self.readings: BaseFormSet[Any] = rows(
            data,
            prefix="readings",
            initial=[_reading(line.reading) for line in lines],
            form_kwargs={"causes": list(cause_kinds(report).items()), "lines": lines},
        )
        measures = formset_factory(MeasureForm, extra=1, can_delete=True, max_num=100, absolute_max=100)
        self.measures: BaseFormSet[Any] = measures(
            data,
            prefix="measures",
            initial=[_measure(one) for one in report.measures.filter(done_on__isnull=True)],
            form_kwargs={"kinds": list(measure_kinds(report).items())},
        )

    def is_valid(self) -> bool:
        """Whether everything can be read; all parts are asked, so that all errors show at once."""
        return all([self.form.is_valid(), self.readings.is_valid(), self.measures.is_valid()])

    def told_readings(self) -> dict[int, ReadingData]:
        """Return the readings by key, as far as they could be read."""
        return {
            form.cleaned_data["pk"]: form.told()
            for form in self.readings.forms
            if form.is_valid() and form.cleaned_data.get("pk")
        }

    def told(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        kept = self.form.cleaned_data
        rows = [one for one in self.measures.forms if not one.is_blank]
        return {
            "readings": self.told_readings(),
            "note": kept["note"],
            "measures": [one.told() for one in rows if not one.cleaned_data.get("DELETE")],
            "seen": self.form.told_seen(),
        }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "pk": reading.pk,
        "actual_text": reading.actual_text,
        "expected_text": reading.expected_text,
        "likelihood": reading.likelihood,
        "causes": reading.causes,
        "reason": reading.reason,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {key: getattr(measure, key) for key in ("kind", "text", "responsible", "due")}
