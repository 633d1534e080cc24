"""Pages of the rules (制度): values, grades, scorecards, workflows, calendar, differences, assumed values."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, anyone, go, page, whole
from jiheng.registers.policies.models import Snapshot
from jiheng.registers.policies.queries import (
    current_policy,
    may_confirm,
    may_see_amendments,
    open_assumptions,
    policy_of,
)
from jiheng.registers.policies.reading import (
    STAGES,
    assumptions,
    conflicts_of,
    counted,
    levels_above,
    packs_of,
    rules_by_stage,
    visible_snapshots,
)
from jiheng.registers.policies.services import confirm_all, confirm_assumed
from jiheng.rules.policy import Policy
from jiheng.rules.policy.overrides import overrides

TABS = (
    ("list", "参数"),
    ("grades", "等级"),
    ("scorecards", "评分表"),
    ("workflows", "流程"),
    ("calendar", "日历"),
    ("documents", "表格与提纲"),
    ("sources", "文件依据"),
    ("changes", "与上级的差异"),
    ("conflicts", "比上级宽的规定"),
    ("assumed", "暂定值"),
)


@dataclass(frozen=True)
class View:
    """Which rules are looked at: those of a frozen version or of the pack as it stands, in which year."""

    place: Place
    policy: Policy
    version: str
    label: str
    budget_year: int
    day: date
    frozen: Snapshot | None


def _in_view(request: PageRequest) -> View:
    """The version in the address; else that of the chosen budget year; else the pack as it stands."""
    place = place_of(request.person)
    cycle: Any = current_cycle(request)
    year = cycle.budget_year if cycle is not None else clock.today().year
    asked = request.GET.get("version", "")
    snapshot, key = None, whole(asked)
    if key is not None:
        snapshot = visible_snapshots(request.person).filter(pk=key).first()
    elif asked != "now" and cycle is not None:
        snapshot = cycle.snapshot
    if snapshot is None:
        return View(place, current_policy(place), "now", "现行制度", year, clock.today(), None)
    policy = policy_of(snapshot)
    label = f"固化版本 {snapshot.digest[:12]}"
    return View(place, policy, str(snapshot.pk), label, year, clock.today(), snapshot)


def _more_tabs(request: PageRequest) -> tuple[tuple[str, str], ...]:
    return (("amendments", "修订"),) if may_see_amendments(request.person) else ()


def draw_tab(request: PageRequest, tab: str, view: View, context: dict[str, Any]) -> HttpResponse:
    """Draw one tab of the rules in the frame that all of them share."""
    shared = {
        "tabs": [(key, label, reverse(f"policies:{key}")) for key, label in (*TABS, *_more_tabs(request))],
        "tab": tab,
        "view": view,
        "versions": [
            ("now", "现行制度"),
            *((str(one.pk), f"{one.taken_at:%Y-%m-%d} 固化 {one.digest[:12]}") for one in visible_snapshots(request.person)),
        ],
        "chain": packs_of(view.policy),
    }  # fmt: skip
    return render(request, f"policies/{tab}.html", shared | context)


@page(may=anyone)
def policy_list(request: PageRequest) -> HttpResponse:
    """Every value in force, in words, by stage; searched by any word of it."""
    view, query = _in_view(request), request.GET.get("q", "").strip()[:100]
    groups = rules_by_stage(view.policy, view.place, view.budget_year, view.day, query)
    waiting = len(open_assumptions(view.policy, view.place))
    context = {
        "groups": groups,
        "query": query,
        "waiting": waiting,
        "count": sum(len(one.rules) for one in groups),
    }
    return draw_tab(request, "list", view, context)


@page(may=anyone, record=visible_snapshots)
def policy_snapshot(_: PageRequest, snapshot: Snapshot) -> HttpResponse:
    """The rules as they were frozen."""
    return redirect(f"{reverse('policies:list')}?version={snapshot.pk}")


@page(may=anyone)
def policy_grades(request: PageRequest) -> HttpResponse:
    """The grade tables: which total is which grade, and what follows."""
    view = _in_view(request)
    tables = [(table, str(view.policy.clause_of(table))) for table in view.policy.grades.values()]
    return draw_tab(request, "grades", view, {"tables": tables})


@page(may=anyone)
def policy_scorecards(request: PageRequest) -> HttpResponse:
    """The review and evaluation tables, item by item."""
    view = _in_view(request)
    cards = [(key, card, str(view.policy.clause_of(card))) for key, card in view.policy.scorecards.items()]
    return draw_tab(request, "scorecards", view, {"cards": cards})


@page(may=anyone)
def policy_workflows(request: PageRequest) -> HttpResponse:
    """Who may move what from where to where, drawn and as a table."""
    view = _in_view(request)
    tables = [
        {
            "key": key,
            "workflow": one,
            "clause": str(view.policy.clause_of(one)),
            # The engine draws it from the table; every text in it is escaped there.
            "drawing": mark_safe(one.diagram()),  # noqa: S308
            "steps": [
                (
                    step,
                    one.states[step.from_state].label,
                    one.states[step.to_state].label,
                    [view.policy.role_labels.get(role, role) for role in step.by],
                    one.clause_of(step),
                )
                for step in one.steps
            ],
        }
        for key, one in view.policy.workflows.items()
    ]
    return draw_tab(request, "workflows", view, {"tables": tables})


@page(may=anyone)
def policy_calendar(request: PageRequest) -> HttpResponse:
    """What is due when in the budget year, and who owes it."""
    view = _in_view(request)
    rows = [
        (
            item,
            STAGES.get(item.stage, ""),
            item.opens(view.budget_year),
            item.due(view.budget_year),
            [view.policy.role_labels.get(role, role) for role in item.roles],
            str(view.policy.clause_of(item)),
        )
        for item in view.policy.calendar.values()
    ]
    return draw_tab(request, "calendar", view, {"rows": sorted(rows, key=lambda row: row[3])})


@page(may=anyone)
def policy_documents(request: PageRequest) -> HttpResponse:
    """The official forms and the outlines of reports."""
    view = _in_view(request)
    listed = [(key, form, str(view.policy.clause_of(form))) for key, form in view.policy.forms.items()]
    outlines = [(one, str(view.policy.clause_of(one))) for one in view.policy.documents.values()]
    return draw_tab(request, "documents", view, {"forms": listed, "outlines": outlines})


@page(may=anyone)
def policy_sources(request: PageRequest) -> HttpResponse:
    """The documents on which the rules stand."""
    view = _in_view(request)
    return draw_tab(request, "sources", view, {"sources": list(view.policy.sources.values())})


@page(may=anyone)
def policy_changes(request: PageRequest) -> HttpResponse:
    """In what the place differs from each level above it, both sides in words; the nearest level first."""
    view = _in_view(request)
    levels = [
        (above.name, [one for one in overrides(above, view.policy, view.budget_year, view.day) if one.before or one.after])
        for above in levels_above(view.policy)
    ]  # fmt: skip
    return draw_tab(request, "changes", view, {"levels": [(name, rows, counted(rows)) for name, rows in levels]})


@page(may=anyone)
def policy_conflicts(request: PageRequest) -> HttpResponse:
    """Where the rules as they stand are looser than those of a level above, with both clauses and the reason."""
    view = present_view(request)
    found = conflicts_of(view.place)
    return draw_tab(request, "conflicts", view, {"own": found[0], "above": found[1]})


class GroundForm(forms.Form):
    """On what ground the bureau takes an assumed value; without `entry`, all that are open."""

    entry = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    ground = forms.CharField(label="确认依据", max_length=300, required=False)


def present_view(request: PageRequest) -> View:
    """Return the rules as they stand, for the chosen budget year."""
    place = place_of(request.person)
    cycle: Any = current_cycle(request)
    year = cycle.budget_year if cycle is not None else clock.today().year + 1
    return View(place, current_policy(place), "now", "现行制度", year, clock.today(), None)


@page(may=anyone)
def policy_assumed(request: PageRequest) -> HttpResponse:
    """What the pack assumes, to be confirmed before the first year is opened."""
    view = present_view(request)
    found = assumptions(view.policy, view.place, view.budget_year, view.day)
    context = {
        "open": [one for one in found if one.confirmation is None],
        "confirmed": [one for one in found if one.confirmation is not None],
        "may_confirm": bool(may_confirm(request.person)),
    }
    return draw_tab(request, "assumed", view, context)


@page(may=may_confirm, methods=("POST",))
def policy_confirm(request: PageRequest) -> HttpResponse:
    """Confirm one assumed value, or all that are open, on a ground."""
    view, form = present_view(request), GroundForm(request.POST)
    if not form.is_valid():
        raise Http404("确认的条目不对，请返回暂定值页重试。")
    given = form.cleaned_data
    if given["entry"]:
        confirm_assumed(
            policy=view.policy,
            place=view.place,
            entry=given["entry"],
            ground=given["ground"],
            person=request.person,
        )
        messages.success(request, "已确认该暂定值。")
    else:
        count = confirm_all(
            policy=view.policy, place=view.place, ground=given["ground"], person=request.person
        )
        messages.success(request, f"已确认 {count} 项暂定值。")
    return go(request, "policies:assumed")
