"""Pages of sessions: the list, one session with its agenda, one goal at the table, the big screen, the minutes."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, seen_version, whole
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.access import being_drafted, may_edit, may_review, visible_goals, workflow_of
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.models import Goal, GoalReview, ReviewSession, SessionItem, SessionMinute
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.services.reviewing import card_of, grade_of
from jiheng.stages.goals.sessions.access import (
    may_amend,
    may_conduct,
    may_correct,
    may_drop_item,
    may_move_session,
    may_open_room,
    may_plan,
    may_prepare,
    may_see_sessions,
    visible_items,
    visible_sessions,
)
from jiheng.stages.goals.sessions.documents import minutes_outline, session_minutes
from jiheng.stages.goals.sessions.forms import (
    AgendaForm,
    CorrectForm,
    DecideForm,
    PartyForm,
    PlanForm,
    SayForm,
    initial_of,
)
from jiheng.stages.goals.sessions.queries import (
    MOST_WAITING,
    Slot,
    amendable,
    back_step,
    changes_from,
    counts_of,
    forward_step,
    slots_of,
    waiting_for_session,
)
from jiheng.stages.goals.sessions.services import (
    add_party,
    amend_on_the_spot,
    chairs_of,
    correct,
    decide_item,
    drop_item,
    move_session,
    plan_session,
    put_on_agenda,
    remove_party,
    save_session,
    say,
    shift_item,
    table_of,
)
from jiheng.stages.goals.sessions.tables import SESSIONS, state_of

ROWS_IN_ROOM = 12
FINDINGS_IN_ROOM = 4
OUTCOME_TONES: dict[str, Tone] = {"passed": "green", "returned": "amber", "postponed": "grey", "dropped": "grey", "": "blue"}


@page(may=may_see_sessions)
def session_list(request: PageRequest) -> HttpResponse:
    """The sessions of the chosen budget year."""
    cycle, person = cast(Cycle | None, current_cycle(request)), request.person
    rows = visible_sessions(person)
    rows = rows.filter(cycle=cycle) if cycle is not None else rows.none()
    ready = cycle is not None and bool(may_plan(person))
    waiting = waiting_for_session(person, cycle).count() if cycle is not None and ready else 0
    context = {"cycle": cycle, "may_plan": ready, "waiting": waiting}
    return list_page(request, SESSIONS, rows, template="goals/sessions/list.html", context=context)


@page(may=may_plan, methods=("GET", "POST"))
def session_new(request: PageRequest) -> HttpResponse:
    """Call a session."""
    cycle = cast(Cycle | None, current_cycle(request))
    if cycle is None:
        raise mistaken("还没有开启预算年度")
    table_of(cycle)
    return _plan(request, cycle, None)


@page(may=may_prepare, record=visible_sessions, methods=("GET", "POST"))
def session_edit(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """Change time, place or chair before the minutes are sealed."""
    return _plan(request, session.cycle, session)


def _plan(request: PageRequest, cycle: Cycle, session: ReviewSession | None) -> HttpResponse:
    initial: dict[str, Any] = {"slot_minutes": 15, "title": f"{cycle.budget_year} 年度绩效目标会审"}
    if session is not None:
        chair = chairs_of(session.place_id).filter(user_id=session.chair_id).values_list("pk", flat=True).first()
        initial = initial_of(session, chair)
    form = PlanForm(request.POST or None, place_id=cycle.place_id, initial=initial)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            if session is None:
                session = plan_session(cycle=cycle, plan=form.plan, person=request.person)
            else:
                save_session(session=session, plan=form.plan, person=request.person, version=seen_version(request))
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已保存，请把待会审的绩效目标排入议程。")
            return go(request, "goals:session", session.pk)
    name = "修改会审安排" if session else "召集会审"
    context = {"form": form, "cycle": cycle, "session": session, "refusals": refusals, "name": name}
    return (invalid if form.is_bound else render)(request, "goals/sessions/plan.html", context)


@page(may=may_see_sessions, record=visible_sessions)
def session_detail(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """One session: agenda with times and decisions, who is there, what was said."""
    person = request.person
    preparing = bool(may_prepare(person, session))
    slots, everything = slots_of(session, person), person.sees_whole_place
    waiting = list(waiting_for_session(person, session.cycle)[:MOST_WAITING]) if preparing else []
    label, tone = state_of(session)
    when = f" {session.begins_at:%H:%M}" if session.begins_at else ""
    workflow = table_of(session.cycle)
    context = {
        "session": session,
        "title": TitleLine(
            session.title, unit=session.venue, year=f"{session.held_on}{when}", state=label, tone=tone
        ),
        "stage": "goals",
        "next": next_step(
            session, workflow, person, reverse("goals:session_act", args=[session.pk]),
            may=bool(may_move_session(person, session)), hidden=() if person.user_id == session.chair_id else ("seal",),
            confirm={"seal": "封存后议程、结论和发言都不能再改，确有错误的只能另记更正。"},
        ),
        "lines": [_line_of(slot, person) for slot in slots],
        "counts": counts_of(session),
        "whole": everything,
        "preparing": preparing,
        "agenda": AgendaForm(None, waiting=waiting) if waiting else None,
        "waiting": [{"goal": one, "state": workflow_of(one).states[one.state]} for one in waiting],
        "party": PartyForm() if preparing else None,
        "parties": session.parties.filter(removed_at=None),
        "say": SayForm() if preparing else None,
        "said": _said(session, "said", slots, everything=everything),
        "corrections": _said(session, "correction", slots, everything=everything),
        "correct": CorrectForm() if may_correct(person, session) else None,
        "may_room": bool(may_open_room(person)) and bool(slots),
        "clauses": [workflow.clause_of(workflow.steps[0])],
        "files": [
            FileLink("会审纪要（Word）", reverse("goals:session_docx", args=[session.pk])),
            FileLink("会审纪要（PDF）", reverse("goals:session_pdf", args=[session.pk])),
        ] if everything else [],
        "history": told(history(session), workflow) if everything else [],
    }  # fmt: skip
    return render(request, "goals/sessions/detail.html", context)


def _line_of(slot: Slot, person: Person) -> dict[str, Any]:
    goal = slot.item.goal
    state = workflow_of(goal).states[goal.state]
    return {
        "slot": slot,
        "item": slot.item,
        "goal": goal,
        "year": goal.subject_year,
        "money": goal.fiscal_fen + goal.other_fen,
        "state": state,
        "tone": OUTCOME_TONES[slot.item.outcome],
        "may_drop": bool(may_drop_item(person, slot.item)),
    }


def _said(session: ReviewSession, kind: str, slots: list[Slot], *, everything: bool) -> list[SessionMinute]:
    """A body reads what was said on its own goals; the bureau and those who look on read everything."""
    rows = session.minutes.filter(kind=kind).select_related("item__goal__subject_year")
    return list(rows if everything else rows.filter(item__in=[slot.item.pk for slot in slots]))


@page(may=may_move_session, record=visible_sessions, methods=("POST",))
def session_act(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """Open the session, or seal its minutes."""
    want = asked(request)
    move_session(
        session=session, action=want.action, person=request.person, comment=want.comment, version=want.version
    )
    messages.success(request, f"已办理，现为“{state_of(session)[0]}”。")
    return go(request, "goals:session", session.pk)


@page(may=may_prepare, record=visible_sessions, methods=("POST",))
def session_agenda(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """Put the chosen goals on the agenda."""
    keys = [key for key in (whole(one) for one in request.POST.getlist("goals")) if key is not None]
    goals = list(visible_goals(request.person).filter(pk__in=keys).order_by("subject_year__department__code", "subject_year__unit__code", "pk"))
    made = put_on_agenda(session=session, goals=goals, person=request.person)
    messages.success(request, f"已排入 {len(made)} 项。")
    return go(request, "goals:session", session.pk)


@page(may=may_prepare, record=visible_sessions, methods=("POST",))
def session_party(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """Note who is at the table, or strike one out."""
    gone = whole(request.POST.get("remove"))
    if gone is not None:
        remove_party(session=session, party=gone, person=request.person)
        messages.success(request, "已从到会名单划去。")
        return go(request, "goals:session", session.pk)
    form = PartyForm(request.POST)
    if not form.is_valid():
        raise mistaken("；".join(f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items()))
    add_party(session=session, person=request.person, **form.cleaned_data)
    messages.success(request, "已记入到会名单。")
    return go(request, "goals:session", session.pk)


@page(may=may_prepare, record=visible_sessions, methods=("POST",))
def session_say(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """Write down what was said, on one goal or on the whole."""
    form = SayForm(request.POST)
    if not form.is_valid():
        raise mistaken("发言内容须填写，至多 1000 字", remedy="请改正后再记")
    pk = whole(request.POST.get("item"))
    item = session.items.filter(pk=pk).first() if pk is not None else None
    if request.POST.get("item") and item is None:
        raise mistaken("这一项不在本次会审的议程上", remedy="请刷新页面")
    say(session=session, item=item, person=request.person, **form.cleaned_data)
    messages.success(request, "已记入纪要。")
    return go(request, "goals:session_item", item.pk) if item else go(request, "goals:session", session.pk)


@page(may=may_correct, record=visible_sessions, methods=("POST",))
def session_correct(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """Add a correction beside sealed minutes."""
    form = CorrectForm(request.POST)
    if not form.is_valid():
        raise mistaken("更正内容须填写，至多 1000 字", remedy="请改正后再记")
    correct(session=session, text=form.cleaned_data["text"], person=request.person)
    messages.success(request, "已另记更正。")
    return go(request, "goals:session", session.pk)


@page(may=may_see_sessions, record=visible_items)
def item_detail(request: PageRequest, item: SessionItem) -> HttpResponse:
    """One goal at the table: what it asks for, how it was scored, what is decided about it here."""
    person, session, goal = request.person, item.session, item.goal
    slots = slots_of(session, person)
    at = next(at for at, slot in enumerate(slots) if slot.item.pk == item.pk)
    workflow = workflow_of(goal)
    label = item.get_outcome_display() if item.outcome else workflow.states[goal.state].label
    conduct = may_conduct(person, item)
    back = back_step(person, goal) if conduct else None
    context = {
        "session": session,
        "item": item,
        "slot": slots[at],
        "before_item": slots[at - 1].item if at else None,
        "next_item": slots[at + 1].item if at + 1 < len(slots) else None,
        "title": TitleLine(
            goal.subject_year.name, unit=f"{goal.subject_year.department} · {goal.subject_year.unit}",
            year=f"{session.title}{f'，第 {slots[at].number} 项' if slots[at].number else ''}", money_fen=goal.fiscal_fen + goal.other_fen,
            money_label="年度资金", state=label, tone=OUTCOME_TONES[item.outcome], code=goal.subject_year.subject.code,
        ),
        "stage": "goals",
        **_shown(goal),
        "conduct": conduct,
        "decide": DecideForm() if conduct else None,
        "forward": forward_step(person, goal) if conduct else None,
        "back": back,
        "may_amend": bool(may_amend(person, item)),
        "amending": being_drafted(goal) and goal.state != workflow.start,
        "amendable": amendable(goal),
        "may_edit": bool(may_edit(person, goal)),
        "may_review": bool(may_review(person, goal)),
        "changes": item.changes or (changes_from(item.before, goal) if item.before and item.decided_at is None else []),
        "said": item.said.all(),
        "say": SayForm() if may_prepare(person, session) else None,
        "clauses": [item.clause] if item.clause else [],
    }  # fmt: skip
    return render(request, "goals/sessions/item.html", context)


def _shown(goal: Goal) -> dict[str, Any]:
    """What the table sees of a goal: money, objective, indicators, findings, the totals of each side."""
    rows = list(goal.indicators.select_related("library"))
    findings = findings_of(goal, rows) if goal.state != "approved" else []
    return {
        "goal": goal,
        "year": goal.subject_year,
        "money": goal.fiscal_fen + goal.other_fen,
        "rows": [{"row": row, "value": value_words(row)} for row in rows],
        "findings": [one for one in findings if one.severity != "note"],
        "scores": _scores(goal),
        "full": card_of(goal).total,
    }


def _scores(goal: Goal) -> list[dict[str, Any]]:
    """Return the newest total of each side, with its grade and whether the content was changed since; no names."""
    now, newest = hash_of(goal), {}
    for review in goal.reviews.order_by("pk"):
        newest[review.side] = review
    return [
        {"side": label, "review": newest[key], "grade": grade_of(goal, newest[key].total), "stale": newest[key].content_hash != now}
        for key, label in GoalReview.SIDES
        if key in newest
    ]


@page(may=may_conduct, record=visible_items, methods=("POST",))
def item_decide(request: PageRequest, item: SessionItem) -> HttpResponse:
    """Write down what is decided and move the goal accordingly."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise mistaken("请选择结论：通过、退回修改或缓议；意见至多 1000 字")
    decide_item(item=item, person=request.person, version=seen_goal(request), **form.cleaned_data)
    messages.success(request, f"已作出结论：{item.get_outcome_display()}。")
    return go(request, "goals:session_item", item.pk)


