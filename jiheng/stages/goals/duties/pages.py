"""Pages: the map of gaps in four views, and what each row of a whole department's goal answers for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.refused import Refused
from jiheng.foundation.web.export import Page, Sheet, sheet_response
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, whole
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.access import may_see_duties
from jiheng.registers.duties.queries import duties_to_serve
from jiheng.rules.duties import GAPS
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.duties.access import may_link, may_see_links
from jiheng.stages.goals.duties.queries import DutyMap, duty_map, links_of, works_by_duty
from jiheng.stages.goals.duties.services import Answers, link_rows, links_seen, rows_of
from jiheng.stages.goals.models import Goal, GoalDuty

PER_PAGE = 50
VIEWS = {"duties": "职责", "money": "资金", "rows": "指标和任务", "departments": "各部门"}
PARTS = dict(GoalDuty.PARTS)
Narrow = Callable[[Any], bool]


def _lacks(gap: str, line: Any) -> bool:
    return gap in line.gaps


CHOICES: dict[str, dict[str, tuple[str, Narrow]]] = {
    "duties": {
        "main": ("主要职责", lambda one: one.links.main),
        "gap": ("有缺口的", lambda one: bool(one.gaps)),
        **{key: (f"主要职责{label}", partial(_lacks, key)) for key, label in GAPS.items()},
    },
    "money": {
        "unserved": ("没有对应职责的", lambda one: not one.duties),
        "served": ("已对应职责的", lambda one: bool(one.duties)),
    },
    "rows": {
        "loose_indicator": ("没有对应职责的指标", lambda one: not one.duty and one.part == "indicator"),
        "loose_task": ("没有对应职责的任务", lambda one: not one.duty and one.part == "task"),
        "linked": ("已对应职责的", lambda one: bool(one.duty)),
    },
    "departments": {"gap": ("有缺口的", lambda one: one.gaps > 0)},
}


@page(may=may_see_duties)
def gap_map(request: PageRequest) -> HttpResponse:
    """What is loose between duties, money and indicators: by duty, by project, by row, by department."""
    cycle: Cycle | None = current_cycle(request)
    if cycle is None:
        return render(request, "subjects/no_cycle.html", {"name": "职责缺口图"})
    everything = duty_map(request.person, cycle)
    departments = everything.departments
    chosen = request.GET.get("department", "")
    one = next((line for line in departments if str(line.pk) == chosen), None)
    found = everything.of(one.pk) if one else everything
    if request.GET.get("as") == "xlsx":
        return _workbook(found, cycle)
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = "departments" if request.person.sees_whole_place and one is None else "duties"
    only = request.GET.get("only", "")
    narrow = CHOICES[view].get(only)
    asked = request.GET.get("q", "").strip()
    lines = [line for line in _lines(found, view) if (narrow is None or narrow[1](line)) and asked in _words(line)]
    kept = {"department": str(one.pk) if one else "", "only": only if narrow else "", "q": asked, "view": view}
    context = {
        "cycle": cycle,
        "map": found,
        "department": one,
        "departments": departments,
        "view": view,
        "views": [(key, label, _query(kept | {"view": key, "only": ""})) for key, label in VIEWS.items()],
        "choices": [(key, label) for key, (label, _) in CHOICES[view].items()],
        "only": kept["only"],
        "asked": asked,
        "lines": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "query": _query(kept),
        "sums": _sums(found),
        "here": "map",
        "money": sum(line.money for line in lines) if view == "money" else None,
    }
    return render(request, "goals/duty_map.html", context)


def _query(values: dict[str, str]) -> str:
    return urlencode({key: value for key, value in values.items() if value})


def _lines(found: DutyMap, view: str) -> Sequence[Any]:
    return {"duties": found.duties, "money": found.projects, "rows": found.rows, "departments": found.departments}[view]


def _words(line: Any) -> str:
    return " ".join(str(getattr(line, key, "")) for key in ("code", "text", "name", "body", "unit"))


def _sums(found: DutyMap) -> dict[str, Any]:
    lines = found.departments
    return {
        "main": sum(one.main for one in lines),
        **{key: sum(getattr(one, key) for one in lines) for key in GAPS},
        "total": found.total,
        "unserved": found.unserved,
        "served": found.total - found.unserved,
        "unserved_count": sum(not one.duties for one in found.projects),
        "loose_indicator": sum(not one.duty and one.part == "indicator" for one in found.rows),
        "loose_task": sum(not one.duty and one.part == "task" for one in found.rows),
        "loose_works": len(found.works),
    }


def _workbook(found: DutyMap, cycle: Cycle) -> HttpResponse:
    text, number, wan = "text", "number", "wan"
    columns = [("单位", text), ("编号", text), ("职责", text), ("主次", text), ("重点工作", number), ("项目", number)]
    columns += [("资金（万元）", wan), ("指标", number), ("缺口", text)]
    duties: list[list[Any]] = [
        [
            one.body, one.code, one.text, "主要职责" if one.links.main else "其他", one.links.tasks, one.links.projects,
            one.links.money, one.links.indicators, "、".join(one.gap_words),
        ]
        for one in found.duties
    ]  # fmt: skip
    duties.append(["", "", "没有对应职责的资金", "", None, None, found.unserved, None, ""])
    projects = [
        [one.unit, one.name, one.money, "；".join(f"{code} {percent.normalize():f}%" for code, percent, _ in one.duties)]
        for one in found.projects
    ]
    rows = [[one.subject, PARTS[one.part], one.name, one.duty] for one in found.rows]
    pages = [
        Page("资金", [("单位", text), ("项目", text), ("资金（万元）", wan), ("对应职责", text)], [False, False, True, False], projects),
        Page("指标和任务", [("部门整体目标", text), ("部分", text), ("名称", text), ("对应职责", text)], [False] * 4, rows),
    ]
    totals = [one == "资金（万元）" for one, _ in columns]
    return sheet_response(Sheet(f"{cycle.budget_year}年度职责缺口图", columns, totals), duties, pages)


@page(may=may_see_links, record=visible_goals, methods=("GET", "POST"))
def goal_duties(request: PageRequest, goal: Goal) -> HttpResponse:
    """Say for each task and indicator of a whole department's goal which duty or main work it answers for."""
    year, names = goal.subject_year, rows_of(goal)
    duties = list(duties_to_serve([year.unit, year.department], year.budget_year))
    works = works_by_duty(goal, duties)
    held = links_of(goal)
    told = {row: f"w{one.work_id}" if one.work_id else f"d{one.duty_id}" for row, one in held.items()}
    numbered = dict(enumerate(names))
    refused: list[Refusal] = []
    may = may_link(request.person, goal)
    if request.method == "POST":
        given = {row: request.POST[f"row-{at}"] for at, row in numbered.items() if f"row-{at}" in request.POST}
        told |= given
        try:
            links = {row: _answers(words) for row, words in given.items()}
            changed = link_rows(goal=goal, links=links, person=request.person, seen=request.POST.get("seen"))
        except Refused as error:
            refused = error.refusals
        else:
            messages.success(request, f"已保存，{changed} 行有变化。" if changed else "没有变化。")
            return go(request, "goals:duties", goal.pk)
    options = [("", "没有对应职责")]
    for duty in duties:
        options.append((f"d{duty.pk}", f"{duty.code} {duty.text}"))
        options += [(f"w{work.pk}", f"　{duty.code} › {work.code} {work.name}") for work in works.get(duty.pk, [])]
    rows = [(at, PARTS[row[0]], names[row], told.get(row, "")) for at, row in numbered.items()]
    served = {one.duty_id for row, one in held.items() if row in names and row[0] == "indicator"}
    context = {
        "goal": goal,
        "name": "指标和任务对应职责",
        "may": may,
        "rows": rows,
        "options": options,
        "duties": duties,
        "missing": [one for one in duties if one.main and one.pk not in served],
        "refusals": refused,
        "seen": request.POST.get("seen", links_seen(goal)),
    }
    return (invalid if refused else render)(request, "goals/duties.html", context)


def _answers(words: str) -> Answers | None:
    """Read a choice: d and the number of a duty, w and that of a main work, empty for nothing."""
    if not words:
        return None
    number = whole(words[1:])
    return Answers(work=number) if words.startswith("w") else Answers(duty=number)
