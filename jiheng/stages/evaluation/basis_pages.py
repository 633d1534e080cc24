"""Pages on what an evaluation rests on: methods and standards, the look at the report, its class in the rules."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.services.basis import (
    BasisData,
    look_at_report,
    may_look_at_report,
    may_write_basis,
    save_basis,
    seal_of,
)
from jiheng.stages.evaluation.standards import standard_rows, standards_by_row


class BasisForm(forms.Form):
    """Methods, standards, and why there is no quantitative method."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    methods = forms.MultipleChoiceField(label="评价方法", required=False, widget=forms.CheckboxSelectMultiple, help_text="可以采用一种或多种。")
    reason = forms.CharField(
        label="没有采用定量方法的理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="采用了定量方法的不用填。",
    )  # fmt: skip
    standards = forms.MultipleChoiceField(label="评价标准", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, record: Evaluation) -> None:
        super().__init__(data, initial={**record.basis, "seen": seal_of(record)})
        for name, key in (("methods", "evaluation_methods"), ("standards", "evaluation_standards")):
            rule = rule_in(record.cycle, key)
            field = cast(forms.MultipleChoiceField, self.fields[name])
            field.choices = [(one, one) for one in rule.value] if rule is not None else []
        kept, rule = record.basis.get("each", {}), rule_in(record.cycle, "evaluation_standards")
        standards = [(str(one), str(one)) for one in rule.value] if rule is not None else []
        self.rows = standard_rows(record)
        for row in self.rows:
            self.fields[f"each-{row.lineage}"] = forms.ChoiceField(
                label=row.name, choices=[("", "（只采用一种标准的不用选）"), *standards], required=False,
                initial=kept.get(str(row.lineage), ""),
            )  # fmt: skip

    @property
    def each(self) -> list[forms.BoundField]:
        """The fields of the single indicators."""
        return [self[f"each-{row.lineage}"] for row in self.rows]

    def told(self) -> BasisData:
        """Return what was said for the service."""
        data = self.cleaned_data
        each = {str(row.lineage): data[f"each-{row.lineage}"] for row in self.rows}
        return BasisData(data["methods"], data["standards"], data["reason"], each)


@page(may=may_write_basis, record=visible_evaluations, methods=("GET", "POST"))
def basis(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Say by which methods and standards the evaluation is made."""
    form = BasisForm(request.POST or None, record=record)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            save_basis(evaluation=record, told=form.told(), person=request.person, seen=form.cleaned_data["seen"])
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "评价方法和标准已保存。")
            return go(request, "evaluation:detail", record.pk)
    rules = {key: rule_in(record.cycle, key) for key in ("evaluation_methods", "evaluation_standards")}
    context = {
        "form": form,
        "record": record,
        "refusals": refusals,
        "name": "评价方法和标准",
        "each_asked": rule_in(record.cycle, "evaluation_standard_each"),
        **rules,
    }
    return (invalid if form.is_bound else render)(request, "evaluation/basis.html", context)


@page(may=may_look_at_report, record=visible_evaluations, methods=("POST",))
def qualities(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Note which demands on a report this one meets."""
    version = seen_version(request)
    look_at_report(evaluation=record, met=request.POST.getlist("met"), person=request.person, version=version)
    messages.success(request, "报告审核已保存。")
    return go(request, "evaluation:detail", record.pk)


def basis_context(record: Evaluation, person: Person) -> dict[str, Any]:
    """Gather what the page of an evaluation shows of its basis and of the look at its report."""
    demands = rule_in(record.cycle, "report_qualities")
    asked = rule_in(record.cycle, "evaluation_method_principles")
    return {
        "basis": record.basis,
        "basis_asked": asked,
        "standards_by_row": standards_by_row(record),
        "may_write_basis": bool(may_write_basis(person, record)),
        "demands": demands,
        "qualities": [(one, record.qualities.get(one)) for one in demands.value] if demands is not None else [],
        "may_look": demands is not None and bool(may_look_at_report(person, record)),
        "classes": classes_of(record),
        "evaluator_draw": getattr(record, "evaluator_draw", None),
    }


def classes_of(record: Evaluation) -> list[tuple[str, str, str]]:
    """Return in which class of each of the place's classifications the evaluation lies, with the clause.

    The rules name for each class what it holds: `kinds` of subject, or the evaluations so `organised`.
    """
    rule = rule_in(record.cycle, "evaluation_classification")
    rows = rule.value if rule is not None else []
    found = []
    for row in rows:
        for one in row["children"]:
            held = isinstance(one, dict) and (
                record.subject_year.kind in one.get("kinds", ()) or record.kind in one.get("organised", ())
            )
            if held:
                found.append((str(row["label"]), str(one["label"]), str(rule.clause) if rule else ""))
    return found
