"""Good reports and indicators for the case library: re-checked self-evaluations, confirmed evaluations, telling indicators."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from jiheng.foundation.accounts.models import Place
from jiheng.registers.exemplars.sources import Found, Source, Told
from jiheng.registers.indicators.access import visible_indicators
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.policies.queries import current_policy
from jiheng.registers.subjects.labels import book_label
from jiheng.rules.exemplars import Bar, Candidate, best, is_good
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.evaluation.access import visible_evaluations, visible_self_evaluations
from jiheng.stages.evaluation.documents import outline_of
from jiheng.stages.evaluation.library_statistics import place_counts
from jiheng.stages.evaluation.models import Evaluation, EvaluationVersion, SelfEvaluation
from jiheng.stages.goals.queries import value_words


def _among_best(rows: QuerySet[Any], bar: Bar) -> dict[int, Decimal]:
    """Return by key the points of the best of each kind; `rows` are reports with `points`."""
    keys = ("subject_year__kind", "subject_year__category", "subject_year__sector", "subject_year__budget_year", "points")
    told = rows.filter(points__gte=bar.least).order_by().values_list("pk", *keys)
    found = best((Candidate(pk, (kind, category or sector), points, year) for pk, kind, category, sector, year, points in told), bar)
    return {int(str(one.key)): one.score for one in found}


def _report(one: Any, score: Decimal, ground: str, decided_by: str, decided_on: date | None) -> Found:
    year = one.subject_year
    types = current_policy(one.place).subject_kinds
    return Found(
        one.pk, year.name, score, f"{ground}；在同类报告中居前", decided_by, decided_on, year.department_id, year.unit_id,
        types.get(year.kind, ""), year.category, year.sector, book_label(year.book), year.budget_year,
    )  # fmt: skip


def found_self_evaluations(place: Place, bar: Bar) -> Iterable[Found]:
    """Return the best self-evaluations accepted after a re-check: the unit's own points alone prove nothing."""
    rows = SelfEvaluation.objects.filter(place=place, state="accepted", recheck_total__isnull=False)
    points = _among_best(rows.annotate(points=F("recheck_total")), bar)
    for one in rows.filter(pk__in=points).select_related("subject_year", "place"):
        day = localdate(one.moved_at) if one.moved_at else None
        yield _report(one, points[one.pk], f"自评经财政复核，复核 {points[one.pk]:.2f} 分", "财政复核", day)


def found_evaluations(place: Place, bar: Bar) -> Iterable[Found]:
    """Return the best confirmed evaluations by departments and bureau, by the version in force."""
    last = EvaluationVersion.objects.filter(evaluation=OuterRef("pk")).order_by("-number").values("total")[:1]
    rows = Evaluation.objects.filter(place=place, state="confirmed").exclude(kind="in_process")
    points = _among_best(rows.annotate(points=Coalesce(Subquery(last), F("total"))), bar)
    for one in rows.filter(pk__in=points).select_related("subject_year", "place"):
        kind = one.get_kind_display()
        yield _report(one, points[one.pk], f"{kind} {points[one.pk]:.2f} 分，结果已确定", kind, one.confirmed_on)


def found_indicators(place: Place, bar: Bar) -> Iterable[Found]:
    """Return the indicators in use that are mostly, not always reached and rarely returned; the best of each class."""
    counts = {pk: one for pk, one in place_counts(place.pk).items() if is_good(one, bar)}
    known = LibraryIndicator.objects.filter(place=place, retired_on=None).defer("pieces").in_bulk(list(counts))
    share = {pk: (Decimal(counts[pk].met * 100) / counts[pk].judged).quantize(Decimal("0.01")) for pk in known}
    candidates = [Candidate(pk, (one.sector, one.category), share[pk], counts[pk].judged) for pk, one in known.items()]
    for chosen in best(candidates, replace(bar, least=bar.reach)):
        pk = int(str(chosen.key))
        one, told = known[pk], counts[pk]
        ground = f"选用 {told.picks} 次，评过 {told.judged} 次，{told.met} 次达到（{share[pk]}%），被退回 {told.returns} 次"
        yield Found(pk, one.name, share[pk], ground, "历年审核、自评和复核记录", None, category=one.category, sector=one.sector)


def told_self_evaluation(pk: int) -> Told:
    """Return what a self-evaluation says was reached, row by row with the points in force."""
    one = SelfEvaluation.objects.get(pk=pk)
    rows = tuple(
        (
            line.indicator.name,
            value_words(line.indicator),
            line.actual_text,
            _plain(line.recheck_points if line.recheck_points is not None else line.points),
            line.reason,
        )
        for line in one.lines.select_related("indicator")
    )
    parts = (("全年实际完成情况", one.actual_objective), ("执行偏差原因", one.execution_reason))
    columns = ("三级指标", "年度指标值", "实际完成值", "得分", "偏差原因分析及改进措施")
    return Told(tuple(part for part in parts if part[1]), columns, rows)


def told_evaluation(pk: int) -> Told:
    """Return the sections of a report, and its problems with the advice."""
    one = Evaluation.objects.select_related("cycle").get(pk=pk)
    sections = outline_of(one).sections
    parts = tuple((section.title, str(one.sections[section.key])) for section in sections if one.sections.get(section.key))
    rows = tuple((finding.get_category_display(), finding.text, finding.advice) for finding in one.findings.all())
    return Told(parts, ("类别", "问题", "整改建议"), rows)


def told_indicator(pk: int) -> Told:
    """Return the sheet of an indicator."""
    one = LibraryIndicator.objects.get(pk=pk)
    told = (
        ("指标解释", one.definition), ("计算公式", one.formula), ("参考值", f"{one.get_operator_display()}{one.value}{one.unit}"),
        ("赋分方法", _method(one.method)), ("数据来源", one.data_source), ("佐证材料", one.evidence), ("依据", one.basis),
    )  # fmt: skip
    return Told(tuple(part for part in told if part[1]))


def _method(key: str) -> str:
    return METHODS[key].label if key in METHODS else key


def _plain(points: Decimal | None) -> str:
    return "" if points is None else f"{points.normalize():f}"


EXEMPLARS = (
    Source("report", "evaluation.selfevaluation", found_self_evaluations, told_self_evaluation, "evaluation:self_detail", visible_self_evaluations),
    Source("report", "evaluation.evaluation", found_evaluations, told_evaluation, "evaluation:detail", visible_evaluations),
    Source("indicator", "indicators.libraryindicator", found_indicators, told_indicator, "indicators:detail", visible_indicators),
)  # fmt: skip
