"""Pages of the project library: the list, one project's whole life, and the registration of a new one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, visible_cycles
from jiheng.registers.subjects.access import (
    may_change_content,
    may_register,
    may_see_subjects,
    visible_subject_years,
)
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.forms import ContentForm, SubjectForm, VerdictForm
from jiheng.registers.subjects.labels import BOOKS, LIBRARY_TONES, book_label, source_label
from jiheng.registers.subjects.life import gates_of, life_of, notes_of
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.queries import (
    content_changes,
    endings,
    entries_of,
    expiring,
    last_change,
    library,
    money_of,
    own_organisation,
    standing_for,
    term_kinds,
    years_of,
)
from jiheng.registers.subjects.services import change_content, register_subject
from jiheng.registers.subjects.warrants import shelves_of
from jiheng.rules.appraisal import Request, appraisal_trigger
from jiheng.rules.content_change import differences
from jiheng.rules.gates import Stand, next_step
from jiheng.rules.policy import Policy
from jiheng.rules.sunset import AHEAD, TERM
from jiheng.rules.workflow.steps import Tone

GROUND_MARKERS = frozenset({"performance_office", "division"})
"""Who may mark a policy or project as repeated, finished or expired; that stage lies above."""
LIBRARY_WORDS = dict(SubjectYear.LIBRARY)
GATE_TONES: dict[Stand, Tone] = {Stand.PASSED: "green", Stand.HELD: "red", Stand.FREE: "grey"}


def _kind(year: SubjectYear) -> str:
    return policy_for(year.cycle).subject_kinds.get(year.kind, year.kind)


def _rate(year: Any) -> Decimal | None:
    return Decimal(year.paid_fen) / Decimal(year.budget_fen) if year.budget_fen > 0 else None


LIBRARY = Table(
    key="library",
    title="项目库",
    columns=(
        Column(
            "name", "项目", "name", sort="name", card=True, link=lambda y: reverse("subjects:detail", args=[y.pk])
        ),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "实施单位", "unit.name", sort="unit__name"),
        Column("department", "主管部门", "department.name", sort="department__name", shown=False),
        Column("kind", "类别", _kind, sort="kind", shown=False),
        Column("change", "属性", lambda y: y.get_change_display() + ("·重大" if y.is_major else ""), sort="change"),
        Column("book", "预算类别", lambda y: book_label(y.book), sort="book", shown=False),
        Column("sector", "领域", "sector", sort="sector", shown=False),
        Column("period", "起止年", lambda y: f"{y.first_year}–{y.last_year}", sort="first_year", shown=False),
        Column(
            "asked", "申报", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen", card=True
        ),
        Column(
            "budget", "预算", "budget_fen", kind="wan", sort="budget_fen", total="budget_fen",
            help="台账：年初预算加调整，减核减和收回",
        ),
        Column("paid", "已执行", "paid_fen", kind="wan", sort="paid_fen", total="paid_fen", help="台账：支付合计"),
        Column("rate", "执行率", _rate, kind="percent", sort="rate", help="已执行 ÷ 预算"),
        Column(
            "state", "入库状态", lambda y: LIBRARY_WORDS[y.library_state], kind="state", sort="library_state",
            tone=lambda y: LIBRARY_TONES[y.library_state], card=True,
        ),
    ),
    facets=(
        department_facet(),
        unit_facet(),
        Facet("change", "属性", SubjectYear.CHANGES),
        Facet("state", "入库状态", SubjectYear.LIBRARY, field="library_state"),
        Facet("book", "预算类别", BOOKS),
        Facet("major", "重大", (("1", "重大项目"), ("0", "其他")), field="is_major"),
    ),
    search=("name", "subject__code", "unit__name", "sector"),
    search_label="名称、代码、单位",
    order="-asked",
    empty=Empty("项目库里还没有项目", "由单位登记项目，或由财政局导入项目清单。"),
)  # fmt: skip


@page(may=may_see_subjects)
def subject_list(request: PageRequest) -> HttpResponse:
    """The project library of the chosen budget year."""
    cycle: Cycle | None = current_cycle(request)
    context = {"cycle": cycle, "may_register": bool(cycle) and bool(may_register(request.person))}
    return list_page(
        request, LIBRARY, library(request.person, cycle), template="subjects/list.html", context=context
    )


def _end_years(person: Person) -> list[tuple[str, str]]:
    years = {cycle.budget_year + ahead for cycle in visible_cycles(person) for ahead in range(AHEAD)}
    return [(str(year), f"{year} 年") for year in sorted(years)]


def _renewal(year: SubjectYear) -> str:
    return "重新评估后才能延续" if year.kind in term_kinds(year.cycle) else ""


EXPIRING = Table(
    key="expiring",
    title="三年内到期",
    unit="项",
    columns=(
        Column("name", "政策或项目", "name", sort="name", card=True, link=lambda y: reverse("subjects:detail", args=[y.pk])),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "实施单位", "unit.name", sort="unit__name"),
        Column("department", "主管部门", "department.name", sort="department__name", shown=False),
        Column("kind", "类别", _kind, sort="kind"),
        Column("first", "起始年", "first_year", sort="first_year", shown=False),
        Column("last", "到期年", "last_year", sort="last_year", card=True),
        Column(
            "yearly", "一年金额", "yearly_fen", kind="wan", sort="yearly_fen", total="yearly_fen", card=True,
            help="本年度预算；还没有预算的按申报",
        ),
        Column("renewal", "到期以后", _renewal),
    ),
    facets=(Facet("ends", "到期年", _end_years, field="last_year"), department_facet()),
    search=("name", "subject__code", "unit__name"),
    search_label="名称、代码、单位",
    order="last",
    empty=Empty("三年内没有到期的政策和项目", "登记了起止年、跨年度的政策和项目，到期前三年列在这里。"),
)  # fmt: skip


@page(may=may_see_subjects)
def subject_expiring(request: PageRequest) -> HttpResponse:
    """What ends in the chosen budget year and the next two, and how much money is at stake in the years after."""
    cycle: Cycle | None = current_cycle(request)
    context = {
        "cycle": cycle,
        "endings": endings(request.person, cycle) if cycle is not None else [],
        "rule": rule_in(cycle, TERM) if cycle is not None else None,
    }
    return list_page(request, EXPIRING, expiring(request.person, cycle), template="subjects/expiring.html", context=context)


def may_see(person: Person, _: SubjectYear) -> Verdict:
    """Whoever sees the library sees its projects."""
    return may_see_subjects(person)


@dataclass(frozen=True)
class EntryRow:
    """One ledger entry with words and the way to its decision."""

    entry: Any
    kind: str
    source: str
    decision: str
    url: str


def _address(name: str, pk: object) -> str:
    """Return the address of a page of one record in an upper layer, or "" where it has none."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def record_url(key: str) -> str:
    """Return where the record behind an audit key (`results.decision:12`) is shown, or ""."""
    label, _, pk = key.partition(":")
    app, _, model = label.partition(".")
    names = (f"{app}:{model}", f"{app}:{model}_detail", f"{app}:detail")
    return next((url for name in names if pk.isdecimal() and (url := _address(name, pk))), "")


