"""What the rules are told about a goal: its content, its reviews, what earlier stages and years left."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiheng.foundation import clock
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.clocks import happened
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import previous_year, standing_for
from jiheng.rules.appraisal import unmet_refusals
from jiheng.rules.duties import MainDuty
from jiheng.rules.goal_checks.facts import (
    SEVERITIES,
    TREASURY,
    Finding,
    GoalFacts,
    IndicatorFacts,
    Severity,
    TaskFacts,
)
from jiheng.rules.goal_checks.registry import CHECKS, check_goal
from jiheng.rules.goal_risk import BulkLimits, RiskFacts, risks
from jiheng.rules.indicator_sheet import COMMON_SECTOR
from jiheng.rules.money import format_wan
from jiheng.rules.reading import factor_between, read_target
from jiheng.rules.refusal import Refusal, under
from jiheng.rules.tracks import TRACKS_KEY
from jiheng.stages.appraisal.queries import concluded_appraisal, entry_clause, unmet_conditions
from jiheng.stages.goals.access import ways_of
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import FindingDispute, Goal, GoalIndicator, GoalReview, KeyReview
from jiheng.stages.goals.surroundings import (
    NO_OFFER,
    Before,
    ServedDuty,
    Surroundings,
    surroundings_of,
)
from jiheng.stages.goals.targets import method_fault, target_of, term_of
from jiheng.stages.goals.tracks import form_key, track_of

REVIEWERS = ("division", "performance_office", "evaluation_centre")
"""Who sends a goal back from the bureau to its unit."""


SUMS = frozenset({"completeness", "free_row", "measurable", "method", "source_sum", "task_sum", "weight_sum"})
"""Checks of empty cells and of sums: nobody can be right against them, so they are not open to dispute."""


@dataclass(frozen=True)
class Found(Refusal):
    """One finding in a goal; `row` is the position it stands beside. Blocking ones keep the goal from leaving.

    `suggested` could stand in the cell `column` instead; `good` is an example of how it should be. `key` names
    the finding for as long as it says the same of the same row. `dispute` is what the unit says against it.
    """

    severity: Severity = "block"
    row: int | None = None
    check: str = ""
    column: str = ""
    suggested: str = ""
    good: str = ""
    key: str = ""
    dispute: FindingDispute | None = None

    @property
    def blocking(self) -> bool:
        """Whether the goal may not leave with it."""
        return self.severity == "block"

    @property
    def label(self) -> str:
        """The check's name; empty for what the stage itself finds."""
        return CHECKS[self.check].label if self.check in CHECKS else ""

    @property
    def halves(self) -> bool:
        """Whether the money, which one officer writes, does not agree with the content, which another writes."""
        return self.check in CHECKS and CHECKS[self.check].halves

    @property
    def set_aside(self) -> bool:
        """Whether the reviewers said that the unit is right."""
        return self.dispute is not None and self.dispute.answer == "upheld"

    @property
    def open_to_dispute(self) -> bool:
        """Whether the unit may say that it is wrong."""
        return self.check not in SUMS and self.dispute is None


def goal_facts(goal: Goal) -> dict[str, Any]:
    """Gather what the workflow's conditions ask about a goal."""
    year = goal.subject_year
    appraisal = concluded_appraisal(year)
    review = latest_review(goal)
    rows = list(goal.indicators.select_related("library"))
    return {
        "policy": rules_at(goal.cycle),
        "goal_state": goal.state,
        **ways_of(goal),
        "budget_adopted": happened(goal.cycle, "budget_approved"),
        "subject_kind": year.kind,
        "change_kind": year.change,
        "is_major": year.is_major,
        "key_listed": KeyReview.objects.filter(subject_year=year, struck_on__isnull=True).exists(),
        "amount": goal.fiscal_fen,
        "appraisal_conclusion": appraisal.conclusion if appraisal else None,
        "appraisal_agreed": appraisal.agreed_fen if appraisal else None,
        "appraisal_unmet": unmet_conditions(appraisal),
        **_standing(goal),
        "findings": findings_of(goal, rows),
        "halves": halves_missing(goal, rows),
        "revision": goal.revision,
        "adjustment_reason": goal.change_reason,
        "review_total": review.total if review else None,
        "review_grade": review.grade if review else None,
        **_again(goal, review),
        "scorecard_missing": {"goal_review": []} if review else {},
        "scored_sides": scored_sides(goal),
        "session_outcome": session_outcome(goal),
        **last_report_of(goal.subject_year),
    }


