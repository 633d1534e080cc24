"""Pages where a goal is written and reviewed: the two halves, live checks, the library, offline forms, F3."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part, seen_version, whole
from jiheng.foundation.web.remembered import Remembered, remembered, token_of
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.cycles.review_tables import read_answers, typed_items
from jiheng.registers.exemplars.queries import alike
from jiheng.registers.indicators.queries import categories_of, search_library, sectors_of, suggested_for
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.weights import shares_of
from jiheng.stages.goals.access import (
    may_answer,
    may_edit,
    may_edit_content,
    may_return_rows,
    may_review,
    visible_goals,
)
from jiheng.stages.goals.facts import all_findings
from jiheng.stages.goals.forms import (
    HalfForms,
    ReturnForm,
    UploadForm,
    branch_choices,
    library_row,
)
from jiheng.stages.goals.last_year import last_year_of, past_of
from jiheng.stages.goals.medium import medium_of
from jiheng.stages.goals.models import Goal, GoalIndicator, GoalReview
from jiheng.stages.goals.pages import counted, state_label, title_of
from jiheng.stages.goals.queries import due_of, value_words
from jiheng.stages.goals.reaching import reached_of
from jiheng.stages.goals.returns import return_reasons
from jiheng.stages.goals.services import return_goal, review_goal, save_content, save_money
from jiheng.stages.goals.services.reviewing import card_of, grade_of
from jiheng.stages.goals.surroundings import Before, surroundings_of
from jiheng.stages.goals.together import left_over, read_base, save_together, shown_tables, told_tables
from jiheng.stages.goals.typed_rows import typed_rows
from jiheng.stages.goals.updating import updated_upload
from jiheng.stages.goals.uploads import Uploaded, apply_upload, form_title, keep_upload, marked_upload
from jiheng.stages.goals.weighing import missed_of, points_demanded, weighed_rows


def half_of(request: PageRequest) -> str:
    """Return which half the person writes."""
    return "money" if request.person.role == "unit_finance" else "content"


def save_half(request: PageRequest, goal: Goal, forms: HalfForms, *, draft: bool) -> None:
    """Give what was typed to the service of its half."""
    service = save_money if forms.half == "money" else save_content
    service(goal=goal, person=request.person, draft=draft, **forms.told())


@page(may=may_edit, record=visible_goals, methods=("GET", "POST"))
def goal_edit(request: PageRequest, goal: Goal) -> HttpResponse:
    """Write one half of the goal; the other half stands beside it to be read."""
    data = request.POST if request.method == "POST" else None
    half = half_of(request)
    base = json.dumps(told_tables(shown_tables(goal, half)), ensure_ascii=False) if data is None else ""
    forms = HalfForms(goal, half, data, mark=uuid.uuid4().hex, base=base)
    refusals: list[Refusal] = []
    if data is not None and forms.is_valid():
        try:
            save_half(request, goal, forms, draft=False)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已保存。")
            return go(request, "goals:edit" if data.get("do") == "save" else "goals:detail", goal.pk)
    draw = invalid if data is not None else render
    return draw(request, "goals/edit.html", edit_context(request, goal, forms, refusals))


def edit_context(
    request: PageRequest, goal: Goal, forms: HalfForms, refusals: list[Refusal]
) -> dict[str, Any]:
    """Gather what the page of a half shows."""
    rows, around = list(goal.indicators.select_related("library")), surroundings_of(goal.cycle, [goal])
    return {
        "goal": goal,
        "year": goal.subject_year,
        "title": title_of(goal),
        "name": f"填写{'资金部分' if forms.half == 'money' else '目标和指标'}",
        "half": forms.half,
        "form": forms.form,
        "formset": forms.grid,
        "tasks": forms.tasks,
        "refusals": refusals,
        **counted(all_findings(goal, rows, around)),
        "editing": True,
        "may_dispute": True,
        "autosave": reverse("goals:autosave", args=[goal.pk]),
        "returned_rows": [row for row in rows if row.returned],
        "lines": [{"row": row, "value": value_words(row)} for row in rows],
        "last_year": last_year_of(goal, rows, around.before_of(goal)),
        "term": medium_of(goal, rows) if forms.half == "content" else None,
        "suggested": _shown(suggested(request, goal)) if forms.half == "content" else [],
        "sectors": sectors_of(request.person),
        "categories": categories_of(request.person),
        "branches": branch_choices(goal)[0],
        "due": due_of(goal),
        "good_cases": alike(request.person, goal.subject_year, "goal"),
        "left_over": left_over(goal, forms.half),
        "filled": filled if (filled := request.GET.get("filled", "")) and remembered(goal, filled) else "",
        **(beside(goal, rows, around.before_of(goal)) if forms.half == "content" else {}),
    }


def suggested(request: PageRequest, goal: Goal) -> Any:
    """Return indicators that suit the goal's subject."""
    year = goal.subject_year
    return suggested_for(request.person, name=year.name, sector=year.sector, category=year.category)


