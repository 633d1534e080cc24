"""Disclosure, as the rest of the system sees it."""

from functools import partial

from django.urls import reverse
from django.utils import timezone

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.audit.kept import kept
from jiheng.foundation.web.stage import Milestone, PublishedFigure, Stage, Tally, Todo, Unfinished, Window
from jiheng.registers.cycles.deadlines import next_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import WINDOWS, figures_of, waiting, waiting_by_kind
from jiheng.stages.disclosure.reporting.access import visible_dispatches


def todos(person: Person) -> list[Todo]:
    """The performance office has to publish what is due: one line a cycle."""
    if person.role != "performance_office":
        return []
    found = []
    for cycle in cycles_in_sight(person).filter(state="open"):
        asked = kept(person.place_id, f"disclosure.waiting:{cycle.pk}", partial(waiting, cycle))
        number, day = asked.value
        if number:
            title = f"{cycle.budget_year} 年度待公开 {number} 项"
            detail = f"截至 {timezone.localtime(asked.at):%H:%M}" if asked.at is not None else ""
            found.append(Todo(title, "办理公开", reverse("disclosure:due"), due=day, detail=detail))
    return found


def milestones(year: SubjectYear, _: Person) -> list[Milestone]:
    """When goals and results of this subject were made public."""
    public = Publication.objects.filter(
        subject_uuid=year.subject.uuid, budget_year=year.budget_year, withdrawn_at__isnull=True
    ).order_by("published_at")
    found = list(public)
    if not found:
        return [Milestone("disclosure", "公开", None, "未公开")]
    last = found[-1]
    text = "、".join(dict.fromkeys(one.get_kind_display() for one in found))
    day = timezone.localdate(last.published_at)
    return [Milestone("disclosure", "公开", day, text, "green", reverse("portal:detail", args=[last.number]))]


def deadline(cycle: Cycle, organisation_id: int | None = None) -> Window | None:
    """Goals first; once they are past, results, at last the assessment of departments where it is published."""
    return next_window(cycle, tuple(dict.fromkeys(WINDOWS.values())), organisation_id)


def tallies(cycle: Cycle) -> list[Tally]:
    """How much of what has to be public with the budget, and with the accounts, is."""
    due = waiting_by_kind(cycle)
    public = Publication.objects.filter(
        place_id=cycle.place_id,
        budget_year=cycle.budget_year,
        withdrawn_at__isnull=True,
        replaced_by__isnull=True,
    )
    found = []
    for key in dict.fromkeys(WINDOWS.values()):
        kinds = [kind for kind, item in WINDOWS.items() if item == key]
        mine = [due[kind] for kind in kinds]
        done = public.filter(kind__in=kinds).count()
        found.append(Tally(key, done, sum(one.number for one in mine), sum(one.late for one in mine)))
    return found


def unfinished(cycle: Cycle) -> list[Unfinished]:
    """What may be published and is not keeps the year open."""
    number, _ = waiting(cycle)
    return [Unfinished("应公开的还没有公开", number, reverse("disclosure:due"))] if number else []


def published(cycle: Cycle) -> list[PublishedFigure]:
    """Every number of the year that stands on the portal."""
    rows = Publication.objects.filter(
        place_id=cycle.place_id,
        budget_year=cycle.budget_year,
        withdrawn_at__isnull=True,
        replaced_by__isnull=True,
    )
    return [
        PublishedFigure(one.number, one.title, label, text, reverse("portal:detail", args=[one.number]))
        for one in rows.order_by("number")
        for label, text in figures_of(one)
    ]


STAGE = Stage(
    key="disclosure",
    label="公开",
    icon="world",
    order=70,
    home="disclosure:due",
    roles=BUREAU_ROLES | OVERSEER_ROLES | UNIT_ROLES | {"department_reviewer"},
    todos=todos,
    milestones=milestones,
    deadline=deadline,
    tallies=tallies,
    unfinished=unfinished,
    published=published,
    records={
        "disclosure.publication": lambda person: Publication.objects.filter(place_id=person.place_id),
        "disclosure.dispatch": visible_dispatches,
    },
)
