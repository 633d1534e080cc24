"""What is public, what is due and not yet public."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.pages import whole as whole_number
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import granted_in, rule_in, rules_at, window
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.disclosure.access import Narrowed
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.goals.models import Goal

Source = Goal | SelfEvaluation | Evaluation | Assessment
"""What can be made public."""
WINDOWS = {
    "goal": "goals_publish",
    "self_evaluation": "results_publish",
    "evaluation": "results_publish",
    "assessment": "assessment_publish",
}


@dataclass(frozen=True)
class About:
    """Whom a publication is about: a subject in a year, or a department or lower finance bureau in a year.

    `body` is the one shown beside it, `department` the one named as publishing; `url` shows it inside.
    """

    budget_year: int
    uuid: UUID
    name: str
    body: Organisation
    department: Organisation
    url: str


def about(source: Source) -> About:
    """Return whom a publication of a record is about."""
    if isinstance(source, Assessment):
        body, cycle = source.department, source.cycle
        # A department keeps its code when its name changes: the publications of all years belong together.
        # Bureaus of places below may all have one code: theirs goes with that of their place.
        below = "" if body.place_id == cycle.place_id else f"{body.place.code}:"
        uuid = uuid5(NAMESPACE_OID, f"{cycle.place.code}:{below}{body.code}")
        url = reverse("assessment:detail", args=[source.pk])
        return About(cycle.budget_year, uuid, body.name, body, body, url)
    year = source.subject_year
    url = reverse("subjects:detail", args=[year.pk])
    return About(year.budget_year, year.subject.uuid, year.name, year.unit, year.department, url)


def content_wanted(cycle: Cycle, key: str) -> bool:
    """Return whether the place's `publication_contents` name a content for the year."""
    rule = rule_in(cycle, "publication_contents")
    return rule is not None and any(isinstance(one, dict) and one.get("key") == key for one in rule.value)


def standing_publication(kind: str, told: About) -> Publication | None:
    """Return the publication of this kind that stands for whom it is about, not replaced or withdrawn."""
    found = Publication.objects.filter(
        kind=kind, subject_uuid=told.uuid, budget_year=told.budget_year, withdrawn_at__isnull=True
    )
    return found.filter(replaced_by__isnull=True).first()


CHANGED = "内容与公开时的摘要不符，公开后在数据库中被改动"
UNPROVEN = "审计链中没有它的公开记录，不是经系统公开的"
RESEALED = "内容和摘要都与审计链中的公开记录不符，公开后在数据库中被改动"


def whole(publication: Publication) -> bool:
    """Return whether the content is what the publication's own digest was made of; asks no database."""
    return content_hash(publication.content) == publication.digest


def altered(publications: Iterable[Publication]) -> dict[int, str]:
    """Return, of some publications, those that are not as they were published, and why, by their ids.

    The content is held against the digest beside it, and that against the digest and the title which the chain
    noted when it was published. One query for a thousand of them.
    """
    asked = list(publications)
    noted: dict[str, dict[str, Any]] = {}
    for start in range(0, len(asked), 1000):
        some = [subject_key(one) for one in asked[start : start + 1000]]
        rows = Entry.objects.filter(subject__in=some, action="disclosure.publish")
        noted.update(rows.values_list("subject", "detail"))
    found = {}
    for one in asked:
        proof = noted.get(subject_key(one))
        if not whole(one):
            found[one.pk] = CHANGED
        elif proof is None:
            found[one.pk] = UNPROVEN
        elif proof.get("digest") != one.digest or proof.get("title", one.title) != one.title:
            found[one.pk] = RESEALED
    return found


def broken_publications(place_id: int) -> list[str]:
    """Return in words every publication of a place that was changed or deleted after it was published."""
    kept = list(Publication.objects.filter(place_id=place_id).order_by("pk"))
    reasons = altered(kept)
    lines = [f"公开内容 {one.number}“{one.title}”：{reasons[one.pk]}" for one in kept if one.pk in reasons]
    known, label = {subject_key(one) for one in kept}, f"{Publication._meta.label_lower}:"
    noted = Entry.objects.filter(place_id=place_id, action="disclosure.publish", subject__startswith=label)
    gone = [detail for subject, detail in noted.values_list("subject", "detail") if subject not in known]
    return lines + [f"公开内容 {detail.get('number', '')}：审计链记有公开，数据库中已被删除" for detail in gone]


def due_on(cycle: Cycle, kind: str) -> date | None:
    """Return the day by which publications of a kind are due in the cycle, for who has no extension."""
    found = window(cycle, WINDOWS[kind])
    return found.due if found else None


def due_for(usual: date | None, kind: str, told: About, given: Mapping[int, Mapping[str, date]]) -> date | None:
    """Return the day by which a publication is due: the usual one, or later where more time was given.

    单位或其主管部门经批准延期公开的，按延长后的期限。`given` holds the extensions of all bodies.
    """
    if usual is None:
        return None
    own = (given.get(body.pk, {}).get(WINDOWS[kind], usual) for body in (told.body, told.department))
    return max(usual, *own)


