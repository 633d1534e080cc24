"""Performance goals, as the rest of the system sees them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.stage import Milestone, PortalFact, Stage, Tally, Todo, Track, Window
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.signed import sent_back, who_signed
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.deadlines import next_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, granted_in, policy_for, window, with_granted
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.stages.goals import following
from jiheng.stages.goals.access import being_drafted, steps_for, visible_goals, workflow_of
from jiheng.stages.goals.books import above_threshold, uncovered
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.effects import effects
from jiheng.stages.goals.exemplars import EXEMPLARS
from jiheng.stages.goals.express import desk as express_desk
from jiheng.stages.goals.express.access import visible_releases
from jiheng.stages.goals.facts import findings_of, halves_missing
from jiheng.stages.goals.gates import gates
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import (
    CALENDAR,
    TASKS,
    due_of,
    goal_of,
    held_years,
    list_due,
    task_window,
    value_words,
    years_without_goal,
)
from jiheng.stages.goals.releases import Followed
from jiheng.stages.goals.sessions import desk as session_desk
from jiheng.stages.goals.sessions.access import visible_sessions
from jiheng.stages.goals.tracks import names_of_forms
from jiheng.stages.goals.transfers import desk as transfer_desk

ONE_BY_ONE = 5
"""More goals than these that wait for the same step become one line that opens the list."""


def todos(person: Person) -> list[Todo]:
    """What waits for the person: goals to begin, to fill, to sign, to review, to approve, to bring in line."""
    first = express_desk.in_sight(person)
    if person.is_unit:
        return [*express_desk.todos(person, first), *transfer_desk.todos(person), *_unit_todos(person, first)]
    return [*express_desk.todos(person, first), *session_desk.todos(person), *transfer_desk.todos(person), *_reviewer_todos(person)]


def _open(person: Person) -> QuerySet[Goal]:
    found = visible_goals(person).filter(cycle__state="open").exclude(state="approved")
    return with_granted(found, *TASKS)


def _unit_todos(person: Person, first: Sequence[Followed]) -> list[Todo]:
    if person.role not in {"unit_project", "unit_finance"}:
        return []
    found = [] if person.role == "unit_finance" else _to_begin(person)
    goals = [one for one in _open(person).prefetch_related("indicators__library") if being_drafted(one)]
    signed, held = who_signed(goals, hash_of), held_years(goal.subject_year for goal in goals)
    back = sent_back(goals, taken_only=True)
    for goal in goals:
        if goal.subject_year_id in held:
            continue  # nothing can be done here: `watching` says what blocks it
        verb, detail = _unit_step(goal, person, signed.get(goal.pk, set()))
        if verb and (goal.pk not in back or goal.pk in signed):  # else it stands under what came back
            name = "goals:edit" if verb.startswith("填写") else "goals:detail"
            found.append(_todo(goal, verb, reverse(name, args=[goal.pk]), detail))
    return [*found, *_out_of_line(person, first), *following.todos(person)]


def _to_begin(person: Person) -> list[Todo]:
    found = []
    for cycle in _cycles(person):
        years = list(years_without_goal(person, cycle))
        held = held_years(years)
        for year in years:
            if year.pk in held:
                continue
            due = window(cycle, "goals_submit", year.unit_id)
            found.append(
                Todo(
                    year.name,
                    "填报绩效目标",
                    reverse("goals:start", args=[year.pk]),
                    due=due.due if due else None,
                    money_fen=year.requested_fen,
                )
            )
    return found


def _cycles(person: Person) -> QuerySet[Cycle]:
    return cycles_in_sight(person).filter(state="open")


def _unit_step(goal: Goal, person: Person, signed: set[int]) -> tuple[str, str]:
    """Return the verb and a word on it, or "" when the other officer has to act first."""
    rows = list(goal.indicators.all())
    halves = halves_missing(goal, rows)
    mine, other = ("project", "finance") if person.role == "unit_project" else ("finance", "project")
    if halves[mine]:
        verb = "填写目标和指标" if mine == "project" else "填写资金部分"
        return verb, f"还缺：{'、'.join(halves[mine])}"
    if mine == "project":
        wrong = sum(one.blocking for one in findings_of(goal, rows))
        if wrong and not halves[other]:
            return "填写目标和指标", f"有 {wrong} 处须改正"
    if halves[other] or person.user_id in signed:
        return "", ""
    return "核对并签署", "另一位经办已签署" if signed else ""


def _out_of_line(person: Person, first: Sequence[Followed]) -> list[Todo]:
    """Approved goals whose budget was changed since: the goal follows the money."""
    goals = list(visible_goals(person).filter(cycle__state="open", state="approved", current=True))
    budgets = balances([goal.subject_year_id for goal in goals])
    told = express_desk.awaited_years(first)
    under_way = set(_open(person).filter(revision__gt=1).values_list("subject_year_id", flat=True))
    return [
        Todo(
            goal.subject_year.name,
            "调整绩效目标",
            reverse("goals:adjust", args=[goal.pk]),
            money_fen=budgets[goal.subject_year_id].budget,
            reason=f"预算现为 {format_wan(budgets[goal.subject_year_id].budget)} 万元，目标批复时为 "
            f"{format_wan(goal.fiscal_fen + goal.other_fen)} 万元",
        )
        for goal in goals
        if goal.subject_year_id not in under_way | told
        and budgets[goal.subject_year_id].budget not in {0, goal.fiscal_fen + goal.other_fen}
    ]


def _reviewer_todos(person: Person) -> list[Todo]:
    found = []
    for cycle in _cycles(person):
        workflow = policy_for(cycle).workflows["goals"]
        for state, told in workflow.states.items():
            forward = [one for one in workflow.actions(state, person.role) if not one.comment and not one.own]
            if not forward:
                continue
            rows = _open(person).filter(cycle=cycle, state=state)
            goals = list(rows.order_by("moved_at")[: ONE_BY_ONE + 1])
            if len(goals) <= ONE_BY_ONE:
                back = sent_back(goals, taken_only=True)
                found += [
                    _todo(one, _verb(one, person) or forward[0].label, reverse("goals:detail", args=[one.pk]))
                    for one in goals
                    if one.pk not in back  # it stands under what came back
                ]
                continue
            waiting = rows.order_by().aggregate(number=Count("pk"), money=Sum(F("fiscal_fen") + F("other_fen")))
            found.append(
                Todo(
                    f"{cycle.budget_year} 年度绩效目标 {waiting['number']} 项（{told.label}）",
                    forward[0].label,
                    f"{reverse('goals:list')}?state={state}",
                    due=list_due(rows, cycle),
                    money_fen=waiting["money"] or 0,
                )
            )
    return found


def _verb(goal: Goal, person: Person) -> str:
    """Return the forward step of this goal in words: a table may have another for goals of another way."""
    steps = workflow_of(goal).actions(goal.state, person.role)
    return next((one.label for one in steps if not one.comment and not one.own), "")


def _todo(goal: Goal, verb: str, url: str, detail: str = "", reason: str = "") -> Todo:
    return Todo(
        goal.subject_year.name + (f"（第 {goal.revision} 版）" if goal.revision > 1 else ""),
        verb,
        url,
        due=due_of(goal),
        detail=detail,
        money_fen=goal.fiscal_fen + goal.other_fen,
        reason=reason,
    )


def _came_back(rows: QuerySet[Goal], person: Person) -> list[Goal]:
    """Narrow to goals that were returned at some time: of a thousand that wait, a few."""
    label = f"{Goal._meta.label_lower}:"
    told = Signature.objects.filter(place_id=person.place_id, action="return", subject__startswith=label)
    keys = {int(subject.removeprefix(label)) for subject in told.values_list("subject", flat=True)}
    return list(rows.filter(pk__in=keys).prefetch_related("indicators"))


def returned(person: Person) -> list[Todo]:
    """Goals that came back to the person, with the reason in the first line."""
    if person.is_unit and person.role not in {"unit_project", "unit_finance"}:
        return []
    goals: list[Goal] = []
    for cycle in _cycles(person):
        workflow = policy_for(cycle).workflows["goals"]
        reached = {step.to_state for step in workflow.steps if step.action == "return"}
        mine = [state for state in reached if workflow.actions(state, person.role)]
        goals += _came_back(_open(person).filter(cycle=cycle, state__in=mine), person)
    back = sent_back(goals, taken_only=True)
    found = []
    for goal in goals:
        if goal.pk not in back:
            continue
        said = f"{back[goal.pk].name}：{back[goal.pk].comment}"
        names = [row.name for row in goal.indicators.all() if row.returned]
        detail = f"只退回 {len(names)} 项指标：{'、'.join(names)}" if names else ""
        if person.is_unit:
            found.append(_todo(goal, "修改后重新提交", reverse("goals:edit", args=[goal.pk]), detail, said))
        else:
            found.append(_todo(goal, "重新审核", reverse("goals:detail", args=[goal.pk]), detail, said))
    return found


def watching(person: Person) -> list[Todo]:
    """Where the unit's own goals are on their way; for the bureau, what it passed on and is not approved."""
    if not person.is_unit and person.role not in {"department_reviewer", "division"}:
        return [*_uncovered(person), *following.watching(person)]
    goals = list(_open(person).exclude(state="draft").order_by("moved_at")[:50])
    lag = following.watching(person)
    return [*_held(person), *session_desk.watching(person), *lag, *_on_their_way(person, goals)]


