"""The page on rows sent back: why, of which departments, which indicators, and the rows behind each number."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import visible_cycles
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.stages.goals.access import may_see_goals
from jiheng.stages.goals.models import RowReturn
from jiheng.stages.goals.returns import (
    NONE,
    by_department,
    by_indicator,
    by_reason,
    return_reasons,
    visible_returns,
)

SHOWN = 10


def _kinds(person: Person) -> list[tuple[str, str]]:
    cycles = visible_cycles(person)
    listed = [(one.key, one.label) for one in return_reasons(cycles[0])] if cycles else []
    return [*listed, (NONE, "没有选标准理由")]


def _of_kind(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(kind__isnull=True) if value == NONE else rows.filter(kind=value)


def _url(one: RowReturn) -> str:
    return reverse("subjects:detail", args=[one.subject_year_id])


RETURNS = Table(
    key="goal_returns",
    title="退回的指标",
    columns=(
        Column("name", "指标", "name", sort="name", card=True),
        Column("target", "指标值", "target_text"),
        Column("subject", "项目", "subject_year.name", sort="subject_year__name", link=_url, card=True),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name"),
        Column("reason", "退回原因", "reason", card=True),
        Column("on", "退回日期", "returned_on", kind="day", sort="returned_on"),
        Column("by", "退回人", "returned_by", shown=False),
    ),
    facets=(
        Facet("kind", "标准理由", _kinds, apply=_of_kind),
        department_facet("subject_year__"),
        unit_facet("subject_year__"),
    ),
    search=("name", "reason", "subject_year__name"),
    search_label="指标、原因、项目",
    order="-on",
    unit="行",
    empty=Empty("没有退回的指标", "审核人退回个别指标后，在这里列出，并按理由、部门和指标汇总。"),
)  # fmt: skip


@page(may=may_see_goals)
def return_list(request: PageRequest) -> HttpResponse:
    """The rows sent back in the chosen year, counted by reason, department and indicator."""
    cycle = cast(Cycle | None, current_cycle(request))
    rows = visible_returns(request.person, cycle)
    tables = [
        ("kind", "理由", by_reason(rows, return_reasons(cycle) if cycle else [])),
        ("department", "主管部门", by_department(rows)),
        ("q", "指标", by_indicator(rows)),
    ]
    context = {"cycle": cycle, "tables": [(key, label, found[:SHOWN], len(found)) for key, label, found in tables if found]}
    return list_page(request, RETURNS, rows, template="goals/returns.html", context=context)
