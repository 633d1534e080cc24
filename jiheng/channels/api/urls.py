"""Addresses of the interface and of the pages on which tokens are kept."""

from typing import Any

from django.urls import path, re_path

from jiheng.channels.api import pages
from jiheng.channels.api.wiring import api

app_name = "api"


def _operations() -> list[Any]:
    """Return the addresses of all endpoints; each is guarded by its own rule, not by `@page`."""
    return [one for one in api().urls[0] if getattr(one, "name", "") != "api-root"]


urlpatterns: list[Any] = [
    path("tokens/", pages.own, name="tokens"),
    path("tokens/new/", pages.new, name="new"),
    path("tokens/<int:pk>/revoke/", pages.revoke, name="revoke"),
    path("tokens/all/", pages.all_tokens, name="all"),
    path("v1/openapi.json", pages.description, name="openapi"),
    path("v1/docs/", pages.reference, name="docs"),
    path("v1/", pages.root, name="root"),
]
urlpatterns += [
    path("v1/", (_operations(), "api-v1", "api-v1")),
    re_path(r"^v1/.*$", pages.nothing, name="nothing"),
]
