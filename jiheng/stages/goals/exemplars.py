"""Good goals for the case library: approved ones with the best review, each side's own points behind it."""

from collections import defaultdict

from django.db.models import Exists, OuterRef

from jiheng.foundation.accounts.models import Place
from jiheng.registers.exemplars.sources import Found, Source, Told
from jiheng.registers.policies.queries import current_policy
from jiheng.registers.subjects.labels import book_label
from jiheng.rules.exemplars import Bar, Candidate, best
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.goals.queries import value_words


def found(place: Place, bar: Bar) -> list[Found]:
    """Return the approved goals in force whose lowest review of all sides is among the best of their kind."""
    enough = GoalReview.objects.filter(goal=OuterRef("pk"), total__gte=bar.least)
    goals = Goal.objects.filter(Exists(enough), place=place, state="approved", current=True)
    latest: dict[int, dict[str, GoalReview]] = defaultdict(dict)
    reviews = GoalReview.objects.filter(goal__in=goals.order_by().values("pk")).order_by("pk")
    for one in reviews.only("goal_id", "side", "total", "reviewed_on"):
        latest[one.goal_id][one.side] = one
    keys = ("subject_year__kind", "subject_year__category", "subject_year__sector", "cycle__budget_year")
    candidates = [
        Candidate(pk, (kind, category or sector), min(one.total for one in latest[pk].values()), year)
        for pk, kind, category, sector, year in goals.order_by().values_list("pk", *keys)
    ]
    chosen = [int(str(one.key)) for one in best(candidates, bar)]
    rows = goals.filter(pk__in=chosen).select_related("subject_year")
    types = current_policy(place).subject_kinds
    return [_found(one, list(latest[one.pk].values()), types.get(one.subject_year.kind, "")) for one in rows]


def _found(goal: Goal, reviews: list[GoalReview], project_type: str) -> Found:
    year = goal.subject_year
    told = "、".join(f"{one.get_side_display()} {one.total:.2f} 分" for one in reviews)
    return Found(
        goal.pk,
        year.name,
        min(one.total for one in reviews),
        f"目标审核评分：{told}{'，按最低的计' if len(reviews) > 1 else ''}；在同类已批复目标中居前",
        "、".join(one.get_side_display() for one in reviews),
        max(one.reviewed_on for one in reviews),
        year.department_id,
        year.unit_id,
        project_type,
        year.category,
        year.sector,
        book_label(year.book),
        year.budget_year,
    )


def told(pk: int) -> Told:
    """Return the objective and the indicator rows of a goal."""
    goal = Goal.objects.get(pk=pk)
    rows = tuple(
        (row.level1, row.level2, row.name, value_words(row), f"{row.weight.normalize():f}", row.standard)
        for row in goal.indicators.all()
    )
    parts = tuple((label, text) for label, text in (("年度目标", goal.objective), ("中期目标", goal.medium_objective)) if text)
    return Told(parts, ("一级指标", "二级指标", "三级指标", "指标值", "分值", "设定依据"), rows)


EXEMPLARS = (Source("goal", "goals.goal", found, told, "goals:detail", visible_goals),)
