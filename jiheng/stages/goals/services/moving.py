"""The steps of a goal: signing, returning, passing, approving with the budget, many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.subjects.services import set_library_state
from jiheng.rules.goal_review import GATE, way_of
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.goals.access import (
    being_drafted,
    concerns,
    may_move_in_bulk,
    may_return_rows,
    workflow_of,
)
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.facts import goal_facts, latest_review, risks_of
from jiheng.stages.goals.keyreview.services import turn_away
from jiheng.stages.goals.models import Goal, GoalIndicator, RowReturn
from jiheng.stages.goals.returns import ReturnReason, return_reason
from jiheng.stages.goals.services.disputing import keep_findings
from jiheng.stages.goals.services.following import follow_content
from jiheng.stages.goals.services.keeping import keep_version
from jiheng.stages.goals.services.notices import tell, tell_next
from jiheng.stages.goals.services.undoing import keep_bulk
from jiheng.stages.goals.tracks import freeze_track
from jiheng.stages.goals.whole.queries import bound_of
from jiheng.stages.goals.whole.services import follow_projects

BULK = frozenset({"approve_department", "pass", "approve"})


def submit_goal(*, goal: Goal, person: Person, comment: str = "", version: int | None = None) -> None:
    """项目经办和财务经办都签署后提交主管部门审核；检查出的错误须先改正，内容在前一人签署后改动的，前一签名作废。

    The first signature leaves the goal where it is. Raises Refused with every fault and its clause.
    """
    remedy = "请改由别的项目汇总，或解除后填写"
    broken = [
        Refusal(f"“{one.name}”：{why}", clause_in(goal.cycle, "goal_requirements"), remedy)
        for one in bound_of(goal)
        for why in one.faults
    ]
    if broken:
        raise Refused(broken)
    with act(person):
        _step(goal, "submit", person, comment, version)
        if being_drafted(goal):
            other = "unit_finance" if person.role == "unit_project" else "unit_project"
            tell(goal, other, f"“{goal.subject_year.name}”绩效目标已由{person.role_label}签署，请核对后签署")
            return
        freeze_track(goal)
        goal.indicators.filter(returned=True).update(returned=False, return_reason="")
        keep_findings(goal)
        keep_version(goal)
        tell_next(goal, f"“{goal.subject_year.name}”绩效目标已提交，请审核")


def withdraw_goal(*, goal: Goal, person: Person, comment: str = "", version: int | None = None) -> None:
    """主管部门还没有审核的，单位可以撤回修改。"""
    with act(person):
        _step(goal, "withdraw", person, comment, version)
        tell(goal, "department_reviewer", f"单位已撤回“{goal.subject_year.name}”绩效目标")


def return_goal(
    *,
    goal: Goal,
    person: Person,
    comment: str,
    rows: Mapping[int, str] | None = None,
    kinds: Mapping[int, str] | None = None,
    version: int | None = None,
) -> None:
    """退回修改须写明意见；可以只退回个别指标（行号与原因），单位只能改这些指标和资金部分。

    `kinds` names the standard reason of a row; what `rows` says of it is added to the reason's words. Raises Refused
    when a named row is not of this goal, has no reason, or a reason that the rules do not list.
    """
    standard = {pk: return_reason(goal, key) for pk, key in (kinds or {}).items() if key}
    named = {pk: _reason(standard.get(pk), words.strip()) for pk, words in (rows or {}).items()}
    own = {row.pk: row for row in goal.indicators.filter(pk__in=named)}
    found = (
        [mistake("有被退回的指标不属于这份目标", remedy="请刷新页面", where="rows")]
        if set(named) - set(own)
        else []
    )
    found += [
        Refusal(
            f"退回“{row.name}”须写明原因", clause_in(goal.cycle, "workflows.goals"), "请选标准理由，选“其他”的写明说明", f"row-{pk}"
        )
        for pk, row in own.items()
        if not named[pk]
    ]
    verdict = may_return_rows(person, goal)
    if named and not verdict:
        found.append(Refusal(verdict.reason, verdict.clause, "请整份退回，并在意见中写明"))
    if found:
        raise Refused(found)
    with act(person):
        _step(goal, "return", person, comment, version)
        for pk, reason in named.items():
            GoalIndicator.objects.filter(pk=pk).update(returned=True, return_reason=reason[:300])
        RowReturn.objects.bulk_create(
            RowReturn(
                subject_year=goal.subject_year,
                revision=goal.revision,
                library_id=own[pk].library_id,
                name=own[pk].name,
                target_text=own[pk].target_text,
                reason=reason[:300],
                returned_on=clock.today(),
                returned_by=str(person),
                kind=standard[pk].key if pk in standard else None,
            )
            for pk, reason in named.items()
        )
        if named:
            clauses = sorted({standard[pk].clause for pk in named if pk in standard})
            told = {"rows": {own[pk].name: reason for pk, reason in named.items()}}
            record("goals.return_rows", goal, told, "；".join(clauses))
        tell_next(goal, f"“{goal.subject_year.name}”绩效目标被退回：{comment.strip()}")


def approve_department(*, goal: Goal, person: Person, comment: str = "", version: int | None = None) -> None:
    """主管部门审核通过，报送财政。"""
    _forward(goal, "approve_department", person, comment, version)


def pass_division(*, goal: Goal, person: Person, comment: str = "", version: int | None = None) -> None:
    """业务股室初审通过。Refused unless the acting role is the division's."""
    _by(person, "division")
    _forward(goal, "pass", person, comment, version)


