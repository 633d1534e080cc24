"""What waits around sessions, for hosts and for the units that are asked to come."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.goals.sessions.access import ENDED, HOSTS, visible_sessions
from jiheng.stages.goals.sessions.queries import open_items, slots_of

MOST = 50


def todos(person: Person) -> list[Todo]:
    """Sessions to hold and to seal, for the chair and for those who called them."""
    if person.role not in HOSTS:
        return []
    rows = visible_sessions(person).filter(cycle__state="open").exclude(state__in=ENDED).order_by("held_on", "pk")
    found = []
    for one in rows[:MOST]:
        if person.user_id != one.chair_id and str(person) != one.convened_by:
            continue
        left = one.items.filter(decided_at=None).count()
        verb = "会审" if left or one.state == "planned" else "封存纪要"
        detail = f"还有 {left} 项没有结论" if left and one.state == "open" else f"议程 {left} 项" if left else ""
        found.append(Todo(one.title, verb, reverse("goals:session", args=[one.pk]), due=one.held_on, detail=detail))
    return found


def watching(person: Person) -> list[Todo]:
    """When the unit or department is expected at the table."""
    if not person.is_unit and person.role != "department_reviewer":
        return []
    items = list(open_items(person).filter(session__cycle__state="open").order_by("session__held_on", "position")[:MOST])
    when = {slot.item.pk: slot for session in {one.session_id: one.session for one in items}.values() for slot in slots_of(session, person)}
    return [
        Todo(
            one.goal.subject_year.name,
            "到会会审",
            reverse("goals:session_item", args=[one.pk]),
            due=one.session.held_on,
            detail=f"{one.session.venue or one.session.title} {when[one.pk].when}".strip(),
        )
        for one in items
        if one.pk in when
    ]
