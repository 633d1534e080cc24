"""Pages of transfers: the map of levels, the split, one share with what its receiver made of it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.printing import form_file
from jiheng.foundation.refused import Refused
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import mistake
from jiheng.rules.transfers import PromisedRow, Sum, as_given, plain, proposed
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.documents import regional_form
from jiheng.stages.goals.models import Goal, TransferShare, TransferSplit
from jiheng.stages.goals.transfers.access import (
    SPLITTERS,
    may_answer_share,
    may_issue,
    may_print_region,
    may_see_share,
    may_split,
    may_take,
    visible_shares,
    visible_splits,
    visible_transfers,
)
from jiheng.stages.goals.transfers.forms import AnswerForm, IssueForm, SplitForm, TakeForm
from jiheng.stages.goals.transfers.queries import (
    RULE,
    adding,
    answers_of,
    bodies_here,
    draft_of,
    goal_in_force,
    handed,
    handed_by,
    level_map,
    lower_goal,
    possible_receivers,
    promised_rows,
    receipt_of,
    receiver_of,
    shortfalls,
    split_in_force,
    sums_of,
)
from jiheng.stages.goals.transfers.services import (
    ShareData,
    answer_share,
    issue_split,
    save_split,
    take_share,
)


@page(may=may_see_goals)
def transfer_map(request: PageRequest) -> HttpResponse:
    """The transfers of the year, level by level: what came, what was split, what is missing or too much."""
    cycle = current_cycle(request)
    trees = level_map(request.person, cycle) if cycle else []
    levels = [level for tree in trees for level in tree.walk()]
    context = {
        "cycle": cycle,
        "levels": levels,
        "trees": len(trees),
        "money_fen": sum(one.goal_fen or one.got_fen or 0 for one in trees),
        "handed_fen": sum(one.split_fen or 0 for one in trees),
        "broken": sum(bool(one.broken or one.problems) for one in levels),
        "open": sum(one.tone == "amber" for one in levels),
        "rule": rule_in(cycle, RULE) if cycle else None,
        "may_split": request.person.role in SPLITTERS and cycle is not None and cycle.state == "open",
    }
    return render(request, "goals/transfers.html", context)


@page(may=may_split, record=visible_transfers, methods=("GET", "POST"))
def transfer_split(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Split a transfer: money and figures for each receiver; by weights tried out first, then saved."""
    goal, draft, now = goal_in_force(year), draft_of(year), split_in_force(year)
    every = promised_rows(goal) if goal else []
    rows = adding(every)
    shown = draft or now
    as_given_before = {key: reason for key, reason in (shown.as_given if shown else {}).items() if key in {row.key for row in rows}}
    receivers = possible_receivers(year)
    if shown is not None:
        data = [_data(one) for one in shown.shares.select_related("place", "unit")]
    else:
        data = [ShareData(key, 0, {}) for key, _ in receivers if key.startswith("place-")]
    form = SplitForm(request.POST or None, receivers=receivers, rows=rows, shares=data, as_given=as_given_before)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "try":
            form, refusals = _tried(form, receivers, rows, goal.fiscal_fen if goal else 0)
        else:
            try:
                save_split(
                    year=year, shares=form.shares(), as_given=form.as_given(), person=request.person, version=seen_version(request)
                )
            except Refused as refused:
                refusals = refused.refusals
            else:
                messages.success(request, "已保存分解草稿，各份合计见下。")
                return go(request, "goals:transfer_split", year.pk)
    saved = list(draft.shares.select_related("place", "unit")) if draft else []
    context = {
        "year": year, "goal": goal, "draft": draft, "now": now, "form": form, "rows": rows, "refusals": refusals,
        "kept": [(row, as_given(row)) for row in every if as_given(row)],
        "sums": sums_of(draft, saved, goal) if draft and goal else [],
        "issue": IssueForm(), "rule": rule_in(year.cycle, RULE), "name": "分解转移支付",
    }  # fmt: skip
    return (invalid if refusals or form.errors else render)(request, "goals/transfer_split.html", context)


def _data(one: TransferShare) -> ShareData:
    kind, pk = receiver_of(one)
    return ShareData(f"{kind}-{pk}", one.amount_fen, handed(one).values)


def _tried(form: SplitForm, receivers: Any, rows: Any, fen: int) -> tuple[SplitForm, list[Any]]:
    """Return the form filled in by the weights that were typed; nothing is saved."""
    weights, kept = form.weights(), form.as_given()
    try:
        found = proposed(fen, [row for row in rows if row.key not in kept], weights)
    except ValueError:
        return form, [mistake("还没有填写权数", "请给每个接收方填写权数，至少一个大于零", "weight")]
    data = [ShareData(one.receiver, one.fen, one.values) for one in found]
    fresh = SplitForm(None, receivers=receivers, rows=rows, shares=data, as_given=kept)
    for at, one in enumerate(data):
        fresh.fields[f"weight-{at}"].initial = weights.get(one.receiver, Decimal(0))
    return fresh, []


