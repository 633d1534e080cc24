"""The page with the past cases behind a value that somebody sets in a goal."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse

from jiheng.foundation.web.lists import Column, Empty, Table, list_page
from jiheng.foundation.web.pages import PageRequest, page, whole
from jiheng.stages.evaluation.past_outcomes import YEAR, asked_for, lines_of, seen_by
from jiheng.stages.goals.access import may_see_goals, visible_goals
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import value_words


def _address(line: Any) -> str:
    return reverse("evaluation:self_detail", args=[line.evaluation_id])


def _actual(line: Any) -> str:
    return f"{line.actual.normalize():f}{line.indicator.unit}"


def _year(line: Any) -> int:
    return int(line.evaluation.subject_year.budget_year)


CASES = Table(
    key="past_cases",
    title="以往的完成情况",
    columns=(
        Column("subject", "项目", lambda one: one.evaluation.subject_year.name, card=True, link=_address),
        Column("unit", "单位", lambda one: one.evaluation.subject_year.unit.name, card=True),
        Column("year", "年度", _year, sort=YEAR),
        Column("name", "指标", "indicator.name"),
        Column("target", "当年指标值", lambda one: value_words(one.indicator), card=True),
        Column("actual", "实际完成", _actual, sort="actual", card=True),
    ),
    search=("evaluation__subject_year__name", "evaluation__subject_year__unit__name"),
    search_label="项目、单位",
    order="-year",
    unit="例",
    empty=Empty("没有你可以查看的例子", "其他单位的只计入总数，不列出各例。"),
)  # fmt: skip


@page(may=may_see_goals, record=visible_goals)
def past(request: PageRequest, goal: Goal, key: str) -> HttpResponse:
    """What came of an indicator before the goal's year: the cases that the person may see, the others by number.

    `key` is that of an indicator of the library, or the lineage of a row of the goal that was typed freely.
    """
    named = whole(key) or _lineage(key)
    asked = asked_for(goal, named) if named else None
    if asked is None:
        raise Http404("没有这项指标。")
    name, wanted = asked
    lines = lines_of(goal.subject_year, wanted)
    seen = seen_by(request.person, lines).select_related("indicator", "evaluation__subject_year__unit")
    by_year = lines.order_by().values_list(YEAR).annotate(number=Count("pk")).order_by(YEAR)
    years = [{"year": year, "number": number} for year, number in by_year]
    context = {
        "goal": goal,
        "indicator": name,
        "years": years,
        "number": sum(one["number"] for one in years),
        "seen": seen.count(),
    }
    return list_page(request, CASES, seen, template="evaluation/past.html", context=context)


def _lineage(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
