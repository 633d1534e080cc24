"""Pages of the radar for repeats: the list by money, one hit side by side, a person's decision, a new screening."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.pages import PageRequest, go, page, seen_version, tried
from jiheng.foundation.web.record import TitleLine
from jiheng.registers.subjects.facets import department_facet
from jiheng.registers.subjects.labels import book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.rules.radar.facts import KINDS
from jiheng.rules.text_difference import Piece, difference
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.appraisal.models import RadarHit
from jiheng.stages.appraisal.radar.access import may_judge, may_screen, may_see_radar, visible_hits
from jiheng.stages.appraisal.radar.forms import JudgeForm
from jiheng.stages.appraisal.radar.queries import (
    clause_of,
    hits_of_department,
    last_run,
    newest_cycle,
    years_in,
)
from jiheng.stages.appraisal.radar.services import judge, screen

TONES: dict[str, Tone] = {"open": "amber", "changed": "amber", "merge": "red", "reject": "red", "distinct": "green"}


def _departments(person: Person) -> list[tuple[str, str]]:
    choices = department_facet().choices
    return list(choices(person) if callable(choices) else choices)


def _of_department(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(pk__in=hits_of_department(value))


def _years(person: Person) -> list[tuple[str, str]]:
    rows = visible_hits(person).order_by("-budget_year").values_list("budget_year", flat=True).distinct()
    return [(str(one), f"{one} 年度") for one in rows]


RADAR = Table(
    key="radar",
    title="重复筛查",
    columns=(
        Column("name", "相似的项目", "name", sort="name", card=True, link=lambda one: reverse("appraisal:radar_hit", args=[one.pk])),
        Column("kind", "情形", lambda one: one.get_kind_display(), sort="kind", card=True),
        Column("score", "相似程度", lambda one: one.strength, sort="score", help="用词、对象、数量、金额合起来有多相似，不等于重复"),
        Column("number", "项目数", "number", sort="number"),
        Column(
            "money", "涉及金额", "money_fen", kind="wan", sort="money_fen", total="money_fen", card=True,
            help="一对项目取较小的一笔，一组项目取合计",
        ),
        Column("year", "年度", lambda one: f"{one.budget_year}", sort="budget_year"),
        Column("found", "首次报出", "found_on", kind="day", sort="found_on", shown=False),
        Column(
            "verdict", "判断", lambda one: one.get_verdict_display(), kind="state", sort="verdict", tone=lambda one: TONES[one.verdict], card=True
        ),
    ),
    facets=(
        Facet("kind", "情形", tuple(KINDS.items())),
        Facet("verdict", "判断", tuple(RadarHit.VERDICTS)),
        Facet("department", "主管部门", _departments, apply=_of_department),
        Facet("budget_year", "年度", _years),
        Facet("current", "报出", (("1", "仍然报出"), ("0", "已不再报出")), default="1"),
    ),
    search=("name",),
    search_label="项目名称",
    order="-money",
    unit="处",
    empty=Empty("没有报出相似的项目", "由财政局业务股室或绩效管理股筛查；项目登记或修改之后可以再筛查一次。"),
)  # fmt: skip


@dataclass(frozen=True)
class Summed:
    """How many hits of one kind stand, for how much money, how many of them nobody has decided about."""

    label: str
    number: int
    fen: int
    waiting: int


def _sums(rows: QuerySet[RadarHit]) -> tuple[list[Summed], int, int]:
    """Return the sums by kind, how many were decided about, and how many of these were no repeats: by one query."""
    grouped = list(rows.filter(current=True).order_by().values_list("kind", "verdict").annotate(Count("pk"), Sum("money_fen")))
    found = [
        Summed(
            label,
            sum(number for one, _, number, _ in grouped if one == kind),
            sum(fen for one, _, _, fen in grouped if one == kind),
            sum(number for one, verdict, number, _ in grouped if one == kind and verdict in {"open", "changed"}),
        )
        for kind, label in KINDS.items()
    ]
    decided = sum(number for _, verdict, number, _ in grouped if verdict not in {"open", "changed"})
    return found, decided, sum(number for _, verdict, number, _ in grouped if verdict == "distinct")


@page(may=may_see_radar)
def radar_list(request: PageRequest) -> HttpResponse:
    """What is alike among the projects that the person may see, most money first."""
    person, place = request.person, place_of(request.person)
    rows = visible_hits(person)
    sums, decided, distinct = _sums(rows)
    context = {
        "sums": sums, "decided": decided, "distinct": distinct, "may_screen": bool(may_screen(person)),
        "run": last_run(place), "clause": clause_of(newest_cycle(place)),
        "whole": person.sees_whole_place,
    }  # fmt: skip
    return list_page(request, RADAR, rows, template="appraisal/radar.html", context=context)


@page(may=may_screen, methods=("POST",))
def radar_screen(request: PageRequest) -> HttpResponse:
    """Have the projects of the place screened now, or by the worker where there are many."""
    run = screen(person=request.person)
    said = "项目较多，已交后台筛查，稍后刷新本页。" if run is None else f"已筛查 {run.projects} 个项目，报出 {run.found} 处。"
    messages.success(request, said)
    return go(request, "appraisal:radar")


@dataclass(frozen=True)
class Line:
    """One fact of two projects: what each says, with the pieces that differ."""

    label: str
    one: Sequence[Piece]
    other: Sequence[Piece]


@page(may=may_see_radar, record=visible_hits)
def radar_hit(request: PageRequest, hit: RadarHit) -> HttpResponse:
    """Projects that are alike, side by side, why they were found, what was decided."""
    return _drawn(request, hit, JudgeForm(), [])


def _drawn(request: PageRequest, hit: RadarHit, form: JudgeForm, refusals: list[Any]) -> HttpResponse:
    years = years_in(hit)
    context = {
        "hit": hit,
        "title": TitleLine(
            hit.name, unit=hit.get_kind_display(), year=f"{hit.budget_year} 年度", money_fen=hit.money_fen, money_label="涉及",
            state=hit.get_verdict_display(), tone=TONES[hit.verdict],
        ),
        "years": years,
        "lines": _lines(*years) if len(years) == 2 else [],
        "form": form if may_judge(request.person, hit) else None,
        "refusals": refusals,
        "decisions": hit.decisions.order_by("-number"),
        "clauses": [clause_of(newest_cycle(place_of(request.person)))],
    }  # fmt: skip
    return render(request, "appraisal/radar_hit.html", context, status=422 if refusals or form.errors else 200)


def _lines(one: SubjectYear, other: SubjectYear) -> list[Line]:
    told = (
        ("项目", one.name, other.name), ("代码", one.subject.code, other.subject.code),
        ("预算年度", str(one.budget_year), str(other.budget_year)), ("主管部门", str(one.department), str(other.department)),
        ("实施单位", str(one.unit), str(other.unit)),
        ("申报（万元）", format_wan(one.requested_fen), format_wan(other.requested_fen)),
        ("预算类别", book_label(one.book), book_label(other.book)),
        ("属性", one.get_change_display(), other.get_change_display()),
        ("起止年", f"{one.first_year}–{one.last_year}", f"{other.first_year}–{other.last_year}"),
        ("领域", one.sector, other.sector), ("项目概况", one.overview, other.overview), ("立项依据", one.basis, other.basis),
    )  # fmt: skip
    found = []
    for label, left, right in told:
        pieces = difference(left, right)
        found.append(Line(label, [p for p in pieces if p.kind != "inserted"], [p for p in pieces if p.kind != "deleted"]))
    return found


@page(may=may_judge, record=visible_hits, methods=("POST",))
def radar_judge(request: PageRequest, hit: RadarHit) -> HttpResponse:
    """Decide about projects that are alike; an earlier decision stays."""
    form, version = JudgeForm(request.POST), seen_version(request)
    if version is None:
        raise mistaken("没有写明看到的是哪一版", remedy="请重新打开这一页")
    outcome = tried(form, lambda: judge(hit=hit, person=request.person, version=version, **form.cleaned_data))
    if not outcome.done:
        return _drawn(request, hit, form, list(outcome.refusals))
    messages.success(request, "已记下判断和理由。")
    return go(request, "appraisal:radar_hit", hit.pk)
