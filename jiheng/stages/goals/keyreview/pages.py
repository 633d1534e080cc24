"""Pages of key reviews: the list counted back, what to look at next, another line tried out, money, rewards."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, visible_cycles
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.rules.goal_review import Terms
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.keyreview.access import (
    may_agree,
    may_choose,
    may_promise,
    may_see_key_reviews,
    may_see_whole,
    may_strike,
    visible_key_reviews,
    visible_rewards,
)
from jiheng.stages.goals.keyreview.forms import AgreeForm, ChooseForm, LineForm, StrikeForm, TermsForm
from jiheng.stages.goals.keyreview.queries import (
    ENDED,
    Failing,
    Judged,
    earned,
    failing,
    fails,
    gate_of,
    judged,
    listed,
    mark_of,
    proposed,
    replayed,
    terms_of,
    undecided,
)
from jiheng.stages.goals.keyreview.services import (
    agree_money,
    list_key_reviews,
    promise_rewards,
    strike_key_review,
)
from jiheng.stages.goals.models import Goal, KeyReview


@page(may=may_see_key_reviews)
def key_reviews(request: PageRequest) -> HttpResponse:
    """The year's key reviews with the days of their steps, those due first on top."""
    person, cycle = request.person, current_cycle(request)
    rows = listed(person, cycle) if cycle else []
    open_rows = [one for one in rows if one.entry.struck_on is None]
    context = {
        "cycle": cycle,
        "rows": rows,
        "departments": len({one.entry.subject_year.department_id for one in open_rows}),
        "money_fen": sum(one.entry.subject_year.requested_fen for one in open_rows),
        "count": len(open_rows),
        "ended": sum(one.goal is not None and one.goal.state in ENDED for one in open_rows),
        "late": sum(one.late for one in open_rows),
        "cut_fen": sum(one.agreed.cut_fen for one in open_rows if one.agreed is not None),
        "countdown": rule_in(cycle, "key_review_countdown") if cycle else None,
        "may_choose": bool(may_choose(person)),
        "whole": person.sees_whole_place,
        "here": "list",
    }
    return render(request, "goals/key_reviews.html", context)


@page(may=may_see_whole)
def key_proposals(request: PageRequest) -> HttpResponse:
    """What the system would look at next: money × risk × years since the last look, each told."""
    return _proposals(request, current_cycle(request), None, [])


