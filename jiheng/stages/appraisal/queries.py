"""Reading appraisals: lists, the gate of the library, what waits for whom, the year's statistics."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, QuerySet, Sum

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at, with_granted
from jiheng.registers.standards.queries import refusals_of as standard_refusals
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.appraisal import NOT_SUPPORTED, Condition, Trigger, library_refusals
from jiheng.rules.money import round_half_up
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.scorecard import Item
from jiheng.stages.appraisal.access import visible_appraisals
from jiheng.stages.appraisal.facts import card_in, trigger_of
from jiheng.stages.appraisal.lasting import lasting_of
from jiheng.stages.appraisal.models import Appraisal, AppraisalCondition
from jiheng.stages.appraisal.radar.queries import repeat_refusals


def appraisal_required(year: SubjectYear) -> Trigger:
    """Return whether the rules of the year's cycle demand an appraisal of it, why, and by which clause."""
    return trigger_of(year)


def entry_clause(cycle: Cycle) -> str:
    """Return the clause that makes the conclusion a condition of library and budget."""
    return str(rules_at(cycle).value("appraisal_entry_condition").clause)


def appraisal_of(year: SubjectYear) -> Appraisal | None:
    """Return the appraisal of a subject and year, or None."""
    return Appraisal.objects.filter(subject_year=year).first()


def concluded_appraisal(year: SubjectYear) -> Appraisal | None:
    """Return the appraisal of a subject and year once it is concluded, else None: what later stages read."""
    return Appraisal.objects.filter(subject_year=year, concluded_on__isnull=False).first()


def gate_refusals(year: SubjectYear) -> list[Refusal]:
    """Return everything that keeps a project out of the library, each with its clause; empty when it may enter."""
    lasting = lasting_of([year]).get(year.pk, ())
    return [*entry_refusals(year), *repeat_refusals(year), *lasting, *standard_refusals(year)]


def entry_refusals(year: SubjectYear) -> list[Refusal]:
    """Return what the appraisal says against the entry: no conclusion, 不予支持, points not put right."""
    appraisal = concluded_appraisal(year)
    return library_refusals(
        trigger_of(year),
        conclusion=appraisal.conclusion if appraisal else None,
        unmet=unmet_conditions(appraisal),
        clause=entry_clause(year.cycle),
    )


def budget_refusals(years: Iterable[SubjectYear]) -> dict[int, list[Refusal]]:
    """没有评估结论、结论为“不予支持”或须完善事项未完成的，不得安排预算：按年度项目列出，都已入库的不再问。

    A fixed number of queries however many are asked about, when their cycles are at hand.
    """
    held = [year for year in years if year.library_state in {"proposed", "refused"}]
    concluded: dict[int, Appraisal] = {}
    unmet: dict[int, list[Condition]] = {}
    for start in range(0, len(held), 5000):
        some = [year.pk for year in held[start : start + 5000]]
        found = Appraisal.objects.filter(subject_year__in=some, concluded_on__isnull=False)
        concluded |= {one.subject_year_id: one for one in found}
        open_ = AppraisalCondition.objects.filter(appraisal__in=[one.pk for one in found], met_on__isnull=True)
        for one in open_.select_related("appraisal"):
            told = Condition(one.text, one.due, met=False)
            unmet.setdefault(one.appraisal.subject_year_id, []).append(told)
    refusals = {}
    for year in held:
        appraisal, clause = concluded.get(year.pk), entry_clause(year.cycle)
        against = library_refusals(
            trigger_of(year),
            conclusion=appraisal.conclusion if appraisal else None,
            unmet=unmet.get(year.pk, []),
            clause=clause,
        )
        if not against and year.library_state == "refused":
            against = [Refusal("项目不予入库", clause, "请先办理入库", "library")]
        if against:
            refusals[year.pk] = [
                replace(one, message=f"“{year.name}”不得安排预算：{one.message}") for one in against
            ]
    return refusals


@dataclass(frozen=True)
class Block:
    """Why a project may not apply for money yet, or ever: in words, by which clause, and its appraisal if begun."""

    refusal: Refusal
    appraisal: int | None


