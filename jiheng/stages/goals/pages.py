"""Pages of goals: the list, one goal, its steps, many at once, its official forms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.printing import form_file
from jiheng.foundation.sealed import while_open
from jiheng.foundation.sheets.meta import packed
from jiheng.foundation.sheets.write import write_template
from jiheng.foundation.web.alike import ONE_BY_ONE, together
from jiheng.foundation.web.lists import BulkAction, Column, Empty, Facet, Table, chosen, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import FileLink, TitleLine, asked, next_step, told
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, visible_cycles
from jiheng.registers.cycles.review_tables import kept_items
from jiheng.registers.subjects.facets import department_facet, unit_facet
from jiheng.registers.subjects.life import life_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.runs import runs
from jiheng.rules.scoring.registry import METHODS
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.appraisal.queries import appraisal_of
from jiheng.stages.goals import following
from jiheng.stages.goals.access import (
    may_adjust,
    may_answer,
    may_edit,
    may_move,
    may_move_in_bulk,
    may_return_rows,
    may_review,
    may_see_approvals,
    may_see_goals,
    may_start,
    may_undo,
    visible_bulk_moves,
    visible_goals,
    visible_reviews,
    visible_years,
    workflow_of,
)
from jiheng.stages.goals.agreement_pages import may_see_agreement
from jiheng.stages.goals.around import around
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.documents import form_key, goal_form, review_form
from jiheng.stages.goals.facts import Found, all_findings, held_by
from jiheng.stages.goals.forms import AdjustForm
from jiheng.stages.goals.keyreview.access import may_agree
from jiheng.stages.goals.keyreview.queries import agreed_of, importance_of, key_review_of
from jiheng.stages.goals.medium import medium_of
from jiheng.stages.goals.models import BulkMove, Goal, GoalIndicator, GoalReview
from jiheng.stages.goals.offline import as_base, cells_of
from jiheng.stages.goals.policy_form import basis_of, is_policy, years_of
from jiheng.stages.goals.prereview import STAGE_WORDS
from jiheng.stages.goals.queries import (
    changes_since,
    due_of,
    goal_of,
    goal_rows,
    held_years,
    kept_coverage,
    money_gap,
    officers_of,
    revisions_of,
    signatures_for,
    value_words,
    window_of,
    years_without_goal,
)
from jiheng.stages.goals.reaching import Reached, reached_of
from jiheng.stages.goals.services import (
    adjust_goal,
    drop_adjustment,
    move_goal,
    move_many,
    start_goal,
)
from jiheng.stages.goals.services.drafting import last_years_goal
from jiheng.stages.goals.services.reviewing import card_of, grade_of
from jiheng.stages.goals.services.undoing import TO_UNDO, to_undo, undo_bulk
from jiheng.stages.goals.sessions.queries import items_of
from jiheng.stages.goals.softening import softened
from jiheng.stages.goals.tracks import track_choices, track_of, track_told
from jiheng.stages.goals.transfers.access import KIND as TRANSFER
from jiheng.stages.goals.weighing import missed_of, weighed_rows
from jiheng.stages.goals.whole.queries import bound_of, differing


def state_label(goal: Goal) -> str:
    """Return the goal's state in the words of its table."""
    return workflow_of(goal).states[goal.state].label


def state_tone(goal: Goal) -> Tone:
    """Return the colour beside it."""
    return workflow_of(goal).states[goal.state].tone


def state_choices(person: Person) -> list[tuple[str, str]]:
    """Return the states of the newest cycle of the place for the list's filter."""
    cycles = visible_cycles(person)
    if not cycles:
        return []
    return [(key, state.label) for key, state in policy_for(cycles[0]).workflows["goals"].states.items()]


def choices_of_tracks(person: Person) -> list[tuple[str, str]]:
    """Return the tracks of the newest cycle of the place for the list's filter; none where it has none."""
    cycles = visible_cycles(person)
    return track_choices(cycles[0]) if cycles else []


def _turn(goal: Goal) -> str:
    """Return who has to act, in the words of the table."""
    names = policy_for(goal.cycle).role_labels
    steps = [
        one
        for one in workflow_of(goal).steps
        if one.from_state == goal.state and not one.comment and not one.own
    ]
    return "、".join(dict.fromkeys(names.get(role, role) for one in steps for role in one.by))


def _bulk_url(action: str) -> str:
    return cast(str, reverse_lazy("goals:bulk", args=[action]))


