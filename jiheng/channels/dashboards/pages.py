"""The overview page."""

from django.http import HttpResponse
from django.shortcuts import render

from jiheng.channels.dashboards.access import may_see_overview
from jiheng.channels.dashboards.charts import cover_bars, flow_bars
from jiheng.channels.dashboards.queries import overview
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.models import Cycle


@page(may=may_see_overview)
def home(request: PageRequest) -> HttpResponse:
    """Answer in one page: is the money covered, where does it deviate, what did results change."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        return render(request, "dashboards/home.html", {"cycle": None})
    seen = overview(cycle, request.person)
    context = {
        "cycle": cycle,
        "seen": seen,
        "cover_chart": cover_bars(seen.departments),
        "flow_chart": flow_bars(seen.flow),
    }
    return render(request, "dashboards/home.html", context)