def _again(goal: Goal, review: GoalReview | None) -> dict[str, Any]:
    """Return how often the bureau has sent the goal back, and the total of a review made since.

    A review is one made since when it is of other content than what went back, or of a later day.
    """
    back = list(Signature.objects.filter(subject=subject_key(goal), action="return", role__in=REVIEWERS).order_by("pk"))
    since = review is not None and bool(back) and (
        review.content_hash != back[-1].content_hash or review.reviewed_on > timezone.localdate(back[-1].at)
    )
    return {"review_returns": len(back), "review_again_total": review.total if review is not None and since else None}


def held_by(goal: Goal) -> list[Refusal]:
    """Return what will stop the approval with the budget as things stand: conditions of the appraisal."""
    unmet = unmet_conditions(concluded_appraisal(goal.subject_year))
    return unmet_refusals(unmet, entry_clause(goal.cycle), "不得批复绩效目标和安排预算") if unmet else []


def latest_review(goal: Goal) -> GoalReview | None:
    """Return the newest review of exactly the present content, or None."""
    return goal.reviews.filter(content_hash=hash_of(goal)).order_by("-pk").first()


def last_report_of(year: SubjectYear) -> dict[str, Any]:
    """Return the last ended year in which the subject had a budget, and whether its performance was reported on."""
    nothing = {"last_ended_year": None, "last_reported": None}
    if rule_in(year.cycle, "prior_report_required") is None:
        return nothing
    ended = SubjectYear.objects.filter(
        subject_id=year.subject_id,
        budget_year__lt=min(year.budget_year, clock.today().year),
        library_state="budgeted",
    )
    before = ended.order_by("-budget_year").first()
    if before is None:
        return nothing
    return {"last_ended_year": before.budget_year, "last_reported": any(stage.reported(before) for stage in stages())}


def scored_sides(goal: Goal) -> list[str]:
    """Return the sides that have scored exactly the present content."""
    return sorted(set(goal.reviews.filter(content_hash=hash_of(goal)).values_list("side", flat=True)))


def session_outcome(goal: Goal) -> str | None:
    """Return what the last face-to-face session said about exactly the present content; None where none did."""
    decided = goal.session_items.filter(decided_at__isnull=False).exclude(outcome="dropped")
    last = decided.order_by("-decided_at", "-pk").first()
    return last.outcome if last is not None and last.content_hash == hash_of(goal) else None


def _standing(goal: Goal) -> dict[str, Any]:
    """Return the tightest ceiling that earlier results left to this year."""
    limits = [one for one in standing_for(goal.subject_year) if one.ceiling_fen is not None]
    tightest = min(limits, key=lambda one: one.ceiling_fen or 0, default=None)
    uniform = _uniform_ceiling(goal)
    if uniform is not None and (tightest is None or uniform[0] < (tightest.ceiling_fen or 0)):
        return {"standing_ceiling": uniform[0], "standing_reason": uniform[1], "standing_clause": uniform[2]}
    return {
        "standing_ceiling": tightest.ceiling_fen if tightest else None,
        "standing_reason": tightest.text if tightest else "",
        "standing_clause": tightest.clause if tightest else "",
    }


