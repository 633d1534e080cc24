"""Pages of the register of bodies: the tree, one body's life, changes, and a year told anew by today's bodies."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import BodyChange, Organisation
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.foundation.web.record import TitleLine, told
from jiheng.registers.bodies.access import (
    may_change,
    may_move,
    may_see_bodies,
    visible_bodies,
    visible_changes,
)
from jiheng.registers.bodies.forms import MergeForm, RenameForm, SplitForm
from jiheng.registers.bodies.leads import lead_rule
from jiheng.registers.bodies.queries import changes_of, level, life_of, passages_of, people_in, with_bodies
from jiheng.registers.bodies.queries import told as told_of
from jiheng.registers.bodies.restated import restate
from jiheng.registers.bodies.restated_files import restated_csv, restated_xlsx
from jiheng.registers.bodies.services import choices_after, movable, move_subjects, register_change
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.reading import Problem, is_blank, read_date

WHATS = (("department", "按主管部门"), ("unit", "按预算单位"))


@page(may=may_see_bodies)
def tree(request: PageRequest) -> HttpResponse:
    """One level of the tree as it stood on a day, each body with the sums of everything below it."""
    cycle: Cycle | None = current_cycle(request)
    typed = request.GET.get("day", "")
    asked = None if is_blank(typed) else read_date(typed)
    wrong = str(asked) if isinstance(asked, Problem) else ""
    day = clock.today() if asked is None or isinstance(asked, Problem) else asked
    text = request.GET.get("q", "").strip()
    try:
        found = level(request.person, cycle, day, whole(request.GET.get("at")), text)
    except LookupError as unknown:
        raise Http404(str(unknown)) from None
    context = {"cycle": cycle, "day": day, "level": found, "q": text, "wrong": wrong, "today": clock.today()}
    asked_leads = lead_rule(place_of(request.person)) is not None
    return render(request, "bodies/tree.html", {**context, "leads_asked": asked_leads})


@page(may=may_see_bodies, record=visible_bodies)
def body_detail(request: PageRequest, body: Organisation) -> HttpResponse:
    """One body: its periods, what it came from and became, the changes, who serves in it."""
    today, may = clock.today(), may_change(request.person, body)
    ended = body.valid_to is not None and body.valid_to < today
    context = {
        "body": body,
        "title": TitleLine(
            body.name, unit=body.get_kind_display(), code=body.code,
            state="已终止" if ended else "现有", tone="grey" if ended else "green",
        ),
        "life": life_of(body),
        "changes": [(one, told_of(one)) for one in changes_of(body)],
        "people": people_in(body, today),
        "may": may,
        "history": told(history(body)),
    }  # fmt: skip
    return render(request, "bodies/detail.html", context)


def _change(
    request: PageRequest, body: Organisation, form: RenameForm | MergeForm | SplitForm, name: str, note: str
) -> HttpResponse:
    """Show the form of a change, register it, and go on to it."""
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            change = register_change(data=form.told(), person=request.person)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已登记{change.get_kind_display()}：{told_of(change)}。")
            return go(request, "bodies:change", change.pk)
    context = {"form": form, "name": f"{name}：{body.name}", "body": body, "note": note, "refusals": refusals}
    draw = invalid if form.is_bound else render
    return draw(request, "bodies/change_form.html", context)


@page(may=may_change, record=visible_bodies, methods=("GET", "POST"))
def body_rename(request: PageRequest, body: Organisation) -> HttpResponse:
    """Register a new name or something else above a body."""
    note = "原名称留在以前年度的文件、公开和报表里不变；本年度未关闭的项目、未办事项和人员任职随单位转到新名称下。"
    return _change(request, body, RenameForm(request.POST or None, body=body), "更名或改隶", note)


@page(may=may_change, record=visible_bodies, methods=("GET", "POST"))
def body_merge(request: PageRequest, body: Organisation) -> HttpResponse:
    """Register that bodies become one."""
    note = "原单位终止，本年度未关闭的项目和未办事项划入合并后的单位；人员由安全管理员另行登记任职。"
    return _change(request, body, MergeForm(request.POST or None, body=body), "合并", note)


@page(may=may_change, record=visible_bodies, methods=("GET", "POST"))
def body_split(request: PageRequest, body: Organisation) -> HttpResponse:
    """Register that a body becomes several."""
    note = "登记后在变动页逐项划分项目；新单位的人员由安全管理员登记任职。"
    return _change(request, body, SplitForm(request.POST or None, body=body), "分立", note)


CHANGES = Table(
    key="body-changes",
    title="单位变动",
    unit="次变动",
    order="-day",
    columns=(
        Column("what", "变动", told_of, card=True, link=lambda c: reverse("bodies:change", args=[c.pk])),
        Column("kind", "类别", "get_kind_display", sort="kind", card=True),
        Column("day", "生效日期", "day", kind="day", sort="day", card=True),
        Column("document", "批准文件", "document", sort="document"),
        Column("note", "说明", "note", shown=False),
    ),
    facets=(Facet("kind", "类别", BodyChange.KINDS),),
    search=("lines__source__name", "lines__target__name", "document"),
    search_label="单位、文件",
    empty=Empty("还没有单位变动", "更名、改隶、合并、分立，从单位的页面登记。", "/bodies/", "去单位名册"),
)  # fmt: skip


@page(may=may_see_bodies)
def change_list(request: PageRequest) -> HttpResponse:
    """Every change of bodies, the newest first."""
    rows = with_bodies(visible_changes(request.person))
    return list_page(request, CHANGES, rows, template="bodies/changes.html")


@page(may=may_see_bodies, record=visible_changes)
def change_detail(request: PageRequest, change: BodyChange) -> HttpResponse:
    """One change: who became whom, which projects went where, and after a split the ones to be divided."""
    may = bool(may_move(request.person, change))
    context = {
        "change": change,
        "title": TitleLine(told_of(change), unit=change.get_kind_display(), year=f"{change.day} 生效"),
        "lines": change.lines.select_related("source", "target"),
        "passages": passages_of(change),
        "choices": choices_after(change) if may else [],
        "movable": movable(change) if may else [],
        "history": told(history(change)),
    }
    return render(request, "bodies/change.html", context)


@page(may=may_move, record=visible_changes, methods=("POST",))
def change_move(request: PageRequest, change: BodyChange) -> HttpResponse:
    """Divide the projects among the bodies of a split."""
    moves = {}
    for key in request.POST:
        year, unit = whole(key.removeprefix("to-")), whole(request.POST.get(key))
        if key.startswith("to-") and year and unit:
            moves[year] = unit
    went = move_subjects(change=change, moves=moves, person=request.person)
    messages.success(request, f"已划转 {went} 个项目。" if went else "没有项目改变单位。")
    return go(request, "bodies:change", change.pk)


@page(may=may_see_bodies)
def restated(request: PageRequest) -> HttpResponse:
    """The chosen year by its own bodies and by today's, with every difference explained."""
    cycle: Cycle | None = current_cycle(request)
    what = "unit" if request.GET.get("by") == "unit" else "department"
    context: dict[str, Any] = {"cycle": cycle, "what": what, "whats": WHATS, "today": clock.today()}
    if cycle is not None:
        context["found"] = restate(request.person, cycle, what)
    return render(request, "bodies/restated.html", context)


@page(may=may_see_bodies)
def restated_file(request: PageRequest, form: str) -> HttpResponse:
    """The same as a workbook (both views, then every difference) or as CSV, marked with the day of restating."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        raise mistaken("还没有开启预算年度", remedy="开启年度、登记项目以后才有数字可以重述")
    what = "unit" if request.GET.get("by") == "unit" else "department"
    found, today = restate(request.person, cycle, what), clock.today()
    return (restated_csv if form == "csv" else restated_xlsx)(found, cycle, dict(WHATS)[what], today)