GOALS = Table(
    key="goals",
    title="绩效目标",
    columns=(
        Column(
            "name", "项目", lambda g: g.subject_year.name + (f"（第 {g.revision} 版）" if g.revision > 1 else ""),
            sort="subject_year__name", link=lambda g: reverse("goals:detail", args=[g.pk]), card=True,
        ),
        Column("code", "代码", "subject_year.subject.code", sort="subject_year__subject__code", shown=False),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("scope", "范围", "get_scope_display", sort="scope", shown=False),
        Column("money", "年度资金", "total_fen", kind="wan", sort="total_fen", total="total_fen", card=True, help="财政拨款加其他资金"),
        Column("fiscal", "其中财政拨款", "fiscal_fen", kind="wan", sort="fiscal_fen", total="fiscal_fen"),
        Column("state", "状态", state_label, kind="state", tone=state_tone, sort="state", card=True),
        Column("turn", "待谁办理", _turn),
        Column("track", "繁简分档", lambda g: (placed := track_of(g)) and f"{placed.track.label}档", sort="track", shown=False),
        Column("due", "期限", due_of, kind="due"),
        Column("moved", "最近办理", "moved_at", kind="day", sort="moved_at", shown=False),
        Column("approved", "批复日期", "approved_on", kind="day", sort="approved_on", shown=False),
    ),
    facets=(
        Facet("state", "状态", state_choices),
        department_facet("subject_year__"),
        unit_facet("subject_year__"),
        Facet("scope", "范围", Goal.SCOPES),
        Facet("change", "属性", SubjectYear.CHANGES, field="subject_year__change"),
        Facet("track", "繁简分档（提交时）", choices_of_tracks),
    ),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name", "objective"),
    search_label="项目、代码、单位、目标文字",
    order="-money",
    empty=Empty("还没有绩效目标", "单位从待填报的项目开始填报；填报后在这里看到每份目标走到哪一步。"),
    bulk=(
        BulkAction(
            "approve_department", "批量审核通过", _bulk_url("approve_department"),
            "将审核通过所选 {count} 项中没有任何提醒的绩效目标；有提醒的不动，并逐项说明。", roles=frozenset({"department_reviewer"}),
        ),
        BulkAction(
            "pass", "批量通过", _bulk_url("pass"),
            "将通过所选 {count} 项中没有任何提醒的绩效目标；有提醒的不动，并逐项说明。",
            roles=frozenset({"division", "performance_office", "evaluation_centre"}),
        ),
        BulkAction(
            "approve", "批量批复", _bulk_url("approve"),
            "将批复所选 {count} 项中没有任何提醒的绩效目标，批复后冻结；有提醒的不动，并逐项说明。", roles=frozenset({"bureau_leader"}),
        ),
    ),
)  # fmt: skip


WITHOUT_TRACKS = replace(
    GOALS,
    columns=tuple(one for one in GOALS.columns if one.key != "track"),
    facets=tuple(one for one in GOALS.facets if one.key != "track"),
)
"""The list where goals are on no tracks: nothing to choose from."""


@page(may=may_see_goals)
def goal_list(request: PageRequest) -> HttpResponse:
    """The goals of the chosen budget year, how much money they cover, and what has none yet."""
    person, cycle = request.person, cast(Cycle | None, current_cycle(request))
    waiting, count = exactly(person, f"goals.waiting:{cycle.pk}", lambda: _waiting(person, cycle)) if cycle else ([], 0)
    cover = kept_coverage(person, cycle) if cycle else None
    context = {
        "cycle": cycle,
        "cover": cover.value if cover else None,
        "cover_at": cover.at if cover else None,
        "waiting": waiting,
        "waiting_count": count,
        "may_begin": person.role in {"unit_project", "unit_finance"},
        "bulk": to_undo(person, cycle.pk) if cycle else None,
        "may_approvals": bool(may_see_approvals(person)),
        "may_agreement": bool(may_see_agreement(person)),
    }
    table = GOALS if choices_of_tracks(person) else WITHOUT_TRACKS
    return list_page(request, table, goal_rows(person, cycle), template="goals/list.html", context=context)


def _waiting(person: Person, cycle: Cycle) -> tuple[list[tuple[SubjectYear, Any]], int]:
    """Return the largest projects without a goal, each with what holds it up, and how many there are."""
    waiting = years_without_goal(person, cycle, refused=True)
    shown = list(waiting.order_by("-requested_fen")[:20])
    held = held_years(shown)
    return [(year, held.get(year.pk)) for year in shown], waiting.count()


