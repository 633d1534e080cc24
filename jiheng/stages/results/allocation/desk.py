"""What waits in sharing money out."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.results.allocation.access import visible_allocations

MOST = 50


def todos(person: Person) -> list[Todo]:
    """Schemes to decide for the leader, drafts for those who draw them up."""
    waits = {"bureau_leader": ("proposed", "决定分配方案"), "performance_office": ("draft", "编制分配方案"), "division": ("draft", "编制分配方案")}
    if person.role not in waits:
        return []
    state, verb = waits[person.role]
    rows = visible_allocations(person).filter(state=state, cycle__state="open").order_by("pk")[:MOST]
    return [
        Todo(f"{one.cycle.budget_year} 年度 {one}", verb, reverse("results:allocation", args=[one.pk]), money_fen=one.total_fen)
        for one in rows
    ]