def blocks(years: Iterable[SubjectYear]) -> dict[int, Block]:
    """须做评估而没有结论、或结论为“不予支持”的，不能申报绩效目标和预算：按年度项目列出被什么挡住。

    One query however many are asked about, when their cycles are at hand. Open conditions block nothing here:
    they stop the approval.
    """
    asked = list(years)
    begun: dict[int, Appraisal] = {}
    for start in range(0, len(asked), 5000):
        found = Appraisal.objects.filter(subject_year__in=[year.pk for year in asked[start : start + 5000]])
        begun |= {one.subject_year_id: one for one in found}
    made = {}
    for year in asked:
        refusal = _blocking(year, begun.get(year.pk))
        if refusal is not None:
            made[year.pk] = Block(refusal, begun[year.pk].pk if year.pk in begun else None)
    return made


def _blocking(year: SubjectYear, appraisal: Appraisal | None) -> Refusal | None:
    if appraisal is not None and appraisal.concluded_on is not None:
        if appraisal.conclusion != NOT_SUPPORTED:
            return None
        words = f"事前评估结论为“{appraisal.get_conclusion_display()}”，不能申报绩效目标和预算"
        remedy = "项目作实质调整后，作为新的申请重新评估"
    elif year.library_state == "refused":
        words, remedy = "项目不予入库，不能申报绩效目标和预算", "请与财政局业务股室联系"
    elif not (trigger := trigger_of(year)).required:
        return None
    elif appraisal is None:
        words, remedy = f"须先做事前评估：{trigger.reason}", "请先发起事前评估，有结论后再填报"
    else:
        state = policy_for(year.cycle).workflows["appraisal"].states[appraisal.state].label
        words, remedy = f"事前评估还没有结论（{state}），不能申报绩效目标", "请等评估有结论后再填报"
    return Refusal(words, entry_clause(year.cycle), remedy, "appraisal")


def unmet_conditions(appraisal: Appraisal | None) -> list[Condition]:
    """Return what a concluded appraisal wants put right and the bureau has not confirmed as done."""
    if appraisal is None:
        return []
    found = appraisal.conditions.filter(met_on__isnull=True)
    return [Condition(one.text, one.due, met=False) for one in found]


# --- the year in numbers


@dataclass(frozen=True)
class AppraisalFigures:
    """Number and money (fen) of some concluded appraisals."""

    count: int = 0
    asked_fen: int = 0
    agreed_fen: int = 0

    @property
    def cut_fen(self) -> int:
        """核减金额：申报减去同意。"""
        return self.asked_fen - self.agreed_fen

    @property
    def cut_rate(self) -> Decimal | None:
        """核减率，比例（0.348 即 34.8%），四位小数；没有申报金额时没有。"""
        if self.asked_fen == 0:
            return None
        return round_half_up(Fraction(self.cut_fen, self.asked_fen), 4)


@dataclass(frozen=True)
class AppraisalStatistics:
    """The concluded appraisals of one work year: altogether, and by conclusion in the order of the form."""

    work_year: int
    whole: AppraisalFigures
    by_conclusion: dict[str, AppraisalFigures]
    open_count: int

    @property
    def count(self) -> int:
        """评估项目个数（已有结论）。"""
        return self.whole.count

    @property
    def asked_fen(self) -> int:
        """申报金额合计，分。"""
        return self.whole.asked_fen

    @property
    def agreed_fen(self) -> int:
        """同意金额合计，分。"""
        return self.whole.agreed_fen

    @property
    def cut_fen(self) -> int:
        """核减金额合计，分。"""
        return self.whole.cut_fen

    @property
    def cut_rate(self) -> Decimal | None:
        """核减率。"""
        return self.whole.cut_rate


def appraisal_statistics(viewer: Person | Place, work_year: int) -> AppraisalStatistics:
    """Return the statistics of a work year, of what a person may see or of a whole place, by one query."""
    found = (
        visible_appraisals(viewer) if isinstance(viewer, Person) else Appraisal.objects.filter(place=viewer)
    )
    return statistics_of(found, work_year)


