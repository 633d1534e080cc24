"""What waits for a person: the to-dos of all stages, by deadline."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Q

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.navigation import items, stages
from jiheng.foundation.web.stage import Todo
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear

SHOWN = 100
FOUND = 50


@dataclass(frozen=True)
class Due:
    """To-dos that are due at about the same time."""

    label: str
    tone: str
    todos: tuple[Todo, ...]


@dataclass(frozen=True)
class Desk:
    """The three blocks of the desk, with how many there are in all."""

    due: tuple[Due, ...]
    todo_count: int
    returned: tuple[Todo, ...]
    watching: tuple[Todo, ...]


def desk_of(person: Person) -> Desk:
    """Gather the desk from every stage that the role uses, and from what comes before the stages."""
    todos: list[Todo] = []
    returned: list[Todo] = []
    watching: list[Todo] = []
    for stage in stages():
        if person.role in stage.roles:
            todos += stage.todos(person)
            returned += stage.returned(person)
            watching += stage.watching(person)
    for item in items():
        if item.todos is not None and person.role in item.roles:
            todos += item.todos(person)
    todos.sort(key=lambda todo: (todo.due or date.max, todo.title))
    return Desk(by_deadline(todos[:SHOWN], clock.today()), len(todos), tuple(returned), tuple(watching[:SHOWN]))


def by_deadline(todos: list[Todo], today: date) -> tuple[Due, ...]:
    """Put to-dos (sorted by day) under 已逾期, 本周内, 本月内, 以后, 未定期限."""

    def heading(todo: Todo) -> tuple[str, str]:
        if todo.due is None:
            return "未定期限", "grey"
        if todo.due < today:
            return "已逾期", "red"
        if todo.due <= today + timedelta(days=7):
            return "七天内到期", "amber"
        if todo.due <= today + timedelta(days=31):
            return "一个月内到期", "blue"
        return "以后到期", "grey"

    return tuple(Due(label, tone, tuple(group)) for (label, tone), group in groupby(todos, key=heading))


def search(person: Person, text: str) -> list[SubjectYear]:
    """Find subjects by name, code or unit among those that the person may see, newest year first."""
    words = text.split()
    if not words:
        return []
    found = visible_subject_years(person)
    for word in words:
        found = found.filter(
            Q(name__icontains=word) | Q(subject__code__icontains=word) | Q(unit__name__icontains=word)
        )
    return list(found.order_by("-budget_year", "name")[:FOUND])
