"""The page that answers: may they see it, may they do it, and why."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render

from jiheng.channels.rights.access import may_ask_about_others
from jiheng.channels.rights.forms import QuestionForm
from jiheng.channels.rights.queries import (
    Explained,
    appointments_matching,
    explain,
    people_of,
    record_asked,
    record_for_asker,
)
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.pages import PageRequest, anyone, page


@page(may=anyone)
def explain_access(request: PageRequest) -> HttpResponse:
    """Say for a record's address why oneself, or for those who may ask another, sees it and may do what."""
    others = bool(may_ask_about_others(request.person))
    form = QuestionForm(request.GET if "of" in request.GET else None, others=others)
    told: list[Explained] = []
    problem, status = "", HTTPStatus.OK
    if form.is_bound and form.is_valid():
        told, problem = _answer(request, form.cleaned_data["of"], form.cleaned_data.get("who", ""))
    if form.is_bound and not told:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "told": told, "problem": problem, "others": others}
    return render(request, "rights/explain.html", context, status=status)


def _answer(request: PageRequest, address: str, who: str) -> tuple[list[Explained], str]:
    asked = record_asked(address)
    if asked is None:
        return [], "这不是一条记录的网址。请打开那条记录，复制地址栏里的网址。"
    asker = request.person
    known = record_for_asker(asked, asker) if may_ask_about_others(asker) else None
    if may_ask_about_others(asker) and known is None:
        return [], f"{asker.place_name}没有这条记录。"
    people = _people(request, asker, who)
    if not people:
        return [], f"{asker.place_name}今天没有叫“{who}”的在任人员；账号停用、任职结束的什么也看不到。"
    return [explain(asked, one, known) for one in people], ""


def _people(request: PageRequest, asker: Person, who: str) -> list[Person]:
    if who:
        return people_of(appointments_matching(asker, who))
    held = [one for one in getattr(request, "appointments", []) if one.pk != asker.appointment_id]
    return [asker, *people_of(held)]