def pass_performance(*, goal: Goal, person: Person, comment: str = "", version: int | None = None) -> None:
    """绩效管理股复审通过；审核等级按规定须退回或不得进入下一步的，不予通过。"""
    _by(person, "performance_office")
    _forward(goal, "pass", person, comment, version)


def approve_goal(*, goal: Goal, person: Person, comment: str = "", version: int | None = None) -> None:
    """绩效目标随预算一并批复；批复后冻结，原有版本不再现行，已有预算的项目记为“已安排预算”。"""
    with act(person):
        _step(goal, "approve", person, comment, version)
        if goal.state != "approved":
            return
        goal.approved_on, goal.current = clock.today(), True
        older = Goal.objects.filter(subject_year_id=goal.subject_year_id, current=True).exclude(pk=goal.pk)
        for one in older:
            record("goals.replaced", one, {"by": goal.revision})
        older.update(current=False)
        goal.save(update_fields=["approved_on", "current"])
        follow_content(goal, person)
        if goal.scope != "department":
            follow_projects([goal.subject_year])
        year = goal.subject_year
        if balance(year.pk).budget > 0 and year.library_state != "budgeted":
            set_library_state(year=year, state="budgeted", clause=_clause(goal), person=person)
        for role in ("unit_project", "unit_finance"):
            tell(goal, role, f"“{year.name}”绩效目标已随预算批复")


def move_goal(
    *,
    goal: Goal,
    person: Person,
    action: str,
    comment: str = "",
    rows: Mapping[int, str] | None = None,
    version: int | None = None,
) -> None:
    """Take whichever step of the goal's table: what pages, lists and imports call."""
    if action == "return":
        return_goal(goal=goal, person=person, comment=comment, rows=rows, version=version)
    elif action in _NAMED:
        _NAMED[action](goal=goal, person=person, comment=comment, version=version)
    else:
        _forward(goal, action, person, comment, version)


@dataclass
class BulkOutcome:
    """What became of goals that were moved together."""

    done: list[Goal] = field(default_factory=list)
    refused: list[tuple[Goal, list[Refusal]]] = field(default_factory=list)


def move_many(*, goals: Iterable[Goal], person: Person, action: str, comment: str = "") -> BulkOutcome:
    """批量办理只限没有任何提醒、审核等级可以直接通过的目标；有风险的逐项办理。

    Each goal is moved or left as it was; the outcome says which and why.
    """
    require(may_move_in_bulk(person))
    if action not in BULK:
        raise mistaken("只有审核通过和批复可以批量办理")
    outcome = BulkOutcome()
    moved: list[tuple[Goal, str]] = []
    with act(person):
        for goal in goals:
            risks = risks_of(goal)
            if risks:
                outcome.refused.append(
                    (goal, [replace(risk, remedy="请打开这一项单独办理") for risk in risks])
                )
                continue
            left = goal.state
            try:
                with transaction.atomic():
                    move_goal(goal=goal, person=person, action=action, comment=comment)
            except Refused as refused:
                outcome.refused.append((goal, refused.refusals))
            except Overtaken:
                outcome.refused.append((goal, [mistake("刚被他人办理", remedy="请刷新列表")]))
            else:
                outcome.done.append(goal)
                moved.append((goal, left))
        keep_bulk(goals=moved, action=action, person=person)
    return outcome


def gate_refusals(goal: Goal) -> list[Refusal]:
    """Return what the grade of the latest review forbids: a grade to be returned or stopped may not pass."""
    review = latest_review(goal)
    gate = rules_at(goal.cycle).get(GATE)
    if review is None or gate is None or (way := way_of(review.grade, gate.value)).passes:
        return []
    band = policy_for(goal.cycle).grades["goal_review"].band(review.grade)
    words = f"审核得 {review.total} 分，等级为“{band.label}”，{way.words}"
    return [Refusal(words, str(gate.clause), "请退回单位修改", "review")]


def _forward(goal: Goal, action: str, person: Person, comment: str, version: int | None) -> None:
    with act(person):
        step = workflow_of(goal).step(goal.state, action, person.role)
        if step is not None and "review_passed" in step.requires and (found := gate_refusals(goal)):
            raise Refused(found)
        before = goal.state
        _step(goal, action, person, comment, version)
        if goal.state != before:
            if goal.state in workflow_of(goal).final:  # what is approved goes another way
                turn_away(goal=goal, reason=comment, person=person)
                label = workflow_of(goal).states[goal.state].label
                for role in ("unit_project", "unit_finance"):
                    tell(goal, role, f"“{goal.subject_year.name}”绩效目标{label}：{comment.strip()}")
            tell_next(goal, f"“{goal.subject_year.name}”绩效目标待您办理")


def _step(goal: Goal, action: str, person: Person, comment: str, version: int | None) -> None:
    require(concerns(person, goal.subject_year))
    advance(
        goal,
        workflow=workflow_of(goal),
        action=action,
        person=person,
        facts=goal_facts(goal),
        comment=comment,
        content_hash=hash_of(goal),
        version=version,
    )


def _reason(standard: ReturnReason | None, words: str) -> str:
    if standard is None or standard.key == "other":
        return words
    return "；".join(filter(None, [standard.label, words]))


def _by(person: Person, role: str) -> None:
    if person.role != role:
        raise refuse(f"“{person.role_label}”不办理这一步", national_clause("workflows.goals"))


def _clause(goal: Goal) -> str:
    workflow = workflow_of(goal)
    step = next(one for one in workflow.steps if one.action == "approve")
    return workflow.clause_of(step)


_NAMED = {
    "submit": submit_goal,
    "withdraw": withdraw_goal,
    "approve_department": approve_department,
    "approve": approve_goal,
}
