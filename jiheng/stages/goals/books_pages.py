"""The page on the budgets that goals must cover: how far each is covered, and what is missing."""

from typing import cast

from django.http import HttpResponse
from django.urls import reverse

from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.labels import BOOKS, book_label
from jiheng.stages.goals.access import may_see_goals
from jiheng.stages.goals.books import RULE, book_lines, missing_goals

MISSING = Table(
    key="goals_missing",
    title="须有而没有批复绩效目标的项目",
    unit="项",
    columns=(
        Column("name", "项目", "name", sort="name", card=True, link=lambda y: reverse("subjects:detail", args=[y.pk])),
        Column("code", "代码", "subject.code", sort="subject__code", shown=False),
        Column("unit", "实施单位", "unit.name", sort="unit__name"),
        Column("department", "主管部门", "department.name", sort="department__name"),
        Column("book", "预算类别", lambda y: book_label(y.book), sort="book", card=True),
        Column("asked", "申报", "requested_fen", kind="wan", sort="requested_fen", total="requested_fen", card=True),
        Column("begun", "绩效目标", lambda y: "在办，没有批复" if y.begun else "没有建立", sort="begun"),
    ),
    facets=(
        Facet("book", "预算类别", BOOKS),
        department_facet(),
        unit_facet(),
        Facet("begun", "绩效目标", (("1", "在办"), ("0", "没有建立")), field="begun"),
    ),
    search=("name", "subject__code", "unit__name"),
    search_label="项目、代码、单位",
    order="-asked",
    empty=Empty("没有缺绩效目标的项目", "制度列出的各本预算，项目的绩效目标都已批复。"),
)  # fmt: skip


@page(may=may_see_goals)
def goal_books(request: PageRequest) -> HttpResponse:
    """How far each budget is covered in the chosen year; below, what is missing."""
    cycle, person = cast(Cycle | None, current_cycle(request)), request.person
    context = {
        "cycle": cycle,
        "lines": book_lines(person, cycle) if cycle is not None else [],
        "rule": rule_in(cycle, RULE) if cycle is not None else None,
    }
    return list_page(request, MISSING, missing_goals(person, cycle), template="goals/books.html", context=context)
