"""Who sees a goal, who fills which half, who reviews and who approves."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import may_see_subjects, visible_subject_years, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step, Workflow
from jiheng.stages.goals.models import BulkMove, Goal, GoalReview
from jiheng.stages.goals.tracks import track_key

SIDES = {
    "department_reviewer": "department",
    "division": "division",
    "performance_office": "performance",
    "evaluation_centre": "centre",
}
SHOWN_WITH = ("subject_year__subject", "subject_year__unit", "subject_year__department", "place")
RELATED = (*SHOWN_WITH, "cycle__snapshot", "cycle__place")


def deciding_sides(cycle: Cycle) -> frozenset[str]:
    """Return whose review decides whether a goal goes on, by the table of the year."""
    steps = policy_for(cycle).workflows["goals"].steps
    deciding = (role for step in steps if "review_passed" in step.requires for role in step.by)
    return frozenset(SIDES[role] for role in deciding if role in SIDES)


def visible_goals(person: Person) -> QuerySet[Goal]:
    """Return the goals that the person may see: as for the subjects that they belong to."""
    found = Goal.objects.filter(within(person, "subject_year__"))
    return found.select_related(*RELATED).defer("cycle__snapshot__content")


def visible_reviews(person: Person) -> QuerySet[GoalReview]:
    """Return the reviews of the goals that the person may see."""
    found = GoalReview.objects.filter(within(person, "goal__subject_year__"))
    related = (
        "goal__subject_year__unit",
        "goal__subject_year__department",
        "goal__cycle__snapshot",
        "goal__cycle__place",
    )
    return found.select_related(*related).defer("goal__cycle__snapshot__content")


def visible_years(person: Person) -> QuerySet[SubjectYear]:
    """Return the subjects and years that the person may see, without the rules' text."""
    return visible_subject_years(person).defer("cycle__snapshot__content")


def workflow_of(goal: Goal) -> Workflow:
    """Return the table by which this goal moves: the one frozen for its cycle, with the rows that are for it."""
    table = policy_for(goal.cycle).workflows["goals"]
    parts = {way for step in table.steps for way in step.when}
    return table.on_way(ways_of(goal, track="track" in parts)) if parts else table


def may_see_goals(person: Person, _: Goal | None = None) -> Verdict:
    """Everybody who sees projects sees their goals."""
    return may_see_subjects(person)


def concerns(person: Person, year: SubjectYear) -> Verdict:
    """Say whether the subject is the person's to act on: own unit, unit below the department, own place."""
    if person.place_id != year.place_id:
        return deny("不属于本地区的项目", national_clause("duty_place"))
    if person.is_unit and year.unit_id not in person.own:
        return deny("只能办理本单位的绩效目标", national_clause("duty_unit"))
    below = year.unit_id in person.subtree or year.department_id in person.own
    if person.role == "department_reviewer" and not below:
        return deny("只能审核本部门及所属单位的绩效目标", national_clause("duty_unit"))
    return allow()


def ways_of(goal: Goal, *, track: bool = True) -> dict[str, str]:
    """谁分配资金，谁审核目标；繁简分档: tell by which rows of a table that parts this goal goes.

    The bureau allocates what a department spends itself, its whole expenditure included; the department allocates
    among the units below it. The track is left out for tables that do not ask.
    """
    year = goal.subject_year
    own = year.kind == "department" or year.unit_id == year.department_id
    ways = {"allocator": "bureau" if own else "department"}
    return {**ways, "track": track_key(goal)} if track else ways


@while_open
def may_start(person: Person, year: SubjectYear) -> Verdict:
    """The unit that spends writes its goal: its project or finance officer starts it."""
    if person.role not in {"unit_project", "unit_finance"}:
        return deny(
            "绩效目标由项目单位的项目经办或财务经办申报（谁申请资金，谁设定目标）",
            national_clause("workflows.goals"),
        )
    return concerns(person, year)


def being_drafted(goal: Goal) -> bool:
    """Whether the goal stands where it is written: from here it is submitted."""
    return any(step.action == "submit" and step.from_state == goal.state for step in workflow_of(goal).steps)


@while_open
def may_edit_content(person: Person, goal: Goal) -> Verdict:
    """Objectives and indicators are written by the project officer of the unit, while it is a draft."""
    return _may_edit(person, goal, "unit_project", "目标和指标")


@while_open
def may_edit_money(person: Person, goal: Goal) -> Verdict:
    """Sources and amounts are written by the finance officer of the unit, while it is a draft."""
    return _may_edit(person, goal, "unit_finance", "资金部分")


@while_open
def may_edit(person: Person, goal: Goal) -> Verdict:
    """Either half may be written by this person."""
    return may_edit_money(person, goal) if person.role == "unit_finance" else may_edit_content(person, goal)


def _may_edit(person: Person, goal: Goal, role: str, what: str) -> Verdict:
    if not being_drafted(goal):
        label = workflow_of(goal).states[goal.state].label
        way = (
            "；批复后确需变更的，请办理目标调整"
            if goal.state == "approved"
            else "；需要修改的，请先撤回或由审核人退回"
        )
        return deny(f"绩效目标现为“{label}”，不能修改{way}", clause_in(goal.cycle, "workflows.goals"))
    if person.role != role:
        return deny(f"{what}由{ROLES[role].label}填写", clause_in(goal.cycle, "workflows.goals"))
    return concerns(person, goal.subject_year)