def _shown(indicators: Any) -> list[dict[str, Any]]:
    return [{"indicator": one, "row": library_row(one)} for one in indicators]


@page(may=may_edit, record=visible_goals, methods=("POST",))
def goal_autosave(request: PageRequest, goal: Goal) -> HttpResponse:
    """Keep a draft of the half without an entry in the chain.

    A page that says what it got before (`base`) is joined with what others saved meanwhile and told the outcome;
    without that, 422 when something cannot be read and 409 when somebody else was faster.
    """
    forms = HalfForms(goal, half_of(request), request.POST)
    if base := request.POST.get("base"):
        told = save_together(
            goal=goal,
            person=request.person,
            forms=forms,
            base=read_base(base),
            page=request.POST.get("page", ""),
            settled=[pk for one in request.POST.get("settled", "").split(",") if (pk := whole(one)) is not None],
        )
        return JsonResponse(told)
    if not forms.is_valid():
        return HttpResponse(status=422)
    save_half(request, goal, forms, draft=True)
    return HttpResponse(status=204)


@page(may=may_edit, record=visible_goals, methods=("POST",))
def goal_check(request: PageRequest, goal: Goal) -> HttpResponse:
    """Say what the checks find in what stands on the page now; nothing is saved."""
    forms = HalfForms(goal, half_of(request), request.POST)
    valid = forms.is_valid()
    rows = list(goal.indicators.select_related("library"))
    if forms.half == "content":
        goal.objective = str(forms.form.cleaned_data.get("objective", ""))
        rows = typed_rows(goal, rows, forms.rows_on_page())
    elif valid:
        for key, value in forms.told().items():
            if key.endswith("_fen"):
                setattr(goal, key, value)
    around = surroundings_of(goal.cycle, [goal])
    context = {
        "goal": goal,
        **counted(all_findings(goal, rows, around)),
        "editing": True,
        "good_cases": alike(request.person, goal.subject_year, "goal"),
    }
    if forms.half == "content":
        context |= beside(goal, rows, around.before_of(goal))
    return part(request, "goals/_live.html", context)


def beside(goal: Goal, rows: Sequence[GoalIndicator], before: Before) -> dict[str, Any]:
    """Return what stands beside the rows: how the points share out, what a miss costs, what past years say."""
    weighed = weighed_rows(rows)
    return {
        "shares": shares_of(weighed, points_demanded(goal.cycle)),
        "missed": missed_of(goal.cycle, weighed),
        "past": past_of(before, rows),
        "reached": reached_of(goal, rows),
    }


@page(may=may_edit_content, record=visible_goals)
def goal_library(request: PageRequest, goal: Goal) -> HttpResponse:
    """The part of the edit page that lists library indicators for the words and filters chosen."""
    words, sector, level1, category = (
        request.GET.get(key, "").strip() for key in ("words", "sector", "level1", "category")
    )
    asked = bool(words or sector or level1 or category)
    found = (
        search_library(request.person, words=words, sector=sector, level1=level1, category=category)
        if asked
        else suggested(request, goal)
    )
    context = {"goal": goal, "suggested": _shown(found), "asked": asked}
    return part(request, "goals/_library.html", context)


# --- return of single rows, review


