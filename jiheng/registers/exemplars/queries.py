"""Reading the case library: the bar of a place, cases like a project's, what one case shows to whom."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.registers.exemplars.access import visible_exemplars
from jiheng.registers.exemplars.models import Exemplar
from jiheng.registers.exemplars.sources import Told, source_of
from jiheng.registers.policies.queries import current_policy
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.anonymous import Body, anonymised, doubts, names_of
from jiheng.rules.exemplars import Bar

STANDS_FOR = {"department": "某部门", "bureau": "财政部门", "unit": "某单位"}
KEYS = {
    "least": "exemplar_least_score",
    "number": "exemplar_number",
    "cases": "exemplar_indicator_cases",
    "reach": "exemplar_indicator_reach",
    "returns": "exemplar_indicator_returns",
}


def bar_of(place: Place) -> Bar:
    """Return what makes a case in a place today."""
    policy, day = current_policy(place), clock.today()
    return Bar(**{name: policy.value(key, day=day).value for name, key in KEYS.items()})


def facet_values(person: Person, field: str) -> list[tuple[str, str]]:
    """Return the values of a field among the cases that the person sees, for a choice above the list."""
    rows = visible_exemplars(person).exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
    return [(one, one) for one in rows]


def years_of(person: Person) -> list[tuple[str, str]]:
    """Return the budget years of the cases that the person sees, the latest first."""
    rows = visible_exemplars(person).exclude(budget_year=None).order_by("-budget_year")
    return [(str(one), f"{one} 年度") for one in rows.values_list("budget_year", flat=True).distinct()]


def departments_of(person: Person) -> list[tuple[str, str]]:
    """Return the departments whose records the person may see among the cases."""
    keys = visible_exemplars(person).exclude(seen_department=None).order_by().values("seen_department").distinct()
    found = Organisation.objects.filter(pk__in=keys).order_by("code")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


@dataclass(frozen=True)
class Alike:
    """How many approved cases there are of a project's own kind, and where they are listed."""

    number: int
    words: str
    url: str


def alike(person: Person, year: SubjectYear, kind: str) -> Alike | None:
    """Return the approved cases of a project's category, else of its sector, else of its type; None without any."""
    shown = visible_exemplars(person).filter(state="shown", kind=kind)
    for field, tell in _KINDS:
        value = tell(year)
        if value and (number := shown.filter(**{field: value}).count()):
            asked = urlencode({"kind": kind, "state": "shown", field: value})
            return Alike(number, value, f"{reverse('exemplars:list')}?{asked}")
    return None


def type_of(year: SubjectYear) -> str:
    """Return the type of a subject in words."""
    return current_policy(year.place).subject_kinds.get(year.kind, year.kind)


_KINDS: tuple[tuple[str, Callable[[SubjectYear], str]], ...] = (
    ("category", lambda year: year.category),
    ("sector", lambda year: year.sector),
    ("project_type", type_of),
)


def _names(exemplar: Exemplar) -> list[tuple[str, str]]:
    """Return what is hidden in a case: bodies of the place, the place and those above it, people of the bodies concerned."""
    bodies = Organisation.objects.filter(place_id=exemplar.place_id).values_list("name", "kind")
    places: list[str] = []
    at: Place | None = exemplar.place
    while at is not None and at.name not in places:
        places.append(at.name)
        at = at.parent
    concerned = [pk for pk in (exemplar.unit_id, exemplar.department_id) if pk is not None]
    people = Appointment.objects.filter(organisation__in=concerned).values_list("user__name", flat=True).distinct()
    hidden = [(word, "某") for word in exemplar.hide]
    known = names_of((Body(name, STANDS_FOR.get(kind, "某机构")) for name, kind in bodies), places, people)
    return sorted({**dict(known), **dict(hidden)}.items(), key=lambda pair: (-len(pair[0]), pair[0]))


def original_of(exemplar: Exemplar) -> Told:
    """Return what the record says now."""
    source, pk = source_of(exemplar.source)
    return source.told(pk)


def copied(exemplar: Exemplar, why: str = "") -> tuple[str, dict[str, Any]]:
    """Return the anonymised title and content of the record as it stands, with why it was nominated."""
    names, told = _names(exemplar), original_of(exemplar)
    content = {
        "why": anonymised(why, names),
        "parts": [[label, anonymised(text, names)] for label, text in told.parts],
        "columns": list(told.columns),
        "rows": [[anonymised(cell, names) for cell in row] for row in told.rows],
    }
    return anonymised(exemplar.title, names), content


def doubts_in(title: str, copy: dict[str, Any]) -> list[str]:
    """Return what in a copy still looks like somebody's name."""
    texts = [title, copy.get("why", ""), *(text for _, text in copy.get("parts", [])), *(cell for row in copy.get("rows", []) for cell in row)]
    return doubts("\n".join(texts))


def original_url(exemplar: Exemplar, person: Person) -> str:
    """Return the page of the record itself, "" where the person may not see it."""
    source, pk = source_of(exemplar.source)
    return reverse(source.page, args=[pk]) if source.visible(person).filter(pk=pk).exists() else ""


def drawn(copy: dict[str, Any]) -> dict[str, Any]:
    """Return a copy as pages draw it: each cell of the table with its heading."""
    columns = copy.get("columns", [])
    rows = [list(zip(columns, row, strict=True)) for row in copy.get("rows", [])]
    return {"parts": copy.get("parts", []), "columns": columns, "rows": rows}