def _uniform_ceiling(goal: Goal) -> tuple[int, str, str] | None:
    """Return what a reduction across the board leaves of last year's budget, in fen, why, and by which clause."""
    rule, year = rule_in(goal.cycle, "uniform_reduction"), goal.subject_year
    if rule is None or rule.value is None or year.category not in rule.value["categories"]:
        return None
    before = previous_year(year)
    last = balance(before.pk).budget if before is not None else 0
    if not last:
        return None
    words = f"{year.category}在上年预算 {format_wan(last)} 万元的基础上统一压减 {rule.value['percent']}%"
    return int(last * (100 - rule.value["percent"]) // 100), words, str(rule.clause)


def halves_missing(goal: Goal, rows: Sequence[GoalIndicator]) -> dict[str, list[str]]:
    """Return by half the names of what is still empty: 业务部分 and 资金部分."""
    project = [] if goal.objective.strip() else ["年度目标"]
    if not rows:
        project.append("绩效指标")
    if goal.scope == "department" and not goal.tasks.exists():
        project.append("年度主要任务")
    finance = [] if goal.fiscal_fen + goal.other_fen > 0 else ["年度资金总额"]
    return {"project": project, "finance": finance}


def findings_of(goal: Goal, rows: Sequence[GoalIndicator] | None = None) -> list[Found]:
    """Return everything that the checks find in the goal, blocking ones first.

    `rows` may be unsaved ones, as they stand on an open page.
    """
    return [one for one in all_findings(goal, rows) if not one.set_aside]


def all_findings(
    goal: Goal, rows: Sequence[GoalIndicator] | None = None, surroundings: Surroundings | None = None
) -> list[Found]:
    """As `findings_of`, with those that the reviewers set aside because the unit was right.

    `surroundings` are read here unless many goals are checked together.
    """
    rows = list(goal.indicators.select_related("library")) if rows is None else rows
    around = surroundings or surroundings_of(goal.cycle, [goal])
    facts = checked_facts(goal, rows, around.before_of(goal), around.duties.get(goal.subject_year_id, ()), around.offered)
    settings = around.settings.on(form_key(goal)) if around.settings.tracks else around.settings
    placed = [_placed(one, rows) for one in check_goal(facts, settings)]
    # A check may rest on what a place does not prescribe in its own words.
    found = under(around.requirements, placed)
    found += [
        *carried_over(goal, rows, around.requirements),
        *_methods(goal, rows, around.requirements),
        *_free_rows(rows, around.library),
    ]
    said = around.disputes.get(goal.subject_year_id, {})
    lineages = {row.position: str(row.lineage) for row in rows}
    known = [replace(one, key=key, dispute=said.get(key)) for one in found for key in [_key_of(one, lineages)]]
    return sorted(known, key=lambda one: (SEVERITIES.index(one.severity), one.row or 0))


def _key_of(one: Found, lineages: Mapping[int, str]) -> str:
    where = lineages.get(one.row, "") if one.row is not None else one.where
    return hashlib.sha256(f"{one.check}|{where}|{one.column}|{one.message}".encode()).hexdigest()[:32]


def checked_facts(
    goal: Goal,
    rows: Sequence[GoalIndicator],
    before: Before,
    duties: Sequence[ServedDuty] = (),
    offered: Mapping[str, tuple[int, int]] = NO_OFFER,
) -> GoalFacts:
    """Return the goal as the checks of rules/goal_checks want it; rows are named by their position."""
    lineages = {str(row.lineage) for row in rows}
    amount = goal.fiscal_fen + goal.other_fen
    medium = goal.medium_fiscal_fen + goal.medium_other_fen
    tasks = goal.tasks.all() if goal.scope == "department" and goal.pk else []
    year, category = goal.subject_year.budget_year, goal.subject_year.category
    core, common = offered.get(category, (0, 0))
    return GoalFacts(
        kind=goal.scope,
        year=year,
        objective=goal.objective,
        amount=amount,
        sources={TREASURY: goal.fiscal_fen, "其他资金": goal.other_fen},
        indicators=tuple(_row_facts(row, year, before, category) for row in rows),
        last_objective=before.objective,
        medium_amount=medium if medium > 0 else None,
        tasks=tuple(TaskFacts(task.name, task.fiscal_fen + task.other_fen) for task in tasks),
        name=goal.subject_year.name,
        last_amount=before.amount,
        asked=goal.subject_year.requested_fen if goal.scope != "department" and goal.revision == 1 else None,
        main_duties=tuple(MainDuty(one.name, len(lineages & one.rows)) for one in duties),
        category=category,
        core_offered=core,
        common_offered=common,
        span=(goal.subject_year.first_year, goal.subject_year.last_year),
        medium_objective=goal.medium_objective,
        subject_kind=goal.subject_year.kind,
    )


def _row_facts(row: GoalIndicator, budget_year: int, before: Before, category: str) -> IndicatorFacts:
    target = target_of(row, budget_year)
    text, unit = before.last_of(row)
    last = read_target(text, unit=unit, year=budget_year - 1) if text else None
    return IndicatorFacts(
        key=str(row.position),
        level1=row.level1,
        level2=row.level2,
        level3=row.name,
        operator=row.operator,
        target_text=row.target_text,
        value=row.value,
        high=row.high,
        unit=row.unit,
        weight=row.weight,
        kind=row.kind,
        direction=direction_of(row),
        due=target.last if target.kind == "date" else None,
        explanation=row.explanation,
        library_unit=row.library.unit if row.library is not None and row.library.kind == "quantitative" else "",
        reference=_reference(row),
        core=row.library is not None and row.library.core and row.library.category == category,
        common=row.library is not None and row.library.sector == COMMON_SECTOR and row.library.category == category,
        data_source=row.data_source,
        interim_text=row.interim_text,
        last_value=last.value if last is not None and last.kind == "quantitative" and last.op != "≈" else None,
        last_unit=last.unit if last is not None else "",
        last_actual=_last_actual(row, before),
        past=before.promised.get(row.lineage, ()),
        term=term_of(row),
    )


def direction_of(row: GoalIndicator) -> str:
    """Say which way the library's indicator is better: higher, lower, or "" where its sign does not tell."""
    if row.library is None:
        return ""
    return {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}.get(row.library.operator, "")


def _reference(row: GoalIndicator) -> Decimal | None:
    """The library's reference value, where it can be compared with the row's."""
    if row.library is None or row.library.kind != "quantitative" or row.library.unit != row.unit:
        return None
    read = read_target(row.library.value, unit=row.library.unit)
    return read.value if read.kind == "quantitative" else None


def _last_actual(row: GoalIndicator, before: Before) -> Decimal | None:
    actual, unit = before.actual.get(before.same_as(row), (None, ""))
    factor = factor_between(unit, row.unit)
    return None if actual is None or factor is None else actual * factor


AREAS = {"objective": "年度目标", "indicators": "绩效指标", "money": "资金", "tasks": "年度主要任务"}


def _placed(finding: Finding, rows: Sequence[GoalIndicator]) -> Found:
    """Put a finding beside its row, or name the part of the form that it concerns."""
    first, *rest = finding.where.split(".")
    row = next((one for one in rows if rest and str(one.position) == rest[0]), None)
    where = words_of(row) if row is not None else AREAS.get(first, first)
    column = rest[1] if len(rest) > 1 else ""
    fact = finding.fact
    if row is not None and row.name and fact.startswith(f"“{row.name}”"):
        fact = fact.removeprefix(f"“{row.name}”").removeprefix("的")  # the row is named beside it
    return Found(
        fact,
        finding.clause,
        finding.remedy,
        where,
        finding.severity,
        row.position if row else None,
        finding.check,
        column,
        finding.suggested,
        finding.good,
    )


def words_of(row: GoalIndicator) -> str:
    """Name a row as people find it."""
    return f"第 {row.position} 行" + (f"“{row.name}”" if row.name else "")


def carried_over(goal: Goal, rows: Sequence[GoalIndicator], clause: str) -> list[Found]:
    """沿用上年的内容：写着上年年份的须更新；与上年相同的指标值须结合完成情况核对。"""
    old = goal.subject_year.budget_year - 1
    stale = re.compile(rf"(?<!\d){old}\s*年")
    found = []
    for row in rows:
        if not row.last_target:
            continue
        if stale.search(row.target_text) or stale.search(row.name):
            words, remedy = f"沿用上年内容，还写着 {old} 年", "请改为本年度的内容"
            found.append(Found(words, clause, remedy, words_of(row), "block", row.position, "carried"))
        elif row.target_text == row.last_target and row.kind == "quantitative":
            words, remedy = f"与上年指标值“{row.last_target}”相同", "请结合上年完成情况核对"
            found.append(Found(words, clause, remedy, words_of(row), "warn", row.position, "carried"))
    if any(row.last_target for row in rows) and stale.search(goal.objective):
        words = f"年度目标还写着 {old} 年"
        found.append(Found(words, clause, "请改为本年度的内容", "年度目标", "block", None, "carried"))
    return found


def _methods(goal: Goal, rows: Sequence[GoalIndicator], clause: str) -> list[Found]:
    year, remedy = goal.subject_year.budget_year, "请改选赋分方法或改写指标值"
    return [
        Found(fault, clause, remedy, words_of(row), "block", row.position, "method", "method")
        for row in rows
        if row.operator and (fault := method_fault(row, year))
    ]


def _free_rows(rows: Sequence[GoalIndicator], clause: str) -> list[Found]:
    """指标一般从指标库选取；自拟的须说明理由。"""
    words, remedy = "不是从指标库选取的，没有说明自拟理由", "请从指标库选取，或填写自拟理由"
    return [
        Found(words, clause, remedy, words_of(row), "block", row.position, "free_row", "free_reason")
        for row in rows
        if row.library_id is None and not row.free_reason.strip()
    ]


def risks_of(goal: Goal) -> list[Refusal]:
    """Return why a goal should not be moved in bulk, by which clause; empty when it is safe."""
    found: list[Refusal] = [
        replace(one, message=f"{one.where}：{one.message}" if one.where else one.message, where="")
        for one in findings_of(goal)
        if one.severity != "note"
    ]
    review = latest_review(goal)
    gate = rules_at(goal.cycle).get("goal_review_gate")
    if review is not None and gate is not None and gate.value.get(review.grade) != "pass":
        found.append(Refusal(f"审核得 {review.total} 分，按规定不能直接通过", str(gate.clause)))
    known = RiskFacts(
        fen=goal.fiscal_fen + goal.other_fen,
        score=review.total if review is not None else None,
        adjustment=goal.revision > 1,
        adjustment_clause=clause_in(goal.cycle, "goal_adjustment_reasons"),
        fresh=goal.subject_year.change in {"new", "raised"} and previous_year(goal.subject_year) is None,
        fresh_clause=clause_in(goal.cycle, "appraisal_trigger_kinds"),
        **_held(goal),
    )
    if (placed := track_of(goal)) is not None and not placed.track.bulk:
        found.append(Refusal(f"属于{placed.track.label}档，不成批办理", clause_in(goal.cycle, TRACKS_KEY)))
    return found + risks(known, _limits(goal))


def _held(goal: Goal) -> dict[str, str]:
    standing = _standing(goal)
    held = standing["standing_ceiling"] is not None
    return {"held_by": standing["standing_reason"], "held_clause": standing["standing_clause"]} if held else {}


def _limits(goal: Goal) -> BulkLimits:
    below, score = (rule_in(goal.cycle, key) for key in ("goal_bulk_below", "goal_bulk_lowest_score"))
    return BulkLimits(
        below.fen if below else None,
        str(below.clause) if below else "",
        Decimal(score.value) if score else None,
        str(score.clause) if score else "",
    )
