"""Pages of the chain: search of entries, one entry, verification, anchors to be kept outside."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jiheng.channels.audit.access import may_read_chain, visible_entries
from jiheng.channels.audit.queries import (
    PERIODS,
    Unreadable,
    anchors,
    grades_for,
    head_of,
    keeping,
    read_anchor,
    sealed,
    verify,
    within_days,
    words_for,
)
from jiheng.channels.audit.words import GROUPS, KEYS, content_words, subject_words, told
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.sealing import GONE, OWN, kind_of
from jiheng.foundation.audit.services import SEALED, SEALED_ALONG
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.subjects.pages import record_url

SHOWN = 60
SEALS = frozenset({"digest", "sealed", "sealed_along", "sha256", "signed", "moved"})
"""Contents that prove something and tell nobody anything in a line."""


def _about(rows: QuerySet[Entry], value: str) -> QuerySet[Entry]:
    return rows.filter(action__startswith=f"{value}.")


def summary(entry: Entry, grades: Mapping[str, str]) -> str:
    """Return the content of an entry in a line: the step, the opinion, else the first values."""
    detail = entry.detail
    before, after, comment = detail.get("from"), detail.get("to"), detail.get("comment")
    if before or after:
        text = f"{before} → {after}" if before and after and before != after else str(after or before)
    else:
        plain = [(key, value) for key, value in detail.items() if not isinstance(value, (dict, list))]
        text = "，".join(filter(None, (content_words(key, value, grades) for key, value in plain if key not in SEALS)))
    text = f"{text}；{comment}" if comment and comment not in text else text
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _table(words: Mapping[str, str], grades: Mapping[str, str]) -> Table:
    return Table(
        key="audit",
        title="审计链",
        unit="条",
        columns=(
            Column(
                "number", "序号", "number", kind="number", sort="number", card=True,
                link=lambda e: reverse("audit:entry", args=[e.pk]),
            ),
            Column("at", "时间", lambda e: f"{timezone.localtime(e.at):%Y-%m-%d %H:%M}", sort="at", card=True),
            Column("actor", "经办人", "actor", sort="who__text"),
            Column("action", "事项", lambda e: told(e.action, words), sort="action", card=True),
            Column("subject", "对象", lambda e: subject_words(e.subject), sort="subject"),
            Column("detail", "内容", lambda e: summary(e, grades)),
            Column("clause", "依据", "clause", shown=False),
            Column("role", "角色", lambda e: ROLES[e.role].label if e.role in ROLES else "系统", shown=False),
            Column("request", "请求编号", "request", shown=False),
            Column("digest", "摘要", "digest", shown=False),
        ),
        facets=(
            Facet("about", "事项", tuple(GROUPS.items()), apply=_about),
            Facet("role", "角色", [(key, role.label) for key, role in ROLES.items()]),
            Facet("days", "时间", PERIODS, apply=within_days),
        ),
        search=("who__text", "sealed_actor", "subject", "action", "clause", "request"),
        search_label="经办人、对象、依据、请求编号",
        order="-number",
        empty=Empty("审计链还没有记录", "办理第一件事后，这里逐条列出谁、什么时候、办了什么。"),
    )  # fmt: skip


@page(may=may_read_chain)
def entry_list(request: PageRequest) -> HttpResponse:
    """Search the chain: who, when, what, on which record, by which clause."""
    context = {"head": head_of(request.person)}
    rows = visible_entries(request.person)
    table = _table(words_for(request.person), grades_for(request.person))
    return list_page(request, table, rows, template="audit/list.html", context=context)


@page(may=may_read_chain, record=visible_entries)
def entry_detail(request: PageRequest, entry: Entry) -> HttpResponse:
    """One entry with everything that its digest covers, and whether it holds."""
    found = sealed(entry)
    context: dict[str, Any] = {
        "entry": entry,
        "sealed": found,
        "subject": subject_words(entry.subject),
        "detail": [(KEYS.get(key, key), _value(key, value, entry.subject)) for key, value in found.detail],
        "action": told(entry.action, words_for(request.person)),
        "role": ROLES[entry.role].label if entry.role in ROLES else "系统",
        "record": record_url(entry.subject) if request.person.sees_whole_place else "",
    }
    return render(request, "audit/entry.html", context)


def _value(key: str, value: Any, subject: str) -> Any:
    if key == SEALED_ALONG:
        return f"{len(value)} 条"
    if key == SEALED:
        return _parts(value, subject)
    return ROLES[value].label if key == "role" and value in ROLES else value


def _parts(sealed: Mapping[str, str], subject: str) -> str:
    """Return what was sealed of a record in words: each part that has anything, with its digest."""
    found = kind_of(subject)
    names = {OWN: "记录内容"} | {part.key: part.words for part in (found[0].parts if found else ())}
    told = "；".join(f"{name} {sealed[key]}" for key, name in names.items() if sealed.get(key))
    return "记录已删除" if GONE in sealed else told


@page(may=may_read_chain, methods=("GET", "POST"))
def verify_chain(request: PageRequest) -> HttpResponse:
    """Work through the whole chain, perhaps against an anchor that was kept outside."""
    context: dict[str, Any] = {"head": head_of(request.person), "anchor": request.POST.get("anchor", "")}
    if request.method == "POST":
        try:
            anchor = read_anchor(context["anchor"])
        except Unreadable as error:
            raise mistaken(
                f"“{error}”不是锚点", remedy="锚点的写法是 序号:64 位摘要，照留存的抄写", where="anchor"
            ) from error
        context["verified"] = verify(request.person, anchor)
    return render(request, "audit/verify.html", context)


@page(may=may_read_chain)
def anchor_list(request: PageRequest) -> HttpResponse:
    """The end of each day, to be printed and kept outside the database."""
    context = {"anchors": anchors(request.person), "keeping": keeping(request.person), "place": place_of(request.person)}
    return render(request, "audit/anchors.html", context)
