"""Reading goals: lists, what a goal covers, what waits for whom, what two revisions differ in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.kept import Kept, kept
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.undo import UNDO
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.deadlines import chained_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import (
    Window,
    granted_for,
    granted_in,
    in_cycle,
    policy_for,
    with_granted,
)
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import told_wan
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import OPERATORS
from jiheng.stages.appraisal.queries import blocks
from jiheng.stages.goals.access import SHOWN_WITH, visible_goals, visible_years, workflow_of
from jiheng.stages.goals.books import above_threshold
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import Goal, GoalIndicator

CALENDAR = {
    "draft": "goals_submit",
    "department": "goals_review",
    "division": "goals_review",
    "performance": "goals_review",
    "reviewed": "goals_approve",
}
TASKS = ("goals_submit", "goals_review", "goals_approve")


def goal_rows(person: Person, cycle: Cycle | None = None) -> QuerySet[Any]:
    """Return the goals for a list: those in force and those under way, with their whole money."""
    rows = visible_goals(person).filter(Q(current=True) | ~Q(state="approved"))
    if cycle is not None:
        rows = in_cycle(rows, cycle.goals, *SHOWN_WITH)
    listed: QuerySet[Any] = with_granted(rows, *TASKS).annotate(total_fen=F("fiscal_fen") + F("other_fen"))
    return listed


def goal_of(year: SubjectYear) -> Goal | None:
    """Return the goal in force of a subject and year (approved or, before approval, the first draft)."""
    return Goal.objects.filter(subject_year=year, current=True).order_by("-revision").first()


def approved_goal(year: SubjectYear) -> Goal | None:
    """Return the approved goal in force: what monitoring reads, evaluation scores, the public sees."""
    found = Goal.objects.filter(subject_year=year, current=True, state="approved")
    return found.order_by("-revision").first()


def years_without_goal(person: Person, cycle: Cycle, *, refused: bool = False) -> QuerySet[SubjectYear]:
    """Return the subjects of the cycle that must have a goal and have none: those from the pack's threshold up.

    With `refused` also those that will never have one, so that a page can say why.
    """
    rows = visible_years(person).filter(above_threshold(cycle), cycle=cycle, goals__isnull=True)
    return rows if refused else rows.exclude(library_state="refused")


@dataclass(frozen=True)
class Held:
    """A subject that cannot have a goal now: what blocks it, and where that is settled."""

    year: SubjectYear
    refusal: Refusal
    url: str


def held_years(years: Iterable[SubjectYear]) -> dict[int, Held]:
    """Return by subject and year what the appraisal blocks: no conclusion where one is needed, or a negative one."""
    asked = {year.pk: year for year in years}
    return {
        pk: Held(
            asked[pk],
            block.refusal,
            reverse("appraisal:detail", args=[block.appraisal])
            if block.appraisal
            else reverse("appraisal:gate", args=[pk]),
        )
        for pk, block in blocks(asked.values()).items()
    }


# --- cover


@dataclass(frozen=True)
class Coverage:
    """How far goals cover subjects and money; money in fen (the budget, before it the request)."""

    subjects: int
    with_goal: int
    approved: int
    money_fen: int
    covered_fen: int

    @property
    def subject_ratio(self) -> Decimal | None:
        """Share of subjects with an approved goal; None when there are no subjects."""
        return Decimal(self.approved) / self.subjects if self.subjects else None

    @property
    def money_ratio(self) -> Decimal | None:
        """Share of the money with an approved goal; None when there is none."""
        return Decimal(self.covered_fen) / self.money_fen if self.money_fen else None


def coverage(person: Person, cycle: Cycle) -> Coverage:
    """Return the cover of what the person sees in the cycle, by one query."""
    return Coverage(**_weighed(person, cycle).aggregate(**COVER))


def kept_coverage(person: Person, cycle: Cycle) -> Kept[Coverage]:
    """Return the cover as a page shows it: of a large place it may be some minutes old, and says so."""
    key = f"goals.coverage:{person.role}:{person.organisation_id}:{cycle.pk}"
    return kept(person.place_id, key, lambda: coverage(person, cycle))


def coverage_by_department(person: Person, cycle: Cycle) -> list[tuple[int, str, Coverage]]:
    """Return the cover by department (id, name, cover), the least covered money first, by one query."""
    rows = _weighed(person, cycle).values("department_id", "department__name").annotate(**COVER)
    made = [(row.pop("department_id"), row.pop("department__name"), Coverage(**row)) for row in rows]
    return sorted(made, key=lambda one: (one[2].money_ratio or Decimal(0), one[1]))


def _weighed(person: Person, cycle: Cycle) -> QuerySet[Any]:
    """Return the subjects that goals should cover: each with its weight, and whether its goal stands."""
    current = Goal.objects.filter(subject_year=OuterRef("pk"), current=True)
    entries = LedgerEntry.objects.filter(subject_year=OuterRef("pk")).order_by()
    budget = entries.filter(kind__in=LedgerEntry.BUDGET_KINDS).values("subject_year")
    summed = Subquery(budget.annotate(fen=Sum("amount_fen")).values("fen"), output_field=BigIntegerField())
    years = visible_years(person).filter(cycle=cycle).exclude(library_state="refused")
    return years.order_by().annotate(
        promised=Exists(current),
        agreed=Exists(current.filter(state="approved")),
        weight=Case(When(Exists(entries), then=Coalesce(summed, 0)), default=F("requested_fen")),
    )


COVER: dict[str, Any] = {
    "subjects": Count("pk"),
    "with_goal": Count("pk", filter=Q(promised=True)),
    "approved": Count("pk", filter=Q(agreed=True)),
    "money_fen": Sum("weight", default=0),
    "covered_fen": Sum("weight", filter=Q(agreed=True), default=0),
}


def state_counts(person: Person, cycle: Cycle) -> dict[str, int]:
    """Return how many goals stand in each state."""
    rows = goal_rows(person, cycle).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


# --- one goal


@dataclass(frozen=True)
class Signed:
    """A signature under a goal, and whether it still stands; `past` ones were given before the last return."""

    who: str
    role: str
    step: str
    at: Any
    comment: str
    void: bool
    past: bool = False


def signatures_for(goal: Goal, now: str | None = None) -> list[Signed]:
    """Return who signed which step; a signature bound to content that was changed since is void.

    `now` is the hash of the present content, where it is at hand.
    """
    labels = {(step.from_state, step.action): step.label for step in workflow_of(goal).steps}
    labels |= {(state, UNDO): "撤销成批办理" for state in workflow_of(goal).states}
    now = hash_of(goal) if now is None else now
    found = list(Signature.objects.filter(subject=subject_key(goal)).order_by("pk"))
    back = max((one.pk for one in found if one.action in {"return", "withdraw"}), default=0)
    return [
        Signed(
            one.name,
            one.role,
            labels.get((one.state, one.action), one.action),
            one.at,
            one.comment,
            void=not one.used and one.content_hash != now,
            past=one.pk < back,
        )
        for one in found
    ]


@dataclass(frozen=True)
class Officer:
    """One of the officers who must sign the submission, and when it was done."""

    role: str
    signed: Signed | None


def officers_of(goal: Goal) -> list[Officer]:
    """Return who must sign the submission of a draft and who has; empty once it has left."""
    step = next(
        (one for one in workflow_of(goal).steps if one.action == "submit" and one.from_state == goal.state),
        None,
    )
    if step is None:
        return []
    standing = [
        one for one in signatures_for(goal) if not one.void and not one.past and one.step == step.label
    ]
    signed = {one.role: one for one in standing}
    names = policy_for(goal.cycle).role_labels
    return [Officer(names.get(role, ROLES[role].label), signed.get(role)) for role in step.by]


def due_of(goal: Goal) -> date | None:
    """Return until when the goal's present step is to be done, with the unit's own extension."""
    found = window_of(goal)
    return found.due if found else None


def window_of(goal: Goal) -> Window | None:
    """Return the window of the calendar in which the goal's present step lies; an adjustment has none."""
    key = CALENDAR.get(goal.state)
    return task_window(goal.cycle, key, granted_for(goal)) if key and goal.revision == 1 else None


