"""The finance bureaus of the places right below as bodies that are assessed: whose records are read, what people enter.

Their records are read by `reading` alone, as somebody of an upper place looks at a lower one; nothing there is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require, valid_on
from jiheng.foundation.accounts.places import may_read_below, reading
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for, rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import library
from jiheng.rules.assessment import Measured, as_told, assess, measures_of, unknown_items, whole_year
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.scoring.method import NotApplicable
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.assessment.access import may_assess
from jiheng.stages.assessment.facts import (
    LOWER_CARD,
    Kept,
    Outside,
    card_in,
    has_own_year,
    outside_facts,
    year_records,
)
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.assessment.services import confirmed_bodies, keep

SCOPE = "assessment_scope"
LOWER = "lower_bureau"
BEHIND: Mapping[str, str] = {
    "goals_on_time_rate": "goals_on_time",
    "goals_good_rate": "goals_good",
    "goals_cover_rate": "goals_covered",
    "monitoring_on_time_rate": "monitoring_on_time",
    "deviations_answered_rate": "deviations_answered",
    "self_evaluation_coverage_rate": "self_evaluated",
    "self_evaluation_on_time_rate": "self_evaluated_on_time",
    "recheck_difference": "rechecked",
    "rectification_closed_rate": "rectified",
    "disclosure_on_time_rate": "disclosed_on_time",
    "execution_rate": "executed",
    "evaluation_coverage_rate": "evaluated",
}
"""The number of the year's record whose subjects stand behind each measure."""


def assesses_lower(cycle: Cycle) -> bool:
    """Whether the rules of the year have the bureaus of the places below assessed."""
    rule = rule_in(cycle, SCOPE)
    return rule is not None and LOWER in rule.value


def lower_card(cycle: Cycle) -> Scorecard:
    """Return the card for the bureaus below. Refused where the rules do not assess them, or have no card for them."""
    if not assesses_lower(cycle):
        raise refuse("本地制度没有把下级财政部门列入考核对象", clause_in(cycle, SCOPE), "要考核的，先修订制度参数 assessment_scope")
    if LOWER_CARD not in policy_for(cycle).scorecards:
        raise refuse("制度里没有下级财政部门的考核表", clause_in(cycle, SCOPE), f"在制度包里写评分表 {LOWER_CARD}")
    return card_in(cycle, LOWER_CARD)


def lower_bodies(cycle: Cycle) -> list[Organisation]:
    """Return the finance bureau of each place right below that of the cycle, by the code of the place."""
    rows = Organisation.objects.filter(valid_on(clock.today()), kind="bureau", place__parent_id=cycle.place_id)
    found: dict[int, Organisation] = {}
    for one in rows.select_related("place").order_by("place__code", "pk"):
        found.setdefault(one.place_id, one)
    return list(found.values())


def own_year(cycle: Cycle, body: Organisation, person: Person) -> tuple[Person, Cycle | None]:
    """Return as whom the person reads the place of a bureau, and its own year there; None where it keeps none here.

    PermissionDenied for whoever may not read that place.
    """
    reader = person if person.place_id == body.place_id else reading(person, body.place)
    return reader, cycles_in_sight(reader).filter(budget_year=cycle.budget_year).first()


def _measured(card: Scorecard, given: Outside, own: Cycle | None) -> dict[str, Measured]:
    if own is not None:
        return measures_of(whole_year(year_records(own).values()))
    return as_told(card, given.figures)


def _marks(card: Scorecard, given: Outside) -> tuple[dict[str, Decimal], dict[str, str]]:
    """Return the points that people gave to the items that people score, and why."""
    scored = {item.key for item in card.items if item.measure is None}
    marks = {key: one for key, one in given.figures.items() if key in scored}
    points = {key: one.value for key, one in marks.items() if one.value is not None}
    return points, {key: f"{one.text}（{one.source}）" for key, one in marks.items()}


