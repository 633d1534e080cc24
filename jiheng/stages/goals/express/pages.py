"""Pages of express releases: all of a year, one with what followed, the decision, the check afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.labels import source_label
from jiheng.rules.express import Standing
from jiheng.rules.refusal import mistake
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.express.access import may_check, may_decide, may_see_release, visible_releases
from jiheng.stages.goals.express.forms import CheckForm, ReleaseForm
from jiheng.stages.goals.express.services import check_release, release_first
from jiheng.stages.goals.models import ExpressRelease
from jiheng.stages.goals.releases import RULE, entry_of, express_terms, followed


@page(may=may_see_goals)
def express_list(request: PageRequest) -> HttpResponse:
    """The express releases of the year that the person may see, with what is still awaited."""
    cycle = current_cycle(request)
    rows = followed(visible_releases(request.person).filter(subject_year__cycle=cycle)) if cycle else []
    terms = express_terms(cycle) if cycle else None
    context = {
        "cycle": cycle, "rows": rows, "terms": terms, "rule": rule_in(cycle, RULE) if cycle else None,
        "money_fen": sum(one.release.amount_fen for one in rows),
        "open": sum(one.standing is not Standing.DONE for one in rows),
        "late": sum(one.standing is Standing.LATE for one in rows),
        "may_decide": terms is not None and cycle is not None and cycle.state == "open" and bool(may_decide(request.person)),
    }  # fmt: skip
    return render(request, "goals/express.html", context)


@page(may=may_decide, methods=("GET", "POST"))
def express_decide(request: PageRequest) -> HttpResponse:
    """Decide that added money goes out before its goal."""
    cycle = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    terms = express_terms(cycle)
    if terms is None:
        raise refuse("本地制度没有规定先行下达", clause_in(cycle, "goal_with_addition"), "请先按新的金额申报或调整绩效目标")
    initial = {"code": request.GET.get("code", "")}
    form = ReleaseForm(request.POST or None, person=request.person, cycle=cycle, terms=terms, initial=initial)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = release_first(year=given.pop("code"), person=request.person, **given)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已先行下达并记入台账，绩效目标须在 {made.due} 以前补报，已通知实施单位。")
            return go(request, "goals:expressrelease", made.pk)
    context = {"form": form, "refusals": refusals, "terms": terms, "rule": rule_in(cycle, RULE), "cycle": cycle, "name": "先行下达"}
    return (invalid if form.is_bound else render)(request, "goals/express_decide.html", context)


@page(may=may_see_release, record=visible_releases)
def express_release(request: PageRequest, release: ExpressRelease) -> HttpResponse:
    """One release: the decision, the ledger's entry, the goal that followed, what was found of it."""
    return _release(request, release, None, [])


def _release(request: PageRequest, release: ExpressRelease, form: CheckForm | None, refusals: list[Any]) -> HttpResponse:
    person = request.person
    (now,) = followed([release])
    goal = visible_goals(person).filter(pk=now.goal.pk).first() if now.goal else None
    latest = visible_goals(person).filter(subject_year=release.subject_year_id).order_by("pk").last()
    waiting = now.standing in {Standing.AWAITED, Standing.LATE}
    context = {
        "release": release, "year": release.subject_year, "now": now, "goal": goal, "latest": latest,
        "entry": entry_of(release), "source": source_label(release.source),
        "begin": waiting and person.role == "unit_project",
        "may_check": now.standing is Standing.TO_CHECK and bool(may_check(person, release)),
        "form": form or CheckForm(), "refusals": refusals
    }  # fmt: skip
    return (invalid if refusals else render)(request, "goals/express_release.html", context)


@page(may=may_check, record=visible_releases, methods=("POST",))
def express_check(request: PageRequest, release: ExpressRelease) -> HttpResponse:
    """Say what the check of the goal that followed found."""
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _release(request, release, form, [mistake("请选择核查结果并写明意见", where="opinion")])
    try:
        made = check_release(release=release, person=request.person, version=seen_version(request), **form.cleaned_data)
    except Refused as refused:
        return _release(request, release, form, refused.refusals)
    messages.success(request, f"已记为“{made.get_result_display()}”，已通知实施单位。")
    return go(request, "goals:expressrelease", release.pk)
