"""Pages of accountability: list, clues, one case, opening, deciding, handing over, the body's report, the notice."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.files.services import attach, evidence_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.lists import list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.pages import record_url
from jiheng.rules.refusal import Refusal
from jiheng.stages.results.accountability.access import (
    may_act_on,
    may_close,
    may_decide_accountability,
    may_deliver,
    may_open,
    may_receive,
    may_report_accountability,
    may_see_accountabilities,
    visible_accountabilities,
)
from jiheng.stages.results.accountability.clues import clues_in, is_late
from jiheng.stages.results.accountability.documents import (
    accountability_notice,
    accountability_outline,
    asked_words,
    measure_words,
)
from jiheng.stages.results.accountability.facts import limits_of, rules_of
from jiheng.stages.results.accountability.forms import (
    AccountabilityReportForm,
    DecideAccountabilityForm,
    DeliverForm,
    OpenForm,
)
from jiheng.stages.results.accountability.services import (
    NO_RULE,
    Charge,
    close_accountability,
    decide_accountability,
    deliver_accountability,
    dismiss_accountability,
    open_accountability,
    receive_accountability,
    report_accountability,
    return_accountability,
    save_accountability_report,
)
from jiheng.stages.results.accountability.sources import Source, source_of, year_by_code
from jiheng.stages.results.accountability.tables import CASES, state_of
from jiheng.stages.results.decision_pages import waiting_counts
from jiheng.stages.results.models import Accountability


@page(may=may_see_accountabilities)
def accountability_list(request: PageRequest) -> HttpResponse:
    """The cases of the chosen budget year."""
    cycle, person = current_cycle(request), request.person
    rows = visible_accountabilities(person)
    rows = rows.filter(cycle=cycle) if cycle is not None else rows.none()
    context = {
        "cycle": cycle,
        "may_open": cycle is not None and rules_of(cycle) is not None and bool(may_open(person)),
        "clues": len(clues_in(person, cycle)),
        "counts": waiting_counts(person, cycle),
        "no_rule": NO_RULE if cycle is not None and rules_of(cycle) is None else "",
    }
    return list_page(request, CASES, rows, template="results/accountabilities.html", context=context)


@page(may=may_open)
def clue_list(request: PageRequest) -> HttpResponse:
    """What the records show that may be a situation of the place's rules; nothing is opened by itself."""
    cycle = current_cycle(request)
    context = {"cycle": cycle, "clues": clues_in(request.person, cycle), "name": "问责线索"}
    context["counts"] = waiting_counts(request.person, cycle)
    return render(request, "results/clues.html", context)


@page(may=may_open, methods=("GET", "POST"))
def accountability_open(request: PageRequest) -> HttpResponse:
    """Open a case, from a record (`?source=`) or with body and project written down."""
    cycle = current_cycle(request)
    rules = rules_of(cycle) if cycle is not None else None
    if cycle is None or rules is None:
        return render(request, "results/accountability_none.html", {"name": "提出问责", "reason": NO_RULE})
    source = source_of(request.person, request.GET.get("source", ""))
    initial = {"situation": request.GET.get("situation", ""), "facts": source.text if source else ""}
    form = OpenForm(request.POST or None, person=request.person, rules=rules, fixed=source is not None, initial=initial)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = open_accountability(
                cycle=source.year.cycle if source else cycle,
                charge=_charge(form.cleaned_data, source, cycle, request.person),
                person=request.person,
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已提出问责，待局领导决定。")
            return go(request, "results:accountability", made.pk)
    context = {"form": form, "source": source, "refusals": refusals, "clause": str(rules.situations.clause), "name": "提出问责"}
    return (invalid if form.is_bound else render)(request, "results/accountability_open.html", context)


def _charge(told: dict[str, Any], source: Source | None, cycle: Cycle, person: Person) -> Charge:
    """Put the form's answers together with the record that the case rests on."""
    measures = tuple(told["measures"])
    if source is not None:
        unit = source.year.unit
        return Charge(unit, told["situation"], told["facts"], source.year, source.key, source.text, measures)
    code = told["project"].strip()
    year = year_by_code(person, cycle, code) if code else None
    if code and year is None:
        raise mistaken(f"{cycle.budget_year} 年度没有编码为“{code}”的项目", remedy="请核对项目编码", where="project")
    return Charge(told["body"], told["situation"], told["facts"], year, measures=measures)


@page(may=may_see_accountabilities, record=visible_accountabilities)
def accountability_detail(request: PageRequest, case: Accountability) -> HttpResponse:
    """One case: facts, situation, decision, receipt, deadline, the body's report, how it was closed."""
    person, year = request.person, case.subject_year
    workflow = policy_for(case.cycle).workflows["accountability"]
    label, tone = state_of(case)
    open_due = case.due if case.state == "received" else None
    own_pages = ("decide", "dismiss", "deliver", "report", "propose")
    context = {
        "case": case,
        "year": year,
        "title": TitleLine(
            f"{case.body}　绩效问责", unit=year.name if year else "", year=f"{case.cycle.budget_year} 年度",
            state=label, tone=tone, due=open_due,
        ),
        "milestones": life_of(year, person) if year else [],
        "stage": "accountability",
        "next": next_step(
            case, workflow, person, reverse("results:accountability_act", args=[case.pk]),
            may=bool(may_act_on(person, case)), hidden=own_pages, due=open_due,
        ),
        "asked": asked_words(case),
        "measures": measure_words(case),
        "late": is_late(case),
        "source_url": record_url(case.source),
        "entry": case.ledger_entry,
        "may_decide": bool(may_decide_accountability(person, case)),
        "may_deliver": bool(may_deliver(person, case)),
        "may_report": bool(may_report_accountability(person, case)),
        "deliver_form": DeliverForm(initial={"version": case.version}),
        "clauses": [one for one in (case.clause, case.measures_clause, case.due_clause) if one],
        "files": [
            FileLink("问责决定书（PDF）", reverse("results:accountability_pdf", args=[case.pk])),
            FileLink("问责决定书（Word）", reverse("results:accountability_docx", args=[case.pk])),
            *_files(case),
        ],
        "history": told(history(case), workflow),
    }  # fmt: skip
    return render(request, "results/accountability.html", context)


def _files(case: Accountability) -> list[FileLink]:
    return [
        FileLink(one.name, reverse("files:download", args=[one.pk]), one.uploaded_by, one.file.size)
        for one in evidence_of(case)
    ]


@page(may=may_act_on, record=visible_accountabilities, methods=("POST",))
def accountability_act(request: PageRequest, case: Accountability) -> HttpResponse:
    """Sign for the decision; accept or send back the report."""
    want, person = asked(request), request.person
    if want.action == "receive" and may_receive(person, case):
        receive_accountability(case=case, person=person, version=want.version)
        messages.success(request, f"已签收，请于 {case.due} 前报送整改报告书。")
    elif want.action == "accept" and may_close(person, case):
        close_accountability(case=case, note=want.comment, person=person, version=want.version)
        messages.success(request, "已审核办结。")
    elif want.action == "return":
        return_accountability(case=case, comment=want.comment, person=person, version=want.version)
        messages.success(request, "已退回继续整改。")
    else:
        raise mistaken("这一步在它自己的页面办理", remedy="请打开问责记录，按页面上的按钮办理")
    return go(request, "results:accountability", case.pk)


@page(may=may_decide_accountability, record=visible_accountabilities, methods=("GET", "POST"))
def accountability_decide(request: PageRequest, case: Accountability) -> HttpResponse:
    """Decide one or several measures with amounts and a reason, or dismiss the case."""
    rules = rules_of(case.cycle)
    if rules is None:
        raise mistaken(NO_RULE)
    form = DecideAccountabilityForm(request.POST or None, case=case, rules=rules)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, case, form)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已作出决定，并告知被问责单位。" if request.POST.get("do") != "dismiss" else "已决定不予问责。")
            return go(request, "results:accountability", case.pk)
    context = {
        "form": form, "case": case, "refusals": refusals, "asked": asked_words(case), "limits": limits_of(case),
        "clause": str(rules.measures.clause), "name": f"作出问责决定：{case.body}",
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "results/accountability_decide.html", context)