@page(may=may_start, record=visible_years, methods=("GET", "POST"))
def goal_start(request: PageRequest, year: SubjectYear) -> HttpResponse:
    """Begin a goal: from last year's, or empty."""
    if request.method == "POST":
        copy = request.POST.get("from") == "last"
        goal = start_goal(year=year, person=request.person, copy_last_year=copy)
        messages.success(request, "已建立绩效目标，请填写。")
        return go(request, "goals:edit", goal.pk)
    last = last_years_goal(year)
    rows = list(last.indicators.all()) if last else []
    held = held_years([year]).get(year.pk)
    return render(request, "goals/start.html", {"year": year, "last": last, "rows": rows, "held": held})


@page(may=may_see_goals, record=visible_goals)
def goal_detail(request: PageRequest, goal: Goal) -> HttpResponse:
    """One goal, whole: what it promises, what the checks find, who reviewed and signed, where it stands."""
    return render(request, "goals/detail.html", detail_context(request, goal))


def detail_context(request: PageRequest, goal: Goal) -> dict[str, Any]:
    """Gather what the page of a goal shows."""
    person, year, workflow = request.person, goal.subject_year, workflow_of(goal)
    rows = list(goal.indicators.select_related("library"))
    now, there = hash_of(goal, rows), around(goal)
    findings, held, past = exactly(person, f"goal:{goal.pk}:{now}", lambda: _examined(goal, rows))
    revisions = revisions_of(goal) if there.revisions else [goal]
    before = next((one for one in revisions if one.revision == goal.revision - 1), None)
    frame = window_of(goal)
    reached = {one.position: one for one in past}
    missed = {one.place: one for one in missed_of(goal.cycle, weighed_rows(rows))}
    return {
        "goal": goal,
        "year": year,
        "title": titled(goal, frame.due if frame else None),
        "milestones": life_of(year, person),
        "stage": "goals",
        "next": next_step(
            goal,
            workflow,
            person,
            reverse("goals:act", args=[goal.pk]),
            may=bool(may_move(person, goal)),
            confirm={"approve": "批复后绩效目标冻结，此后变更须另行调整并重新审批。"},
            due=frame.due if frame else None,
        ),
        "lines": [
            {
                "row": row,
                "value": value_words(row),
                "method": METHODS[row.method].label if row.method in METHODS else "",
                "reached": reached.get(row.position),
                "missed": missed.get(row.position),
            }
            for row in rows
        ],
        "weight": sum(row.weight for row in rows),
        **counted(findings),
        "by_row": [one for one in findings if one.row and one.severity != "note"],
        "submitted": year.submitted_findings.filter(revision=goal.revision).last() if there.findings else None,
        "may_dispute": bool(may_edit(person, goal)),
        "may_answer": bool(may_answer(person, goal)),
        "reviews": [_review_line(one, now) for one in goal.reviews.all()] if there.reviews else [],
        "signatures": signatures_for(goal, now),
        "officers": officers_of(goal),
        "held": held,
        "appraisal": appraisal_of(year) if held else None,
        "revisions": revisions if len(revisions) > 1 else [],
        "before": before,
        "changes": changes_since(before, goal) if before else [],
        "soft": softened(before, goal) if before else None,
        "has_versions": there.revisions or there.versions,
        **gap_of(goal),
        "medium": goal.medium_fiscal_fen + goal.medium_other_fen,
        "term": medium_of(goal, rows),
        "is_policy": is_policy(goal),
        "policy_years": years_of(goal) if is_policy(goal) else (),
        "policy_basis": basis_of(year) if is_policy(goal) else "",
        "has_policies": goal.scope == "project" and not is_policy(goal) and there.policies,
        "tasks": list(goal.tasks.all()) if goal.scope == "department" else [],
        "may_edit": may_edit(person, goal),
        "may_review": may_review(person, goal),
        "may_adjust": may_adjust(person, goal),
        "may_return_rows": bool(may_return_rows(person, goal)),
        "session_items": items_of(goal, person) if there.sessions else [],
        "may_drop": bool(may_edit(person, goal)) and not goal.current and goal.revision > 1,
        "key_review": (key_review := key_review_of(goal) if there.key_review else None),
        "important": importance_of(goal, key_review),
        "track": track_told(goal),
        **following.context(person, goal, changed=there.changes),
        "bound": (bound := bound_of(goal)),
        "unlike": differing(bound),
        "agreed": (agreed := agreed_of(goal) if there.agreed else None),
        "may_agree": agreed is None and bool(may_agree(person, goal)),
        "form_key": form_key(goal),
        "region": year.kind == TRANSFER and "F14" in policy_for(goal.cycle).forms,
        "clauses": sorted(
            {one.clause for one in [*findings, *held] if one.clause} | ({frame.clause} if frame else set())
        ),
        "files": [
            FileLink(one.name, reverse("files:download", args=[one.pk]), one.row, one.file.size)
            for one in (evidence_of(goal) if there.files else [])
        ],
        "history": told(history(goal), workflow),
    }