def statistics_of(found: QuerySet[Appraisal], work_year: int) -> AppraisalStatistics:
    """Return the statistics of some appraisals in a work year."""
    done = Q(concluded_on__isnull=False)
    rows = found.filter(work_year=work_year).order_by().values("conclusion")
    grouped = rows.annotate(
        done=Count("pk", filter=done),
        asked=Sum("asked_fen", filter=done),
        agreed=Sum("agreed_fen", filter=done),
        waiting=Count("pk", filter=~done),
    )
    by_key = {row["conclusion"]: row for row in grouped}
    by_conclusion = {
        key: AppraisalFigures(row["done"], row["asked"] or 0, row["agreed"] or 0)
        if (row := by_key.get(key))
        else AppraisalFigures()
        for key, _ in Appraisal.CONCLUSIONS
    }
    whole = AppraisalFigures(
        sum(one.count for one in by_conclusion.values()),
        sum(one.asked_fen for one in by_conclusion.values()),
        sum(one.agreed_fen for one in by_conclusion.values()),
    )
    return AppraisalStatistics(
        work_year, whole, by_conclusion, sum(row["waiting"] for row in by_key.values())
    )


def work_years(person: Person) -> list[int]:
    """Return the work years in which the person can see appraisals, newest first."""
    years = visible_appraisals(person).order_by().values_list("work_year", flat=True).distinct()
    return sorted(years, reverse=True)


# --- both sides beside each other


@dataclass(frozen=True)
class ComparedItem:
    """One item with the points and missing facts of both sides; a positive gap is the department's optimism."""

    item: Item
    department: Decimal | None
    bureau: Decimal | None
    department_fact: str
    bureau_fact: str

    @property
    def gap(self) -> Decimal | None:
        """部门评分减财政评分。"""
        if self.department is None or self.bureau is None:
            return None
        return self.department - self.bureau


@dataclass(frozen=True)
class ComparedDimension:
    """One of the five dimensions with its items and both subtotals."""

    label: str
    points: Decimal
    items: tuple[ComparedItem, ...]

    @property
    def department(self) -> Decimal | None:
        """部门小计；有一项没有评分就没有小计。"""
        return _sum([one.department for one in self.items])

    @property
    def bureau(self) -> Decimal | None:
        """财政小计。"""
        return _sum([one.bureau for one in self.items])

    @property
    def gap(self) -> Decimal | None:
        """部门小计减财政小计。"""
        if self.department is None or self.bureau is None:
            return None
        return self.department - self.bureau


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def compared(appraisal: Appraisal) -> list[ComparedDimension]:
    """Return the scorecard with both sides' points, dimension by dimension, in the order of the form."""
    lines = {(line.side, line.item): line for line in appraisal.lines.all()}
    groups: dict[str, list[ComparedItem]] = {}
    card = card_in(appraisal.cycle)
    for row in card.rows:
        ours, theirs = lines.get(("bureau", row.item.key)), lines.get(("department", row.item.key))
        groups.setdefault(row.level1.key, []).append(
            ComparedItem(
                row.item,
                theirs.points if theirs else None,
                ours.points if ours else None,
                theirs.missing_fact if theirs else "",
                ours.missing_fact if ours else "",
            )
        )
    return [ComparedDimension(group.label, group.points, tuple(groups[group.key])) for group in card.groups]


# --- whose turn


def waiting_for(person: Person, cycles: Iterable[Cycle]) -> list[Appraisal]:
    """Return the appraisals in which the person has a step to take now, as each cycle's table says."""
    condition = Q(pk__in=[])
    for cycle in cycles:
        workflow = policy_for(cycle).workflows["appraisal"]
        states = {step.from_state for step in workflow.steps if person.role in step.by and not step.own}
        if states:
            condition |= Q(cycle=cycle, state__in=states)
    found = visible_appraisals(person).filter(condition).order_by("moved_at", "pk")
    return list(with_granted(found, "appraisal_submit", "appraisal_conclude"))