def assess_lower_bureaus(*, cycle: Cycle, person: Person) -> list[Assessment]:
    """Score the bureaus of the places right below by the card for them; a confirmed result is not computed again.

    What a place keeps in this installation is read there; of others, figures entered with their source serve. One of
    which something is not known is left out, never taken for nothing to judge. 依据本地制度的考核对象（天元第九条（六））。
    """
    require(may_assess(person))
    if cycle.place_id != person.place_id:
        raise refuse("只能考核本级直接的下级财政部门", national_clause("duty_place"))
    card, outside = lower_card(cycle), outside_facts(cycle)
    fixed, made = confirmed_bodies(cycle), []
    with act(person):
        for body in lower_bodies(cycle):
            given = outside.get(body.pk, Outside())
            _, own = own_year(cycle, body, person)
            measured, (points, told) = _measured(card, given, own), _marks(card, given)
            if body.pk in fixed or unknown_items(card, measured, points):
                continue
            try:
                scored = assess(
                    card, measured, points=points, told=told, plus=given.plus, minus=given.minus, vetoes=given.vetoes
                )
            except NotApplicable:
                continue
            made.append(keep(cycle, body.pk, scored, LOWER_CARD))
        written_along(made)
        totals = {str(one.department_id): one.total for one in made}
        record(
            "assessment.compute_lower", cycle, {"bodies": len(made), "totals": totals},
            str(policy_for(cycle).clause_of(card)),
        )  # fmt: skip
    return made


@dataclass(frozen=True)
class Lower:
    """One bureau below: whether its place keeps the year here, and the items for which nobody entered anything."""

    body: Organisation
    has_records: bool
    missing: tuple[str, ...]


def lower_lines(cycle: Cycle) -> list[Lower]:
    """Return every bureau right below that has no result yet, with what is still to be entered for it."""
    if not assesses_lower(cycle) or LOWER_CARD not in policy_for(cycle).scorecards:
        return []
    card, outside = card_in(cycle, LOWER_CARD), outside_facts(cycle)
    done = set(Assessment.objects.filter(cycle=cycle, scorecard=LOWER_CARD).values_list("department_id", flat=True))
    found = []
    for body in lower_bodies(cycle):
        if body.pk in done:
            continue
        given, own = outside.get(body.pk, Outside()), has_own_year(cycle, body)
        known = dict.fromkeys(measures_of(whole_year(())), "") if own else as_told(card, given.figures)
        found.append(Lower(body, own, tuple(unknown_items(card, known, _marks(card, given)[0]))))
    return found


def is_lower(assessment: Assessment) -> bool:
    """Whether the body assessed is the finance bureau of a place below."""
    return assessment.scorecard == LOWER_CARD


def may_see_behind(person: Person, assessment: Assessment | None = None) -> Verdict:
    """The bureau of the place that assesses, as it reads the places below; the bureau that is assessed, its own."""
    if assessment is None:
        return allow() if person.is_bureau else deny("明细对上下级财政局开放", national_clause("duty_access"))
    if not is_lower(assessment):
        return deny("部门的明细在各环节的列表里", national_clause("duty_access"))
    place = assessment.department.place
    if person.place_id == place.pk and person.is_bureau and not person.reading:
        return allow()
    return may_read_below(person, place)


def behind(assessment: Assessment, item: str, person: Person) -> tuple[Cycle | None, dict[int, tuple[int, int]]]:
    """Return the lower place's year and, by subject and year, how many of an item's number were done and were due.

    As its records stand now; empty where the number was entered by people. LookupError for an unknown item.
    """
    measure = card_in(assessment.cycle, assessment.scorecard).item(item).measure
    _, own = own_year(assessment.cycle, assessment.department, person)
    if own is None or measure is None or measure not in BEHIND:
        return own, {}
    kept: Kept = {name: [] for name in BEHIND.values()}
    year_records(own, kept)
    found: dict[int, tuple[int, int]] = {}
    for year, done in kept[BEHIND[measure]]:
        before = found.get(year, (0, 0))
        found[year] = (before[0] + done, before[1] + 1)
    return own, found


def subjects_behind(
    assessment: Assessment, own: Cycle | None, counted: Mapping[int, tuple[int, int]], person: Person
) -> QuerySet[SubjectYear]:
    """Return the subjects of a lower place that stand behind a number, as the person reads that place."""
    reader, _ = own_year(assessment.cycle, assessment.department, person)
    return library(reader, own).filter(pk__in=list(counted))
