"""Who sees a session, who prepares and conducts it, who decides about a goal, who puts it on the screen."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.access import concerns, steps_for, workflow_of
from jiheng.stages.goals.models import ReviewSession, SessionItem

RULE = "workflows.review_session"
HOSTS = frozenset({"division", "performance_office", "evaluation_centre", "bureau_leader"})
ENDED = ("sealed", "cancelled")
"""The states after which nothing is held any more."""
AMEND = "amend"
"""The step of a goal's table that opens it for changes in the room."""


def visible_items(person: Person) -> QuerySet[SessionItem]:
    """Return the agenda items in sight: all for bureau and overseers, for bodies those of their own goals."""
    found = SessionItem.objects.filter(within(person, "goal__subject_year__"))
    related = (
        "session__cycle__snapshot", "session__cycle__place", "session__place", "goal__cycle__snapshot", "goal__place",
        "goal__cycle__place", "goal__subject_year__unit", "goal__subject_year__department", "goal__subject_year__subject",
    )  # fmt: skip
    text = ("session__cycle__snapshot__content", "goal__cycle__snapshot__content")
    return found.select_related(*related).defer(*text)


def visible_sessions(person: Person) -> QuerySet[ReviewSession]:
    """Return the sessions of the place for bureau and overseers; for bodies those that review their goals."""
    found = ReviewSession.objects.filter(place_id=person.place_id)
    if not person.sees_whole_place:
        own = SessionItem.objects.filter(within(person, "goal__subject_year__")).order_by()
        found = found.filter(pk__in=own.values("session"))
    return found.select_related("cycle__snapshot", "cycle__place", "place").defer("cycle__snapshot__content")


def may_see_sessions(person: Person, _: object = None) -> Verdict:
    """Everybody who sees projects sees when their goals are reviewed."""
    return may_see_subjects(person)


def may_open_room(person: Person, _: object = None) -> Verdict:
    """The big screen is opened by the bureau and by those who look on."""
    if person.sees_whole_place:
        return allow()
    return deny("会场大屏由财政局打开", national_clause("duty_access"))


def may_plan(person: Person, _: object = None) -> Verdict:
    """The offices that review goals call the session and lead through it."""
    if person.role in HOSTS:
        return allow()
    return deny("会审由业务股室、绩效管理股、评价中心或局领导召集", national_clause("duty_offices"))


@while_open
def may_prepare(person: Person, session: ReviewSession) -> Verdict:
    """Agenda, parties and what was said are written until the session is sealed."""
    verdict = may_plan(person)
    if verdict and person.place_id != session.place_id:
        return deny("不属于本地区的会审", national_clause("duty_place"))
    if verdict and session.state == "sealed":
        return deny("会审已封存，不能修改；确有错误的，另记更正", clause_in(session.cycle, RULE))
    if verdict and session.state == "cancelled":
        return deny("会审已撤销，需要会审的请另行召集", clause_in(session.cycle, RULE))
    return verdict


@while_open
def may_move_session(person: Person, session: ReviewSession) -> Verdict:
    """The session is opened and sealed by who may prepare it; that only its chair seals it, its table says."""
    return may_prepare(person, session)


@while_open
def may_correct(person: Person, session: ReviewSession) -> Verdict:
    """A sealed session gets a correction beside it, from those who may hold sessions."""
    verdict = may_plan(person)
    if verdict and session.state != "sealed":
        return deny("会审还没有封存，请直接修改或记录发言", clause_in(session.cycle, RULE))
    return verdict


@while_open
def may_conduct(person: Person, item: SessionItem) -> Verdict:
    """Items without a decision, in a session under way."""
    verdict = may_prepare(person, item.session)
    if not verdict:
        return verdict
    if item.decided_at is not None:
        return deny(f"这一项已有结论“{item.get_outcome_display()}”，不能更改", clause_in(item.session.cycle, RULE))
    if item.session.state != "open":
        return deny("会审还没有开始，不能作出结论", clause_in(item.session.cycle, RULE))
    return concerns(person, item.goal.subject_year)


@while_open
def may_drop_item(person: Person, item: SessionItem) -> Verdict:
    """Before a decision an item is moved or taken off the agenda."""
    verdict = may_prepare(person, item.session)
    if verdict and item.decided_at is not None:
        return deny(f"这一项已有结论“{item.get_outcome_display()}”，不能更改", clause_in(item.session.cycle, RULE))
    return verdict


@while_open
def may_amend(person: Person, item: SessionItem) -> Verdict:
    """A goal is opened for changes in the room where its table has that step for the person."""
    verdict = may_conduct(person, item)
    if verdict and not any(step.action == AMEND for step in steps_for(person, item.goal)):
        label = workflow_of(item.goal).states[item.goal.state].label
        clause = clause_in(item.goal.cycle, "workflows.goals")
        return deny(f"绩效目标现为“{label}”，{person.role_label}不能交单位当场修改；需要修改的请退回", clause)
    return verdict

