"""Pages of the spot check of monitoring: holding a drawn report against the source data, and what was found."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import (
    may_see_spot_checks,
    may_spot_check,
    spot_check_clause,
    visible_spot_checks,
)
from jiheng.stages.evaluation.models import SpotCheck
from jiheng.stages.evaluation.services.spot_checks import Checked, spot_check, tolerance_in
from jiheng.stages.monitoring.access import visible_reports
from jiheng.stages.monitoring.models import MonitoringReport


@page(may=may_spot_check, record=visible_reports, methods=("GET", "POST"))
def check(request: PageRequest, report: MonitoringReport) -> HttpResponse:
    """Write beside each value what the source data says and where it was found; every problem stands at its row."""
    readings = list(report.readings.select_related("indicator"))
    posted = request.POST if request.method == "POST" else None
    refusals: list[Refusal] = []
    if posted is not None:
        typed = {
            one.pk: Checked(
                posted.get(f"verified-{one.pk}", ""), posted.get(f"source-{one.pk}", ""), f"untrue-{one.pk}" in posted
            )
            for one in readings
        }
        try:
            made = spot_check(
                report=report, checked=typed, opinion=posted.get("opinion", ""), person=request.person
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已登记核对结果：{'有不实数据' if made.untrue else '属实'}，并告知单位和主管部门。")
            return go(request, "evaluation:spot_checked", made.pk)
    context = {
        "report": report,
        "year": report.subject_year,
        "name": "核对监控数据",
        "tolerance": tolerance_in(report.cycle),
        "clause": spot_check_clause(report.cycle),
        "files": list(evidence_of(report)),
        "opinion": posted.get("opinion", "") if posted is not None else "",
        "rows": [
            {
                "reading": one,
                "verified": posted.get(f"verified-{one.pk}", "") if posted is not None else "",
                "source": posted.get(f"source-{one.pk}", "") if posted is not None else "",
                "untrue": posted is not None and f"untrue-{one.pk}" in posted,
                "wrong": [each for each in refusals if each.where in {f"verified-{one.pk}", f"source-{one.pk}"}],
            }
            for one in readings
        ],
        "refusals": refusals,
    }
    return (invalid if posted is not None else render)(request, "evaluation/spot_check.html", context)


@page(may=may_see_spot_checks, record=visible_spot_checks)
def checked(request: PageRequest, one: SpotCheck) -> HttpResponse:
    """What was found: every value that was checked, how it was compared, the opinion."""
    year = one.report.subject_year
    context = {
        "one": one,
        "title": TitleLine(
            f"{year.name}　监控数据抽查", unit=str(year.unit), state="有不实数据" if one.untrue else "属实",
            tone="red" if one.untrue else "green",
        ),
        "sees_draw": request.person.sees_whole_place,
        "clauses": [one.clause],
        "history": told(history(one)),
    }  # fmt: skip
    return render(request, "evaluation/spot_checked.html", context)
