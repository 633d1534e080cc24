"""Pages of the ledger: every movement of money, one entry with its decision, booking by hand, taking back."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.budgets.access import may_book, may_reverse, may_see_ledger, visible_entries
from jiheng.registers.budgets.forms import BookForm, ReverseForm
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance, entry_rows, ledger_totals
from jiheng.registers.budgets.services import book_by_hand, take_back
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.labels import BOOKS, SOURCES, book_label, source_label
from jiheng.registers.subjects.pages import record_url
from jiheng.registers.subjects.queries import organisations_in_sight
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow.steps import Tone

TONES: dict[str, Tone] = {
    "initial": "blue",
    "adjustment": "blue",
    "payment": "grey",
    "cut": "red",
    "pause": "amber",
    "recapture": "red",
}
CAUSES = {
    "goals.expressrelease": "先行下达决定",
    "results.decision": "结果应用决定",
    "monitoring.monitoringreport": "监控表",
    "evaluation.evaluation": "绩效评价",
    "appraisal.appraisal": "事前评估",
}


def cause_words(cause: str) -> str:
    """Return how the decision behind an entry is called."""
    label, _, number = cause.partition(":")
    return f"{CAUSES.get(label, '决定')} {number} 号" if cause else ""


def _state(entry: LedgerEntry) -> str:
    if entry.reverses_id is not None:
        return "冲销"
    return "已冲销" if hasattr(entry, "reversed_by") else "有效"


def _by_hand(rows: Any, value: str) -> Any:
    return rows.filter(batch__isnull=value == "hand")


ENTRIES = Table(
    key="ledger",
    title="资金台账",
    unit="笔",
    columns=(
        Column("project", "项目", "subject_year.name", sort="subject_year__name", card=True,
               link=lambda e: reverse("budgets:detail", args=[e.pk])),
        Column("day", "日期", "day", kind="day", sort="day", card=True),
        Column("kind", "类型", "get_kind_display", kind="state", sort="kind", tone=lambda e: TONES[e.kind], card=True),
        Column("budget", "预算增减", "budget_part", kind="yuan", sort="budget_part", total="budget_part", card=True,
               help="年初预算、调整、核减、收回"),
        Column("paid", "支付", "paid_part", kind="yuan", sort="paid_part", total="paid_part", card=True),
        Column("amount", "金额", "amount_fen", kind="yuan", sort="amount_fen", shown=False),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("source", "资金来源", lambda e: source_label(e.source), sort="source"),
        Column("reference", "凭证号或文号", "reference", sort="reference"),
        Column("note", "摘要", "note"),
        Column("cause", "依据的决定", lambda e: cause_words(e.cause), sort="cause"),
        Column("state", "状态", _state, kind="state", tone=lambda e: "amber" if _state(e) == "已冲销" else "grey"),
        Column("code", "项目代码", "subject_year.subject.code", sort="subject_year__subject__code", shown=False),
        Column("book", "预算类别", lambda e: book_label(e.book), sort="book", shown=False),
        Column("batch", "导入批次", "batch_id", sort="batch_id", shown=False),
    ),
    facets=(
        Facet("kind", "类型", LedgerEntry.KINDS),
        Facet("source", "资金来源", tuple(SOURCES.items())),
        Facet("book", "预算类别", BOOKS),
        Facet("unit", "单位", lambda person: organisations_in_sight(person, "unit"), field="subject_year__unit_id"),
        Facet("origin", "登记方式", (("import", "清单导入"), ("hand", "系统或手工")), apply=_by_hand),
    ),
    search=("subject_year__name", "subject_year__subject__code", "reference", "note"),
    search_label="项目、代码、凭证号、摘要",
    order="-day",
    empty=Empty("台账还没有记录", "导入预算清单和支付清单后，这里列出每一笔。"),
)  # fmt: skip


@page(may=may_see_ledger)
def entry_list(request: PageRequest) -> HttpResponse:
    """Every movement of the chosen year that the person may see, with the balances."""
    person, cycle = request.person, cast(Cycle | None, current_cycle(request))
    context = {
        "cycle": cycle,
        "totals": exactly(person, f"ledger:{cycle.pk}", lambda: ledger_totals(person, cycle)) if cycle else None,
        "may_book": cycle is not None and bool(may_book(request.person)),
    }
    rows = entry_rows(request.person, cycle)
    return list_page(request, ENTRIES, rows, template="budgets/list.html", context=context)


@page(may=may_see_ledger, record=visible_entries)
def entry_detail(request: PageRequest, entry: LedgerEntry) -> HttpResponse:
    """One entry: what moved, why, by which decision and clause, and what stands beside it."""
    year = entry.subject_year
    context = {
        "entry": entry,
        "year": year,
        "title": TitleLine(
            f"{entry.get_kind_display()}：{year.name}",
            unit=str(year.unit),
            year=f"{entry.budget_year} 年度",
            money_fen=entry.amount_fen,
            money_label="金额",
            state=_state(entry),
            tone="green" if _state(entry) == "有效" else "grey",
            code=year.subject.code,
        ),
        "source": source_label(entry.source),
        "book": book_label(entry.book),
        "decision": cause_words(entry.cause),
        "decision_url": record_url(entry.cause),
        "balance": balance(year.pk),
        "may_reverse": may_reverse(request.person, entry),
        "clauses": [entry.clause] if entry.clause else [],
        "history": told(history(entry)),
    }
    return render(request, "budgets/detail.html", context)


@page(may=may_book, methods=("GET", "POST"))
def book(request: PageRequest) -> HttpResponse:
    """Book one payment or adjustment by hand, with its document and the reason."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        raise refuse("还没有开启预算年度", national_clause("duty_year"), remedy="请先在“年度与日历”中开启")
    start = {"day": clock.today(), "kind": "payment", "code": request.GET.get("code", "")}
    form = BookForm(request.POST or None, initial=start, person=request.person, cycle=cycle)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            entry = book_by_hand(posting=form.told(), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已登记台账。")
            return go(request, "budgets:detail", entry.pk)
    context = {"form": form, "refusals": refusals, "name": f"手工登记台账 · {cycle.budget_year} 年度"}
    draw = invalid if form.is_bound else render
    return draw(request, "budgets/book.html", context)


@page(may=may_reverse, record=visible_entries, methods=("POST",))
def entry_reverse(request: PageRequest, entry: LedgerEntry) -> HttpResponse:
    """Take one entry back by its opposite."""
    form = ReverseForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    made = take_back(entry=entry, note=note, person=request.person)
    messages.success(request, "已冲销，原分录和冲销分录都保留。")
    return go(request, "budgets:detail", made.pk)