@page(may=may_return_rows, record=visible_goals, methods=("GET", "POST"))
def goal_return(request: PageRequest, goal: Goal) -> HttpResponse:
    """Send back the whole goal or single rows, each with its reason."""
    form = ReturnForm(request.POST or None, initial={"version": goal.version})
    refusals: list[Refusal] = []
    picked = {pk: request.POST.get(f"reason-{pk}", "") for pk in request.POST.getlist("row") if whole(pk)}
    if request.method == "POST" and form.is_valid():
        try:
            return_goal(
                goal=goal,
                person=request.person,
                comment=form.cleaned_data["comment"],
                rows={int(pk): reason for pk, reason in picked.items()},
                kinds={int(pk): request.POST.get(f"kind-{pk}", "") for pk in picked},
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已退回，现为“{state_label(goal)}”。")
            return go(request, "goals:detail", goal.pk)
    lines = [
        {
            "row": row,
            "value": value_words(row),
            "picked": str(row.pk) in picked,
            "reason": picked.get(str(row.pk), ""),
            "kind": request.POST.get(f"kind-{row.pk}", ""),
        }
        for row in goal.indicators.all()
    ]
    draw = invalid if form.is_bound else render
    context = {
        "goal": goal,
        "title": title_of(goal),
        "form": form,
        "name": "退回修改",
        "lines": lines,
        "reasons": return_reasons(goal.cycle),
        "refusals": refusals,
    }
    return draw(request, "goals/return.html", context)


@page(may=may_review, record=visible_goals, methods=("GET", "POST"))
def goal_review(request: PageRequest, goal: Goal) -> HttpResponse:
    """Score the goal on the review table: tiers by key, points inside the tier, an opinion."""
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            made = _scored(request, goal)
        except Refused as refused:
            refusals = refused.refusals
        except ValidationError as error:
            refusals = [mistake(one) for one in error.messages]
        else:
            band = grade_of(goal, made.total)
            messages.success(request, f"审核得 {made.total} 分，等级“{band.label}”。{band.effect}")
            return go(request, "goals:detail", goal.pk)
    draw = invalid if request.method == "POST" else render
    return draw(request, "goals/review.html", review_context(request, goal, refusals))


def _scored(request: PageRequest, goal: Goal) -> GoalReview:
    answers = read_answers(card_of(goal), request.POST)
    return review_goal(
        goal=goal,
        person=request.person,
        tiers=answers.tiers,
        points=answers.points,
        remarks=answers.remarks,
        opinion=answers.opinion,
        version=seen_version(request),
    )


def review_context(request: PageRequest, goal: Goal, refusals: list[Refusal]) -> dict[str, Any]:
    """Gather the review table with what was typed, and the goal beside it."""
    card, typed = card_of(goal), request.POST
    rows = list(goal.indicators.select_related("library"))
    return {
        "goal": goal,
        "year": goal.subject_year,
        "title": title_of(goal),
        "name": "审核评分",
        "card": card,
        "items": typed_items(card, typed, refusals),
        "opinion": typed.get("opinion", ""),
        "lines": [{"row": row, "value": value_words(row)} for row in rows],
        **counted(all_findings(goal, rows)),
        "may_answer": bool(may_answer(request.person, goal)),
        "card_clause": policy_for(goal.cycle).clause_of(card),
        "refusals": refusals,
    }


# --- offline form


@page(may=may_edit, record=visible_goals, methods=("GET", "POST"))
def goal_upload(request: PageRequest, goal: Goal) -> HttpResponse:
    """Upload the filled-in form: every mistake at its cell, every difference, nothing changed yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    uploaded: Uploaded | None = None
    refusals: list[Refusal] = []
    token = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploaded = keep_upload(goal=goal, name=file.name, content=file.read(), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            version = goal.money_version if half_of(request) == "money" else goal.content_version
            token = token_of(goal, Remembered(file.name, uploaded.digest, version))
    half = half_of(request)
    context = {
        "goal": goal,
        "title": title_of(goal),
        "form": form,
        "name": "导入离线填报表",
        "form_title": form_title(goal),
        "uploaded": uploaded,
        "half": half,
        "changes": (uploaded.money_changes if half == "money" else uploaded.content_changes)
        if uploaded
        else [],
        "token": token,
        "clashes": uploaded.clashes.get(half, []) if uploaded else [],
        "since": uploaded.since.get(half, 0) if uploaded else 0,
        "refusals": refusals,
        "multipart": True,
    }
    bad = bool(refusals or (form.is_bound and not form.is_valid()) or (uploaded and not uploaded.ok))
    return (invalid if bad else render)(request, "goals/upload.html", context)


@page(may=may_edit, record=visible_goals, methods=("POST",))
def goal_upload_apply(request: PageRequest, goal: Goal) -> HttpResponse:
    """Take over the uploaded form after the person has seen what it changes."""
    kept = remembered(goal, request.POST.get("token", ""))
    if kept is None:
        messages.error(request, "核对页已过期，请重新上传。")
        return go(request, "goals:upload", goal.pk)
    apply_upload(
        goal=goal,
        name=kept.name,
        digest=kept.digest,
        person=request.person,
        seen=Seen(kept.seen),
        choices=choices_in(request.POST),
    )
    messages.success(request, "已按上传的表填入，请核对检查结果后签署。")
    return HttpResponseRedirect(f"{reverse('goals:edit', args=[goal.pk])}?filled={token_of(goal, kept)}")


def choices_in(data: QueryDict) -> dict[str, str]:
    """Return what was chosen for each clash: its name → "mine" or "theirs"."""
    found = {}
    for number, name in enumerate(data.getlist("clash")):
        found[name] = data.get(f"side-{number}", "") or data.get("side-rest", "")
    return found


@page(may=may_edit, record=visible_goals)
def goal_upload_updated(request: PageRequest, goal: Goal) -> HttpResponse:
    """The person's own form with the present state put into its boxes; all else in it stays."""
    kept = remembered(goal, request.GET.get("file", ""))
    if kept is None:
        messages.error(request, "文件已过期，请重新上传。")
        return go(request, "goals:upload", goal.pk)
    try:
        made = updated_upload(goal, kept.digest)
    except Unreadable as broken:
        raise mistaken(str(broken)) from broken
    return sent(made.content, f"{kept.name.removesuffix('.xlsx')}（已更新）.xlsx")


@page(may=may_edit, record=visible_goals)
def goal_upload_marked(request: PageRequest, goal: Goal) -> HttpResponse:
    """The person's own file with every mistake marked at its cell, for an hour after the upload."""
    kept = remembered(goal, request.GET.get("file", ""))
    if kept is None:
        messages.error(request, "核对页已过期，请重新上传。")
        return go(request, "goals:upload", goal.pk)
    content = marked_upload(goal, kept.name, kept.digest)
    return sent(content, f"{kept.name.removesuffix('.xlsx')}（已标注）.xlsx")