@dataclass(frozen=True)
class Unpublished:
    """One record that may be published and is not: due when, how late."""

    source: Source
    kind: str
    label: str
    due: date | None

    @property
    def about(self) -> About:
        """Whom it is about."""
        return about(self.source)

    @property
    def overdue(self) -> bool:
        """Whether the day has passed."""
        return self.due is not None and self.due < clock.today()


def unpublished_goals(cycle: Cycle) -> QuerySet[Goal]:
    """Return approved goals without a standing publication of their present revision."""
    public = Publication.objects.filter(
        kind="goal",
        withdrawn_at__isnull=True,
        subject_uuid=OuterRef("subject_year__subject__uuid"),
        budget_year=OuterRef("subject_year__budget_year"),
        published_at__gte=OuterRef("moved_at"),
    )
    found = Goal.objects.filter(cycle=cycle, state="approved", current=True).exclude(Exists(public))
    return found.select_related("subject_year__subject", "subject_year__unit", "subject_year__department")


def unpublished_self_evaluations(cycle: Cycle) -> QuerySet[SelfEvaluation]:
    """Return accepted or re-checked self-evaluations that are not public."""
    public = Publication.objects.filter(
        kind="self_evaluation",
        withdrawn_at__isnull=True,
        subject_uuid=OuterRef("subject_year__subject__uuid"),
        budget_year=OuterRef("subject_year__budget_year"),
    )
    found = SelfEvaluation.objects.filter(cycle=cycle, state__in=("accepted", "rechecked"))
    return found.exclude(Exists(public)).select_related(
        "subject_year__subject", "subject_year__unit", "subject_year__department", "goal"
    )


def unpublished_evaluations(cycle: Cycle) -> QuerySet[Evaluation]:
    """Return confirmed evaluations that are not public."""
    public = Publication.objects.filter(
        kind="evaluation",
        withdrawn_at__isnull=True,
        subject_uuid=OuterRef("subject_year__subject__uuid"),
        budget_year=OuterRef("subject_year__budget_year"),
        published_at__gte=OuterRef("moved_at"),
    )
    found = Evaluation.objects.filter(cycle=cycle, state="confirmed").exclude(Exists(public))
    return found.select_related("subject_year__subject", "subject_year__unit", "subject_year__department")


def unpublished_assessments(cycle: Cycle) -> QuerySet[Assessment]:
    """Return confirmed results of departments and lower bureaus that are not public; none where the place does not publish them."""
    found = Assessment.objects.filter(cycle=cycle, confirmed_on__isnull=False)
    if not content_wanted(cycle, "assessment"):
        return found.none()
    label = Value(f"{Assessment._meta.label_lower}:")
    public = Publication.objects.filter(
        kind="assessment",
        place=OuterRef("place"),
        budget_year=cycle.budget_year,
        withdrawn_at__isnull=True,
        subject=Concat(label, Cast(OuterRef("pk"), CharField())),
    )
    return found.exclude(Exists(public)).select_related("department__place", "cycle__place")


NO_DAY = date.max
"""Stands behind every day where the calendar has none for a kind."""
PAGE_SIZE = 50
LABELS = {"goal": "绩效目标", "self_evaluation": "绩效自评", "evaluation": "绩效评价", "assessment": "考核结果"}
UNPUBLISHED: Mapping[str, Callable[[Cycle], QuerySet[Any]]] = {
    "goal": unpublished_goals,
    "self_evaluation": unpublished_self_evaluations,
    "evaluation": unpublished_evaluations,
    "assessment": unpublished_assessments,
}
BODIES = {"assessment": ("department",)}
"""Where the bodies stand whose extension counts; elsewhere the unit and the department of the subject."""


@dataclass(frozen=True)
class Waiting:
    """How much of one kind may be published and is not: how much of it is late, and the first day for any of it."""

    number: int = 0
    late: int = 0
    first: date | None = None


def waiting_of(
    cycle: Cycle, kind: str, only: Narrowed | None = None, given: Mapping[int, Mapping[str, date]] | None = None
) -> QuerySet[Any]:
    """Return what of a kind may be published and is not, each with the day by which it is due as `day`.

    `day` is the day that `due_for` tells, worked out in the database; NO_DAY where the calendar has none. `given`
    holds the extensions of all bodies where they are known already.
    """
    rows: QuerySet[Any] = UNPUBLISHED[kind](cycle)
    if only is not None:
        rows = rows.filter(only.of(kind))
    usual, item = due_on(cycle, kind), WINDOWS[kind]
    bodies: dict[date, list[int]] = {}
    for body, own in (granted_in(cycle.pk) if given is None else given).items():
        if usual is not None and own.get(item, usual) > usual:
            bodies.setdefault(own[item], []).append(body)
    paths = BODIES.get(kind, ("subject_year__unit", "subject_year__department"))
    longer = [
        When(reduce(or_, (Q(**{f"{path}__in": some}) for path in paths)), then=Value(day))
        for day, some in sorted(bodies.items(), reverse=True)
    ]
    dated: QuerySet[Any] = rows.annotate(day=Case(*longer, default=Value(usual or NO_DAY), output_field=DateField()))
    return dated