def _uncovered(person: Person) -> list[Todo]:
    """Budgets that goals must cover and do not, for the office that answers for it: from the day goals were due."""
    if person.role != "performance_office":
        return []
    found = []
    for cycle in _cycles(person):
        due = window(cycle, "goals_approve")
        lines = uncovered(person, cycle) if due is not None and due.days_left < 0 else []
        if lines:
            told = "、".join(f"{one.label} {one.cover.missing} 项" for one in lines)
            title = f"{cycle.budget_year} 年度绩效目标没有覆盖到"
            found.append(Todo(title, "查看", reverse("goals:books"), detail=told))
    return found


def _held(person: Person) -> list[Todo]:
    """What the unit cannot fill in, and why: no task of its own, hence without a day."""
    if not person.is_unit:
        return []
    drafts = [goal.subject_year for goal in _open(person).filter(state="draft")[:50]]
    years = [year for cycle in _cycles(person) for year in years_without_goal(person, cycle, refused=True)[:50]]
    return [
        Todo(
            f"{one.year.name}：绩效目标暂不能填报",
            "查看事前评估",
            one.url,
            detail=one.refusal.message,
            money_fen=one.year.requested_fen,
        )
        for one in held_years([*drafts, *years]).values()
    ]


def _on_their_way(person: Person, goals: Iterable[Goal]) -> list[Todo]:
    return [
        _todo(
            goal,
            "查看",
            reverse("goals:detail", args=[goal.pk]),
            workflow_of(goal).states[goal.state].label
            + (f"，已 {(clock.today() - goal.moved_at.date()).days} 天" if goal.moved_at else ""),
        )
        for goal in goals
        if not steps_for(person, goal) or person.is_unit
    ]


