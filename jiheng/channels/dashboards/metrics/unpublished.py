"""What should be public and is not."""

from django.urls import reverse

from jiheng.channels.dashboards.facts import Facts
from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.stages.disclosure.queries import due_list


def compute(facts: Facts) -> Figure:
    """Records of the cycle that may be published and are not; overdue ones apart."""
    waiting = due_list(facts.cycle)
    late = sum(one.overdue for one in waiting)
    note = f"其中逾期 {late} 项" if late else "没有逾期"
    return Figure(str(len(waiting)), "项", note, reverse("disclosure:due"), "red" if late else "")


METRIC = Metric("unpublished", "应公开未公开", "已批复、已认可、已确认而没有公开的内容", 100, compute, "publication_days")
