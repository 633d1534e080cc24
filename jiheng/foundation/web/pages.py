"""`@page`: the only way to write a page. Who may open it, which record, what happens on a refusal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from jiheng.foundation.accounts.person import Person, Verdict, allow
from jiheng.foundation.refused import Denied, Refused
from jiheng.foundation.sealed import closed_year
from jiheng.foundation.web.typed import typed_in
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.filling import OPENED, filled, opened_at
from jiheng.foundation.workflow.models import Case
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal

Page = Callable[..., HttpResponse]
LONGEST_KEY = 18
"""Digits of the largest number that both databases keep as a key."""
P = ParamSpec("P")
T = TypeVar("T")


class PageRequest(HttpRequest):
    """The request that a page gets: somebody acts, and htmx says whether it asks for a part."""

    person: Person
    htmx: HtmxDetails


class May(Protocol):
    """A question of rights: `may(person)`, or `may(person, record)` for pages of one record."""

    def __call__(self, person: Any, /, *record: Any) -> Verdict: ...


@dataclass(frozen=True)
class Access:
    """The access rule of a page, kept on the view as `view.access` so that a test can list them all."""

    may: Callable[..., Verdict] | None
    record: Callable[[Person], QuerySet[Any]] | None
    methods: tuple[str, ...]
    public: bool


def anyone(_person: Person, *_record: object) -> Verdict:
    """Let in everyone who is signed in and holds an appointment: for pages without business data."""
    return allow()


def page(
    *,
    may: Callable[..., Verdict] | None = None,
    record: Callable[[Person], QuerySet[Any]] | None = None,
    methods: tuple[str, ...] = ("GET",),
    public: bool = False,
    key: str = "pk",
) -> Callable[[Callable[Concatenate[Any, P], HttpResponse]], Page]:
    """Make a view of a function, with its access rule.

    `may(person)` or, with `record`, `may(person, record)` answers allow() or deny("reason", clause): 403
    with both. `record(person)` returns what the person may see; the row whose primary key is the URL's
    `key` is handed to the function, and what is not visible does not exist: 404. `Refused` becomes
    422 with every reason, `Overtaken` becomes 409. `public` pages need nobody and take no `may`.
    """
    if public == (may is not None):
        raise TypeError("a page is either public or says who may open it")
    allowed = frozenset(methods) | ({"HEAD"} if "GET" in methods else set())

    def decorate(view: Callable[Concatenate[Any, P], HttpResponse]) -> Page:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return _not_allowed(request, sorted(allowed))
            _readable(request)
            if public:
                return _answer(request, view, args, kwargs)
            person = getattr(request, "person", None)
            if person is None:
                return _nobody(request)
            given = list(args)
            if record is not None:
                found = _visible(record(person), kwargs.pop(key))
                given.insert(0, found)
                request.closed_year = closed_year(found)  # type: ignore[attr-defined]
            if may is not None:
                verdict = may(person, given[0]) if record is not None else may(person)
                if record is not None and _has_moved(request, given[0]):
                    # Before any refusal, which would be about another state than the page showed; but it says how it stands.
                    return overtaken_response(request, "" if verdict else verdict.reason)
                if not verdict:
                    raise Denied(verdict.reason, verdict.clause)
            answer = _answer(request, view, given, kwargs)
            if OPENED in request.POST and given and isinstance(given[0], Case):
                _worked(request, given[0], person.role)
            return answer

        cast(Any, opened).access = Access(may, record, tuple(methods), public)
        return opened

    return decorate


def _worked(request: HttpRequest, case: Case, role: str) -> None:
    """Count how long the form is being filled, whatever became of it."""
    since = opened_at(request.POST[OPENED])
    if since is not None:
        filled(case, role, since, done="do" in request.POST and not is_part(request))


def _not_allowed(request: HttpRequest, methods: list[str]) -> HttpResponse:
    """Answer 405; somebody who opens the address of a button gets a page that says where to go on."""
    if request.method != "GET" or is_part(request):
        return HttpResponseNotAllowed(methods)
    answer = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    answer["Allow"] = ", ".join(methods)
    return answer


def _readable(request: HttpRequest) -> None:
    """Refuse zero characters wherever they stand: nobody types them, and PostgreSQL cannot keep them."""
    given = [one for name, values in (*request.GET.lists(), *request.POST.lists()) for one in (name, *values)]
    if any("\0" in one for one in (request.path, *given)):
        raise BadRequest("zero character")


def whole(text: str | None) -> int | None:
    """Return the whole number that a form or an address names; None when it is none or larger than any key."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None


