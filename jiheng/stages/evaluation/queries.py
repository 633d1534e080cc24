"""Lists, counts and covers of evaluation; the same numbers on pages, dashboards and scenarios."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.registers.cycles.deadlines import chained_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import (
    Window,
    cycles_in_sight,
    granted_for,
    granted_to,
    in_cycle,
    policy_for,
    rule_in,
    value_in,
    with_granted,
)
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy import DatedValue
from jiheng.rules.sampling import Draw as PureDraw
from jiheng.rules.sampling import size_for_share, verify
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.rules.workflow import Workflow
from jiheng.stages.evaluation.access import (
    BODIES,
    SHOWN_WITH,
    visible_evaluations,
    visible_self_evaluations,
    visible_years,
)
from jiheng.stages.evaluation.fieldwork.queries import proofs
from jiheng.stages.evaluation.models import Draw, Evaluation, ScoreLine, SelfEvaluation, SpotCheck
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.models import MonitoringReport
from jiheng.stages.monitoring.queries import LEFT_UNIT

LEFT_THE_UNIT = ("division", "submitted", "rechecked", "accepted")
SELF_CALENDAR = {
    "draft": "self_evaluation_submit",
    "department": "self_evaluation_confirm",
    "division": "self_evaluation_recheck",
    "submitted": "self_evaluation_recheck",
    "rechecked": "self_evaluation_recheck",
}
DRAW_RULES = {
    "recheck": "recheck_share",
    "department": "department_recheck_share",
    "monitoring": "monitoring_spot_check_share",
}
"""The parameter with the share to be drawn, by what is drawn."""
SELF_TASKS = tuple(dict.fromkeys(SELF_CALENDAR.values()))


# --- statistics


@dataclass(frozen=True)
class EvaluationStatistics:
    """Confirmed evaluations of one kind in one year of work: how many, how much money (fen), which grades."""

    count: int
    amount_fen: int
    by_grade: dict[str, int] = field(default_factory=dict)

    def share(self, grade: str) -> Decimal:
        """Return the share of a grade in per cent, two decimals."""
        if not self.count:
            return Decimal(0)
        return (Decimal(self.by_grade.get(grade, 0)) * 100 / self.count).quantize(Decimal("0.01"))


def evaluation_statistics(
    place: Place, work_year: int, kind: str, subject_kind: str | None = None
) -> EvaluationStatistics:
    """Count confirmed evaluations of a kind in a year of work, perhaps only of one kind of subject.

    Those that cover several years are not among them: their money would count a second time.
    """
    found = Evaluation.objects.filter(place=place, work_year=work_year, kind=kind, state="confirmed", span="")
    if subject_kind is not None:
        found = found.filter(subject_year__kind=subject_kind)
    sums = found.aggregate(count=Count("pk"), amount=Sum("amount_fen"))
    grades = Counter(found.values_list("grade", flat=True))
    return EvaluationStatistics(sums["count"], sums["amount"] or 0, dict(grades))


@dataclass(frozen=True)
class Cover:
    """How much of what must be done is done: numbers and money (fen)."""

    due: int
    done: int
    due_fen: int = 0
    done_fen: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Share by number in per cent, two decimals; None when nothing is due."""
        if not self.due:
            return None
        return (Decimal(self.done) * 100 / self.due).quantize(Decimal("0.01"))

    @property
    def ratio(self) -> Decimal | None:
        """Share by number as a ratio; None when nothing is due."""
        return Decimal(self.done) / self.due if self.due else None


def _due() -> Q:
    """Return the condition "must be self-evaluated": a project with a budget."""
    return Q(kind="project", library_state="budgeted")


