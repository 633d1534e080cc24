"""The desk, the notices, the search."""

from django.http import HttpResponse
from django.shortcuts import render

from jiheng.channels.desk.queries import FOUND, desk_of, search
from jiheng.foundation.notices.services import mark_read, notices_for
from jiheng.foundation.web.pages import PageRequest, anyone, page

NEWEST = 100


@page(may=anyone)
def home(request: PageRequest) -> HttpResponse:
    """Show what waits, what came back, what the person watches."""
    return render(request, "desk/home.html", {"desk": desk_of(request.person)})


@page(may=anyone)
def notices(request: PageRequest) -> HttpResponse:
    """Show the newest notices; looking at them is reading them."""
    found = list(notices_for(request.person)[:NEWEST])
    mark_read(request.person)
    return render(request, "desk/notices.html", {"notices": found})


@page(may=anyone)
def find(request: PageRequest) -> HttpResponse:
    """Find projects by name, code or unit."""
    text = request.GET.get("q", "").strip()
    found = search(request.person, text)
    context = {"text": text, "found": found, "more": len(found) == FOUND}
    return render(request, "desk/search.html", context)
