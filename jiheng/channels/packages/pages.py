"""One address for each kind of decision: the file of a decided record, for whoever may read the record."""

from typing import Any

from django.http import HttpResponse

from jiheng.channels.packages.registry import SOURCES
from jiheng.channels.packages.source import Source, package_of
from jiheng.foundation.web.pages import Page, PageRequest, page
from jiheng.foundation.web.sending import sent
from jiheng.rules.decision_package import kind_named


def _page_of(source: Source) -> Page:
    @page(may=source.may, record=source.visible)
    def package(request: PageRequest, record: Any) -> HttpResponse:
        """The decision as one file."""
        year = source.year(record)
        name = f"决定包_{kind_named(source.kind).short}_{year.name}_{year.budget_year}.json"
        return sent(package_of(source, record, request.person), name)

    return package


PAGES = {key: _page_of(source) for key, source in SOURCES.items()}
