"""Pages on how goals changed: two versions of one goal word by word, and the year's adjustments that made goals easier."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation.web.export import Sheet, sheet_response
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.rules.money import format_wan
from jiheng.rules.softness import VERDICTS
from jiheng.rules.text_difference import Piece
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.softening import (
    TONES,
    adjustments,
    as_a_whole,
    by_unit,
    change_words,
    late_from,
    share,
    softness_words,
)
from jiheng.stages.goals.versions import (
    Difference,
    RowLine,
    Version,
    differences,
    versions_of,
)

UNITS_SHOWN = 20


def chosen_versions(goal: Goal, old: str, new: str) -> tuple[list[Version], Version, Version]:
    """Return all versions and the two that were chosen; without a choice the newest and the one before it.

    Http404 when a chosen one is not there.
    """
    versions = versions_of(goal.subject_year)
    named = {one.key: one for one in versions}
    if not versions or (old and old not in named) or (new and new not in named):
        raise Http404("没有这个版本。")
    two = named[new] if new else versions[-1]
    before = versions[: versions.index(two)]
    return versions, named[old] if old else (before[-1] if before else two), two


@page(may=may_see_goals, record=visible_goals)
def goal_compare(request: PageRequest, goal: Goal) -> HttpResponse:
    """Two versions of a goal held against each other: texts by word, figures with their change, who wrote them and why."""
    versions, old, new = chosen_versions(goal, request.GET.get("old", ""), request.GET.get("new", ""))
    found = differences(old.content, new.content, goal.subject_year.budget_year)
    if request.GET.get("as") == "xlsx":
        return _workbook(goal, old, new, found)
    context = {
        "goal": goal,
        "year": goal.subject_year,
        "versions": versions,
        "old": old,
        "new": new,
        "found": found,
        "lines": [
            {
                "line": one,
                "verdict": VERDICTS[one.moved.verdict],
                "tone": TONES[one.moved.verdict],
                "change": change_words(one.moved),
            }
            for one in found.rows
        ],
        "soft": softness_words(found.softness, goal.cycle),
    }
    return render(request, "goals/compare.html", context)


def _workbook(goal: Goal, old: Version, new: Version, found: Difference) -> HttpResponse:
    columns = [
        ("部分", "text"),
        ("内容", "text"),
        ("原来", "text"),
        ("现在", "text"),
        ("变化", "text"),
        ("变化幅度", "percent"),
        ("判断", "text"),
        ("分值变化", "points"),
    ]
    notes = [
        ("项目", goal.subject_year.name),
        ("原来的版本", _said(old)),
        ("现在的版本", _said(new)),
        ("变容易", share(found.softness.eased)),
        ("变难", share(found.softness.hardened)),
        ("写法", "【删】…【/删】是删去的文字，【增】…【/增】是写入的文字。"),
    ]
    sheet = Sheet(f"{goal.subject_year.name}目标版本对照", columns, [False] * len(columns), notes)
    return sheet_response(sheet, _cells(found))


def _said(one: Version) -> str:
    parts = [
        one.label,
        f"{one.on:%Y-%m-%d}" if one.on else "",
        one.by,
        f"原因：{one.reason}" if one.reason else "",
    ]
    return "；".join(part for part in parts if part)


def marked(pieces: Sequence[Piece]) -> str:
    """Return pieces as one line of plain text with what was struck out and written in between marks."""
    marks = {"same": ("", ""), "deleted": ("【删】", "【/删】"), "inserted": ("【增】", "【/增】")}
    return "".join(f"{marks[one.kind][0]}{one.text}{marks[one.kind][1]}" for one in pieces)


def _side(pieces: Sequence[Piece], without: str) -> str:
    return "".join(one.text for one in pieces if one.kind != without)


def _cells(found: Difference) -> Iterator[list[Any]]:
    for label, pieces in found.texts:
        yield [
            "文字",
            label,
            _side(pieces, "inserted"),
            _side(pieces, "deleted"),
            marked(pieces),
            None,
            "",
            None,
        ]
    for one in found.money:
        words = f"{'+' if one.change > 0 else '-'}{format_wan(abs(one.change))} 万元"
        yield [
            "资金",
            one.label,
            f"{format_wan(one.old)} 万元",
            f"{format_wan(one.new)} 万元",
            words,
            _number(one.ratio),
            "",
            None,
        ]
    for line in found.rows:
        yield _row_cells(line)
        for label, pieces in line.texts:
            yield [
                "指标",
                f"{line.moved.row.name}：{label}",
                _side(pieces, "inserted"),
                _side(pieces, "deleted"),
                marked(pieces),
                None,
                "",
                None,
            ]
    for pieces, figure in found.tasks:
        words = f"{format_wan(figure.old)} → {format_wan(figure.new)} 万元" if figure.change else ""
        yield [
            "任务",
            figure.label,
            _side(pieces, "inserted"),
            _side(pieces, "deleted"),
            "；".join(filter(None, [marked(pieces), words])),
            _number(figure.ratio),
            "",
            None,
        ]


def _row_cells(line: RowLine) -> list[Any]:
    moved = line.moved
    return [
        "指标",
        marked(line.name),
        line.old,
        line.new,
        change_words(moved),
        _number(moved.ratio),
        VERDICTS[moved.verdict],
        moved.weight_change,
    ]


def _number(ratio: Fraction | None) -> Any:
    return None if ratio is None else Decimal(ratio.numerator) / Decimal(ratio.denominator)


def _tone(one: Any) -> Tone:
    return "red" if one.net > 0 else "green" if one.net < 0 else "grey"


def _net(one: Any) -> str:
    return f"{'放宽' if one.net > 0 else '收紧'} {abs(float(one.net)) * 100:.1f}%" if one.net else "难易未变"


def _by_size(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return {
        "softer": rows.filter(net__gt=0),
        "harder": rows.filter(net__lt=0),
        "same": rows.filter(net=0),
    }.get(value, rows)


def _compare_url(one: Any) -> str:
    return reverse("goals:compare", args=[one.goal_id]) if one.goal_id else ""


SOFTENED = Table(
    key="goal_softening",
    title="目标调整难易变化",
    columns=(
        Column("name", "项目", "subject_year.name", sort="subject_year__name", card=True, link=_compare_url),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", shown=False),
        Column("revision", "版本", lambda one: f"第 {one.revision} 版"),
        Column("net", "难易", _net, kind="state", tone=_tone, sort="net", card=True, help="按原目标的分值加权：变容易的份额减变难的份额"),
        Column("eased", "变容易", "eased", kind="percent", sort="eased"),
        Column("hardened", "变难", "hardened", kind="percent", sort="hardened"),
        Column("moved", "效益移到产出的分值", "moved", kind="points", sort="moved", shown=False),
        Column("on", "报送日期", "submitted_on", kind="day", sort="submitted_on", card=True),
        Column("approved", "批复日期", "approved_on", kind="day", sort="approved_on"),
        Column("reason", "原因", "reason"),
        Column("by", "签署人", "submitted_by", shown=False),
    ),
    facets=(
        Facet("size", "难易", [("softer", "放宽"), ("harder", "收紧"), ("same", "未变")], apply=_by_size),
        department_facet("subject_year__"),
        unit_facet("subject_year__"),
    ),
    search=("subject_year__name", "subject_year__unit__name", "reason"),
    search_label="项目、单位、原因",
    order="-net",
    empty=Empty("本年度还没有报送的目标调整", "批复后的目标调整提交后，在这里看到目标因此变容易还是变难。"),
)  # fmt: skip


@page(may=may_see_goals)
def softening(request: PageRequest) -> HttpResponse:
    """The year's adjustments by how much easier they made the goals, with the sum of each unit."""
    cycle = cast(Cycle | None, current_cycle(request))
    rows = adjustments(request.person, cycle)
    late = late_from(cycle) if cycle else None
    units = by_unit(rows, late)
    context = {
        "cycle": cycle,
        "late": late,
        "notable": rule_in(cycle, "goal_softening_notable") if cycle else None,
        "units": units[:UNITS_SHOWN],
        "unit_count": units.count(),
        "whole": as_a_whole(rows),
    }
    return list_page(request, SOFTENED, rows, template="goals/softening.html", context=context)
