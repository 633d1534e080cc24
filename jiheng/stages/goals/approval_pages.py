"""Pages of the papers that approve budget and goals together: issued, printed, held against the records."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.refused import Refused
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.foundation.web.sending import sent
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.goals.access import may_issue_approval, may_see_approvals
from jiheng.stages.goals.approval import (
    PAPER,
    code_of,
    departments_of,
    deviations,
    paper_of,
    totals,
    visible_approvals,
)
from jiheng.stages.goals.models import ApprovalDocument
from jiheng.stages.goals.services.approving import issue_approval


@page(may=may_see_approvals)
def approvals(request: PageRequest) -> HttpResponse:
    """The papers of the chosen year; one is found by its number or check code."""
    return render(request, "goals/approvals.html", _context(request, []))


def _context(request: PageRequest, refusals: list[Any]) -> dict[str, Any]:
    cycle, person = cast(Cycle | None, current_cycle(request)), request.person
    asked = request.GET.get("code", "").strip()
    rows = visible_approvals(person, cycle).order_by("-pk")
    found = [one for one in visible_approvals(person) if plain(asked) in {plain(one.code), plain(one.number)}] if asked else []
    issuing = cycle is not None and cycle.state == "open" and bool(may_issue_approval(person))
    return {
        "cycle": cycle,
        "rows": rows,
        "asked": asked,
        "found": found,
        "departments": departments_of(cycle) if issuing and cycle else [],
        "issuing": issuing,
        "number": request.POST.get("number", ""),
        "chosen": request.POST.get("department", ""),
        "refusals": refusals,
    }


def plain(text: str) -> str:
    """Return a number or a check code as it is compared: without spaces and dashes, in capitals."""
    return text.upper().replace("-", "").replace(" ", "")


@page(may=may_issue_approval, methods=("POST",))
def approval_issue(request: PageRequest) -> HttpResponse:
    """Issue the paper of one department for the chosen year."""
    cycle, key = cast(Cycle | None, current_cycle(request)), whole(request.POST.get("department"))
    department = next((one for one in departments_of(cycle) if one.pk == key), None) if cycle else None
    if cycle is None or department is None:
        messages.error(request, "请选择有批复目标的部门。")
        return go(request, "goals:approvals")
    try:
        made = issue_approval(cycle=cycle, department=department, number=request.POST.get("number", ""), person=request.person)
    except Refused as refused:
        return invalid(request, "goals/approvals.html", _context(request, refused.refusals))
    messages.success(request, f"已形成批复文件，校验码 {made.code}。")
    return go(request, "goals:approval", made.pk)


@page(may=may_see_approvals, record=visible_approvals)
def approval(request: PageRequest, one: ApprovalDocument) -> HttpResponse:
    """One paper held against the records: whether every figure in it still stands."""
    found = deviations(one)
    context = {
        "one": one,
        "intact": code_of(paper_of(one)) == one.code,
        "found": found,
        "projects": one.content["projects"],
        "totals": totals(one.content),
    }
    return render(request, "goals/approval.html", context)


@page(may=may_see_approvals, record=visible_approvals)
def approval_file(request: PageRequest, one: ApprovalDocument, kind: str) -> HttpResponse:
    """The paper as Word or PDF, as it was issued."""
    name = f"{one.department}预算和绩效目标批复.{kind}"
    if kind == "pdf":
        return sent(report_pdf(PAPER, paper_of(one), stamp=f"打印：{request.person}"), name)
    return sent(report_docx(PAPER, paper_of(one)), name)