def waiting_by_kind(cycle: Cycle, only: Narrowed | None = None) -> dict[str, Waiting]:
    """Return how much of each kind may be published and is not; a query for each kind, however much it is."""
    given, found = granted_in(cycle.pk), {}
    for kind in UNPUBLISHED:
        rows = waiting_of(cycle, kind, only, given).select_related(None).order_by()
        number, late, first = rows.aggregate(
            number=Count("pk"), late=Count("pk", filter=Q(day__lt=clock.today())), first=Min("day")
        ).values()
        found[kind] = Waiting(number, late, None if first == NO_DAY else first)
    return found


def waiting(cycle: Cycle) -> tuple[int, date | None]:
    """Return how much of the cycle may be published and is not, and the first day by which some of it is due."""
    found = waiting_by_kind(cycle).values()
    return sum(one.number for one in found), min((one.first for one in found if one.first is not None), default=None)


@dataclass(frozen=True)
class DuePage:
    """Some of what may be published and is not, in the order of the days; `next` names the page behind it."""

    rows: tuple[Unpublished, ...]
    next: str = ""


def due_page(
    cycle: Cycle, only: Narrowed | None = None, *, kinds: Collection[str] = (), after: str = "", size: int = PAGE_SIZE
) -> DuePage:
    """Return a page of what may be published and is not, the earliest due first; three queries and one for extensions.

    `after` is the `next` of the page before; anything else starts at the first page.
    """
    edge, given = _edge(after), granted_in(cycle.pk)
    found: list[tuple[date, str, int, Any]] = []
    for kind in sorted(kinds or UNPUBLISHED):
        rows = waiting_of(cycle, kind, only, given)
        if edge is not None:
            day, last, pk = edge
            same = Q(day=day, pk__gt=pk) if kind == last else Q(day=day) if kind > last else Q(pk__in=())
            rows = rows.filter(Q(day__gt=day) | same)
        found += [(one.day, kind, one.pk, one) for one in rows.order_by("day", "pk")[: size + 1]]
    found.sort(key=lambda row: row[:3])
    shown = [
        Unpublished(one, kind, LABELS[kind], None if day == NO_DAY else day) for day, kind, _, one in found[:size]
    ]
    day, kind, pk, _ = found[:size][-1] if found else (NO_DAY, "", 0, None)
    return DuePage(tuple(shown), f"{day.isoformat()}.{kind}.{pk}" if len(found) > size else "")


def _edge(told: str) -> tuple[date, str, int] | None:
    day, kind, pk = [*told.split("."), "", ""][:3]
    number = whole_number(pk)
    try:
        return (date.fromisoformat(day), kind, number) if kind in UNPUBLISHED and number is not None else None
    except ValueError:  # the address was changed by hand
        return None


def due_list(cycle: Cycle, only: Narrowed | None = None) -> Iterator[Unpublished]:
    """Yield everything of the cycle that may be published and is not (`only` narrows it), the earliest due first."""
    after, more = "", True
    while more:
        page = due_page(cycle, only, after=after, size=1000)
        yield from page.rows
        after, more = page.next, bool(page.next)


def chosen_sources(cycle: Cycle, chosen: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Return, of the records named by kind and key, those that may be published and are not."""
    found: dict[tuple[str, int], Any] = {}
    wanted = set(chosen)
    for kind, unpublished in UNPUBLISHED.items():
        keys = [pk for one, pk in wanted if one == kind]
        if keys:
            found |= {(kind, one.pk): one for one in unpublished(cycle).filter(pk__in=keys).order_by("pk")}
    return found


def publication_day(approved: date, cycle: Cycle) -> date:
    """Return the last day of the statutory clock that starts with an approval (预算法第十四条)."""
    return approved + timedelta(days=int(rules_at(cycle).value("publication_days").value))


def published_count(cycle: Cycle) -> int:
    """Return how many publications of the cycle's budget year stand."""
    found = Publication.objects.filter(place_id=cycle.place_id, budget_year=cycle.budget_year)
    return found.filter(withdrawn_at__isnull=True, replaced_by__isnull=True).count()


FIGURES = {
    "initial": "年初预算数",
    "budget": "全年预算数",
    "executed": "全年执行数",
    "money": "资金总额",
    "fiscal": "财政资金",
    "other": "其他资金",
    "execution_points": "预算执行得分",
    "base": "基础分",
    "plus": "加分",
    "minus": "减分",
    "total": "得分",
    "recheck_total": "复核得分",
}


def figures_of(publication: Publication) -> list[tuple[str, str]]:
    """Return the numbers that a publication tells, as label and text: money, scores, values of indicators."""
    content = publication.content
    found = []
    for key, label in FIGURES.items():
        told = content.get(key)
        text = str(told["text"] if isinstance(told, dict) else told or "")
        if text:
            found.append((label, text))
    for row in content.get("indicators", []):
        value = str(row.get("actual") or row.get("target", ""))
        if any(sign.isdigit() for sign in value):
            found.append((row["name"], f"{value}{row.get('unit', '')}"))
    return found + [(row["name"], row["points"]) for row in content.get("scores", []) if row.get("points")]
