"""What a stage of the year tells the rest of the system: name, place in the year, to-dos, milestones.

Tones colour a state that is always also said in words: grey structure, blue for what is under way, green
only for done, amber for attention, red only for money at risk or overdue.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiheng.foundation.accounts.person import Person
from jiheng.rules.gates import Gate
from jiheng.rules.workflow.steps import Tone


@dataclass(frozen=True)
class Todo:
    """One thing that waits for a person: what, which verb, where to do it, until when."""

    title: str
    verb: str
    url: str
    due: date | None = None
    detail: str = ""
    money_fen: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Milestone:
    """One point in the line of a record's life: stage, day, result in words, where to read more.

    `text` is the result ("已批复", "82.50 分 良", "未开始"); without a day the point lies ahead.
    """

    stage: str
    label: str
    day: date | None
    text: str
    tone: Tone = "grey"
    url: str = ""


@dataclass(frozen=True)
class Note:
    """What a stage warns of on a subject's page, by which clause, and where it is put right."""

    text: str
    clause: str = ""
    verb: str = ""
    url: str = ""


@dataclass(frozen=True)
class Window:
    """When a stage is open: from `opens` (None: already) until `due` inclusive (None: no deadline)."""

    opens: date | None
    due: date | None
    clause: str = ""

    def state(self, today: date) -> tuple[str, Tone]:
        """Return how the stage stands in time, in words and as a tone.

        "还剩 9 天", "今天截止", "12-01 开始", "已截止"; empty when it has no dates. A beginning in another
        year is told by its month: "2027-01 开始".
        """
        if self.opens is not None and today < self.opens:
            return f"{self.opens:{'%m-%d' if self.opens.year == today.year else '%Y-%m'}} 开始", "grey"
        if self.due is None:
            return "", "grey"
        days = (self.due - today) // timedelta(days=1)
        if days < 0:
            return "已截止", "grey"
        if days == 0:
            return "今天截止", "amber"
        return f"还剩 {days} 天", "amber" if days <= 10 else "grey"


@dataclass(frozen=True)
class Effect:
    """What changed rules would do to one record: in which respect, before and after in words, where it is.

    `money_fen` is the difference in fen, or the money concerned where the rule does not move money itself.
    """

    kind: str
    title: str
    before: str
    after: str
    url: str = ""
    unit: str = ""
    money_fen: int | None = None


def _nothing(*_: Any) -> list[Any]:
    return []


def _no_outcomes(_: Any) -> Mapping[int, Mapping[UUID, tuple[Decimal, str]]]:
    return {}


def _none_reached(_place: int, _keys: Collection[int]) -> Mapping[int, tuple[int, int]]:
    return {}


def _no_past(_year: Any, _libraries: Collection[int], _names: Collection[str]) -> Mapping[int | str, Any]:
    return {}


def _one_form(_cycle: Any, _keys: Collection[int]) -> Mapping[int, str]:
    return {}


def _not_reported(_: Any) -> bool:
    return False


def _no_window(_: Any, _body: int | None = None) -> None:
    return None


@dataclass(frozen=True)
class Track:
    """How records of one kind move along the calendar of the year.

    `workflow` names the pack's workflow of theirs, `items` the task of the calendar that is waited for in each
    state, in their order; `bearer` is the path to the body that owes them, whose extensions count; `only` picks
    the records that have a place in the calendar (a first version, say). `forms` tells of records of a cycle, by their
    keys, which of its forms they were filled in, where the kind has several.
    """

    workflow: str
    label: str
    items: Mapping[str, str] = field(default_factory=dict)
    bearer: str = "subject_year.unit_id"
    only: Mapping[str, Any] = field(default_factory=dict)
    forms: Callable[[Any, Collection[int]], Mapping[int, str]] = field(default=_one_form)


@dataclass(frozen=True)
class Tally:
    """How far one task of the calendar is in a year: what is done, open and overdue, in records."""

    item: str
    done: int
    open: int
    overdue: int = 0


@dataclass(frozen=True)
class Unfinished:
    """Something that is still open in a year and keeps it from being closed."""

    label: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class PublishedFigure:
    """A number that the public reads about a year, and where."""

    number: str
    title: str
    label: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class PortalFact:
    """One thing that the public may read about a subject in a stage: question, answer, date."""

    label: str
    text: str
    day: date | None = None


@dataclass(frozen=True)
class Stage:
    """A stage of the year. `home` is a URL name; `roles` are those whose navigation shows it.

    The functions take what upper layers own (a subject's year, a cycle), hence their open types:
    `todos`, `returned`, `watching` feed the desk; `milestones` the line of life; `notes` warn on a subject's page;
    `gates` say how it stands at the gates that the stage keeps, by what refuses the act itself;
    `deadline` the navigation, for a body (by its id) with the time that it was given; `portal` the facts of a publication;
    `records` the visible lists of the stage's kinds of
    record by model label, which files attached to them are shown by. `tracks` say by model label how
    records move along the calendar; `tallies`, `unfinished` and `published` tell of a cycle what the tracks do
    not: how far its tasks are, what keeps it open, which numbers are public. `effects` tell what it would do to
    the stored records if a cycle (the first) were under other rules (the second: the same cycle under them).
    `reported` says of a subject's year whether its performance has been reported on. `exemplars` are the sources that
    the case library finds good examples in.
    `outcomes` tell of subjects' years, by key, what came of their indicators, by lineage: the figure and its unit.
    `reached` tells of indicators of the library, by their keys, how many rows of a place (the first) were judged
    and how many of these in full. `past` tells of indicators, by the library's key or a free name, what came of them
    before a subject's year: in its place, and in its unit alone; `past_page` is the page with the rows behind.
    """

    key: str
    label: str
    icon: str
    order: int
    home: str
    roles: frozenset[str]
    todos: Callable[[Person], list[Todo]] = field(default=_nothing)
    returned: Callable[[Person], list[Todo]] = field(default=_nothing)
    watching: Callable[[Person], list[Todo]] = field(default=_nothing)
    milestones: Callable[[Any, Person], list[Milestone]] = field(default=_nothing)
    notes: Callable[[Any, Person], list[Note]] = field(default=_nothing)
    gates: Callable[[Any, Person], list[Gate]] = field(default=_nothing)
    deadline: Callable[[Any, int | None], Window | None] = field(default=_no_window)
    portal: Callable[[Any], list[PortalFact]] = field(default=_nothing)
    records: Mapping[str, Callable[[Person], Any]] = field(default_factory=dict)
    effects: Callable[[Any, Any], list[Effect]] = field(default=_nothing)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    tallies: Callable[[Any], list[Tally]] = field(default=_nothing)
    unfinished: Callable[[Any], list[Unfinished]] = field(default=_nothing)
    published: Callable[[Any], list[PublishedFigure]] = field(default=_nothing)
    outcomes: Callable[[Any], Mapping[int, Mapping[UUID, tuple[Decimal, str]]]] = field(default=_no_outcomes)
    reached: Callable[[int, Collection[int]], Mapping[int, tuple[int, int]]] = field(default=_none_reached)
    past: Callable[[Any, Collection[int], Collection[str]], Mapping[int | str, Any]] = field(default=_no_past)
    past_page: str = ""
    reported: Callable[[Any], bool] = field(default=_not_reported)
    exemplars: tuple[Any, ...] = ()
