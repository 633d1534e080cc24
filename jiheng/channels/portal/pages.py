"""The public portal: no sign-in, no session, cacheable; it reads publications only."""

import csv
import io
import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control

from jiheng.channels.portal import queries
from jiheng.channels.portal.documents import form_name, has_form, official_form
from jiheng.foundation.documents.forms import form_pdf
from jiheng.foundation.sheets.write import write_form
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.pages import page
from jiheng.foundation.web.sending import sent
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import altered

PER_PAGE = 20
FRESH_SECONDS = 300
P = ParamSpec("P")


def cacheable(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let browsers and proxies keep a page for some minutes."""

    @wraps(view)
    def answer(request: HttpRequest, /, *given: P.args, **named: P.kwargs) -> HttpResponse:
        response = view(request, *given, **named)
        patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        return response

    return answer


def _asked(request: HttpRequest) -> dict[str, str]:
    return {key: request.GET.get(key, "").strip()[:60] for key in ("place", "year", "kind", "text")}


@page(public=True)
@cacheable
def home(request: HttpRequest) -> HttpResponse:
    """List what is public, to be searched by words, year and kind."""
    asked = _asked(request)
    found = queries.filtered(**asked)
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    years = queries.standing(asked["place"]).values_list("budget_year", flat=True).distinct()
    context = {
        "asked": asked,
        "listed": listed,
        "altered": altered(listed.object_list),
        "years": sorted(set(years), reverse=True),
        "kinds": Publication.KINDS,
        "places": queries.places(),
    }
    return render(request, "portal/home.html", context)


@page(public=True)
@cacheable
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Tell one subject's story in plain words: promised, done, cost, found."""
    publication = get_object_or_404(queries.numbered(), number=number)
    told = queries.story(publication)
    changed = altered([publication])
    context = {
        "publication": publication,
        "content": {} if changed else publication.content,
        "altered": changed.get(publication.pk, ""),
        "has_form": has_form(publication),
        "newer": queries.successor(publication),
        "others": [one for one in told if one.pk != publication.pk],
    }
    return render(request, f"portal/{publication.kind}.html", context)


@page(public=True)
@cacheable
def form_file(_: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Give a publication on its official form, as Excel or PDF; not what was withdrawn or altered."""
    publication = get_object_or_404(queries.numbered(), number=number)
    if publication.withdrawn_at is not None or not has_form(publication) or altered([publication]):
        raise Http404("本条已撤回、没有官方表格，或与公开时的内容不一致，不提供表格。")
    definition, data = official_form(publication)
    if kind == "pdf":
        stamp = f"公开编号 {publication.number}"
        return sent(form_pdf(definition, data, stamp=stamp), f"{form_name(publication)}.pdf")
    return sent(write_form(definition, data), f"{form_name(publication)}.xlsx")


@page(public=True)
@cacheable
def open_data(request: HttpRequest, form: str) -> HttpResponse:
    """Give the filtered list as JSON or CSV."""
    rows = queries.open_rows(queries.filtered(**_asked(request)))
    if form == "json":
        text = json.dumps(list(rows), ensure_ascii=False, indent=1)
        return HttpResponse(text, content_type="application/json; charset=utf-8")
    if form != "csv":
        raise Http404
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["公开编号", "类别", "预算年度", "标题", "公开单位", "公开时间", "得分", "等级", "撤回原因", "内容摘要", "核对"])
    kinds = dict(Publication.KINDS)
    for row in rows:
        content = row["content"] or {}
        cells = [
            row["number"], kinds[row["kind"]], row["budget_year"], row["title"], row["organisation"],
            row["published_at"], content.get("total", ""), content.get("grade", ""), row["withdrawn"], row["digest"], row["altered"],
        ]  # fmt: skip
        writer.writerow([neutral(str(cell)) for cell in cells])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="publications.csv"'
    return response


@page(public=True)
@cacheable
def overdue(request: HttpRequest) -> HttpResponse:
    """Say what the law wants public by a day that has passed, and who holds it."""
    found = Paginator(queries.overdue_clocks(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/overdue.html", {"overdue": found})
