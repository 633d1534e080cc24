"""未公开: what may be public and is not."""

from django.urls import reverse

from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.workflow.steps import Tone

LABELS = {"goal": "绩效目标", "self_evaluation": "自评", "evaluation": "评价", "assessment": "考核"}


def figure(scope: Scope) -> Figure:
    """All kinds together; how many are late."""
    total = sum(scope.unpublished.values())
    parts = "，".join(f"{LABELS[kind]} {count}" for kind, count in scope.unpublished.items() if count)
    late = scope.unpublished_late
    if not total and not scope.publishable:
        return Figure(None, "count", "还没有到公开环节的内容")
    note = "全部已公开" if not total else parts + (f"；已逾期 {late} 项" if late else "")
    tone: Tone = "red" if late else "amber" if total else "green"
    url = "" if scope.person.reading else reverse("disclosure:due")
    return Figure(total, "count", note, url, tone, "项")


METRIC = Metric(
    key="unpublished",
    name="未公开",
    order=80,
    definition="已批复的绩效目标、已认可的自评、已确定的评价结果、制度写明公开的考核结果中，没有在门户公开的。逾期指过了应公开日期。",
    figure=figure,
    clause=lambda scope: scope.clause("publication_days"),
)