def _entry_row(entry: Any) -> EntryRow:
    number = entry.cause.rpartition(":")[2]
    decision = f"决定 {number} 号" if entry.cause else ""
    return EntryRow(
        entry, entry.get_kind_display(), source_label(entry.source), decision, record_url(entry.cause)
    )


@page(may=may_see, record=visible_subject_years)
def subject_detail(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """One project: its life, its money and the decision behind each cut, what earlier years left."""
    person = request.person
    trigger = appraisal_trigger(
        policy_for(year.cycle).at(year.budget_year, clock.today()),
        Request(year.kind, year.change, year.requested_fen, year.is_major),
    )
    money, standings, notes = money_of(year), standing_for(year), notes_of(year, person)
    gates = gates_of(year, person)
    context = {
        "year": year,
        "title": TitleLine(
            year.name,
            unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
            year=f"{year.budget_year} 年度",
            money_fen=year.requested_fen,
            money_label="申报",
            state=LIBRARY_WORDS[year.library_state],
            tone=LIBRARY_TONES[year.library_state],
            code=year.subject.code,
        ),
        "milestones": life_of(year, person),
        "notes": notes,
        "gates": [(one, GATE_TONES[one.stand]) for one in gates],
        "gates_open": sum(one.stand is Stand.HELD for one in gates),
        "gates_next": next_step(gates),
        "may_change": bool(may_change_content(person, year)),
        "changes": [(one, differences(one.before, one.after)) for one in content_changes(year)],
        "trigger": trigger,
        "kind": _kind(year),
        "book": book_label(year.book),
        "money": money,
        "rate": Decimal(money.paid_fen) / Decimal(money.budget_fen) if money.budget_fen > 0 else None,
        "entries": [_entry_row(one) for one in entries_of(year)],
        "standings": [_standing_row(one, policy_for(year.cycle)) for one in standings],
        "years": years_of(year, person),
        "gate_url": _address("appraisal:gate", year.pk),
        "ground_url": _address("results:ground_mark", year.pk) if person.role in GROUND_MARKERS and year.cycle.state == "open" else "",
        "warrants": shelves_of(year),
        "lines_url": _address("standards:lines", year.pk),
        "history": told(history(year)),
        "clauses": sorted({trigger.clause, *(one.clause for one in standings), *(one.clause for one in notes)}),
    }
    return render(request, "subjects/detail.html", context)


@page(may=may_change_content, record=visible_subject_years, methods=("GET", "POST"))
def subject_change(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Change what a registered project is: what stood before is kept, with the reason and the document."""
    form = ContentForm(request.POST or None, year=year, seen=last_change(year))
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change_content(
                year=year, content=form.content(), reason=given["reason"], document=given["document"], person=request.person,
                seen=given["seen"],
            )  # fmt: skip
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已修改，原来的内容留存在“内容的修改”。")
            return go(request, "subjects:detail", year.pk)
    context = {"form": form, "year": year, "refusals": refusals, "name": f"修改项目内容：{year.name}"}
    return (invalid if form.is_bound else render)(request, "subjects/change.html", context)


def _standing_row(standing: Standing, policy: Policy) -> dict[str, Any]:
    grade = policy.grade_words.get(standing.grade, standing.grade)
    return {"standing": standing, "grade": grade, "url": record_url(standing.cause)}


def may_register_here(person: Person) -> Verdict:
    """Who may register a project."""
    return may_register(person)


@page(may=may_register_here, methods=("GET", "POST"))
def subject_register(request: PageRequest) -> HttpResponse:
    """Propose a project for the chosen budget year; whether it must be appraised is said at once."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        return render(request, "subjects/no_cycle.html", {"name": "登记项目"})
    form = SubjectForm(request.POST or None, person=request.person, cycle=cycle)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            unit = form.cleaned_data.get("unit") or own_organisation(request.person)
            year = register_subject(cycle=cycle, data=form.told(unit), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已登记“{year.name}”。")
            return go(request, "subjects:detail", year.pk)
    context = {
        "form": form,
        "name": f"登记 {cycle.budget_year} 年度项目",
        "refusals": refusals,
        "verdict": _verdict(request, cycle) if form.is_bound else None,
    }
    draw = invalid if form.is_bound else render
    return draw(request, "subjects/register.html", context)


def _verdict(request: PageRequest, cycle: Cycle) -> Any:
    asked = VerdictForm(request.POST or request.GET)
    if not asked.is_valid():
        return None
    return appraisal_trigger(policy_for(cycle).at(cycle.budget_year, clock.today()), asked.request())


@page(may=may_register_here)
def subject_verdict(request: PageRequest) -> HttpResponse:
    """The part of the form that says whether such a project must be appraised, and by which clause."""
    cycle: Cycle | None = current_cycle(request)
    return part(request, "subjects/_verdict.html", {"verdict": _verdict(request, cycle) if cycle else None})
