"""The desk, the notices, the search."""

from django.http import HttpResponse
from django.shortcuts import render

from jiheng.channels.desk.queries import desk_of, search
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.notices.services import mark_read, notices_for
from jiheng.foundation.web.navigation import Entry, address, current_cycle, items
from jiheng.foundation.web.pages import PageRequest, anyone, page
from jiheng.foundation.web.searching import searched
from jiheng.rules.asking import LONGEST

NEWEST = 100
DOORS = {"dashboards", "reports", "exchange", "people", "audit"}


def doors(person: Person) -> list[Entry]:
    """Return where somebody goes for whom nothing waits: those of DOORS that the role uses."""
    mine = [one for one in items() if one.key in DOORS and person.role in one.roles]
    return [Entry(one.key, one.label, one.icon, address(one.url)) for one in mine if address(one.url)]


@page(may=anyone)
def home(request: PageRequest) -> HttpResponse:
    """Show what waits, what came back, what the person watches."""
    desk = exactly(request.person, "desk", lambda: desk_of(request.person))
    return render(request, "desk/home.html", {"desk": desk, "doors": doors(request.person)})


@page(may=anyone)
def notices(request: PageRequest) -> HttpResponse:
    """Show the newest notices; looking at them is reading them."""
    found = list(notices_for(request.person)[:NEWEST])
    mark_read(request.person)
    return render(request, "desk/notices.html", {"notices": found})


@page(may=anyone)
def find(request: PageRequest) -> HttpResponse:
    """Find everything that the person may see: by words, or by a question whose filters are shown."""
    text, plain = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("plain") == "1"
    cycle = current_cycle(request)
    answer = search(request.person, text, cycle, plain=plain)
    understood = answer
    if not answer.found and answer.asked.words != tuple(text.split()):  # what was read as a question may be meant as words
        answer = search(request.person, text, cycle, plain=True)
    context = {
        "text": text,
        "top_query": text,
        "plain": plain,
        "answer": answer,
        "understood": understood,
        "cycle": cycle,
        "names": [one.label for one in searched() if one.may(request.person)],
    }
    return render(request, "desk/search.html", context)