def task_window(cycle: Cycle, key: str, given: Mapping[str, date]) -> Window | None:
    """Return when a task of goals is due for a unit with these extensions: submission, review, approval."""
    return chained_window(cycle, TASKS, key, given)


def list_due(rows: QuerySet[Goal], cycle: Cycle) -> date | None:
    """Return when the earliest of a cycle's goals in one state is due; those of units without more time come first."""
    more = [body for body, given in granted_in(cycle.pk).items() if not given.keys().isdisjoint(TASKS)]
    some = with_granted(rows, *TASKS)
    usual = some.exclude(subject_year__unit__in=more).order_by("moved_at").first()
    if usual is not None:
        return due_of(usual)
    return min((day for one in some if (day := due_of(one)) is not None), default=None)


def money_gap(goal: Goal) -> int | None:
    """Return budget in the ledger minus the money of an approved goal, in fen; None when they agree.

    预算调整后，绩效目标须随之调整。
    """
    if goal.state != "approved" or not goal.current:
        return None
    budget = balance(goal.subject_year_id).budget
    gap = budget - goal.fiscal_fen - goal.other_fen
    return gap if budget > 0 and gap != 0 else None


@dataclass(frozen=True)
class Change:
    """One thing in which a revision differs from the one before."""

    what: str
    before: str
    after: str


