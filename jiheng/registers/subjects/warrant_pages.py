"""Pages of what a project rests on: by kind, one more, its text, its withdrawal."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear, Warrant
from jiheng.registers.subjects.warrants import (
    WarrantData,
    attach_warrant,
    file_warrant,
    kinds_of,
    may_keep_warrant,
    may_see_warrants,
    may_write_warrant,
    shelves_of,
    visible_warrants,
    withdraw_warrant,
)
from jiheng.rules.refusal import Refusal
from jiheng.rules.warrants import DEMANDED, KINDS, LINKS


class WarrantForm(forms.Form):
    """One document, where it belongs and, if it is at hand, its text."""

    kind = forms.ChoiceField(label="类别")
    title = forms.CharField(label="名称", max_length=200, help_text="文件、规划、制度、报告或资料的名称，不写书名号。")
    number = forms.CharField(label="文号", max_length=80, required=False)
    clause = forms.CharField(label="条款", max_length=100, required=False, help_text="依据其中哪一条、哪一部分。")
    link = forms.ChoiceField(label="用于", choices=tuple(LINKS.items()))
    file = forms.FileField(
        label="文件", required=False, help_text="可以以后再上传。PDF、PNG、JPG、不含宏的 DOCX 和 XLSX，不超过 20MB。"
    )

    def __init__(self, data: Any, files: Any, *, year: SubjectYear, link: str, kind: str) -> None:
        super().__init__(data, files, initial={"link": link, "kind": kind})
        kinds = [(one.key, one.label) for one in kinds_of(year.cycle)]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", "请选择"), *kinds]

    def told(self) -> WarrantData:
        """Return what was filled in."""
        return WarrantData(**{key: self.cleaned_data[key] for key in ("kind", "title", "number", "clause", "link")})


class WithdrawForm(forms.Form):
    """Why a document is taken off the record."""

    reason = forms.CharField(label="撤回理由", max_length=300)


class WarrantFileForm(forms.Form):
    """The text of a document."""

    file = forms.FileField(label="文件")


@page(may=may_see_warrants, record=visible_subject_years)
def warrants(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Every kind of the rules with what is on record, and what is demanded and missing."""
    person = request.person
    shelves = shelves_of(year)
    texts = {one.pk: list(evidence_of(one)) for shelf in shelves for one in shelf.warrants}
    keeps = {one.pk: bool(may_keep_warrant(person, one)) for shelf in shelves for one in shelf.warrants}
    context = {
        "year": year,
        "name": "依据",
        "shelves": [
            (shelf, [(one, one.get_link_display(), texts[one.pk], keeps[one.pk]) for one in shelf.warrants])
            for shelf in shelves
        ],
        "number": len(texts),
        "lacking": [one for one in shelves if one.lacking],
        "withdrawn": list(visible_warrants(person).filter(subject_year=year, withdrawn_on__isnull=False)),
        "clause": clause_in(year.cycle, KINDS),
        "demanded": rule_in(year.cycle, DEMANDED),
        "may_write": bool(may_write_warrant(person, year)),
    }
    return render(request, "subjects/warrants.html", context)


@page(may=may_write_warrant, record=visible_subject_years, methods=("GET", "POST"))
def warrant_write(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Put one document on record, with its text if it is at hand."""
    given = request.POST if request.method == "POST" else None
    asked = {key: request.GET.get(key, "") for key in ("link", "kind")}
    form = WarrantForm(given, request.FILES or None, year=year, link=asked["link"] or "project", kind=asked["kind"])
    refused: list[Refusal] = []
    if given is not None and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            text = {"name": file.name, "content": file.read()} if file else {}
            made = file_warrant(year=year, data=form.told(), person=request.person, **text)
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, f"已登记“{made.title}”。")
            return go(request, "subjects:warrants", year.pk)
    context = {
        "form": form, "year": year, "name": "登记依据", "refusals": refused, "multipart": True,
        "back": reverse("subjects:warrants", args=[year.pk]),
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "subjects/warrant_form.html", context)


@page(may=may_keep_warrant, record=visible_warrants, methods=("POST",))
def warrant_attach(request: PageRequest, warrant: Warrant) -> HttpResponse:
    """Attach the text of a document."""
    form = WarrantFileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise mistaken("没有选择文件，或文件是空的", remedy="请选择文件后再上传", where="file")
    file = form.cleaned_data["file"]
    made = attach_warrant(warrant=warrant, name=file.name, content=file.read(), person=request.person)
    messages.success(request, f"已上传“{made.name}”。")
    return go(request, "subjects:warrants", warrant.subject_year_id)


@page(may=may_keep_warrant, record=visible_warrants, methods=("POST",))
def warrant_withdraw(request: PageRequest, warrant: Warrant) -> HttpResponse:
    """Take a document off the record, saying why."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise mistaken("请写明撤回理由", where="reason")
    withdraw_warrant(warrant=warrant, person=request.person, **form.cleaned_data)
    messages.success(request, "已撤回。")
    return go(request, "subjects:warrants", warrant.subject_year_id)
