"""What waits in reviews: opinions for experts."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.evaluation.reviews.access import may_give_opinion, visible_reviews

MOST = 50


def todos(person: Person) -> list[Todo]:
    """The reviews that an expert was asked for and has not given."""
    if person.role != "expert":
        return []
    rows = visible_reviews(person).filter(given_at=None, evaluation__cycle__state="open").order_by("pk")[:MOST]
    return [
        Todo(
            one.evaluation.subject_year.name, f"评审{one.get_document_display()}",
            reverse("evaluation:reviews", args=[one.evaluation_id]), due=one.evaluation.due,
        )
        for one in rows
        if may_give_opinion(person, one)
    ]
