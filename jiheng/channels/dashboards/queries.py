"""What the overview shows beside its figures: the flow of money, grades, and the rows behind a figure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from jiheng.channels.dashboards.metric import Metric, narrowed_url, rows_url
from jiheng.channels.dashboards.scope import Line, Scope, lines_by
from jiheng.foundation.accounts.models import Organisation
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.queries import library
from jiheng.rules.scoring.grades import Band
from jiheng.stages.evaluation.models import Evaluation


@dataclass(frozen=True)
class FlowStep:
    """One station of the year's money, in fen; `change` is what the way from the station before took or added."""

    key: str
    label: str
    fen: int
    definition: str
    url: str
    minus: bool = False


def flow(scope: Scope) -> list[FlowStep]:
    """Return the way of the year's money: asked, agreed, budget, adjusted, spent; and what was taken back."""
    rows = scope.years.values()
    asked = sum(one.requested for one in rows)
    _, appraised, agreed = scope.appraised
    initial = sum(one.initial for one in rows)
    cut = sum(one.cut for one in rows)
    recapture = sum(one.recapture for one in rows)
    budget = sum(one.budget for one in rows)
    paid = sum(one.payment for one in rows)
    subjects = narrowed_url(scope, "subjects:list")
    return [
        FlowStep("asked", "单位申报", asked, "项目库中全部项目的申报金额，含不予入库的", narrowed_url(scope, "subjects:list", sort="-asked")),
        FlowStep(
            "agreed", "评估后同意", asked - (appraised - agreed),
            "申报金额减去事前绩效评估核减的金额", narrowed_url(scope, "appraisal:list", state="concluded"),
        ),
        FlowStep("initial", "年初预算", initial, "台账：年初预算合计", narrowed_url(scope, "subjects:list", sort="-budget")),
        FlowStep("budget", "现预算", budget, "台账：年初预算加调整，减核减和收回", narrowed_url(scope, "subjects:list", sort="-budget")),
        FlowStep("paid", "已支出", paid, "台账：支付合计", narrowed_url(scope, "subjects:list", sort="-paid")),
        FlowStep("cut", "本年核减", -cut, "台账：按以前年度评价结果从本年预算核减的合计", subjects, minus=True),
        FlowStep("recapture", "收回", -recapture, "台账：收回的沉淀资金合计", subjects, minus=True),
    ]  # fmt: skip


@dataclass(frozen=True)
class GradeLine:
    """Confirmed evaluations of one kind: how many of each grade, and their money in fen."""

    kind: str
    label: str
    count: int
    fen: int
    cells: tuple[tuple[str, int, str], ...]


def bands(scope: Scope) -> tuple[Band, ...]:
    """Return the grades of evaluation in the year, best first."""
    return policy_for(scope.cycle).grades["evaluation"].falling


def grade_lines(scope: Scope) -> list[GradeLine]:
    """Return confirmed evaluations by kind and grade; each number opens its rows."""
    found = []
    for kind, label in Evaluation.KINDS:
        rows = [one for one in scope.evaluations if one.confirmed and one.kind == kind]
        if not rows:
            continue
        counted = Counter(one.grade for one in rows)
        cells = tuple(
            (
                band.label,
                counted[band.key],
                narrowed_url(scope, "evaluation:evaluations", state="confirmed", kind=kind, grade=band.key),
            )
            for band in bands(scope)
        )
        found.append(GradeLine(kind, label, len(rows), sum(one.amount for one in rows), cells))
    return found


def rows_behind(scope: Scope, metric: Metric, part: str) -> QuerySet[Any]:
    """Return the subjects behind a figure, with their money, as far as the person sees them."""
    _, ids = metric.parts[part]
    return library(scope.person, scope.cycle).filter(pk__in=ids(scope))


def department_name(pk: int) -> str:
    """Return the name of a department."""
    return Organisation.objects.values_list("name", flat=True).filter(pk=pk).first() or ""


@dataclass(frozen=True)
class Cell:
    """One cover of a line, and the address of the subjects behind it: what is missing, or all when nothing is."""

    label: str
    ratio: float | None
    url: str


@dataclass(frozen=True)
class Division:
    """One line with the addresses behind it: of what it stands for, of its subjects, of each of its covers."""

    line: Line
    url: str
    all_url: str
    cells: tuple[Cell, ...]


COVERS = (
    ("goals_cover", "绩效目标", "missing"),
    ("monitoring_cover", "运行监控", "missing"),
    ("self_evaluation_cover", "绩效自评", "missing"),
    ("evaluation_cover", "评价", "done"),
)
"""The covers of a line in their order: metric, name, and which of its lists a cell opens first."""


def divisions(scope: Scope, what: str, lines: Sequence[Line], urls: Sequence[str]) -> list[Division]:
    """Hang on each line and each of its figures the address of exactly the subjects that it counts."""
    found = []
    for line, url in zip(lines, urls, strict=True):
        cells = []
        for (key, label, first), cover in zip(COVERS, line.covers, strict=True):
            left = {"missing": cover.due - cover.done, "done": cover.done}
            part = first if left[first] else "done" if first == "missing" else "missing"
            cells.append(Cell(label, cover.ratio, rows_url(scope, key, part, **{what: line.key}) if cover.due else ""))
        found.append(Division(line, url, rows_url(scope, "goals_cover", "due", **{what: line.key}), tuple(cells)))
    return found


@dataclass(frozen=True)
class Parts:
    """The whole divided: by department, or by unit where there is one department only; the least covered first."""

    what: str
    label: str
    lines: tuple[Line, ...]
    urls: tuple[str, ...]


def parts(scope: Scope) -> Parts:
    """Divide what the person sees; a line opens the department's overview or the unit's projects."""
    departments = {one.department for one in scope.wanted.values()}
    what, label = ("unit", "单位") if len(departments) == 1 else ("department", "部门")
    lines = tuple(sorted(lines_by(scope, what), key=lambda one: (one.covers[0].ratio or 0, one.label)))
    if scope.person.reading:
        here = reverse("dashboards:place", args=[scope.person.place_id]) + f"?year={scope.cycle.budget_year}"
        urls = (
            rows_url(scope, "goals_cover", "due", unit=one.key) if what == "unit" else f"{here}&department={one.key}"
            for one in lines
        )
        return Parts(what, label, lines, tuple(urls))
    base = reverse("subjects:list" if what == "unit" else "dashboards:home")
    return Parts(what, label, lines, tuple(f"{base}?{what}={one.key}" for one in lines))