def _examined(goal: Goal, rows: Sequence[GoalIndicator]) -> tuple[list[Found], list[Refusal], list[Reached]]:
    """Return what the checks find, what stops the approval, what past years say of each value."""
    past = reached_of(goal, rows)
    return ([], [], past) if goal.state == "approved" else (all_findings(goal, rows), held_by(goal), past)


@dataclass(frozen=True)
class Alike:
    """What one check finds, told together."""

    findings: list[Found]

    @property
    def first(self) -> Found:
        """The one that speaks for all."""
        return self.findings[0]

    @property
    def label(self) -> str:
        """What is checked."""
        return self.first.label or STAGE_WORDS.get(self.first.check, "")

    @property
    def many(self) -> bool:
        """Whether there are too many to be told one by one."""
        return len(self.findings) > ONE_BY_ONE

    @property
    def rows(self) -> str:
        """The positions of the rows that are concerned: 8–14、16."""
        found = runs(one.row for one in self.findings if one.row is not None)
        return "、".join(str(low) if low == high else f"{low}–{high}" for low, high in found)


def gathered(findings: Sequence[Found]) -> list[Alike]:
    """Return findings in their order; what one check finds more than `ONE_BY_ONE` times stands together, once."""
    return [Alike(some) for some in together(findings, lambda one: (one.check, one.severity))]


def counted(findings: Sequence[Found]) -> dict[str, Any]:
    """Return findings in their kinds with how many there are; those set aside after a dispute stand apart.

    `apart` are those of the two halves that do not agree, which both officers have to settle together.
    """
    told: set[str] = set()
    standing = []
    for one in findings:
        if not one.set_aside:
            # The example of a check is shown once, however often the check finds something.
            standing.append(replace(one, good="") if one.check in told else one)
            told.add(one.check)
    grave = [one for one in standing if one.severity != "note"]
    return {
        "findings": standing,
        "apart": [one for one in standing if one.halves],
        "grave": gathered([one for one in grave if not one.halves]),
        "advice": gathered(advice := [one for one in standing if one.severity == "note" and not one.halves]),
        "advices": len(advice),
        "set_aside": [one for one in findings if one.dispute is not None and one.dispute.answer == "upheld"],
        "blocking": sum(one.blocking for one in standing),
        "hints": sum(not one.blocking for one in grave),
    }


def gap_of(goal: Goal) -> dict[str, Any]:
    """Return by how much the budget moved away from the approved goal."""
    gap = money_gap(goal)
    return {"gap": gap, "gap_size": abs(gap) if gap else None}


def title_of(goal: Goal) -> TitleLine:
    """Return the head of a goal's pages."""
    return titled(goal, due_of(goal))


def titled(goal: Goal, due: date | None) -> TitleLine:
    """Return the head of a goal's pages, where it is known when the present step is due."""
    year = goal.subject_year
    version = f"，第 {goal.revision} 版" if goal.revision > 1 else ""
    return TitleLine(
        year.name,
        unit=str(year.unit) if year.unit_id == year.department_id else f"{year.department} · {year.unit}",
        year=f"{year.budget_year} 年度{version}",
        money_fen=goal.fiscal_fen + goal.other_fen,
        money_label="年度资金",
        state=state_label(goal) if goal.current or goal.state != "approved" else "已被新版本接替",
        tone=state_tone(goal) if goal.current or goal.state != "approved" else "grey",
        code=year.subject.code,
        due=due,
    )


def _review_line(review: GoalReview, now: str) -> dict[str, Any]:
    card = card_of(review.goal)
    stale = review.content_hash != now
    items = kept_items(card, review.lines)
    return {"review": review, "grade": grade_of(review.goal, review.total), "items": items, "stale": stale}


@page(may=may_move, record=visible_goals, methods=("POST",))
def goal_act(request: PageRequest, goal: Goal) -> HttpResponse:
    """Take the step whose button was pressed."""
    want, before = asked(request), goal.state
    move_goal(
        goal=goal, person=request.person, action=want.action, comment=want.comment, version=want.version
    )
    if goal.state == before:
        messages.success(request, "已签署，另一位经办签署后即提交。")
    else:
        messages.success(request, f"已办理，现为“{state_label(goal)}”。")
    return go(request, "goals:detail", goal.pk)


