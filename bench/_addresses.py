"""The product's addresses and two trivial pages: one query and a template, without and within the site's frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.web.pages import PageRequest, anyone, page
from jiheng.site import urls


@page(public=True)
def plain(request: HttpRequest) -> HttpResponse:
    """One query, one small template, nobody signed in."""
    return render(request, "plain.html", {"rows": Organisation.objects.order_by("pk")[:50]})


@page(may=anyone)
def framed(request: PageRequest) -> HttpResponse:
    """The same within the frame of every page: session, person, navigation, year."""
    return render(request, "framed.html", {"rows": Organisation.objects.order_by("pk")[:50]})


urlpatterns = [path("bench/plain/", plain), path("bench/framed/", framed), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