def self_evaluation_cover(cycle: Cycle, person: Person | None = None) -> Cover:
    """Return how many budgeted projects of the cycle have a self-evaluation that left the unit.

    With a person, only of those that the person may see.
    """
    rows = SubjectYear.objects.all() if person is None else visible_years(person)
    sums = (
        rows.filter(_due(), cycle=cycle)
        .order_by()
        .aggregate(
            due=Count("pk"),
            done=Count("pk", filter=Q(self_evaluation__state__in=LEFT_THE_UNIT)),
        )
    )
    return Cover(sums["due"], sums["done"])


def without_self_evaluation(cycle: Cycle) -> QuerySet[SubjectYear]:
    """Return the budgeted projects whose self-evaluation has not left the unit."""
    due = SubjectYear.objects.filter(_due(), cycle=cycle)
    return due.exclude(self_evaluation__state__in=LEFT_THE_UNIT)


# --- lists


def self_rows(person: Person, cycle: Cycle | None) -> QuerySet[SelfEvaluation]:
    """Return the self-evaluations of a cycle for a list."""
    if cycle is None:
        return visible_self_evaluations(person).none()
    found = in_cycle(visible_self_evaluations(person), cycle.self_evaluations, *SHOWN_WITH)
    return with_granted(found, *SELF_TASKS)


