"""Departments and units can be found by name, code, or a name that they had."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.lists import worded
from jiheng.foundation.web.searching import Hit, Looked
from jiheng.registers.bodies.access import may_see_bodies, visible_bodies


def look(person: Person, _: Any, words: Sequence[str], most: int) -> list[Hit]:
    """Return bodies whose name or code has every word, those that stand before those that ended."""
    rows = worded(visible_bodies(person), words, ("name", "code"))
    return [
        Hit(one.name, reverse("bodies:detail", args=[one.pk]), detail=f"{one.get_kind_display()} {one.code}")
        for one in rows.order_by("-valid_from", "code")[:most]
    ]


SEARCHED = [Looked("bodies", "单位", ("部门", "预算单位"), "bodies:tree", may_see_bodies, look)]
