"""What other rules would do to scores and grades: self-evaluations scored again, evaluations graded again."""

from collections.abc import Iterator
from decimal import Decimal

from django.urls import reverse

from jiheng.foundation.web.stage import Effect
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.evaluation.models import Evaluation, ScoreLine, SelfEvaluation
from jiheng.stages.evaluation.services.evaluations import card_of, total_and_grade
from jiheng.stages.evaluation.services.sweep import scored_by


def effects(cycle: Cycle, other: Cycle) -> list[Effect]:
    """Return the self-evaluations and evaluations of the year whose total or grade would be another."""
    return [*_self_evaluations(cycle, other), *_evaluations(cycle, other)]


def _self_evaluations(cycle: Cycle, other: Cycle) -> Iterator[Effect]:
    before, after = (scored_by(one) for one in (cycle, other))
    changed = [pk for pk, said in before.items() if after.get(pk) != said]
    rows = SelfEvaluation.objects.filter(pk__in=changed).select_related("subject_year__unit", "subject_year__subject")
    for one in rows.order_by("pk"):
        year = one.subject_year
        now, then = _words(cycle, *before[one.pk]), _words(other, *after[one.pk])
        url = reverse("evaluation:self_detail", args=[one.pk])
        yield Effect("单位自评的得分和等级", year.name, now, then, url, str(year.unit), one.budget_fen)


def _words(cycle: Cycle, total: Decimal | None, grade: str) -> str:
    return f"{total} 分，{_label(cycle, grade)}"


def _label(cycle: Cycle, grade: str, table: str = "evaluation") -> str:
    return policy_for(cycle).grades[table].band(grade).label if grade else "未评定"


def _evaluations(cycle: Cycle, other: Cycle) -> Iterator[Effect]:
    rows = Evaluation.objects.filter(cycle_id=cycle.pk, total__isnull=False)
    lines: dict[int, dict[str, Decimal]] = {}
    for pk, item, points in ScoreLine.objects.filter(evaluation__in=rows).values_list("evaluation_id", "item", "points"):
        lines.setdefault(pk, {})[item] = points
    for one in rows.select_related("subject_year__unit", "subject_year__subject").order_by("pk"):
        said = []
        for of in (cycle, other):
            one.cycle = of
            if one.scorecard not in policy_for(of).scorecards:
                said.append("评分表不再有")
                continue
            card = card_of(one)
            total, grade = total_and_grade(one, card, lines.get(one.pk, {}))
            said.append(f"{total} 分，{_label(of, grade, card.grades)}" if total is not None else "须重新评分")
        if said[0] != said[1]:
            year = one.subject_year
            url = reverse("evaluation:detail", args=[one.pk])
            kind = f"{one.kind_words}的等级"
            yield Effect(kind, year.name, said[0], said[1], url, str(year.unit), one.amount_fen)
