"""The writes of sessions: called, agenda and parties, opened, decided item by item, said, sealed, corrected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import Max
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, held_today, person_of, require
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.foundation.workflow.claim import claim, fill_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow import Workflow
from jiheng.stages.goals.access import being_drafted, workflow_of
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import Goal, ReviewSession, SessionItem, SessionMinute, SessionParty
from jiheng.stages.goals.services import move_goal
from jiheng.stages.goals.sessions.access import (
    AMEND,
    HOSTS,
    RULE,
    may_amend,
    may_conduct,
    may_correct,
    may_drop_item,
    may_move_session,
    may_plan,
    may_prepare,
)
from jiheng.stages.goals.sessions.queries import (
    back_step,
    changes_from,
    forward_step,
    slots_of,
    snapshot_of,
    undecided,
)

MOST_ITEMS = 300
LONGEST_SLOT = 240
PLANNED = ("title", "held_on", "begins_at", "venue", "slot_minutes", "note", "chair", "chair_name")


@dataclass(frozen=True)
class Plan:
    """When and where a session is held, who chairs it (an appointment in the bureau), minutes for each goal."""

    title: str
    held_on: date
    chair: int
    begins_at: time | None = None
    venue: str = ""
    slot_minutes: int = 15
    note: str = ""


def table_of(cycle: Cycle) -> Workflow:
    """Return the table of sessions frozen for a year. Refused where the year was opened without one."""
    found = policy_for(cycle).workflows.get("review_session")
    if found is None:
        raise mistaken("本年度固化的制度没有会审的流程", remedy="以后开启的年度可以办理，或采用新版制度")
    return found


def plan_session(*, cycle: Cycle, plan: Plan, person: Person) -> ReviewSession:
    """召集会审：时间、地点、主持人。Refused for another place's year, a chair from outside the bureau, a day of another time."""
    require(may_plan(person))
    if cycle.place_id != person.place_id:
        raise refuse("不属于本地区的年度", national_clause("duty_place"))
    workflow = table_of(cycle)
    with act(person):
        made = ReviewSession(
            place_id=cycle.place_id, state=workflow.start, created_at=clock.now(), cycle=cycle, convened_by=str(person)
        )
        _write(made, plan)
        made.save()
        record("session.plan", made, _told(made), clause_in(cycle, RULE))
    return made


def save_session(*, session: ReviewSession, plan: Plan, person: Person, version: int | None = None) -> None:
    """Write time, place and chair anew until the session is sealed. Overtaken when somebody changed it first."""
    require(may_prepare(person, session))
    with act(person):
        claim(session, version=version)
        _write(session, plan)
        session.save(update_fields=PLANNED)
        record("session.save", session, _told(session), clause_in(session.cycle, RULE))


def _write(session: ReviewSession, plan: Plan) -> None:
    chair = chairs_of(session.place_id).filter(pk=plan.chair).first()
    clause, found = clause_in(session.cycle, RULE), []
    if not plan.title.strip():
        found.append(Refusal("没有填写会审名称", clause, "请填写", "title"))
    if chair is None:
        found.append(Refusal("主持人须是财政局有审核职责的人员", clause, "请在名单中选择", "chair"))
    if not 1 <= plan.slot_minutes <= LONGEST_SLOT:
        found.append(Refusal(f"每项时间须在 1 至 {LONGEST_SLOT} 分钟之间", clause, "请改正", "slot_minutes"))
    if abs(plan.held_on.year - session.cycle.budget_year) > 1:
        words = f"会审日期 {plan.held_on} 与 {session.cycle.budget_year} 年度相差一年以上"
        found.append(Refusal(words, clause, "请改正日期，或在对应的年度召集", "held_on"))
    if found or chair is None:
        raise Refused(found)
    session.title, session.held_on, session.begins_at = plan.title.strip()[:120], plan.held_on, plan.begins_at
    session.venue, session.slot_minutes, session.note = plan.venue.strip()[:120], plan.slot_minutes, plan.note.strip()[:500]
    session.chair_id, session.chair_name = chair.user_id, str(person_of(chair))


def chairs_of(place_id: int) -> Any:
    """Return the appointments of those who may chair: the offices of the bureau that review."""
    return held_today().filter(organisation__place_id=place_id, organisation__kind="bureau", role__in=HOSTS)


