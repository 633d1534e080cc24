"""What was made public can be found by title, body, number, of all years, as its list is; what was reported by its number."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.lists import worded
from jiheng.foundation.web.searching import Hit, Looked, Searched
from jiheng.stages.disclosure.access import may_see_publications, visible_publications
from jiheng.stages.disclosure.pages import PUBLICATIONS
from jiheng.stages.disclosure.reporting.access import may_see_dispatches, visible_dispatches


def look(person: Person, cycle: Any, words: Sequence[str], most: int) -> list[Hit]:
    """Return what was reported upward in the year whose number, title or recipient has every word."""
    rows = worded(visible_dispatches(person).filter(cycle=cycle), words, ("reference", "title", "recipient"))
    address = reverse("disclosure:reporting")
    return [
        Hit(one.title, address, detail=f"{one.reference} {one.recipient} {one.sent_on.isoformat()}".strip())
        for one in rows.order_by("-pk")[:most]
    ]


SEARCHED = [
    Searched(
        ("公开",), PUBLICATIONS, "disclosure:list", may_see_publications,
        lambda person, _: visible_publications(person).select_related("replaced_by"), yearly=False,
    ),
    Looked("dispatches", "报送", ("上报", "回执"), "disclosure:reporting", may_see_dispatches, look),
]  # fmt: skip
