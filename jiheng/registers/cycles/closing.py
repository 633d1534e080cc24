"""Closing a year and opening it again: one asks, another decides; what is open or public is shown before."""

from django.apps import apps
from django.db import IntegrityError
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import PublishedFigure, Unfinished
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.access import may_ask_turn, may_decide_turn
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.freeze import hold_writers
from jiheng.registers.cycles.models import Cycle, Extension, Turn
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.refusal import Refusal

REASON_LENGTH = 300


def open_points(cycle: Cycle) -> list[Unfinished]:
    """Return what keeps a year from being closed: cases under way, requests undecided, what stages name."""
    found = []
    workflows = policy_for(cycle).workflows
    for stage in stages():
        for label, track in stage.tracks.items():
            if track.workflow not in workflows:
                continue  # the year's rules know no such cases, so there are none
            rows = apps.get_model(label)._default_manager.filter(cycle=cycle)
            running = rows.exclude(state__in=workflows[track.workflow].final)
            if count := running.count():
                found.append(Unfinished(f"{track.label}还没有办结", count, reverse(stage.home)))
        found += stage.unfinished(cycle)
    if waiting := Extension.objects.filter(cycle=cycle, state="asked").count():
        found.append(Unfinished("延期申请还没有决定", waiting))
    return found


def published_figures(cycle: Cycle) -> list[PublishedFigure]:
    """Return every number of the year that the public reads: a reopening could change it."""
    return [figure for stage in stages() for figure in stage.published(cycle)]


def closing_refusals(cycle: Cycle) -> list[Refusal]:
    """Return every reason against closing a year now, each with its clause."""
    clause = clause_in(cycle, "duty_year")
    found = []
    if clock.today().year <= cycle.budget_year:
        found.append(Refusal(f"{cycle}尚未结束，{cycle.budget_year + 1} 年 1 月 1 日起才能关闭", clause))
    remedy = "办结、撤销或按程序终止后再关闭"
    return found + [Refusal(f"{one.label}：{one.count} 项", clause, remedy, where=one.url) for one in open_points(cycle)]


def ask_turn(*, cycle: Cycle, kind: str, reason: str, person: Person) -> Turn:
    """Ask for the closing (`close`) or the reopening (`reopen`) of a year.

    关闭前须全部办结；重新开启须写明理由，由另一人批准。 Raises Refused with every reason.
    """
    require(may_ask_turn(person, cycle))
    if (kind == "close") != (cycle.state == "open"):
        raise refuse(f"{cycle}现为“{cycle.get_state_display()}”", clause_in(cycle, "duty_year"))
    if not reason.strip():
        raise refuse("须写明理由", clause_in(cycle, "duty_reasons"), where="reason")
    if len(reason.strip()) > REASON_LENGTH:
        raise mistaken(f"理由不超过 {REASON_LENGTH} 字", where="reason")
    against = closing_refusals(cycle) if kind == "close" else []
    if against:
        raise Refused(against)
    try:
        with act(person):
            turn = Turn.objects.create(
                cycle=cycle,
                kind=kind,
                reason=reason.strip(),
                asked_by_id=person.user_id,
                asker=str(person),
                asked_at=clock.now(),
            )
            record(f"cycle.ask_{kind}", cycle, {"reason": turn.reason}, clause_in(cycle, "duty_year"))
            _tell(cycle, "bureau_leader", f"{turn.asker}申请{turn.get_kind_display()}（{cycle}），待批准")
    except IntegrityError:
        raise mistaken("已有一项申请待批准", remedy="请等待批准或由批准人退回") from None
    return turn


def decide_turn(*, turn: Turn, granted: bool, opinion: str, person: Person) -> None:
    """Grant or refuse a closing or a reopening; never by the one who asked.

    What is still open is counted again, while nobody writes: nothing slips into a year that is being closed.
    """
    cycle = turn.cycle
    require(may_decide_turn(person, turn))
    if not granted and not opinion.strip():
        raise refuse("不批准的须写明意见", clause_in(cycle, "duty_reasons"), where="opinion")
    if len(opinion.strip()) > REASON_LENGTH:
        raise mistaken(f"意见不超过 {REASON_LENGTH} 字", where="opinion")
    with act(person):
        if granted and turn.kind == "close":
            hold_writers()
        risk = len(published_figures(cycle)) if turn.kind == "reopen" else 0
        waiting = Turn.objects.filter(pk=turn.pk, state="asked")
        made = waiting.update(
            state="granted" if granted else "refused",
            decided_by_id=person.user_id,
            decider=str(person),
            decided_at=clock.now(),
            opinion=opinion.strip(),
            at_risk=risk,
        )
        if made != 1:
            raise mistaken("这项申请已经由他人办理", remedy="请刷新页面")
        if granted:
            against = closing_refusals(cycle) if turn.kind == "close" else []
            if against:
                raise Refused(against)
            Cycle.objects.filter(pk=cycle.pk).update(state="closed" if turn.kind == "close" else "open")
        action = f"cycle.{turn.kind}" if granted else f"cycle.deny_{turn.kind}"
        detail = {"reason": turn.reason, "asked_by": turn.asker, "opinion": opinion.strip(), "at_risk": risk}
        record(action, cycle, detail, clause_in(cycle, "duty_year"))
        word = "已批准" if granted else "未批准"
        _tell(cycle, "performance_office", f"{turn.get_kind_display()}（{cycle}）{word}")
    turn.refresh_from_db()
    cycle.refresh_from_db(fields=["state"])


def _tell(cycle: Cycle, role: str, text: str) -> None:
    for bureau in bureaus_of(cycle.place_id):
        notify(organisation=bureau, role=role, text=text, link=f"/cycles/{cycle.pk}/turn/", about=cycle)
