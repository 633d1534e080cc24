"""Pages of the review by several parties: the overview, the review itself, the big screen of the room."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, tried
from jiheng.foundation.web.record import TitleLine, told
from jiheng.rules.joint_review import signing_refusals
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.appraisal.access import visible_appraisals
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.joint.access import (
    may_answer,
    may_call,
    may_open_screen,
    may_see_joints,
    may_sign,
    may_speak,
    may_write_minutes,
    party_of,
    visible_joints,
    visible_words,
)
from jiheng.stages.appraisal.joint.forms import AnswerForm, CallForm, MinutesForm, SayForm
from jiheng.stages.appraisal.joint.queries import talks_of, turns_of
from jiheng.stages.appraisal.joint.services import (
    answer_question,
    call_review,
    sign_review,
    speak,
    write_minutes,
)
from jiheng.stages.appraisal.models import Appraisal, JointReview, JointWord
from jiheng.stages.appraisal.panel.access import may_see_panels
from jiheng.stages.appraisal.panel.queries import rounds_of
from jiheng.stages.appraisal.reviewing import (
    frozen_parties,
    joint_clause,
    joint_digest,
    limit_in,
    name_in,
    panel_of,
    parties_in,
    standing_of,
)


def state_of(review: JointReview) -> tuple[str, Tone]:
    """Return how a review stands: which party lacks, or that all have signed."""
    appraisal = review.appraisal
    if appraisal.concluded_on is not None:
        return f"已有结论：{appraisal.get_conclusion_display()}", "green"
    turns = turns_of(review)
    waiting = next((one for one in turns if not one.spoken), None)
    if waiting is not None:
        return f"待{waiting.party.label}{waiting.party.duty}", "blue"
    unsigned = [one.party.label for one in turns if one.signature is None]
    return (f"待签字：{'、'.join(unsigned)}", "amber") if unsigned else ("各方已签字，待作结论", "blue")


def _ended(rows: Any, value: str) -> Any:
    return rows.filter(appraisal__concluded_on__isnull=value != "ended")


JOINTS = Table(
    key="joints",
    title="会审",
    columns=(
        Column(
            "name", "项目", "appraisal.subject_year.name", sort="appraisal__subject_year__name", card=True,
            link=lambda one: reverse("appraisal:joint", args=[one.pk]),
        ),
        Column("department", "主管部门", "appraisal.subject_year.department.name", sort="appraisal__subject_year__department__name"),
        Column("asked", "申报", "appraisal.asked_fen", kind="wan", sort="appraisal__asked_fen", total="appraisal__asked_fen", card=True),
        Column("score", "财政评分", "appraisal.bureau_total", kind="points", sort="appraisal__bureau_total"),
        Column(
            "agreed", "同意", lambda one: one.appraisal.agreed_fen if one.appraisal.concluded_on else None, kind="wan",
            sort="appraisal__agreed_fen", total="appraisal__agreed_fen",
        ),
        Column("held", "会审日期", "held_on", kind="day", sort="held_on", card=True),
        Column("state", "状态", lambda one: state_of(one)[0], kind="state", tone=lambda one: state_of(one)[1], card=True),
    ),
    facets=(Facet("ended", "进度", (("open", "正在办理"), ("ended", "已有结论")), apply=_ended),),
    search=("appraisal__subject_year__name", "appraisal__subject_year__department__name"),
    search_label="项目、部门",
    order="-asked",
    empty=Empty("还没有会审", "须会审的项目到财政评估环节后，由财政局在评估页召集。"),
)  # fmt: skip


@page(may=may_see_joints)
def joints(request: PageRequest) -> HttpResponse:
    """The reviews of the chosen budget year: what is before the parties, for how much, how far each one is."""
    cycle, rows = current_cycle(request), visible_joints(request.person)
    if cycle is not None and request.person.role != "expert":
        rows = rows.filter(appraisal__cycle=cycle)
    rule = {"name": name_in(cycle), "parties": parties_in(cycle), "limit": limit_in(cycle), "clause": joint_clause(cycle)} if cycle else {}
    return list_page(request, JOINTS, rows, template="appraisal/joints.html", context={"cycle": cycle, "rule": rule})


@page(may=may_call, record=visible_appraisals, methods=("GET", "POST"))
def joint_call(request: PageRequest, appraisal: Appraisal) -> HttpResponse:
    """Call the parties."""
    parties, clause = parties_in(appraisal.cycle), joint_clause(appraisal.cycle)
    agenda = "\n".join(f"{number}. {one.label}{one.duty}" for number, one in enumerate(parties, 1))
    form = CallForm(request.POST or None, initial={"agenda": agenda})
    outcome = tried(form, lambda: call_review(appraisal=appraisal, person=request.person, **form.cleaned_data)) if form.is_bound else None
    if outcome is not None and outcome.done:
        messages.success(request, "已召集，已通知各方。")
        return go(request, "appraisal:joint", outcome.made.pk)
    context = {
        "form": form, "appraisal": appraisal, "parties": parties, "clause": clause,
        "refusals": outcome.refusals if outcome is not None else (),
        "name": f"召集{name_in(appraisal.cycle)}：{appraisal.subject_year.name}",
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "appraisal/joint_call.html", context)


@page(may=may_see_joints, record=visible_joints)
def joint(request: PageRequest, review: JointReview) -> HttpResponse:
    """One review: agenda, each party in its order, questions and answers by item, minutes, signatures."""
    return render(request, "appraisal/joint.html", _shown(request.person, review))


def _items(review: JointReview) -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in card_in(review.appraisal.cycle).items]


def _shown(person: Person, review: JointReview, **more: Any) -> dict[str, Any]:
    appraisal, year = review.appraisal, review.appraisal.subject_year
    label, tone = state_of(review)
    party, turns = party_of(person, review), turns_of(review)
    own = next((one for one in turns if party is not None and one.party.key == party.key), None)
    standing = standing_of(review)
    name, panel = name_in(appraisal.cycle), panel_of(appraisal)
    first = frozen_parties(review)[0]
    may_say = own is not None and (own.now or own.spoken) and bool(may_speak(person, review))
    return {
        "review": review,
        "appraisal": appraisal,
        "year": year,
        "name": name,
        "title": TitleLine(
            f"{year.name}　{name}", unit=f"{year.department} · {year.unit}", year=f"{year.budget_year} 年度", money_fen=appraisal.asked_fen,
            money_label="申报", state=label, tone=tone, code=year.subject.code,
        ),
        "turns": turns,
        "talks": [
            {"label": talk.label, "words": [_word(person, word, review, more) for word in talk.words]} for talk in talks_of(review)
        ],
        "own": own,
        "say_form": (more.get("say_form") or SayForm(items=_items(review), initial={"kind": "statement" if own and not own.spoken else "question"}))
        if may_say
        else None,
        "minutes_form": (more.get("minutes_form") or MinutesForm(initial={"minutes": review.minutes, "version": review.version}))
        if may_write_minutes(person, review)
        else None,
        "may_sign": own is not None and own.signature is None and bool(may_sign(person, review)),
        "against": signing_refusals(frozen_parties(review), standing, review.clause),
        "digest": joint_digest(review),
        "first": first,
        "panel": panel if panel is not None and may_see_panels(person) else None,
        "inside": person.role != "expert",
        "may_screen": bool(may_open_screen(person)),
        "refusals": more.get("refusals", ()),
        "clauses": [review.clause],
        "history": told(history(review)),
    }  # fmt: skip


def _word(person: Person, word: JointWord, review: JointReview, more: dict[str, Any]) -> dict[str, Any]:
    asked = next(one.label for one in frozen_parties(review) if one.key == word.party)
    form = None
    if may_answer(person, word):
        form = more.get("answer_form") if more.get("answered") == word.pk else AnswerForm(prefix=f"word{word.pk}")
    return {"word": word, "party": asked, "form": form}


def _again(request: PageRequest, review: JointReview, refusals: Iterable[Any], **more: Any) -> HttpResponse:
    return invalid(request, "appraisal/joint.html", _shown(request.person, review, refusals=tuple(refusals), **more))


@page(may=may_speak, record=visible_joints, methods=("POST",))
def joint_say(request: PageRequest, review: JointReview) -> HttpResponse:
    """State something, or ask."""
    form = SayForm(request.POST, items=_items(review))
    outcome = tried(form, lambda: speak(review=review, person=request.person, **form.cleaned_data))
    if not outcome.done:
        return _again(request, review, outcome.refusals, say_form=form)
    messages.success(request, "已记录。")
    return go(request, "appraisal:joint", review.pk)


@page(may=may_answer, record=visible_words, methods=("POST",))
def joint_answer(request: PageRequest, word: JointWord) -> HttpResponse:
    """Answer a question."""
    form = AnswerForm(request.POST, prefix=f"word{word.pk}")
    outcome = tried(form, lambda: answer_question(word=word, person=request.person, **form.cleaned_data))
    if not outcome.done:
        return _again(request, word.review, outcome.refusals, answer_form=form, answered=word.pk)
    messages.success(request, "已答复。")
    return go(request, "appraisal:joint", word.review_id)


@page(may=may_write_minutes, record=visible_joints, methods=("POST",))
def joint_minutes(request: PageRequest, review: JointReview) -> HttpResponse:
    """Write the minutes."""
    form = MinutesForm(request.POST)
    outcome = tried(form, lambda: write_minutes(review=review, person=request.person, **form.cleaned_data))
    if not outcome.done:
        return _again(request, review, outcome.refusals, minutes_form=form)
    messages.success(request, "纪要已保存，各方在现在的内容上签字。")
    return go(request, "appraisal:joint", review.pk)


@page(may=may_sign, record=visible_joints, methods=("POST",))
def joint_sign(request: PageRequest, review: JointReview) -> HttpResponse:
    """Sign for one party what the page showed."""
    sign_review(review=review, person=request.person, digest=request.POST.get("digest", ""))
    messages.success(request, "已签字。")
    return go(request, "appraisal:joint", review.pk)


@page(may=may_open_screen, record=visible_joints)
def joint_room(request: PageRequest, review: JointReview) -> HttpResponse:
    """The big screen of the room: whose turn it is, the questions with their answers, the points, the signatures."""
    appraisal = review.appraisal
    panel = panel_of(appraisal)
    rounds = rounds_of(panel) if panel is not None else []
    label, tone = state_of(review)
    names = {one.key: one.label for one in frozen_parties(review)}
    talks = [
        {"label": talk.label, "words": [{"word": word, "party": names.get(word.party, "")} for word in talk.words]} for talk in talks_of(review)
    ]
    context = {
        "review": review, "appraisal": appraisal, "year": appraisal.subject_year, "name": name_in(appraisal.cycle), "label": label,
        "tone": tone, "turns": turns_of(review), "talks": talks, "round": rounds[-1] if rounds else None,
        "wide": [one for one in rounds[-1].result.items if one.wide] if rounds else [],
    }  # fmt: skip
    return render(request, "appraisal/joint_room.html", context)
