"""What waits, came back or is under way in recapture, and its point in the line of life."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Milestone, Todo
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.stages.monitoring.models import Recapture
from jiheng.stages.monitoring.recapture.access import PROPOSERS, visible_recaptures
from jiheng.stages.monitoring.recapture.counting import asked_in_all
from jiheng.stages.monitoring.recapture.tables import is_late, state_of

MOST = 50


def _url(recapture: Recapture, name: str = "recapture") -> str:
    return reverse(f"monitoring:{name}", args=[recapture.pk])


def _todo(one: Recapture, verb: str, name: str = "recapture", detail: str = "") -> Todo:
    title = f"{one.subject_year.name}：{one.ground_text}"
    return Todo(title, verb, _url(one, name), due=one.due, detail=detail, money_fen=one.proposed_fen)


def todos(person: Person) -> list[Todo]:
    """The list of what should be taken back for those who propose; decisions for the leader."""
    if person.role == "bureau_leader":
        waiting = visible_recaptures(person).filter(state="proposed").order_by("due", "pk")[:MOST]
        return [_todo(one, "决定收回", "recapture_decide", one.note) for one in waiting]
    if person.role not in PROPOSERS:
        return []
    found = []
    for cycle in cycles_in_sight(person).filter(state="open"):
        asked = asked_in_all(cycle, person).value
        if asked.number:
            title = f"{cycle.budget_year} 年度 {asked.number:,} 个项目应收回资金"
            address = reverse("monitoring:recapture_candidates")
            found.append(Todo(title, "提出收回", address, due=asked.first, money_fen=asked.money))
    return found


def returned(person: Person) -> list[Todo]:
    """Proposals that came back."""
    if person.role not in PROPOSERS:
        return []
    rows = visible_recaptures(person).filter(state="returned").order_by("due", "pk")[:MOST]
    return [_todo(one, "重新提出收回", "recapture_revise") for one in rows]


def watching(person: Person) -> list[Todo]:
    """What was proposed and waits for the leader."""
    if person.role not in PROPOSERS:
        return []
    rows = visible_recaptures(person).filter(state="proposed").order_by("due", "pk")[:MOST]
    return [_todo(one, "查看", detail="收回待局领导决定") for one in rows]


def milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    """Recaptures of a subject and year, as far as the person sees them."""
    found = visible_recaptures(person).filter(subject_year=year).order_by("pk")
    return [
        Milestone(
            "recapture",
            "收回资金",
            one.decided_on,
            f"{state_of(one)[0]}" + (f" {format_wan(one.amount_fen)} 万元" if one.amount_fen else ""),
            "red" if is_late(one) else "amber" if one.state != "spared" else "grey",
            _url(one),
        )
        for one in found
    ]