def _decide(request: PageRequest, case: Accountability, form: DecideAccountabilityForm) -> None:
    given = form.cleaned_data
    if request.POST.get("do") == "dismiss":
        dismiss_accountability(case=case, reason=given["reason"], person=request.person, version=given["version"])
        return
    decide_accountability(case=case, person=request.person, **given)


@page(may=may_deliver, record=visible_accountabilities, methods=("POST",))
def accountability_deliver(request: PageRequest, case: Accountability) -> HttpResponse:
    """Note on which day and how the decision was handed over."""
    form = DeliverForm(request.POST)
    if not form.is_valid():
        raise mistaken("；".join(f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items()))
    deliver_accountability(case=case, person=request.person, **form.cleaned_data)
    messages.success(request, f"已登记送达，整改报告书时限 {case.due}。")
    return go(request, "results:accountability", case.pk)


@page(may=may_report_accountability, record=visible_accountabilities, methods=("GET", "POST"))
def accountability_report(request: PageRequest, case: Accountability) -> HttpResponse:
    """Write the report of rectification, upload the signed one, save or send."""
    form = AccountabilityReportForm(request.POST or None, request.FILES or None, case=case)
    refusals: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            sent = _send(request, case, form)
        except Refused as refused:
            refusals = refused.refusals
            case.refresh_from_db()
        else:
            messages.success(request, "整改报告书已报送，待绩效管理股审核。" if sent else "已保存。")
            return go(request, "results:accountability" if sent else "results:accountability_report", case.pk)
    context = {
        "form": form, "case": case, "refusals": refusals, "measures": measure_words(case), "files": _files(case),
        "multipart": True, "name": "整改报告书",
    }  # fmt: skip
    return (invalid if form.is_bound else render)(request, "results/accountability_report.html", context)


def _send(request: PageRequest, case: Accountability, form: AccountabilityReportForm) -> bool:
    """Keep the file first, so that it stays when the report itself is refused."""
    file = form.cleaned_data["file"]
    if file is not None:
        attach(subject=case, row="", name=file.name, content=file.read(), person=request.person)
    version = form.cleaned_data["version"]
    if request.POST.get("do") != "report":
        save_accountability_report(case=case, person=request.person, version=version, **form.told)
        return False
    report_accountability(case=case, person=request.person, version=version, **form.told)
    return True


def _download(case: Accountability, content: bytes, ending: str) -> HttpResponse:
    return sent(content, neutral(f"{case.body}绩效问责决定书.{ending}"))


@page(may=may_see_accountabilities, record=visible_accountabilities)
def accountability_docx(_: PageRequest, case: Accountability) -> HttpResponse:
    """The notice of the decision as Word."""
    return _download(case, report_docx(accountability_outline(case), accountability_notice(case)), "docx")


@page(may=may_see_accountabilities, record=visible_accountabilities)
def accountability_pdf(request: PageRequest, case: Accountability) -> HttpResponse:
    """The notice of the decision as PDF."""
    stamp = f"打印：{request.person}"
    content = report_pdf(accountability_outline(case), accountability_notice(case), stamp=stamp)
    return _download(case, content, "pdf")