def seen_goal(request: PageRequest) -> int | None:
    """Return the version of the goal that the page showed; the item has none of its own."""
    return whole(request.POST.get("goal_version"))


@page(may=may_amend, record=visible_items, methods=("POST",))
def item_amend(request: PageRequest, item: SessionItem) -> HttpResponse:
    """Hand the goal to its unit for changes in the room."""
    amend_on_the_spot(item=item, person=request.person, version=seen_goal(request))
    messages.success(request, "已交单位当场修改，两位经办签署后回到会审。")
    return go(request, "goals:session_item", item.pk)


@page(may=may_drop_item, record=visible_items, methods=("POST",))
def item_place(request: PageRequest, item: SessionItem) -> HttpResponse:
    """Move an item up or down, or take it off the agenda."""
    do = request.POST.get("do", "")
    if do == "drop":
        drop_item(item=item, reason=request.POST.get("reason", ""), person=request.person)
        messages.success(request, "已撤出议程，绩效目标留在原来的环节。")
    elif do in {"up", "down"}:
        shift_item(item=item, up=do == "up", person=request.person)
    else:
        raise mistaken("没有说明怎样调整议程", remedy="请用页面上的按钮")
    return go(request, "goals:session", item.session_id)


@page(may=may_open_room, record=visible_sessions)
def session_room(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """The big screen: one goal, readable from three metres, with the next in the queue; arrow keys turn the page.

    Up and down turn the indicators of a goal that has more than fit.
    """
    slots = [slot for slot in slots_of(session) if slot.number is not None]
    if not slots:
        raise mistaken("议程上还没有绩效目标", remedy="请先排入议程")
    wanted = whole(request.GET.get("at"))
    first_open = next((at for at, slot in enumerate(slots) if slot.item.decided_at is None), len(slots) - 1)
    at = wanted - 1 if wanted is not None and 1 <= wanted <= len(slots) else first_open
    slot, counts = slots[at], counts_of(session)
    shown = _shown(slot.item.goal)
    workflow = workflow_of(slot.item.goal)
    context = {
        **shown,
        "session": session,
        "slot": slot,
        "item": slot.item,
        "count": len(slots),
        "done": counts["all"] - counts["left"],
        "rows": Paginator(shown["rows"], ROWS_IN_ROOM).get_page(request.GET.get("rows")),
        "findings": shown["findings"][:FINDINGS_IN_ROOM],
        "findings_left": max(0, len(shown["findings"]) - FINDINGS_IN_ROOM),
        "label": slot.item.get_outcome_display() if slot.item.outcome else workflow.states[slot.item.goal.state].label,
        "tone": OUTCOME_TONES[slot.item.outcome],
        "before": at or None,
        "after": at + 2 if at + 1 < len(slots) else None,
        "queue": slots[at + 1 : at + 3],
    }
    return render(request, "goals/sessions/room.html", context)


@page(may=may_open_room, record=visible_sessions)
def session_docx(_: PageRequest, session: ReviewSession) -> HttpResponse:
    """The minutes as Word."""
    return sent(report_docx(minutes_outline(session), session_minutes(session)), f"{session.title}纪要.docx")


@page(may=may_open_room, record=visible_sessions)
def session_pdf(request: PageRequest, session: ReviewSession) -> HttpResponse:
    """The minutes as PDF."""
    content = report_pdf(minutes_outline(session), session_minutes(session), stamp=f"打印：{request.person}")
    return sent(content, f"{session.title}纪要.pdf")
