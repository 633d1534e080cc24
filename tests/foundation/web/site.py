"""A tiny site whose pages show every behaviour that the shared pages promise."""

from dataclasses import replace

from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, anyone, go, page
from jiheng.foundation.workflow.advance import Overtaken, refuse

ORGANISATIONS = Table(
    key="organisations",
    title="单位",
    columns=(
        Column("name", "名称", "name", sort="name", link=lambda row: f"/body/{row.pk}/", card=True),
        Column("code", "代码", "code", sort="code"),
        Column("parent", "上级", "parent.name", sort="parent__name"),
        Column("since", "生效", "valid_from", kind="day", sort="valid_from"),
        Column("until", "失效", "valid_to", kind="day", sort="valid_to"),
        Column("money", "预算", lambda row: row.pk * 100, kind="wan", total="id", sort="id", card=True),
        Column("kind", "类型", lambda row: row.get_kind_display(), kind="state", shown=False),
    ),
    facets=(Facet("kind", "类型", Organisation.KINDS), Facet("parent", "上级", lambda person: parents(person), field="parent_id")),  # noqa: PLW0108  it stands below
    search=("name", "code"),
    order="name",
    unit="个",
    empty=Empty("还没有单位", "请先导入单位清单。", "/import/", "导入单位"),
    bulk=(BulkAction("close", "停用", "/bulk/", "将停用 {count} 个单位。", danger=True),),
)


def parents(person: Person) -> list[tuple[str, str]]:
    """The departments of the place."""
    found = visible(person).filter(kind="department").order_by("code")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def visible(person: Person) -> QuerySet[Organisation]:
    """What the person may see: the bodies of the own place."""
    return Organisation.objects.filter(place_id=person.place_id).select_related("parent")


def may_open(person: Person, body: Organisation) -> Verdict:
    """Closed bodies may not be opened."""
    return deny("该单位已停用，不能再办理。", "《试行办法》第十条") if body.valid_to else allow()


@page(may=anyone)
def home(request: PageRequest) -> HttpResponse:
    """Say who acts."""
    return HttpResponse(str(request.person))


@page(may=anyone)
def bodies(request: PageRequest) -> HttpResponse:
    """List bodies."""
    return list_page(request, ORGANISATIONS, visible(request.person))


@page(may=anyone)
def closed(request: PageRequest) -> HttpResponse:
    """List bodies that ended before they began: none."""
    return list_page(
        request, replace(ORGANISATIONS, key="closed", order=""), visible(request.person).filter(code="")
    )


@page(may=anyone)
def nothing(request: PageRequest) -> HttpResponse:
    """List what is known to be empty before the database is asked."""
    return list_page(request, replace(ORGANISATIONS, key="closed"), visible(request.person).filter(pk__in=[]))


@page(may=may_open, record=visible, methods=("GET", "POST"))
def body(request: PageRequest, organisation: Organisation) -> HttpResponse:
    """Show a body; a POST is refused, overtaken or goes on, as asked."""
    match request.POST.get("do"):
        case "refuse":
            raise refuse("绩效目标没有填写数量指标", "《试行办法》第九条", "补充至少一条数量指标", "产出指标")
        case "overtaken":
            raise Overtaken
        case "go":
            return go(request, "bodies")
    return HttpResponse(organisation.name)


@page(may=anyone, methods=("POST",))
def button(request: PageRequest) -> HttpResponse:
    """Take what a button sends."""
    return go(request, "bodies")


@page(public=True)
def open_to_all(request: HttpRequest) -> HttpResponse:
    """Show a page without signing in."""
    return HttpResponse("公开")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("bodies/", bodies, name="bodies"),
    path("closed/", closed, name="closed"),
    path("nothing/", nothing, name="nothing"),
    path("body/<int:pk>/", body, name="body"),
    path("button/", button, name="button"),
    path("open/", open_to_all, name="open"),
    path("session/", include("jiheng.foundation.web.account_urls")),
    *staticfiles_urlpatterns(),
]
handler400 = "jiheng.foundation.web.errors.bad_request"
handler403 = "jiheng.foundation.web.errors.forbidden"
handler404 = "jiheng.foundation.web.errors.not_found"
handler500 = "jiheng.foundation.web.errors.server_error"