@page(may=may_issue, record=visible_splits, methods=("POST",))
def transfer_issue(request: PageRequest, split: TransferSplit) -> HttpResponse:
    """Hand a split down with its money."""
    issue_split(split=split, paper=request.POST.get("paper", ""), person=request.person, version=seen_version(request))
    messages.success(request, "已下达，接收方已收到通知。")
    return go(request, "goals:transfers")


@page(may=may_see_share, record=visible_shares)
def transfer_share(request: PageRequest, share: TransferShare) -> HttpResponse:
    """One share: what is handed down, what its receiver promises, what does not fit, what was answered."""
    return _share(request, share, None, [])


def _share(request: PageRequest, share: TransferShare, form: AnswerForm | None, refusals: list[Any]) -> HttpResponse:
    person, year = request.person, share.split.subject_year
    receipt = receipt_of(share)
    goal = lower_goal(receipt) if receipt else None
    own = {row.key: row for row in promised_rows(goal)} if goal else {}
    newest = split_in_force(year)
    lines = [
        {"row": row, "asked": _asked(share, row), "kept": as_given(row), "own": own.get(row.key)}
        for row in promised_rows(share.split.goal)
    ]
    replaced = newest is not None and share.split.issued_on is not None and newest.pk != share.split_id
    mine = goal is not None and visible_goals(person).filter(pk=goal.pk).exists()
    context = {
        "share": share, "year": year, "receipt": receipt, "goal": goal, "lines": lines, "replaced": replaced,
        "problems": shortfalls(share, goal) if goal else [],
        "mine": mine, "answers": answers_of(receipt),
        "may_take": receipt is None and not replaced and bool(may_take(person, share)),
        "may_answer": goal is not None and goal.state == "approved" and not replaced and bool(may_answer_share(person, share)),
        "form": form or AnswerForm(), "refusals": refusals, "rule": rule_in(year.cycle, RULE),
        "upper": year.place_id == person.place_id,
    }  # fmt: skip
    return (invalid if refusals else render)(request, "goals/transfer_share.html", context)


def _asked(share: TransferShare, row: PromisedRow) -> str:
    part = handed(share).values.get(row.key)
    if part is None:
        return row.text
    return Sum(row.key, row.name, row.unit, row.operator, part, part).sign + plain(part) + row.unit


@page(may=may_print_region, record=visible_goals)
def goal_region_file(request: PageRequest, goal: Goal, kind: str) -> HttpResponse:
    """A transfer's goal as the official form of a region (F14), in Excel or PDF."""
    bureau = bureaus_of(goal.place_id).first()
    form = regional_form(goal, handed_by(goal.subject_year), bureau.name if bureau else "")
    name = f"{goal.subject_year.name}区域绩效目标{goal.subject_year.budget_year}"
    return form_file(kind, form, name, request.person)


@page(may=may_take, record=visible_shares, methods=("GET", "POST"))
def transfer_take(request: PageRequest, share: TransferShare) -> HttpResponse:
    """Take a share over: it becomes the receiver's own subject, its goal waits to be filled."""
    bodies = bodies_here(request.person.place_id)
    if share.unit_id is not None:
        bodies = bodies.filter(pk=share.unit_id)
    # A place below may keep the code; within the place it is taken by the transfer itself.
    initial = {"code": share.split.subject_year.subject.code if share.place_id is not None else "", "unit": share.unit_id}
    form = TakeForm(request.POST or None, bodies=bodies, initial=initial)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            take_share(share=share, person=request.person, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已承接，区域绩效目标由实施单位填报。")
            return go(request, "goals:transfer_share", share.pk)
    context = {"form": form, "share": share, "name": "承接转移支付", "refusals": refusals}
    return (invalid if form.is_bound else render)(request, "goals/transfer_take.html", context)


@page(may=may_answer_share, record=visible_shares, methods=("POST",))
def transfer_answer(request: PageRequest, share: TransferShare) -> HttpResponse:
    """Confirm what the receiver promises, or send it back."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _share(request, share, form, [mistake("请选择确认或退回修改", where="answer")])
    try:
        made = answer_share(share=share, person=request.person, version=seen_version(request), **form.cleaned_data)
    except Refused as refused:
        return _share(request, share, form, refused.refusals)
    messages.success(request, f"已{made.get_answer_display()}，接收方已收到通知。")
    return go(request, "goals:transfer_share", share.pk)