def _told(session: ReviewSession) -> dict[str, Any]:
    return {"title": session.title, "day": str(session.held_on), "venue": session.venue, "chair": session.chair_name}


def put_on_agenda(*, session: ReviewSession, goals: Iterable[Goal], person: Person) -> list[SessionItem]:
    """把待审核的绩效目标排入议程末尾；草拟中的、已批复的、已在其他会审议程上的不能排入。Refused with every one that cannot."""
    require(may_prepare(person, session))
    chosen, clause, found = list(goals), clause_in(session.cycle, RULE), []
    held = set(SessionItem.objects.filter(goal__in=chosen, decided_at=None).values_list("goal", flat=True))
    here = set(session.items.values_list("goal", flat=True))
    for goal in chosen:
        name, workflow = goal.subject_year.name, workflow_of(goal)
        if goal.cycle_id != session.cycle_id:
            found.append(Refusal(f"“{name}”不属于本年度", clause, "请在对应年度的会审中排入", "goals"))
        elif being_drafted(goal) or goal.state in workflow.final:
            found.append(Refusal(f"“{name}”现为“{workflow.states[goal.state].label}”，不在审核环节", clause, "请不要选择", "goals"))
        elif goal.pk in here or goal.pk in held:
            found.append(Refusal(f"“{name}”已在会审议程上", clause, "请不要重复排入", "goals"))
    if not chosen:
        found.append(Refusal("没有选择绩效目标", clause, "请至少选择一项", "goals"))
    if len(here) + len(chosen) > MOST_ITEMS:
        found.append(Refusal(f"一次会审至多 {MOST_ITEMS} 项", clause, "请另开一场会审", "goals"))
    if found:
        raise Refused(found)
    with act(person):
        claim(session)
        last = session.items.aggregate(last=Max("position"))["last"] or 0
        made = [
            SessionItem.objects.create(session=session, goal=goal, position=last + at, minutes=session.slot_minutes)
            for at, goal in enumerate(chosen, 1)
        ]
        record("session.agenda", session, {"goals": [one.goal.subject_year.name for one in made]}, clause)
        if session.state == "open":
            _invite(session, {one.pk for one in made})
    return made