def steps_for(person: Person, goal: Goal) -> list[Step]:
    """Return the steps that this person has in the goal's state; empty when it is not theirs to move."""
    if not concerns(person, goal.subject_year):
        return []
    return workflow_of(goal).actions(goal.state, person.role)


@while_open
def may_move(person: Person, goal: Goal) -> Verdict:
    """The goal's table gives this role a step in its present state."""
    verdict = concerns(person, goal.subject_year)
    if not verdict or steps_for(person, goal):
        return verdict
    label = workflow_of(goal).states[goal.state].label
    return deny(
        f"绩效目标现为“{label}”，没有由{person.role_label}办理的步骤",
        clause_in(goal.cycle, "workflows.goals"),
    )


@while_open
def may_return_rows(person: Person, goal: Goal) -> Verdict:
    """Single rows go back to the unit only, by whoever can send the goal back to it."""
    verdict = may_move(person, goal)
    first = workflow_of(goal).start
    if not verdict or any(one.action == "return" and one.to_state == first for one in steps_for(person, goal)):
        return verdict
    return deny("这一步退回的不是填报单位，不能只退回个别指标", clause_in(goal.cycle, "workflows.goals"))


@while_open
def may_submit(person: Person, goal: Goal) -> Verdict:
    """Both officers of the unit sign; each signs once."""
    if any(step.action == "submit" for step in steps_for(person, goal)):
        return allow()
    return deny(
        "绩效目标由项目经办和财务经办在草拟状态下共同签署提交", clause_in(goal.cycle, "workflows.goals")
    )


@while_open
def may_review(person: Person, goal: Goal) -> Verdict:
    """A side that decides on the goal in its present state may score it on the review table."""
    if person.role not in SIDES:
        return deny("审核评分由主管部门、业务股室、绩效管理股、绩效评价中心办理", clause_in(goal.cycle, "workflows.goals"))
    verdict = concerns(person, goal.subject_year)
    if not verdict:
        return verdict
    turn = {
        SIDES.get(role)
        for step in workflow_of(goal).steps
        if step.from_state == goal.state
        for role in step.by
    }
    if being_drafted(goal) or SIDES[person.role] not in turn:
        label = workflow_of(goal).states[goal.state].label
        return deny(
            f"绩效目标现为“{label}”，不在{person.role_label}的审核环节",
            clause_in(goal.cycle, "workflows.goals"),
        )
    return allow()


@while_open
def may_answer(person: Person, goal: Goal) -> Verdict:
    """Those who review goals answer what units say against findings, also while the goal is written."""
    if person.role not in SIDES:
        return deny("申辩由主管部门、业务股室、绩效管理股答复", clause_in(goal.cycle, "workflows.goals"))
    if goal.state == "approved":
        return deny("绩效目标已批复，检查结果不再答复", clause_in(goal.cycle, "workflows.goals"))
    return concerns(person, goal.subject_year)


@while_open
def may_adjust(person: Person, goal: Goal) -> Verdict:
    """The unit asks for a change of its own goal after approval, while no other change is under way."""
    if person.role not in {"unit_project", "unit_finance"}:
        return deny("目标调整由项目单位提出", clause_in(goal.cycle, "goal_adjustment_reasons"))
    if goal.state != "approved" or not goal.current:
        return deny(
            "只有现行有效、已批复的绩效目标可以调整", clause_in(goal.cycle, "goal_adjustment_reasons")
        )
    return concerns(person, goal.subject_year)


def may_move_in_bulk(person: Person, *_record: object) -> Verdict:
    """Those who review or approve may take safe goals together."""
    if person.role in SIDES or person.role == "bureau_leader":
        return allow()
    return deny("批量办理限审核和批复环节", national_clause("duty_offices"))


def may_issue_approval(person: Person, *_record: object) -> Verdict:
    """The performance office and the leader approve budget and goals by one paper."""
    if person.role in {"performance_office", "bureau_leader"}:
        return allow()
    return deny("批复文件由绩效管理股或局领导办理", national_clause("duty_offices"))


def may_see_approvals(person: Person, *_record: object) -> Verdict:
    """The bureau, overseers and departments read the papers on budget and goals."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("批复文件由财政局和主管部门查看", national_clause("duty_access"))


def visible_bulk_moves(person: Person) -> QuerySet[BulkMove]:
    """Return what the person moved in bulk: nobody else takes it back."""
    found = BulkMove.objects.filter(user_id=person.user_id, cycle__place_id=person.place_id)
    return found.select_related("cycle__snapshot", "cycle__place").defer("cycle__snapshot__content")


@while_open
def may_undo(person: Person, bulk: BulkMove) -> Verdict:
    """Whoever moved goals in bulk takes them back, while still in such an office."""
    if person.user_id != bulk.user_id:
        return deny("成批办理由本人撤销", national_clause("duty_offices"))
    return may_move_in_bulk(person)
