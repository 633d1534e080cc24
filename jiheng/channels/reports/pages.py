"""Periodic reports as Word and PDF."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from django.http import Http404, HttpResponse
from django.shortcuts import render

from jiheng.channels.reports.access import may_print_reports
from jiheng.channels.reports.burden import burden_in
from jiheng.channels.reports.kinds import found
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.report import Report
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.foundation.web.sending import sent
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.burden import FEWEST
from jiheng.rules.money import round_half_up
from jiheng.rules.policy.outline import Outline
from jiheng.stages.goals.tracks import TrackShare, shares_in

Writer = Callable[[Outline, Report], bytes]
WRITERS: dict[str, Writer] = {"pdf": report_pdf, "docx": report_docx}


@page(may=may_print_reports)
def report_list(request: PageRequest) -> HttpResponse:
    """List the reports with what each is for, by the year's frozen rules; and what the year's forms cost to fill."""
    cycle: Cycle | None = current_cycle(request)
    outlines = policy_for(cycle).documents if cycle is not None else {}
    kinds = [kind for kind in found().values() if kind.key in outlines]
    burden = burden_in(cycle, request.person) if cycle is not None else None
    told = {"kinds": kinds, "burden": burden, "tracks": _tracks(cycle, request.person), "fewest": FEWEST}
    return render(request, "reports/list.html", {"cycle": cycle, **told})


def _tracks(cycle: Cycle | None, person: Person) -> list[tuple[TrackShare, Decimal, Decimal]]:
    """Return the tracks of the year with their per cent of goals and of money; [] for who does not see the whole place."""
    if cycle is None or not person.sees_whole_place or cycle.place_id != person.place_id:
        return []
    found = shares_in(cycle)
    goals, fen = (sum(getattr(one, name) for one in found) for name in ("goals", "fen"))
    return [(one, _per_cent(one.goals, goals), _per_cent(one.fen, fen)) for one in found]


def _per_cent(part: int, whole: int) -> Decimal:
    return round_half_up(Fraction(part * 100, whole), 1) if whole else Decimal(0)


@page(may=may_print_reports)
def report_file(request: PageRequest, key: str, kind: str) -> HttpResponse:
    """Write one report of the chosen year as it stands now."""
    cycle: Cycle | None = current_cycle(request)
    wanted = found().get(key)
    if cycle is None or wanted is None:
        raise Http404
    policy = policy_for(cycle)
    if key not in policy.documents:
        raise Http404("本年度固化的制度中没有这份报告的提纲")
    content = WRITERS[kind](policy.documents[key], wanted.build(cycle, request.person))
    return sent(content, f"{cycle.place.name}{cycle.budget_year}年度{wanted.name}.{kind}")