@page(may=may_choose, methods=("POST",))
def key_choose(request: PageRequest) -> HttpResponse:
    """Put the chosen projects on the list."""
    person, cycle = request.person, current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    form = ChooseForm(request.POST, rows=visible_subject_years(person).filter(cycle=cycle))
    refusals: list[Any] = []
    if form.is_valid():
        try:
            made = list_key_reviews(cycle=cycle, person=person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已列入 {len(made)} 项，已告知主管部门。")
            return go(request, "goals:key_reviews")
    return _proposals(request, cycle, form, refusals)


def _proposals(request: PageRequest, cycle: Cycle | None, form: ChooseForm | None, refusals: list[Any]) -> HttpResponse:
    person = request.person
    rule = rule_in(cycle, "key_review_risks") if cycle else None
    empty = ChooseForm(None, rows=visible_subject_years(person).none(), initial={"source": "proposed"})
    context = {
        "cycle": cycle,
        "rows": proposed(person, cycle) if cycle else [],
        "chosen": set(request.POST.getlist("years")),
        "rule": rule,
        "form": form or empty,
        "refusals": refusals,
        "may_choose": bool(may_choose(person)) and cycle is not None and cycle.state == "open",
        "whole": True,
        "here": "proposals",
    }
    return (render if form is None else invalid)(request, "goals/key_proposals.html", context)


@page(may=may_strike, record=visible_key_reviews, methods=("GET", "POST"))
def key_strike(request: PageRequest, entry: KeyReview) -> HttpResponse:
    """Take an entry off the list, with the reason; its line stays."""
    form = StrikeForm(request.POST or None)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            strike_key_review(entry=entry, reason=form.cleaned_data["reason"], person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已移出重点审核清单，原来的一行保留。")
            return go(request, "goals:key_reviews")
    context = {"form": form, "entry": entry, "name": "移出重点审核清单", "refusals": refusals}
    return (invalid if form.is_bound else render)(request, "goals/key_strike.html", context)


@page(may=may_agree, record=visible_goals, methods=("GET", "POST"))
def goal_agree(request: PageRequest, goal: Goal) -> HttpResponse:
    """Say what the review leaves of the money that a goal asks for."""
    asked = goal.fiscal_fen + goal.other_fen
    form = AgreeForm(request.POST or None, initial={"agreed_fen": asked, "version": goal.version})
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = agree_money(goal=goal, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已核定资金，须退回单位改到核定数以内。" if made.cut_fen else "已核定资金，没有核减。")
            return go(request, "goals:detail", goal.pk)
    context = {"form": form, "goal": goal, "asked_fen": asked, "name": "核定资金", "refusals": refusals}
    return (invalid if form.is_bound else render)(request, "goals/agree.html", context)


# --- another line tried out


@dataclass(frozen=True)
class MarkOfYear:
    """The line of one budget year and how its decisions come out when judged again."""

    cycle: Cycle
    rule: Any
    count: int
    failed: Failing
    cut_fen: int
    decided: int
    different: int


def marks_of(person: Person) -> list[MarkOfYear]:
    """Return the years of the place with their lines, newest first."""
    found = []
    for cycle in visible_cycles(person):
        rows = judged(person, cycle)
        again = replayed(rows, cycle)
        found.append(
            MarkOfYear(
                cycle, rule_in(cycle, "goal_review_pass_mark"), len(rows), failing(rows, mark_of(cycle), gate_of(cycle)),
                sum(one.cut_fen for one in rows), again.count, len(again.different),
            )
        )  # fmt: skip
    return found


@page(may=may_see_whole)
def marks(request: PageRequest) -> HttpResponse:
    """The line to pass: what it did, and what another one would do to projects, departments and money."""
    person, cycle = request.person, current_cycle(request)
    rows = judged(person, cycle) if cycle else []
    line, gate = (mark_of(cycle), gate_of(cycle)) if cycle else (None, {})
    form = LineForm(request.GET if "line" in request.GET else None)
    tried = form.cleaned_data["line"] if form.is_bound and form.is_valid() else None
    now, then = failing(rows, line, gate), failing(rows, tried if tried is not None else line, gate)
    turned = [one for one in rows if fails(one, line, gate) != fails(one, tried, gate)] if tried is not None else []
    context = {
        "cycle": cycle,
        "count": len(rows),
        "departments": len({one.department for one in rows}),
        "asked_fen": sum(one.asked_fen for one in rows),
        "cut_fen": sum(one.cut_fen for one in rows),
        "line": line,
        "rule": rule_in(cycle, "goal_review_pass_mark") if cycle else None,
        "form": form,
        "tried": tried,
        "now": now,
        "then": then,
        "turned": [(one, fails(one, tried, gate)) for one in turned],
        "turned_departments": len({one.department for one in turned}),
        "turned_fen": sum(one.asked_fen for one in turned),
        "by_grade": _by_grade(cycle, rows),
        "by_department": _by_department(then.rows),
        "shown": _shown(request.GET.get("show", ""), cycle, rows, now, then),
        "years": marks_of(person),
        "whole": True,
        "here": "marks",
    }
    return render(request, "goals/marks.html", context)


@dataclass(frozen=True)
class Shown:
    """The rows behind one number of the page, and what the number counts."""

    name: str
    rows: list[tuple[Judged, str]]


def _shown(
    asked: str, cycle: Cycle | None, rows: list[Judged], now: Failing, then: Failing
) -> Shown | None:
    """Return the rows behind the number that was pressed, each with its grade in words; None when none was."""
    if cycle is None or not asked:
        return None
    what, _, key = asked.partition("-")
    grades = {band.key: band.label for band in policy_for(cycle).grades["goal_review"].bands}
    name, found = {
        "all": ("已审核评分的项目", rows),
        "now": ("现行不合格的项目", now.rows),
        "then": ("试算不合格的项目", then.rows),
        "grade": (f"等级为“{grades.get(key, key)}”的项目", [one for one in rows if one.grade == key]),
        "department": ("不合格的项目", [one for one in then.rows if str(one.department) == key]),
    }.get(what, ("", []))
    return Shown(name, [(one, grades.get(one.grade, one.grade)) for one in found]) if name else None


def _by_grade(cycle: Cycle | None, rows: list[Judged]) -> list[dict[str, Any]]:
    if cycle is None or not rows:
        return []
    bands = policy_for(cycle).grades["goal_review"].bands
    of = {band.key: [one for one in rows if one.grade == band.key] for band in bands}
    return [
        {"band": band, "count": len(of[band.key]), "asked_fen": sum(one.asked_fen for one in of[band.key])} for band in bands
    ]


def _by_department(rows: tuple[Judged, ...]) -> list[dict[str, Any]]:
    found: dict[tuple[int, str], list[Judged]] = defaultdict(list)
    for one in rows:
        found[one.department, one.department_name].append(one)
    told = [
        {"key": str(key), "name": name, "count": len(some), "asked_fen": sum(one.asked_fen for one in some)}
        for (key, name), some in found.items()
    ]
    return sorted(told, key=lambda one: -int(one["asked_fen"]))


# --- rewards


@page(may=may_see_key_reviews)
def rewards(request: PageRequest) -> HttpResponse:
    """Who would get flexible money and how it is worked out, before anybody is promised any; then what was promised."""
    person, cycle = request.person, current_cycle(request)
    promised = list(visible_rewards(person).filter(cycle=cycle)) if cycle else []
    whole = person.sees_whole_place
    ruled = terms_of(cycle) if cycle and whole else None
    form, terms, pool = _terms(request, ruled)
    rows = earned(person, cycle, terms) if cycle and terms else []
    good = [one for one in rows if one.reward.excellent]
    total = sum(one.reward.amount_fen for one in good)
    context = {
        "cycle": cycle,
        "whole": whole,
        "rule": rule_in(cycle, "goal_reward") if cycle else None,
        "form": form,
        "tried": terms is not None and terms != ruled,
        "rows": rows,
        "good": len(good),
        "total_fen": total,
        "pool_fen": pool,
        "left_fen": abs(pool - total) if pool is not None else None,
        "short": pool is not None and pool < total,
        "waiting": undecided(cycle) if cycle and whole else 0,
        "promised": promised,
        "promised_fen": sum(one.amount_fen for one in promised),
        "may_promise": bool(may_promise(person)) and cycle is not None and cycle.state == "open" and not promised,
        "here": "rewards",
    }
    return render(request, "goals/rewards.html", context)


def _terms(request: PageRequest, ruled: Terms | None) -> tuple[TermsForm | None, Terms | None, int | None]:
    """Return the form, the terms tried (those of the rules when none are), and the money there is, in fen."""
    if ruled is None:
        return None, None, None
    initial = {"line": ruled.line, "rate": ruled.rate, "most_fen": ruled.most_fen}
    form = TermsForm(request.GET if "line" in request.GET else None, initial=initial)
    if not form.is_bound or not form.is_valid():
        return form, ruled, None
    given = form.cleaned_data
    return form, Terms(given["line"], given["rate"], given["most_fen"]), given["pool_fen"]


@page(may=may_promise, methods=("POST",))
def reward_promise(request: PageRequest) -> HttpResponse:
    """Promise the rewards by the terms of the rules, once all key reviews are over."""
    cycle = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    made = promise_rewards(cycle=cycle, person=request.person)
    messages.success(request, f"已决定给 {len(made)} 个部门新增机动金，已告知各部门。")
    return go(request, "goals:rewards")