@page(may=may_move_in_bulk, methods=("POST",))
def goal_bulk(request: PageRequest, action: str) -> HttpResponse:
    """Move the chosen goals that carry no risk; the others are named with the reason."""
    outcome = move_many(
        goals=chosen(request, visible_goals(request.person)), person=request.person, action=action
    )
    if outcome.done:
        messages.success(request, f"已办理 {len(outcome.done)} 项。" + ("办错了的，可以在列表上方一次撤销。" if action in TO_UNDO else ""))
    for goal, refusals in outcome.refused[:20]:
        messages.warning(request, f"{goal.subject_year.name}：未办理。{refusals[0]}")
    if len(outcome.refused) > 20:
        messages.warning(request, f"另有 {len(outcome.refused) - 20} 项未办理。")
    return go(request, "goals:list")


@page(may=may_undo, record=visible_bulk_moves, methods=("POST",))
def goal_bulk_undo(request: PageRequest, bulk: BulkMove) -> HttpResponse:
    """Take back what was moved in bulk; what was acted upon since is named and left."""
    outcome = undo_bulk(bulk=bulk, person=request.person)
    if outcome.done:
        messages.success(request, f"已撤销 {len(outcome.done)} 项，回到办理之前的环节。")
    if outcome.left:
        names = "、".join(one.subject_year.name for one in outcome.left[:10])
        messages.warning(request, f"{len(outcome.left)} 项后来又办理过，没有撤销：{names}。")
    return go(request, "goals:list")


@page(may=may_adjust, record=visible_goals, methods=("GET", "POST"))
def goal_adjust(request: PageRequest, goal: Goal) -> HttpResponse:
    """Ask for a change of an approved goal: why, then a new revision to be filled."""
    form = AdjustForm(request.POST or None, goal=goal)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = adjust_goal(goal=goal, person=request.person, reason=form.told())
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(
                request, f"已形成第 {made.revision} 版，请修改后重新提交；批复前原目标继续有效。"
            )
            return go(request, "goals:edit", made.pk)
    draw = invalid if form.is_bound else render
    context = {
        "form": form,
        "goal": goal,
        "name": "调整绩效目标",
        "refusals": refusals,
        **gap_of(goal),
    }
    return draw(request, "goals/adjust.html", context)


@while_open
def may_drop(person: Person, goal: Goal) -> Verdict:
    """Whoever may write the revision may give it up."""
    return may_edit(person, goal)


@page(may=may_drop, record=visible_goals, methods=("POST",))
def goal_drop(request: PageRequest, goal: Goal) -> HttpResponse:
    """Give up a change that was not submitted."""
    current = goal_of(goal.subject_year)
    drop_adjustment(goal=goal, person=request.person)
    messages.success(request, "已放弃这次调整，原目标继续有效。")
    return go(request, "goals:detail", current.pk) if current else go(request, "goals:list")


# --- official forms


def may_print(person: Person, _: Goal) -> Verdict:
    """Whoever sees a goal may print it."""
    return may_see_goals(person)


@page(may=may_print, record=visible_goals)
def goal_form_file(request: PageRequest, goal: Goal, kind: str) -> HttpResponse:
    """The goal as its official form, in Excel, Word or PDF."""
    name = f"{goal.subject_year.name}绩效目标{goal.subject_year.budget_year}"
    return form_file(kind, goal_form(goal), name, request.person)


@page(may=may_edit, record=visible_goals)
def goal_template(_: PageRequest, goal: Goal) -> HttpResponse:
    """The goal as a form to be filled in offline; what is known already stands in it."""
    definition, data = goal_form(goal)
    base = packed(as_base(goal, cells_of(goal)))
    content = write_template(
        definition, data, place=goal.place.code, record=f"goals.goal:{goal.pk}", base=base
    )
    return sent(content, f"{goal.subject_year.name}填报表{goal.subject_year.budget_year}.xlsx")


def may_print_review(person: Person, _: GoalReview) -> Verdict:
    """Whoever sees a goal sees its reviews."""
    return may_see_goals(person)


@page(may=may_print_review, record=visible_reviews)
def review_form_file(request: PageRequest, review: GoalReview, kind: str) -> HttpResponse:
    """One review as the official review form (F3), in Excel, Word or PDF."""
    return form_file(kind, review_form(review), f"{review.goal.subject_year.name}目标审核表", request.person)