def _visible(rows: QuerySet[Any], pk: object) -> Model:
    key = whole(str(pk))
    found: Model | None = rows.filter(pk=key).first() if key is not None else None
    if found is None:
        raise Http404("没有这条记录，或者它不在您可以查看的范围内。")
    return found


def seen_version(request: HttpRequest) -> int | None:
    """Return the version of the record that the sent form showed; None when it does not say."""
    return whole(request.POST.get("version"))


def _has_moved(request: HttpRequest, found: object) -> bool:
    """Say whether a form sent about a record shows another version than the record now has."""
    seen = seen_version(request)
    return seen is not None and seen != getattr(found, "version", seen)


def _nobody(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        words = "您目前没有任职，不能办理业务。请与本单位的安全管理员联系，登记任职后再登录。"
        raise Denied(words, national_clause("duty_access"))
    # A button pressed after the session has ended leads back to the page that it stood on.
    wanted = request.get_full_path() if request.method == "GET" else back_url(request)
    target = f"{reverse('accounts:login')}?{urlencode({'next': wanted})}"
    return _follow(request, HttpResponseRedirect(target))


def _answer(request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse:
    try:
        return _follow(request, view(request, *args, **kwargs))
    except Refused as refused:
        return refusal_response(request, refused)
    except Overtaken:
        return overtaken_response(request)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; boosted links and the back button ask for a whole one."""
    htmx = cast(HtmxDetails | None, getattr(request, "htmx", None))
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def _follow(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # A script's request would follow a redirect unseen and put a whole page into a small part.
    patch_vary_headers(response, ("HX-Request",))
    if getattr(request, "person", None) is not None and "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-cache"
    if is_part(request) and isinstance(response, HttpResponseRedirect):
        moved = HttpResponse(status=HTTPStatus.NO_CONTENT)
        moved["HX-Redirect"] = response.url
        return moved
    return response


def refusal_response(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Answer 422 with every reason: a part beside the button, else a page with the way back."""
    template = "web/_refusals.html" if is_part(request) else "web/refused.html"
    context = {"refusals": refused.refusals, "back": back_url(request), "typed": typed_in(request)}
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def overtaken_response(request: HttpRequest, why: str = "") -> HttpResponse:
    """Answer 409: somebody else was faster, nothing was written; `why` the step is not to be taken now, if so."""
    template = "web/_overtaken.html" if is_part(request) else "web/overtaken.html"
    context = {"back": back_url(request), "typed": typed_in(request), "why": why}
    return render(request, template, context, status=HTTPStatus.CONFLICT)


def next_url(request: HttpRequest) -> str:
    """Return the `next` that the form or address names when it is one of our own pages, else ""."""
    return _own(request, request.POST.get("next")) or _own(request, request.GET.get("next"))


def back_url(request: HttpRequest, default: str = "/") -> str:
    """Return where the person came from when it is one of our own pages, with its query."""
    return next_url(request) or _own(request, request.headers.get("Referer")) or default


def _own(request: HttpRequest, url: str | None) -> str:
    sound = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if url and sound else ""


def part(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render a part of a page for htmx to put in place."""
    return render(request, template, context, status=status)


@dataclass(frozen=True)
class Tried(Generic[T]):
    """What came of a form that was sent: whether it is done, and what it made; else the reasons against it.

    No reason stands here for boxes that are filled in wrongly: the form tells of them itself.
    """

    done: bool
    value: T | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def made(self) -> T:
        """What the deed gave back. LookupError where it gave nothing or was not done."""
        if self.value is None:
            raise LookupError("nothing was made")
        return self.value


def tried(form: BaseForm, deed: Callable[[], T]) -> Tried[T]:
    """Do what a form asks for, if its boxes are sound; whoever calls answers with the page, or sends on when it is done."""
    if not form.is_valid():
        return Tried(done=False)
    try:
        return Tried(done=True, value=deed())
    except Refused as refused:
        return Tried(done=False, refusals=tuple(refused.refusals))


def invalid(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
    """Render a form again with its errors: 422, so that scripts and tests see that nothing was saved."""
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def go(request: HttpRequest, to: str, *args: Any) -> HttpResponse:
    """Send the person on after a write: to a URL name with its arguments."""
    return _follow(request, HttpResponseRedirect(reverse(to, args=args)))


def every_page(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, Access | None]]:
    """Yield (route, URL name, access rule) of every URL; the rule is None for views without `@page`."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from every_page(one.url_patterns, route, inner)
        else:
            name = f"{space}{one.name}" if one.name else ""
            yield route, name, getattr(one.callback, "access", None)
