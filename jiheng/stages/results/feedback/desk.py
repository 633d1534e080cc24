"""What waits: results to give back, results to sign for."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.stages.results.feedback.access import GIVERS, RECEIVERS, feedback_rule, to_give, visible_feedbacks
from jiheng.stages.results.feedback.services import term_of

MOST = 50


def todos(person: Person) -> list[Todo]:
    """Fixed results that nobody gave back yet, each with its last day; what a unit has not signed for."""
    if person.role in GIVERS.values():
        asking = [one for one in cycles_in_sight(person).filter(state="open") if feedback_rule(one) is not None]
        rows = to_give(person).filter(cycle__in=asking).select_related("cycle__place")[:MOST] if asking else ()
        return [
            Todo(f"{one.subject_year.name}：评价结果待反馈", "反馈评价结果", reverse("results:feedback_give", args=[one.pk]), due=term_of(one)[0])
            for one in rows
        ]
    if person.role in RECEIVERS:
        rows_here = visible_feedbacks(person).filter(
            cycle__state="open", received_on__isnull=True, evaluation__subject_year__unit_id__in=person.own
        )
        return [
            Todo(f"{one.evaluation.subject_year.name}：评价结果已反馈", "签收", reverse("results:feedback", args=[one.pk]))
            for one in rows_here.order_by("pk")[:MOST]
        ]
    return []
