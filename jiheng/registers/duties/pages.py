"""Pages of duties: the list, one duty with what serves it, main works of the year, the shares of a project's money."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import Refused
from jiheng.foundation.sealed import closed_year
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.access import (
    may_end,
    may_own_work,
    may_see_duties,
    may_share,
    may_write,
    visible_duties,
    visible_works,
)
from jiheng.registers.duties.forms import DutyForm, EndForm, OwnForm, WorkForm
from jiheng.registers.duties.models import Duty, MainWork
from jiheng.registers.duties.queries import bodies_with_duties, duties_to_serve, in_force_in
from jiheng.registers.duties.services import (
    end_duty,
    own_work,
    share_money,
    shares_seen,
    write_duties,
    write_works,
)
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal, mistake

DUTIES = Table(
    key="duties",
    title="职责",
    columns=(
        Column("code", "编号", "code", sort="code"),
        Column("text", "职责", "text", sort="text", card=True, link=lambda one: reverse("duties:duty", args=[one.pk])),
        Column("body", "单位", "organisation.name", sort="organisation__name", card=True),
        Column("main", "主次", lambda one: "主要职责" if one.main else "其他", kind="state", sort="main", card=True,
               tone=lambda one: "blue" if one.main else "grey"),
        Column("from", "生效", "valid_from", kind="day", sort="valid_from"),
        Column("to", "终止", "valid_to", kind="day", sort="valid_to"),
        Column("source", "依据文件", "source"),
    ),
    facets=(
        Facet("main", "主次", (("1", "主要职责"), ("0", "其他")), field="main"),
        Facet("body", "单位", bodies_with_duties, field="organisation_id"),
    ),
    search=("text", "code", "organisation__name"),
    search_label="职责、编号、单位",
    order="body",
    empty=Empty("还没有登记职责", "由各单位项目经办或主管部门按三定规定登记，也可以用 Excel 整表导入。"),
)  # fmt: skip
WORKS = Table(
    key="main_works",
    title="年度重点工作",
    columns=(
        Column("code", "编号", "code", sort="code"),
        Column("name", "重点工作", "name", sort="name", card=True, link=lambda one: reverse("duties:work", args=[one.pk])),
        Column("body", "单位", "organisation.name", sort="organisation__name", card=True),
        Column("duty", "对应职责", lambda one: one.duty.text if one.duty else "没有对应职责", sort="duty__text", card=True),
        Column("source", "来源文件", "source"),
    ),
    facets=(
        Facet("owned", "对应职责", (("0", "已对应"), ("1", "没有对应")), field="duty__isnull"),
    ),
    search=("name", "code", "organisation__name"),
    search_label="重点工作、编号、单位",
    order="body",
    empty=Empty("本年度还没有登记重点工作", "由各单位项目经办或主管部门按政府工作报告和年度工作要点登记。"),
)  # fmt: skip


@page(may=may_see_duties)
def duty_list(request: PageRequest) -> HttpResponse:
    """The duties in force in the chosen budget year."""
    cycle: Cycle | None = current_cycle(request)
    found = visible_duties(request.person)
    rows = found.filter(in_force_in(cycle.budget_year)) if cycle else found
    context = {"cycle": cycle, "may_write": bool(may_write(request.person)), "here": "duties", "list_kind": "duties"}
    return list_page(request, DUTIES, rows, template="duties/list.html", context=context)


@page(may=may_see_duties)
def work_list(request: PageRequest) -> HttpResponse:
    """The main works of the chosen budget year."""
    cycle: Cycle | None = current_cycle(request)
    rows = visible_works(request.person).filter(cycle=cycle) if cycle else visible_works(request.person).none()
    context = {"cycle": cycle, "may_write": bool(cycle) and bool(may_write(request.person)), "here": "works", "list_kind": "main_works"}
    return list_page(request, WORKS, rows, template="duties/list.html", context=context)


@page(may=may_write, methods=("GET", "POST"))
def duty_write(request: PageRequest) -> HttpResponse:
    """Write one duty."""
    form = DutyForm(request.POST or None, person=request.person, initial={"valid_from": clock.today()})
    refused: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            (duty,) = write_duties(rows=[form.told()], person=request.person)
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, f"已登记职责“{duty.code}”。")
            return go(request, "duties:duty", duty.pk)
    context = {"form": form, "name": "登记职责", "refusals": refused, "back": reverse("duties:list")}
    return (invalid if form.is_bound else render)(request, "duties/form.html", context)


@page(may=may_write, methods=("GET", "POST"))
def work_write(request: PageRequest) -> HttpResponse:
    """Write one main work of the chosen year."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        return render(request, "subjects/no_cycle.html", {"name": "登记重点工作"})
    form = WorkForm(request.POST or None, person=request.person, cycle=cycle)
    refused: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            (work,) = write_works(cycle=cycle, rows=[form.told()], person=request.person)
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, f"已登记重点工作“{work.name}”。")
            return go(request, "duties:works")
    name = f"登记 {cycle.budget_year} 年度重点工作"
    context = {"form": form, "name": name, "refusals": refused, "back": reverse("duties:works")}
    return (invalid if form.is_bound else render)(request, "duties/form.html", context)


