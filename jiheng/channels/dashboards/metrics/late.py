"""逾期: everything whose day has passed, by stage."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from jiheng.channels.dashboards.metric import Figure, Metric, narrowed_url, rows_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.registers.cycles.queries import Window, window, window_with
from jiheng.stages.goals.queries import task_window


def goals(scope: Scope) -> frozenset[int]:
    """Subjects that must have an approved goal by now and have none, unless their appraisal holds them back."""
    late = scope.late(scope.goals_wanted - scope.goals, lambda given: _day(task_window(scope.cycle, "goals_approve", given)))
    return late - scope.goals_held if late else late


def reports(scope: Scope) -> frozenset[int]:
    """Subjects whose report of the latest checkpoint is late."""
    point = scope.checkpoint
    if point is None or point.due >= scope.today:
        return frozenset()
    return frozenset(one.year for one in scope.reports if not one.left)


def self_evaluations(scope: Scope) -> frozenset[int]:
    """Subjects whose self-evaluation is late."""
    waiting = scope.budgeted - scope.self_evaluated
    return scope.late(waiting, lambda given: _day(window_with(scope.cycle, "self_evaluation_submit", given)))


def _day(found: Window | None) -> date | None:
    return found.due if found else None


def evaluations(scope: Scope) -> int:
    """Evaluations that are not confirmed though their day has passed; only the bureau and overseers see them."""
    if not scope.person.sees_whole_place:
        return 0
    return sum(not one.confirmed and one.due < scope.today for one in scope.evaluations)


@dataclass(frozen=True)
class LateLine:
    """One stage: what is late, how many, since when, where the rows are."""

    label: str
    count: int
    due: date | None
    url: str


def _due(scope: Scope, key: str) -> date | None:
    return _day(window(scope.cycle, key))


def lines(scope: Scope) -> list[LateLine]:
    """Return what is late in every stage, in the order of the year; none left out, so that zero is seen."""
    point = scope.checkpoint
    undecided = scope.decisions["open"][0] + scope.unproposed if scope.passed("results_decide") else 0
    return [
        LateLine("绩效目标未批复", len(goals(scope)), _due(scope, "goals_approve"), rows_url(scope, "late", "goals")),
        LateLine(
            f"监控表未报送（{point.label if point else '未开启'}）",
            len(reports(scope)),
            point.due if point else None,
            rows_url(scope, "late", "reports"),
        ),
        LateLine(
            "纠偏措施未落实",
            scope.late_measures,
            None,
            reverse("monitoring:measures") + "?open=overdue",
        ),
        LateLine(
            "绩效自评未报送",
            len(self_evaluations(scope)),
            _due(scope, "self_evaluation_submit"),
            rows_url(scope, "late", "self_evaluations"),
        ),
        LateLine("评价未完成", evaluations(scope), None, narrowed_url(scope, "evaluation:evaluations")),
        LateLine(
            "评价结果未决定处理",
            undecided,
            _due(scope, "results_decide"),
            narrowed_url(scope, "results:decisions"),
        ),
        LateLine(
            "整改未销号", scope.rectification[2], None, narrowed_url(scope, "results:rectifications", late="1")
        ),
        LateLine("应公开未公开", scope.unpublished_late, None, reverse("disclosure:due")),
    ]


def figure(scope: Scope) -> Figure:
    """All of them together."""
    found = [one for one in lines(scope) if one.count]
    total = sum(one.count for one in found)
    worst = max(found, key=lambda one: one.count, default=None)
    note = f"最多：{worst.label} {worst.count}" if worst else "没有逾期事项"
    return Figure(total, "count", note, "#late", "red" if total else "green", "件")


METRIC = Metric(
    key="late",
    name="逾期事项",
    order=90,
    definition="各环节过了规定日期还没有办完的事项，逐项相加；日期取年度日历（单位获准延期的按延期后的日期）、监控点、评价期限和整改时限。",
    figure=figure,
    clause=lambda _: "年度日历（见“年度与日历”）",
    parts={
        "goals": ("绩效目标逾期未批复的项目", goals),
        "reports": ("监控表逾期未报送的项目", reports),
        "self_evaluations": ("绩效自评逾期未报送的项目", self_evaluations),
    },
)