def milestones(year: SubjectYear, _: Person) -> list[Milestone]:
    """The goal in the line of life: approved when, or where it stands."""
    goal = goal_of(year)
    if goal is None:
        return [Milestone("goals", "绩效目标", None, "未申报")]
    url = reverse("goals:detail", args=[goal.pk])
    if goal.approved_on:
        version = f"（第 {goal.revision} 版）" if goal.revision > 1 else ""
        return [Milestone("goals", "绩效目标", goal.approved_on, f"已批复{version}", "green", url)]
    state = policy_for(year.cycle).workflows["goals"].states[goal.state]
    return [Milestone("goals", "绩效目标", None, state.label, state.tone, url)]


def deadline(cycle: Cycle, organisation_id: int | None = None) -> Window | None:
    """Submission first, then review, then approval with the budget."""
    return next_window(cycle, TASKS, organisation_id)


def tallies(cycle: Cycle) -> list[Tally]:
    """Goals that nobody has begun are open, too; late by the day of their unit."""
    given = granted_in(cycle.pk)
    rows = SubjectYear.objects.filter(above_threshold(cycle), cycle=cycle, goals__isnull=True)
    count = overdue = 0
    for unit, some in rows.exclude(library_state="refused").order_by().values_list("unit_id").annotate(Count("pk")):
        span = task_window(cycle, "goals_submit", given.get(unit, {}))
        count += some
        overdue += some if span is not None and span.days_left < 0 else 0
    return [Tally("goals_submit", 0, count, overdue)]


def portal(year: Any) -> list[PortalFact]:
    """What was promised: the objective, the money, the indicators with their values."""
    goal = goal_of(year)
    if goal is None or goal.approved_on is None:
        return []
    day = goal.approved_on
    facts = [
        PortalFact("年度目标", goal.objective, day),
        PortalFact("年度资金", f"{format_wan(goal.fiscal_fen + goal.other_fen)} 万元", day),
    ]
    return facts + [PortalFact(row.name, value_words(row), day) for row in goal.indicators.all()]


STAGE = Stage(
    key="goals",
    label="绩效目标",
    icon="target",
    order=20,
    home="goals:list",
    roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    todos=todos,
    returned=returned,
    watching=watching,
    milestones=milestones,
    notes=following.notes,
    deadline=deadline,
    tallies=tallies,
    portal=portal,
    records={"goals.goal": visible_goals, "goals.reviewsession": visible_sessions,
             "goals.expressrelease": visible_releases},
    tracks={
        "goals.goal": Track("goals", "绩效目标", CALENDAR, only={"revision": 1}, forms=names_of_forms),
        "goals.reviewsession": Track("review_session", "绩效目标会审", bearer=""),
    },
    effects=effects,
    gates=gates,
    exemplars=EXEMPLARS,
)