def under_way(person: Person) -> QuerySet[Appraisal]:
    """Return the appraisals that the person may see and that are not concluded."""
    return visible_appraisals(person).filter(concluded_on__isnull=True)


def open_conditions(person: Person) -> QuerySet[AppraisalCondition]:
    """Return what has still to be put right, nearest due date first."""
    seen = visible_appraisals(person).order_by().values("pk")
    found = AppraisalCondition.objects.filter(
        appraisal__in=seen, met_on__isnull=True, appraisal__concluded_on__isnull=False
    )
    return found.select_related("appraisal__subject_year").order_by("due", "pk")


def not_yet_appraised(person: Person, cycle: Cycle) -> list[tuple[SubjectYear, Trigger]]:
    """Return the proposed projects whose appraisal the rules demand and nobody has started, with the reason."""
    rule = rules_at(cycle).get("appraisal_trigger_kinds")
    if rule is None:
        return []
    found = visible_subject_years(person).filter(
        cycle=cycle, library_state="proposed", appraisal__isnull=True, requested_fen__gt=0
    )
    if "continuing" not in rule.value["changes"]:
        found = found.exclude(change="continuing")
    judged = [(year, trigger_of(year)) for year in found]
    return [(year, trigger) for year, trigger in judged if trigger.required]


def ready_for_library(person: Person, cycle: Cycle) -> QuerySet[SubjectYear]:
    """Return the proposed projects whose conclusion lets them in and whose conditions are all met."""
    found = visible_subject_years(person).filter(
        cycle=cycle,
        library_state="proposed",
        appraisal__concluded_on__isnull=False,
        appraisal__conclusion__in=("supported", "supported_after_revision"),
    )
    open_ones = AppraisalCondition.objects.filter(met_on__isnull=True).values("appraisal__subject_year")
    return found.exclude(pk__in=open_ones)


@dataclass(frozen=True)
class Optimism:
    """How much higher a department scored its own projects than the bureau did, over one work year."""

    department: str
    work_year: int
    count: int
    department_mean: Decimal
    bureau_mean: Decimal

    @property
    def gap(self) -> Decimal:
        """部门自评估平均分减财政评估平均分。"""
        return self.department_mean - self.bureau_mean


def optimism(person: Person) -> list[Optimism]:
    """Return each department's mean of both sides by work year, of concluded appraisals the person may see."""
    found = visible_appraisals(person).filter(
        concluded_on__isnull=False, department_total__isnull=False, bureau_total__isnull=False
    )
    rows: dict[tuple[str, int], list[tuple[Decimal, Decimal]]] = {}
    picked = found.order_by("work_year", "pk").values_list(
        "subject_year__department__name", "work_year", "department_total", "bureau_total"
    )
    for department, year, theirs, ours in picked:
        if theirs is not None and ours is not None:
            rows.setdefault((department, year), []).append((theirs, ours))
    return [
        Optimism(
            department,
            year,
            len(pairs),
            round_half_up(Fraction(sum(pair[0] for pair in pairs)) / len(pairs)),
            round_half_up(Fraction(sum(pair[1] for pair in pairs)) / len(pairs)),
        )
        for (department, year), pairs in sorted(rows.items())
    ]


def library_moment(year: SubjectYear) -> datetime | None:
    """Return when the project's place in the library was last decided, from the chain; None when never."""
    decided = Entry.objects.filter(subject=subject_key(year), action="subject.library").order_by("number")
    return decided.values_list("at", flat=True).last()


def at_the_gate(rows: QuerySet[Appraisal], value: str) -> QuerySet[Appraisal]:
    """Narrow appraisals by their way into the library: `ready`, held by `conditions`, or `entered`."""
    if value == "entered":
        return rows.filter(subject_year__library_state="entered")
    open_ones = AppraisalCondition.objects.filter(met_on__isnull=True).values("appraisal")
    let_in = rows.filter(
        subject_year__library_state="proposed",
        concluded_on__isnull=False,
        conclusion__in=("supported", "supported_after_revision"),
    )
    return let_in.filter(pk__in=open_ones) if value == "conditions" else let_in.exclude(pk__in=open_ones)
