"""Pages of amendments (修订): the list, uploading one, what it would do, another person's word on it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import Refused
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.policies.amending import files_of, judge_amendment, tried, upload_amendment
from jiheng.registers.policies.dry_run import effects_on, open_years
from jiheng.registers.policies.models import Amendment
from jiheng.registers.policies.pages import draw_tab, present_view
from jiheng.registers.policies.queries import (
    current_policy,
    may_amend,
    may_judge,
    may_see_amendments,
    visible_amendments,
)
from jiheng.rules.policy.overrides import overrides
from jiheng.rules.refusal import Refusal


class SeveralFiles(forms.ClearableFileInput):
    """A control that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the first file, for the check that there is one; the page reads all of them from the request."""
        return next(iter(files.getlist(name)), None)


class AmendmentForm(forms.Form):
    """An amendment: what it is called, on what ground, its files (read by the page from the request)."""

    title = forms.CharField(label="修订名称", max_length=100)
    ground = forms.CharField(label="依据和理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    sheets = forms.FileField(
        label="文件",
        widget=SeveralFiles(attrs={"accept": ".yaml"}),
        help_text="YAML 文件，可以一次选几个。文件名里的点代替文件夹：parameters.results.yaml、cases.results.yaml；"
        "sources.yaml、grades.yaml、calendar.yaml 照旧。至少附一个算例。",
    )


class JudgeForm(forms.Form):
    """A word on what another person asked for; `seen` is the digest of what was looked at."""

    approved = forms.BooleanField(required=False)
    comment = forms.CharField(max_length=300, required=False)
    seen = forms.CharField(max_length=64, required=False)


@page(may=may_see_amendments)
def amendment_list(request: PageRequest) -> HttpResponse:
    """Every amendment of the place with what became of it."""
    context = {
        "amendments": visible_amendments(request.person),
        "may_amend": bool(may_amend(request.person)),
    }
    return draw_tab(request, "amendments", present_view(request), context)


@page(may=may_amend, methods=("GET", "POST"))
def amendment_new(request: PageRequest) -> HttpResponse:
    """Upload an amendment; everything wrong in it is told at once, with file and line."""
    form = AmendmentForm(request.POST or None, request.FILES or None)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            sent = {one.name or "": one.read() for one in request.FILES.getlist("sheets")}
            made = upload_amendment(
                place=place_of(request.person),
                title=form.cleaned_data["title"],
                ground=form.cleaned_data["ground"],
                files=files_of(sent),
                person=request.person,
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已提交，待另一人批准。")
            return go(request, "policies:amendment", made.pk)
    draw = invalid if form.is_bound else render
    context = {"form": form, "name": "提交制度修订", "refusals": refusals, "multipart": True}
    return draw(request, "policies/amendment_new.html", context)


@page(may=may_see_amendments, record=visible_amendments)
def amendment_detail(request: PageRequest, amendment: Amendment) -> HttpResponse:
    """What an amendment says, and what it would do: rules, cases, open years."""
    verdict = getattr(amendment, "verdict", None)
    state, tone = ("待批准", "amber") if verdict is None else (str(verdict), "green" if verdict.approved else "grey")
    context = {
        "amendment": amendment,
        "verdict": verdict,
        "title": TitleLine(amendment.title, unit=str(amendment.place), state=state, tone=tone),  # type: ignore[arg-type]
        "files": [],
        "uploaded": sorted(amendment.files.items()),
        "may_judge": verdict is None and bool(may_judge(request.person, amendment)),
        "history": told(history(amendment)),
    }
    return render(request, "policies/amendment.html", context | (_trial(request, amendment) if verdict is None else {}))


def _trial(request: PageRequest, amendment: Amendment) -> dict[str, Any]:
    """What the amendment comes to on the rules as they stand now, or why it no longer lies over them."""
    try:
        trial = tried(amendment.place, amendment.files)
    except Refused as refused:
        return {"refusals": refused.refusals}
    view, years = present_view(request), open_years(amendment.place)
    year = years[0].budget_year if years else view.budget_year
    return {
        "trial": trial,
        "rows": overrides(current_policy(amendment.place), trial.policy, year, clock.today()),
        "years": [(one, effects_on(one, trial.policy)) for one in years],
    }


@page(may=may_judge, record=visible_amendments, methods=("POST",))
def amendment_judge(request: PageRequest, amendment: Amendment) -> HttpResponse:
    """Approve an amendment, or not; never by the one who uploaded it."""
    form = JudgeForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    judge_amendment(
        amendment=amendment,
        approved="approved" in request.POST,
        comment=given.get("comment", ""),
        seen=given.get("seen", ""),
        person=request.person,
    )
    done = "已批准，存为新的一版；已经开启的年度不变。" if "approved" in request.POST else "已退回，没有批准。"
    messages.success(request, done)
    return go(request, "policies:amendment", amendment.pk)