@page(may=may_see_duties, record=visible_duties)
def duty_detail(request: PageRequest, duty: Duty) -> HttpResponse:
    """One duty with the works and projects of the chosen year that serve it, and its end."""
    cycle: Cycle | None = current_cycle(request)
    years = visible_subject_years(request.person)
    served = years.filter(cycle=cycle, duty_shares__duty=duty) if cycle else years.none()
    percents = dict(duty.shares.filter(subject_year__in=served.order_by().values("pk")).values_list("subject_year", "percent"))
    may = may_end(request.person, duty)
    words = "已终止" if duty.valid_to and duty.valid_to < clock.today() else "有效"
    context = {
        "duty": duty,
        "cycle": cycle,
        "title": TitleLine(
            duty.text, unit=str(duty.organisation), state=words, tone="grey" if words == "已终止" else "green", code=duty.code,
        ),
        "works": visible_works(request.person).filter(cycle=cycle, duty=duty) if cycle else [],
        "projects": [(one, percents[one.pk]) for one in served.order_by("-requested_fen", "pk")],
        "may_end": may,
        "form": EndForm(initial={"day": clock.today()}) if may else None,
        "history": told(history(duty)),
    }  # fmt: skip
    return render(request, "duties/duty.html", context)


@page(may=may_end, record=visible_duties, methods=("POST",))
def duty_end(request: PageRequest, duty: Duty) -> HttpResponse:
    """End a duty."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Refused([mistake(str(error[0]), where=key) for key, error in form.errors.items()])
    day, reason = form.told()
    end_duty(duty=duty, day=day, reason=reason, person=request.person)
    messages.success(request, f"职责“{duty.code}”到 {day} 终止。")
    return go(request, "duties:duty", duty.pk)


@page(may=may_see_duties, record=visible_works, methods=("GET", "POST"))
def work_detail(request: PageRequest, work: MainWork) -> HttpResponse:
    """One main work, and which duty it serves."""
    may = may_own_work(request.person, work)
    form = OwnForm(request.POST or None, body=work.organisation, year=work.cycle.budget_year, chosen=work.duty_id)
    refused: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            own_work(work=work, duty=form.cleaned_data["duty"], person=request.person, seen=request.POST.get("seen"))
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, "已登记对应的职责。")
            return go(request, "duties:work", work.pk)
    context = {
        "work": work,
        "title": TitleLine(work.name, unit=str(work.organisation), year=f"{work.cycle.budget_year} 年度", code=work.code),
        "form": form if may else None,
        "refusals": refused,
        "history": told(history(work)),
    }
    return (invalid if form.is_bound else render)(request, "duties/work.html", context)


@page(may=may_see_duties, record=visible_subject_years, methods=("GET", "POST"))
def money_shares(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Which duties a project's money serves, in per cent that make 100."""
    may = bool(may_share(request.person, year)) and closed_year(year) is None
    choices = list(duties_to_serve([year.unit, year.department], year.budget_year))
    held = {one.duty_id: one.percent for one in year.duty_shares.all()}
    typed: dict[int, str] = {pk: f"{percent.normalize():f}" for pk, percent in held.items()}
    refused: list[Refusal] = []
    if request.method == "POST":
        typed = {one.pk: request.POST.get(f"duty-{one.pk}", "").strip() for one in choices}
        try:
            shares = _read_shares(typed)
            share_money(year=year, shares=shares, person=request.person, seen=request.POST.get("seen"))
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, "已登记资金对应的职责。" if shares else "已取消资金对应的职责。")
            return go(request, "duties:shares", year.pk)
    context = {
        "year": year,
        "name": "资金对应职责",
        "may": may,
        "readonly": not may,
        "rows": sorted(((one, typed.get(one.pk, "")) for one in choices), key=lambda row: not row[1]),
        "refusals": refused,
        "seen": request.POST.get("seen", shares_seen(year)),
    }
    return (invalid if refused else render)(request, "duties/shares.html", context)


def _read_shares(typed: dict[int, str]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    wrong: list[Refusal] = []
    for pk, text in typed.items():
        if text:
            try:
                found[pk] = Decimal(text.removesuffix("%").strip())
            except InvalidOperation:
                wrong.append(mistake(f"比例“{text[:20]}”不是数字", "填写百分数，如 60", f"duty-{pk}"))
    if wrong:
        raise Refused(wrong)
    return found
