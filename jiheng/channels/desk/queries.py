"""What waits for a person: the to-dos of all stages, by deadline; what a person finds."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.navigation import items, stages
from jiheng.foundation.web.searching import Found, names_of, searched
from jiheng.foundation.web.stage import Todo
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.rules.asking import Asked, Known, understand

SHOWN = 100
SHOWN_OF_EACH = 5
OTHER_YEARS = 3


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
        if item.todos is not None and person.role in item.roles | item.asks:
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


@dataclass(frozen=True)
class Answer:
    """What a question found, by where and in which year it was found; `asked` is how the question was read."""

    asked: Asked
    found: tuple[Found, ...]

    @property
    def read_as(self) -> list[tuple[str, str]]:
        """The filters that the question was read as, as name and choice, each once."""
        told = [("年度", f"{self.asked.year}")] if self.asked.year is not None else []
        names = {one.key: one.label for one in searched()}
        told += [("在", names[key]) for key in self.asked.lists]
        told += [(one.facet_label, one.label) for one in self.asked.choices]
        told += [("文字", word) for word in self.asked.words]
        return list(dict.fromkeys(told))


def search(person: Person, text: str, cycle: Cycle | None, *, plain: bool = False) -> Answer:
    """Find what the person may see by words, or by a question: 2026年教育局已批复的绩效目标.

    `plain` looks for the words as they stand. Nothing typed finds nothing.
    """
    places = [one for one in searched() if one.may(person)]
    if not text.strip():
        return Answer(Asked(), ())
    cycles = {one.budget_year: one for one in cycles_in_sight(person)}
    if plain:
        asked = Asked(words=tuple(text.split()))
    else:
        choices = [choice for one in places for choice in one.choices(person)]
        known = Known(names_of(places), choices, tuple(cycles), cycle.budget_year if cycle is not None else None)
        asked = understand(text, known)
    year = cycles[asked.year] if asked.year is not None else cycle
    years = [year]
    if asked.year is None and asked.words and cycle is not None:  # a name is looked for in other years too, newest first
        years += sorted((one for one in cycles.values() if one.pk != cycle.pk), key=lambda one: -one.budget_year)[:OTHER_YEARS]
    found: list[Found] = []
    for one in places:
        left = SHOWN_OF_EACH
        for at in years if one.yearly else [year]:
            some = one.found(person, at, asked, left) if left > 0 else None
            if some is not None:
                found.append(replace(some, cycle=at))
                left -= len(some.hits)
    return Answer(asked, tuple(found))
