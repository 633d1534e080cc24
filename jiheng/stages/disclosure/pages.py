"""What is due to be public, what is public; publishing and withdrawing."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.audit.kept import Kept, exactly, kept
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.foundation.web.pages import whole as key_of
from jiheng.foundation.web.record import told
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.disclosure.access import (
    may_publish,
    may_see_publications,
    visible_publications,
    waiting_for,
)
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import (
    LABELS,
    DuePage,
    Waiting,
    altered,
    chosen_sources,
    due_page,
    waiting_by_kind,
    whole,
)
from jiheng.stages.disclosure.reporting.access import may_see_dispatches
from jiheng.stages.disclosure.services import publish_all, withdraw


def _state(one: Publication) -> str:
    if not whole(one):
        return "内容被改动"
    if one.withdrawn_at is not None:
        return "已撤回"
    return "已更新" if hasattr(one, "replaced_by") else "公开中"


def _tone(one: Publication) -> Tone:
    return {"公开中": "green", "内容被改动": "red"}.get(_state(one), "grey")  # type: ignore[return-value]


PUBLICATIONS = Table(
    key="publications",
    title="已公开",
    unit="项",
    order="-published",
    search=("title", "organisation", "number"),
    search_label="标题、单位或编号",
    columns=(
        Column("title", "标题", "title", sort="title", link=lambda one: reverse("disclosure:detail", args=[one.pk])),
        Column("organisation", "公开单位", "organisation", sort="organisation", card=True),
        Column("year", "预算年度", "budget_year", sort="budget_year"),
        Column("kind", "类别", lambda one: one.get_kind_display()),
        Column("published", "公开时间", lambda one: one.published_at.date(), kind="day", sort="published_at", card=True),
        Column("state", "状态", _state, kind="state", tone=_tone),
        Column("number", "公开编号", "number", shown=False),
    ),
    facets=(Facet("kind", "类别", tuple(Publication.KINDS)),),
    empty=Empty("还没有公开的内容", "绩效目标批复、自评受理、评价结果和考核结果确定后，在“待公开”中办理公开。"),
)


@page(may=may_see_publications)
def publication_list(request: PageRequest) -> HttpResponse:
    """List what is public."""
    rows = visible_publications(request.person).select_related("replaced_by")
    return list_page(request, PUBLICATIONS, rows, template="disclosure/list.html")


@page(may=may_see_publications)
def due(request: PageRequest) -> HttpResponse:
    """List what may be published and is not, the most urgent first, page by page."""
    cycle: Cycle | None = current_cycle(request)
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:100]
    kind = kind if kind in LABELS else ""
    seen, listed = waiting_for(request.person, words), DuePage(())
    counted: Kept[dict[str, Waiting]] = Kept({})
    if cycle is not None:
        year, who = cycle, request.person
        key = f"disclosure:due:{cycle.pk}:{who.role}:{who.organisation_id}:{words}"
        counted = kept(who.place_id, key, lambda: waiting_by_kind(year, seen), least=0)
        after, kinds = request.GET.get("after", "")[:60], (kind,) if kind else ()
        listed = exactly(
            who,
            f"disclosure:due:{cycle.pk}:{kind}:{after}:{words}",
            lambda: due_page(year, seen, kinds=kinds, after=after),
        )
    told = [one for key, one in counted.value.items() if not kind or key == kind]
    asked = {"kind": kind, "q": words}
    context = {
        "cycle": cycle,
        "waiting": listed.rows,
        "count": sum(one.number for one in told),
        "overdue": sum(one.late for one in told),
        "counted_at": counted.at,
        "kinds": [(key, label, key == kind) for key, label in LABELS.items()],
        "kind": kind,
        "q": words,
        "first_url": f"?{urlencode(asked)}" if request.GET.get("after") else "",
        "next_url": f"?{urlencode(asked | {'after': listed.next})}" if listed.next else "",
        "may": may_publish(request.person),
        "sees_reporting": bool(may_see_dispatches(request.person)),
    }
    return render(request, "disclosure/due.html", context)


@page(may=may_publish, methods=("POST",))
def publish_chosen(request: PageRequest) -> HttpResponse:
    """Publish what was ticked, all or nothing."""
    cycle: Cycle | None = current_cycle(request)
    named = [one.partition(":")[::2] for one in request.POST.getlist("chosen")]
    chosen = [(kind, pk) for kind, told in named if (pk := key_of(told)) is not None]
    sources = chosen_sources(cycle, chosen) if cycle is not None else {}
    made = publish_all(sources=list(sources.values()), person=request.person)
    messages.success(request, f"已公开 {len(made)} 项。")
    return go(request, "disclosure:due")


@page(may=may_see_publications, record=visible_publications)
def detail(request: PageRequest, publication: Publication) -> HttpResponse:
    """Show one publication with its history and the way to the public page."""
    context = {
        "publication": publication,
        "may": may_publish(request.person),
        "altered": altered([publication]).get(publication.pk, ""),
        "history": told(history(publication)),
    }
    return render(request, "disclosure/detail.html", context)


@page(may=may_publish, record=visible_publications, methods=("POST",))
def take_back(request: PageRequest, publication: Publication) -> HttpResponse:
    """Withdraw a publication; the reason becomes public."""
    withdraw(publication=publication, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, "已撤回，原因已在门户上说明。")
    return go(request, "disclosure:detail", publication.pk)
