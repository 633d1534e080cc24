"""How departments stand: what their rules leave out, who of them works full-time."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.accounts.roles import ROLES
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.rulebooks.access import departments_in_sight
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.rulebooks import LINKS, REGISTERED, Covered, left_out, left_out_words

COVER, SPECIALIST = "department_rules_cover", "department_specialist"


@dataclass(frozen=True)
class BodyLine:
    """How one department stands: its rules in force, what they leave out in words, its specialists by name."""

    pk: int
    name: str
    rules: int
    missing: str
    specialists: tuple[str, ...]
    asks_rules: bool
    asks_specialist: bool

    @property
    def lacks_rules(self) -> bool:
        """Whether the rules of the place ask for more than the department has."""
        return self.asks_rules and bool(self.missing)

    @property
    def lacks_specialist(self) -> bool:
        """Whether somebody full-time is asked for and nobody is."""
        return self.asks_specialist and not self.specialists

    @property
    def whole(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacks_rules and not self.lacks_specialist


def in_force(day_field: str = "") -> Q:
    """Return the condition that a rule is in force today."""
    today = clock.today()
    return Q(**{f"{day_field}issued__lte": today}) & (
        Q(**{f"{day_field}valid_to__isnull": True}) | Q(**{f"{day_field}valid_to__gte": today})
    )


def specialist_role(cycle: Cycle) -> str:
    """Return the office that a full-time person of a department must hold; "" where the rules ask for none."""
    rule = rule_in(cycle, SPECIALIST)
    return str(rule.value["role"]) if rule is not None and rule.value else ""


def standing(person: Person, cycle: Cycle) -> list[BodyLine]:
    """Return how each department in sight stands by the rules of a year; four queries, however many departments."""
    cover = rule_in(cycle, COVER)
    asked = cover.value if cover is not None and cover.value else None
    role = specialist_role(cycle)
    bodies = list(departments_in_sight(person))
    keys = [one.pk for one in bodies]
    books: dict[int, list[Covered]] = defaultdict(list)
    for body, links, kinds in DepartmentRule.objects.filter(in_force(), organisation__in=keys).values_list("organisation_id", "links", "kinds"):
        books[body].append(Covered(frozenset(links), frozenset(kinds)))
    labels = policy_for(cycle).subject_kinds
    fixed = [] if asked is None or asked["kinds"] == REGISTERED else [str(one) for one in asked["kinds"]]
    held = _kinds_of(cycle, keys) if asked is not None and asked["kinds"] == REGISTERED else {}
    named: dict[int, list[str]] = defaultdict(list)
    for body, name in marks_of(keys, role).values_list("appointment__organisation_id", "appointment__user__name"):
        named[body].append(name)
    lines = []
    for one in bodies:
        kinds = [key for key in labels if key in held.get(one.pk, ())] if held or not fixed else fixed
        missing = left_out(asked["links"], kinds, books[one.pk]) if asked is not None else {}
        lines.append(
            BodyLine(
                one.pk, one.name, len(books[one.pk]), left_out_words(missing, labels, len(kinds)), tuple(named[one.pk]),
                asked is not None, bool(role),
            )
        )  # fmt: skip
    return lines


def _kinds_of(cycle: Cycle, bodies: list[int]) -> dict[int, set[str]]:
    rows = SubjectYear.objects.filter(cycle=cycle, department__in=bodies).exclude(library_state="refused")
    found: dict[int, set[str]] = defaultdict(set)
    for body, kind in rows.order_by().values_list("department_id", "kind").distinct():
        found[body].add(kind)
    return found


def marks_of(bodies: list[int], role: str) -> QuerySet[Specialist]:
    """Return the marks that count today: not taken off, on appointments of the asked office that hold today."""
    now = Appointment.objects.filter(valid_on(clock.today()), role=role, organisation__in=bodies)
    return Specialist.objects.filter(ended_on__isnull=True, appointment__in=now.values("pk")).order_by("pk")


def to_mark(person: Person, role: str) -> QuerySet[Appointment]:
    """Return the appointments of the person's department that may be marked: of the asked office, held today, unmarked."""
    rows = Appointment.objects.filter(valid_on(clock.today()), role=role, organisation__in=person.own)
    marked = Specialist.objects.filter(ended_on__isnull=True).values("appointment")
    return rows.exclude(pk__in=marked).select_related("user", "organisation").order_by("pk")


def role_words(role: str) -> str:
    """Return what an office is called."""
    return ROLES[role].label if role in ROLES else role


def link_words(rule: DepartmentRule) -> str:
    """Return the links that a rule covers, in words."""
    return "、".join(LINKS[one] for one in rule.links if one in LINKS)