def revisions_of(goal: Goal) -> list[Goal]:
    """Return all revisions of the goal, oldest first."""
    return list(Goal.objects.filter(subject_year_id=goal.subject_year_id).order_by("revision"))


def changes_since(older: Goal, newer: Goal) -> list[Change]:
    """Return what the newer revision changed: texts, money, and rows joined by their lineage."""
    found = [
        Change(str(Goal._meta.get_field(key).verbose_name), getattr(older, key), getattr(newer, key))  # type: ignore[union-attr]
        for key in ("objective", "medium_objective", "money_note")
        if getattr(older, key) != getattr(newer, key)
    ]
    for key in ("fiscal_fen", "other_fen", "medium_fiscal_fen", "medium_other_fen"):
        one, two = getattr(older, key), getattr(newer, key)
        if one != two:
            label = str(Goal._meta.get_field(key).verbose_name)  # type: ignore[union-attr]
            found.append(Change(label, told_wan(one), told_wan(two)))
    return found + _row_changes(older, newer)


def _row_changes(older: Goal, newer: Goal) -> list[Change]:
    before = {row.lineage: row for row in older.indicators.all()}
    after = {row.lineage: row for row in newer.indicators.all()}
    found = []
    for lineage, row in after.items():
        old = before.get(lineage)
        if old is None:
            found.append(Change(row.name, "（新增）", told(row)))
        elif told(old) != told(row) or old.name != row.name:
            name = row.name if old.name == row.name else f"{old.name} → {row.name}"
            found.append(Change(name, told(old), told(row)))
    gone = [row for lineage, row in before.items() if lineage not in after]
    return found + [Change(row.name, told(row), "（删除）") for row in gone]


def told(row: GoalIndicator) -> str:
    """Return the value of a row with its unit and points, as people compare it."""
    return f"{value_words(row)}，{row.weight.normalize():f} 分"


def value_words(row: GoalIndicator) -> str:
    """Return the value with sign and unit, as it stands on the form: ≥95%."""
    text = row.target_text.strip()
    if row.value is None:
        return text
    if (
        row.operator == ">="
        and re.match(r"[0-9０-９]", text)
        and not re.search("以上|及以上|不少于|不低于", text)
    ):
        text = f"≥{text}"
    if not row.unit or row.unit in text or (row.unit == "%" and re.search("百分之|成", text)):
        return text
    if re.search(r"[0-9０-９]$", text):
        return f"{text}{row.unit}"
    # The unit belongs to the figure, not behind the words: 95以上 with 人 is ≥95人.
    plain = f"{row.value.normalize():f}"
    if row.high is not None:
        return f"{plain}—{row.high.normalize():f}{row.unit}"
    return f"{OPERATORS.get(row.operator, '')}{plain}{row.unit}"