def not_started(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return the budgeted projects that have no self-evaluation, each with its `goal_ready` (approved goal)."""
    if cycle is None:
        return visible_years(person).none()
    goals = Goal.objects.filter(subject_year=OuterRef("pk"), state="approved", current=True)
    rows = visible_years(person).filter(_due(), cycle=cycle, self_evaluation__isnull=True)
    return rows.annotate(goal_ready=Exists(goals))


def evaluation_rows(person: Person, cycle: Cycle | None) -> QuerySet[Evaluation]:
    """Return the evaluations of a cycle for a list; outside evaluators see all that is theirs."""
    found = visible_evaluations(person)
    return in_cycle(found, cycle.evaluations, *SHOWN_WITH, *BODIES) if cycle is not None else found


def candidates(person: Person, cycle: Cycle | None) -> QuerySet[Any]:
    """Return what may be evaluated: budgeted subjects, with their self-evaluation and what is under way."""
    if cycle is None:
        return visible_years(person).none()
    rows = visible_years(person).filter(cycle=cycle).exclude(library_state__in=("proposed", "refused"))
    if person.role == "department_reviewer":
        rows = rows.exclude(unit_id__in=person.own)
    return rows.select_related("self_evaluation").annotate(evaluation_count=Count("evaluations"))


def evaluators_for(year: SubjectYear, person: Person, day: date) -> list[Organisation]:
    """Return the bodies that may be given an evaluation of a subject: agencies, experts, bureau or department."""
    kinds = Q(kind__in=("agency", "expert_pool"))
    kinds |= Q(pk=year.department_id) if person.role == "department_reviewer" else Q(kind="bureau")
    if person.role != "department_reviewer":
        kinds |= Q(pk=year.department_id)
    rows = Organisation.objects.filter(valid_on(day), place_id=year.place_id).filter(kinds)
    return list(rows.exclude(pk=year.unit_id).order_by("kind", "code"))


# --- draws


def drawn_ids(cycle: Cycle, purpose: str = "recheck") -> set[int]:
    """Return what was drawn in the cycle: self-evaluations, departments' evaluations or monitoring reports."""
    draws = Draw.objects.filter(cycle=cycle, purpose=purpose).values_list("chosen", flat=True)
    return {int(key) for chosen in draws for key in chosen}


def waiting_rechecks(cycle: Cycle) -> QuerySet[SelfEvaluation]:
    """Return what was drawn and is still to be re-checked."""
    return SelfEvaluation.objects.filter(pk__in=drawn_ids(cycle), state="submitted")


def narrow_drawn(rows: QuerySet[SelfEvaluation], value: str) -> QuerySet[SelfEvaluation]:
    """Narrow a list to what was drawn for re-check: "yes" all, "waiting" not yet re-checked, "no" the others."""
    draws = Draw.objects.filter(purpose="recheck", cycle__in=rows.order_by().values("cycle").distinct())
    keys = [int(key) for chosen in draws.values_list("chosen", flat=True) for key in chosen]
    if value == "no":
        return rows.exclude(pk__in=keys)
    rows = rows.filter(pk__in=keys)
    return rows.filter(state="submitted") if value == "waiting" else rows


def draws_of(evaluation: SelfEvaluation) -> list[Draw]:
    """Return the draws in which this self-evaluation was drawn."""
    found = Draw.objects.filter(cycle_id=evaluation.cycle_id, purpose="recheck")
    return [one for one in found if str(evaluation.pk) in one.chosen]


def self_evaluation_in(year: SubjectYear) -> SelfEvaluation | None:
    """Return the self-evaluation of a subject and year, in whatever state."""
    return SelfEvaluation.objects.filter(subject_year=year).first()


@dataclass(frozen=True)
class Member:
    """One member of a draw's population: its key, the record, whether it was drawn and as which.

    `total` is what was drawn, `rechecked` what the re-check made of it; `check` what was found in a monitoring report.
    """

    key: str
    record: SelfEvaluation | Evaluation | MonitoringReport | None
    place: int | None
    total: Decimal | None = None
    rechecked: Decimal | None = None
    check: SpotCheck | None = None

    @property
    def url(self) -> str:
        """The page of the record."""
        if self.record is None:
            return ""
        pages = {Evaluation: "evaluation:detail", MonitoringReport: "monitoring:detail"}
        return reverse(pages.get(type(self.record), "evaluation:self_detail"), args=[self.record.pk])


def members_of(drawn: Draw) -> list[Member]:
    """Return the population of a draw with names, the drawn ones first in the order of drawing."""
    keys = [*drawn.population, *(key for key in drawn.chosen if key not in set(drawn.population))]
    numbers, order = [int(key) for key in keys], {key: place for place, key in enumerate(drawn.chosen, 1)}
    if drawn.purpose == "department":
        found = _members_by_card(keys, numbers, order)
    elif drawn.purpose == "monitoring":
        found = _members_monitored(keys, numbers, order)
    else:
        own = SelfEvaluation.objects.filter(pk__in=numbers).select_related(*SHOWN_WITH)
        by_key = {str(one.pk): one for one in own}
        found = [Member(key, None, order.get(key)) for key in keys if key not in by_key]
        found += [Member(key, one, order.get(key), one.total, one.recheck_total) for key, one in by_key.items()]
    return sorted(found, key=lambda one: (one.place is None, one.place or 0, int(one.key)))


def _members_monitored(keys: Sequence[str], numbers: Sequence[int], order: Mapping[str, int]) -> list[Member]:
    records = MonitoringReport.objects.filter(pk__in=numbers).select_related(*SHOWN_WITH, "checkpoint", "spot_check")
    by_key = {str(one.pk): one for one in records}
    found = []
    for key in keys:
        one = by_key.get(key)
        check = getattr(one, "spot_check", None) if one is not None else None
        found.append(Member(key, one, order.get(key), check=check))
    return found


def _members_by_card(keys: Sequence[str], numbers: Sequence[int], order: Mapping[str, int]) -> list[Member]:
    records = Evaluation.objects.filter(pk__in=numbers).select_related(*SHOWN_WITH)
    by_key = {str(one.pk): one for one in records.prefetch_related("versions")}
    found = []
    for key in keys:
        one = by_key.get(key)
        versions = list(one.versions.all()) if one is not None else []
        before = versions[0].total if versions else one.total if one is not None else None
        found.append(Member(key, one, order.get(key), before, versions[-1].total if len(versions) > 1 else None))
    return found


def draw_population(cycle: Cycle, purpose: str = "recheck") -> list[str]:
    """Return what can be drawn and was not before, as text keys: self-evaluations that the department has
    confirmed, with `department` confirmed evaluations of departments that the bureau did not score itself, with
    `monitoring` the monitoring reports that have left their unit.
    """
    earlier = drawn_ids(cycle, purpose)
    if purpose == "monitoring":
        sent = MonitoringReport.objects.filter(cycle=cycle, state__in=LEFT_UNIT).order_by("pk")
        return [str(pk) for pk in sent.values_list("pk", flat=True) if pk not in earlier]
    if purpose == "department":
        done = Evaluation.objects.filter(cycle=cycle, kind="department", state="confirmed")
        others = done.exclude(evaluator__kind="bureau").order_by("pk")
        return [str(pk) for pk in others.values_list("pk", flat=True) if pk not in earlier]
    waiting = SelfEvaluation.objects.filter(cycle=cycle, state="submitted").order_by("pk")
    return [str(pk) for pk in waiting.values_list("pk", flat=True) if pk not in earlier]


def recheck_waits(evaluation: Evaluation) -> bool:
    """Whether a department's evaluation was drawn and is still to be re-checked."""
    drawn = evaluation.kind == "department" and evaluation.pk in drawn_ids(evaluation.cycle, "department")
    return drawn and not evaluation.versions.filter(source="recheck").exists()


def draw_rule(cycle: Cycle, purpose: str = "recheck") -> DatedValue | None:
    """Return the share that is to be drawn, per cent; None where the rules say nothing of such a draw."""
    return value_in(cycle, "recheck_share") if purpose == "recheck" else rule_in(cycle, DRAW_RULES[purpose])


def waiting_spot_checks(cycle: Cycle) -> QuerySet[MonitoringReport]:
    """Return the monitoring reports that were drawn and are still to be checked."""
    drawn = MonitoringReport.objects.filter(pk__in=drawn_ids(cycle, "monitoring"))
    return drawn.filter(spot_check__isnull=True).order_by("pk")


def usual_draw(cycle: Cycle, population: int, purpose: str = "recheck") -> int:
    """Return how many of a population the pack's share asks for; one where it names none."""
    rule = draw_rule(cycle, purpose)
    return size_for_share(population, Decimal(str(rule.value))) if rule is not None else min(population, 1)


def verify_draw(drawn: Draw) -> list[str]:
    """Repeat a recorded draw from its seed and population; what does not agree, empty when everything does."""
    recorded = PureDraw(
        drawn.seed, len(drawn.chosen), drawn.population_digest, tuple(drawn.chosen), drawn.algorithm
    )
    return verify(recorded, drawn.population)


# --- time


def self_window(evaluation: SelfEvaluation) -> Window | None:
    """Return the window of the calendar in which the self-evaluation's present step lies.

    It counts the unit's own extension: 报送延期几天，主管部门审核顺延几天；复核不早于审核的期限。
    """
    key = SELF_CALENDAR.get(evaluation.state)
    if key is None:
        return None
    return chained_window(evaluation.cycle, SELF_TASKS, key, granted_for(evaluation))


def self_due(evaluation: SelfEvaluation) -> date | None:
    """Return until when the present step is to be done, with the unit's own extension."""
    found = self_window(evaluation)
    return found.due if found else None


def report_due(record: Evaluation) -> date:
    """Return until when the evaluator is to report: as ordered, or later where more time was granted."""
    more: date = granted_to(record.cycle_id, record.evaluator_id).get("evaluation_report", record.due)
    return max(record.due, more)


# --- signatures


@dataclass(frozen=True)
class Signed:
    """A signature under a record, and whether it still stands for what the record says now."""

    who: str
    role: str
    step: str
    at: datetime
    comment: str
    digest: str
    void: bool


def signatures_for(case: Case, workflow: Workflow, now: str) -> list[Signed]:
    """Return who signed which step; one that waits for the other and was given for other content is void."""
    labels = {step.action: step.label for step in workflow.steps}
    return [
        Signed(
            one.name,
            one.role,
            labels.get(one.action, one.action),
            one.at,
            one.comment,
            one.content_hash,
            void=not one.used and one.content_hash != now,
        )
        for one in Signature.objects.filter(subject=subject_key(case)).order_by("pk")
    ]


@dataclass(frozen=True)
class Half:
    """One side of the unit's statement: who has to sign, who has, when, on which content."""

    role: str
    label: str
    signed: Signed | None = None


def halves_signed(signed: Sequence[Signed], workflow: Workflow, labels: dict[str, str]) -> list[Half]:
    """Return for each side of the submission its last signature since the record last came back."""
    step = next(one for one in workflow.steps if one.action == "submit")
    backs = {
        one.label
        for one in workflow.steps
        if one.to_state == workflow.start and one.from_state != workflow.start
    }
    since: list[Signed] = []
    for one in signed:
        since = [] if one.step in backs else [*since, one]
    last = {one.role: one for one in since if one.step == step.label}
    return [Half(role, labels.get(role, role), last.get(role)) for role in step.by]


# --- scores of a card


@dataclass(frozen=True)
class ScoreRow:
    """One item of the card with its points: what stands in the table of the evaluation."""

    level1: Any
    level2: Any
    item: Any
    points: Decimal | None
    reason: str
    first1: bool
    first2: bool
    before: Decimal | None = None
    proof: str = ""

    @property
    def lost(self) -> Decimal | None:
        """Points not given."""
        return None if self.points is None else self.item.points - self.points


def score_rows(evaluation: Evaluation, card: Scorecard) -> list[ScoreRow]:
    """Return every item of the card in order, with its points and, after a revision, those before it."""
    given: dict[str, ScoreLine] = {line.item: line for line in evaluation.lines.all()}
    before = evaluation.before.get("points", {})
    proved = proofs(list(evaluation.material_requests.all()), list(evaluation.field_records.all()))
    found: list[ScoreRow] = []
    one, two = "", ""
    for row in card.rows:
        line = given.get(row.item.key)
        key2 = row.level2.key if row.level2 else row.item.key
        found.append(
            ScoreRow(
                row.level1,
                row.level2,
                row.item,
                line.points if line else None,
                line.reason if line else "",
                first1=row.level1.key != one,
                first2=key2 != two,
                before=Decimal(before[row.item.key]) if row.item.key in before else None,
                proof="、".join(proved.get(row.item.key, ())),
            )
        )
        one, two = row.level1.key, key2
    return found


@dataclass(frozen=True)
class LevelTotal:
    """The points of one first level: given of so many."""

    label: str
    points: Decimal
    given: Decimal
    complete: bool

    @property
    def ratio(self) -> Decimal:
        """Share of the points given."""
        return self.given / self.points


def level_totals(rows: Iterable[ScoreRow]) -> list[LevelTotal]:
    """Add up the items of each first level."""
    grouped: dict[str, list[ScoreRow]] = {}
    for row in rows:
        grouped.setdefault(row.level1.key, []).append(row)
    return [
        LevelTotal(
            items[0].level1.label,
            items[0].level1.points,
            sum((one.points for one in items if one.points is not None), Decimal(0)),
            all(one.points is not None for one in items),
        )
        for items in grouped.values()
    ]


def state_choices(person: Person, table: str) -> list[tuple[str, str]]:
    """Return the states of the newest cycle of the place, for a list's filter."""
    cycle = cycles_in_sight(person).first()
    if cycle is None:
        return []
    return [(key, state.label) for key, state in policy_for(cycle).workflows[table].states.items()]


def grade_choices(person: Person) -> list[tuple[str, str]]:
    """Return the grades of the newest cycle of the place, best first, for a list's filter."""
    cycle = cycles_in_sight(person).first()
    if cycle is None:
        return []
    return [(band.key, band.label) for band in policy_for(cycle).grades["evaluation"].falling]