def shift_item(*, item: SessionItem, up: bool, person: Person) -> None:
    """Move an item one place up or down among those without a decision; at the end it stays where it is."""
    require(may_drop_item(person, item))
    rows = list(item.session.items.filter(decided_at=None).order_by("position", "pk"))
    at = next(at for at, one in enumerate(rows) if one.pk == item.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    with act(person):
        claim(item.session)
        one, two = rows[at], rows[to]
        for row, position in ((one, two.position), (two, one.position)):
            SessionItem.objects.filter(pk=row.pk, decided_at=None).update(position=position)
        item.position = two.position
        told = {"goal": item.goal.subject_year.name, "place": to + 1}
        record("session.order", item.session, told, clause_in(item.session.cycle, RULE))


def drop_item(*, item: SessionItem, reason: str, person: Person) -> None:
    """撤出议程须写明理由；绩效目标留在原来的环节。"""
    require(may_drop_item(person, item))
    with act(person):
        _decide(item, "dropped", reason, person, clause_in(item.session.cycle, RULE))


def add_party(*, session: ReviewSession, kind: str, body: str, names: str = "", duty: str = "", person: Person) -> SessionParty:
    """Note a body at the table, the bureau's own or from outside. Refused without its name."""
    require(may_prepare(person, session))
    clause = clause_in(session.cycle, RULE)
    if kind not in dict(SessionParty.KINDS) or not body.strip():
        raise refuse("到会的单位须写明类别和名称", clause, "请填写", "body")
    with act(person):
        claim(session)
        made = SessionParty.objects.create(
            session=session, kind=kind, body=body.strip()[:100], names=names.strip()[:200], duty=duty.strip()[:60]
        )
        record("session.party", session, {"kind": made.get_kind_display(), "body": made.body, "names": made.names}, clause)
    return made


def remove_party(*, session: ReviewSession, party: int, person: Person) -> None:
    """Strike a party that was noted by mistake or did not come. Refused when it is not of this session."""
    require(may_prepare(person, session))
    found = session.parties.filter(pk=party, removed_at=None).first()
    clause = clause_in(session.cycle, RULE)
    if found is None:
        raise refuse("到会名单上没有这个单位", clause, "请刷新页面", "body")
    with act(person):
        claim(session)
        found.removed_at = clock.now()
        found.save(update_fields=["removed_at"])
        record("session.party_removed", session, {"body": found.body, "names": found.names}, clause)


def move_session(
    *, session: ReviewSession, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    """开始会审、封存纪要：每一项都有结论，才能由主持人封存；封存以后不能修改。

    撤销还没有开始的会审须写明理由；议程上的各项随之撤出，绩效目标留在原来的环节。
    """
    require(may_move_session(person, session))
    facts = {
        "agenda_size": session.items.exclude(outcome="dropped").count(),
        "agenda_undecided": undecided(session),
        "chair_name": session.chair_name,
        "acting_as_chair": person.user_id == session.chair_id,
    }
    with act(person):
        said = content_hash(minutes_of(session)) if action == "seal" else ""
        advance(
            session, workflow=table_of(session.cycle), action=action, person=person, facts=facts, comment=comment,
            content_hash=said, version=version,
        )  # fmt: skip
        if action == "convene":
            _invite(session)
        elif action == "cancel":
            for item in session.items.filter(decided_at=None).select_related("session", "goal"):
                _decide(item, "dropped", comment, person, clause_in(session.cycle, RULE))
        elif action == "seal":
            session.sealed_at, session.sealed_by, session.sealed_hash = clock.now(), str(person), said
            session.save(update_fields=["sealed_at", "sealed_by", "sealed_hash"])


def minutes_of(session: ReviewSession) -> dict[str, Any]:
    """Return everything that is sealed, as exact text; corrections come after it and are not part of it."""
    return {
        **_told(session),
        "note": session.note,
        "parties": [
            [one.kind, one.body, one.names, one.duty] for one in session.parties.filter(removed_at=None)
        ],
        "items": [
            {
                "position": one.position, "goal": one.goal_id, "content": one.content_hash, "outcome": one.outcome,
                "reason": one.reason, "by": one.decided_by, "changes": one.changes, "money": one.money_fen,
            }
            for one in session.items.order_by("position", "pk")
        ],
        "said": [[one.item_id, one.speaker, one.text, one.by] for one in session.minutes.filter(kind="said")],
    }  # fmt: skip


def amend_on_the_spot(*, item: SessionItem, person: Person, version: int | None = None) -> None:
    """交单位当场修改：单位在填报页面改，两位经办重新签署后回到会审；改了什么记入纪要。"""
    require(may_amend(person, item))
    with act(person):
        before = item.before or snapshot_of(item.goal)
        move_goal(goal=item.goal, person=person, action=AMEND, version=version)
        if item.before is None:
            item.before = before
            item.save(update_fields=["before"])
            written_along([item.session])
        for role in ("unit_project", "unit_finance"):
            _notify(item, role, f"会审中，请当场修改“{item.goal.subject_year.name}”绩效目标")


def decide_item(
    *,
    item: SessionItem,
    outcome: str,
    person: Person,
    reason: str = "",
    rows: Mapping[int, str] | None = None,
    version: int | None = None,
) -> None:
    """当场作出结论：通过的按流程进入下一步；退回、缓议须写明意见；谁能通过、退回由流程规定。

    `rows` are single indicators that go back, with the reason. Raises Refused with all reasons of the goal's own
    table, Overtaken when the goal was moved or changed since `version`.
    """
    require(may_conduct(person, item))
    goal, clause = item.goal, clause_in(item.session.cycle, RULE)
    if version is not None and version != goal.version:
        raise Overtaken
    if outcome not in {"passed", "returned", "postponed"}:
        raise refuse("结论须是通过、退回修改或缓议", clause, "请选择", "outcome")
    step = {"passed": forward_step, "returned": back_step}.get(outcome)
    taken = step(person, goal) if step else None
    if step and taken is None:
        label = workflow_of(goal).states[goal.state].label
        word = "通过" if outcome == "passed" else "退回"
        remedy = "请由有这一步的人员办理；单位当场修改的，签署后再办"
        raise refuse(f"绩效目标现为“{label}”，不由{person.role_label}{word}", clause_in(goal.cycle, "workflows.goals"), remedy)
    with act(person):
        _decide(item, outcome, reason, person, workflow_of(goal).clause_of(taken) if taken else clause)
        if taken:
            move_goal(goal=goal, person=person, action=taken.action, comment=reason, rows=rows, version=version)
        if outcome == "postponed":
            for role in ("unit_project", "unit_finance"):
                _notify(item, role, f"“{goal.subject_year.name}”会审缓议：{item.reason}")


def _decide(item: SessionItem, outcome: str, reason: str, person: Person, clause: str) -> None:
    if outcome != "passed" and not reason.strip():
        raise refuse("退回、缓议、撤出议程须写明意见", clause, "请填写", "reason")
    goal = item.goal
    told: dict[str, Any] = {
        "outcome": outcome, "reason": reason.strip()[:1000], "decided_at": clock.now(), "decided_by": str(person),
        "goal_version": goal.version, "content_hash": hash_of(goal), "money_fen": goal.fiscal_fen + goal.other_fen,
        "changes": changes_from(item.before, goal) if item.before else [], "clause": clause,
    }  # fmt: skip
    fill_once(item, told, "decided_at")
    said = {"goal": goal.subject_year.name, "outcome": item.get_outcome_display(), "comment": item.reason, "signed": item.content_hash}
    record("session.decide", item.session, said, clause)


def say(*, session: ReviewSession, text: str, person: Person, speaker: str = "", item: SessionItem | None = None) -> SessionMinute:
    """记录发言，可以记在某一项下；记下的不能改，说错的再记一条。"""
    require(may_prepare(person, session))
    return _minute(session, "said", text, person, speaker, item)


def correct(*, session: ReviewSession, text: str, person: Person, item: SessionItem | None = None) -> SessionMinute:
    """封存以后的更正：原来的纪要不动，更正另记一条。"""
    require(may_correct(person, session))
    return _minute(session, "correction", text, person, "", item)


def _minute(
    session: ReviewSession, kind: str, text: str, person: Person, speaker: str, item: SessionItem | None
) -> SessionMinute:
    clause = clause_in(session.cycle, RULE)
    if not text.strip():
        raise refuse("没有填写内容", clause, "请填写", "text")
    if item is not None and item.session_id != session.pk:
        raise refuse("这一项不在本次会审的议程上", clause, "请刷新页面", "item")
    with act(person):
        made = SessionMinute.objects.create(
            session=session, item=item, kind=kind, speaker=speaker.strip()[:120], text=text.strip()[:1000],
            at=clock.now(), by=str(person),
        )  # fmt: skip
        told = {"speaker": made.speaker, "text": made.text, "goal": item.goal.subject_year.name if item else ""}
        record(f"session.{kind}", session, told, clause)
    return made


def _invite(session: ReviewSession, only: set[int] | None = None) -> None:
    """Tell the units and departments of the agenda when their turn is."""
    told: set[tuple[int, str]] = set()
    for slot in slots_of(session):
        if slot.number is None or slot.item.decided_at is not None or (only is not None and slot.item.pk not in only):
            continue
        when = f"{session.held_on}{' ' + slot.when if slot.when else ''}"
        year = slot.item.goal.subject_year
        text = f"“{year.name}”绩效目标会审：{when}，{session.venue or '地点另行通知'}，第 {slot.number} 项"
        for role in ("unit_project", "unit_finance"):
            _notify(slot.item, role, text)
        if (year.department_id, "department_reviewer") not in told:
            told.add((year.department_id, "department_reviewer"))
            _notify(slot.item, "department_reviewer", text)


def _notify(item: SessionItem, role: str, text: str) -> None:
    year = item.goal.subject_year
    body = year.department if role == "department_reviewer" else year.unit
    notify(organisation=body, role=role, text=text, link=reverse("goals:session_item", args=[item.pk]), about=item.goal)


def chair_choices(place_id: int) -> Sequence[tuple[str, str]]:
    """Return who may chair, for a form: the appointment and the person in words."""
    rows: Iterable[Appointment] = chairs_of(place_id)
    return [(str(one.pk), str(person_of(one))) for one in rows]
