"""The rules (制度) in the left side; those who confirm see how many values are still assumed."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.navigation import NavItem
from jiheng.foundation.web.stage import Todo
from jiheng.registers.policies.queries import waiting_amendments


def waiting(person: Person) -> list[Todo]:
    """Return the amendments that wait for this person's word."""
    return [
        Todo(f"制度修订“{one.title}”待批准", "看试算并审批", reverse("policies:amendment", args=[one.pk]), detail=one.uploader)
        for one in waiting_amendments(person)
    ]


ITEMS = [NavItem(key="policies", label="制度", icon="book-2", order=70, url="policies:list", todos=waiting)]
