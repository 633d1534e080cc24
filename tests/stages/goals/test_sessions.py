"""Face-to-face sessions: agenda and slots, decisions on the spot by the goal's own table, minutes sealed by the chair."""

import re
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.refused import Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.stages.goals.models import Goal, ReviewSession, SessionItem
from jiheng.stages.goals.sessions.access import (
    may_conduct,
    may_open_room,
    may_plan,
    visible_items,
    visible_sessions,
)
from jiheng.stages.goals.sessions.queries import slots_of, waiting_for_session
from jiheng.stages.goals.sessions.services import (
    Plan,
    add_party,
    chairs_of,
    correct,
    decide_item,
    drop_item,
    move_session,
    plan_session,
    put_on_agenda,
    remove_party,
    save_session,
    say,
    shift_item,
)
from tests.make import County, make_county, make_goal, make_subject, sign_in

DAY = date(2022, 11, 20)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def goals(county: County, *units: int, state: str = "performance") -> list[Goal]:
    return [make_goal(county, make_subject(county, unit=unit), state) for unit in units]


def plan(county: County, chair: str = "performance_office", **told: Any) -> Plan:
    appointment = county.person(chair).appointment_id
    values: dict[str, Any] = {"title": "第一场会审", "held_on": DAY, "chair": appointment, "begins_at": time(9, 0), "slot_minutes": 20}
    return Plan(**(values | told))


def held(county: County, rows: list[Goal], *, open_it: bool = True, **told: Any) -> ReviewSession:
    office = county.person("performance_office")
    session = plan_session(cycle=county.cycle, plan=plan(county, **told), person=office)
    put_on_agenda(session=session, goals=rows, person=office)
    if open_it:
        move_session(session=session, action="convene", person=office)
    return session


@pytest.mark.feature("3.11")
def test_a_goal_is_passed_or_returned_on_the_spot_by_its_own_table(county: County) -> None:
    with clock.at(DAY):
        one, two = goals(county, 0, 2)
        session = held(county, [one, two])
        first, second = session.items.all()
        office = county.person("performance_office")
        decide_item(item=first, outcome="passed", person=office)
        decide_item(item=second, outcome="returned", reason="数量指标没有分解", person=office)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("reviewed", "draft")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.outcome, second.reason) == ("passed", "returned", "数量指标没有分解")
    assert first.money_fen == one.fiscal_fen + one.other_fen
    said = [line for line in history(session) if line.action == "session.decide"]
    assert {line.detail["outcome"] for line in said} == {"通过", "退回修改"}
    assert all(line.clause for line in said)


@pytest.mark.feature("3.11")
def test_who_has_no_step_on_the_goal_cannot_pass_it_but_may_postpone(county: County) -> None:
    with clock.at(DAY):
        (goal,) = goals(county, 0)
        session = held(county, [goal])
        item = session.items.get()
        with pytest.raises(Refused, match="不由业务股室通过"):
            decide_item(item=item, outcome="passed", person=county.person("division"))
        with pytest.raises(Refused, match="须写明意见"):
            decide_item(item=item, outcome="postponed", person=county.person("division"))
        decide_item(item=item, outcome="postponed", reason="等待方案论证", person=county.person("division"))
        goal.refresh_from_db()
        assert goal.state == "performance"
        assert not may_conduct(county.person("performance_office"), SessionItem.objects.get())
        with pytest.raises(Refused, match="已有结论"):
            decide_item(item=SessionItem.objects.get(), outcome="passed", person=county.person("performance_office"))


def test_nothing_is_decided_before_the_session_is_open_nor_on_a_goal_that_moved(county: County) -> None:
    with clock.at(DAY):
        (goal,) = goals(county, 0)
        office = county.person("performance_office")
        session = held(county, [goal], open_it=False)
        item = session.items.get()
        with pytest.raises(Refused, match="会审还没有开始"):
            decide_item(item=item, outcome="passed", person=office)
        move_session(session=session, action="convene", person=office)
        item = SessionItem.objects.get()
        with pytest.raises(Overtaken):
            decide_item(item=item, outcome="passed", person=office, version=goal.version + 1)
        assert SessionItem.objects.get().outcome == ""


@pytest.mark.feature("3.11")
def test_sealed_by_the_chair_alone_when_all_is_decided_and_then_nothing_changes(county: County) -> None:
    with clock.at(DAY):
        (goal,) = goals(county, 0)
        session = held(county, [goal], chair="bureau_leader")
        office, chair = county.person("performance_office"), county.person("bureau_leader")
        party = add_party(session=session, kind="congress", body="市人大代表", names="两名代表", person=office)
        with pytest.raises(Refused, match="还没有结论"):
            move_session(session=session, action="seal", person=chair)
        say(session=session, item=session.items.get(), speaker="人大代表", text="培训人数请写明", person=office)
        decide_item(item=session.items.get(), outcome="passed", person=office)
        with pytest.raises(Refused, match="由主持人"):
            move_session(session=session, action="seal", person=office)
        with pytest.raises(Refused, match="请直接修改"):
            correct(session=session, text="人数写错", person=office)
        move_session(session=session, action="seal", person=chair)
        session.refresh_from_db()
        assert session.state == "sealed"
        assert len(session.sealed_hash) == 64
        for attempt in (
            lambda: say(session=session, text="补记", person=office),
            lambda: save_session(session=session, plan=plan(county), person=office),
            lambda: remove_party(session=session, party=party.pk, person=office),
            lambda: put_on_agenda(session=session, goals=[], person=office),
        ):
            with pytest.raises(Refused, match="已封存"):
                attempt()
        correct(session=session, text="代表为三名", person=office)
    assert [one.kind for one in session.minutes.all()] == ["said", "correction"]


@pytest.mark.feature("3.11")
def test_the_database_keeps_what_was_decided_said_and_sealed(county: County) -> None:
    with clock.at(DAY):
        (goal,) = goals(county, 0)
        session = held(county, [goal])
        office = county.person("performance_office")
        made = say(session=session, text="请写明人数", person=office)
        decide_item(item=session.items.get(), outcome="passed", person=office)
        move_session(session=session, action="seal", person=office)
    rows = (
        (SessionItem.objects.filter(session=session), {"reason": "改"}),
        (SessionItem.objects.filter(session=session), {"outcome": "returned"}),
        (ReviewSession.objects.filter(pk=session.pk), {"title": "改"}),
        (type(made).objects.filter(pk=made.pk), {"text": "改"}),
    )
    for found, change in rows:
        with pytest.raises(DatabaseError), transaction.atomic():
            found.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionItem.objects.filter(session=session).delete()


def test_the_agenda_takes_only_what_is_under_review_and_once(county: County) -> None:
    with clock.at(DAY):
        draft, here = goals(county, 0, state="draft") + goals(county, 0)
        office = county.person("performance_office")
        session = held(county, [here])
        other = plan_session(cycle=county.cycle, plan=plan(county, title="第二场"), person=office)
        with pytest.raises(Refused, match="不在审核环节"):
            put_on_agenda(session=other, goals=[draft], person=office)
        with pytest.raises(Refused, match="已在会审议程上"):
            put_on_agenda(session=other, goals=[here], person=office)
        with pytest.raises(Refused, match="议程上还没有绩效目标"):
            move_session(session=other, action="convene", person=office)
        assert list(waiting_for_session(office, county.cycle)) == []
        drop_item(item=session.items.get(), reason="单位请假", person=office)
        assert list(waiting_for_session(office, county.cycle)) == [here]
        put_on_agenda(session=other, goals=[here], person=office)


@pytest.mark.feature("3.11")
def test_slots_follow_the_hour_and_the_order(county: County) -> None:
    with clock.at(DAY):
        rows = goals(county, 0, 1, 2)
        session = held(county, rows, open_it=False)
        office = county.person("performance_office")
        assert [slot.when for slot in slots_of(session)] == ["09:00—09:20", "09:20—09:40", "09:40—10:00"]
        last = session.items.last()
        assert last is not None
        shift_item(item=last, up=True, person=office)
        assert [slot.item.goal_id for slot in slots_of(session)] == [rows[0].pk, rows[2].pk, rows[1].pk]
        drop_item(item=session.items.get(goal=rows[0]), reason="改期", person=office)
        assert [(slot.number, slot.when) for slot in slots_of(session) if slot.number] == [(1, "09:00—09:20"), (2, "09:20—09:40")]
        own = slots_of(session, county.person("unit_project", 1))
        assert [(slot.number, slot.item.goal_id) for slot in own] == [(2, rows[1].pk)]
        move_session(session=session, action="convene", person=office)
    texts = Notice.objects.filter(text__contains="绩效目标会审").values_list("text", flat=True)
    assert any("09:20—09:40" in one and "第 2 项" in one for one in texts)


def test_each_sees_their_own_part(county: County) -> None:
    with clock.at(DAY):
        session = held(county, goals(county, 0, 2))
    assert visible_sessions(county.person("unit_project", 1)).count() == 0
    assert visible_items(county.person("unit_project", 0)).count() == 1
    assert visible_items(county.person("department_reviewer", 1)).count() == 1
    assert visible_items(county.person("congress")).count() == 2
    assert visible_sessions(county.person("agency")).count() == 0
    assert not may_plan(county.person("department_reviewer"))
    assert not may_open_room(county.person("unit_project"))
    assert may_open_room(county.person("congress"))
    assert session.items.count() == 2


def test_a_chair_is_of_the_bureau(county: County) -> None:
    office = county.person("performance_office")
    outsider = county.person("unit_head").appointment_id
    with pytest.raises(Refused, match="主持人须是"):
        plan_session(cycle=county.cycle, plan=Plan("一场", DAY, outsider), person=office)
    assert outsider not in chairs_of(county.place.pk).values_list("pk", flat=True)


@pytest.mark.feature("3.11")
def test_the_room_shows_one_goal_and_no_names(county: County, client: Client) -> None:
    with clock.at(DAY):
        rows = goals(county, 0, 2)
        session = held(county, rows)
        sign_in(client, county.person("performance_office"), county.cycle)
        page = client.get(reverse("goals:session_room", args=[session.pk])).content.decode()
        assert rows[0].subject_year.name in page
        assert "师生满意度" in page
        assert "下一项" in page
        assert rows[1].subject_year.name in page
        for person in (county.person("performance_office"), county.person("department_reviewer"), county.person("unit_project")):
            assert person.name not in page
        second = client.get(reverse("goals:session_room", args=[session.pk]), {"at": 2}).content.decode()
        assert "这是最后一项" in second
        decide_item(item=session.items.all()[0], outcome="passed", person=county.person("performance_office"))
        now = client.get(reverse("goals:session_room", args=[session.pk])).content.decode()
        assert f'<h1 class="room-name">{rows[1].subject_year.name}</h1>' in now


@pytest.mark.feature("3.11")
def test_every_indicator_of_a_long_goal_can_be_turned_to_in_the_room(county: County, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiheng.stages.goals.sessions.pages.ROWS_IN_ROOM", 3)
    with clock.at(DAY):
        session = held(county, goals(county, 0))
        names = [row.name for row in session.items.get().goal.indicators.all()]
        sign_in(client, county.person("performance_office"), county.cycle)
        address, seen = f"{reverse('goals:session_room', args=[session.pk])}", []
        said = "?at=1"
        while said:
            page = client.get(address + said).content.decode()
            seen += [name for name in names if f"<span>{name}</span>" in page]
            below = re.search(r'rel="down" href="([^"]+)"', page)
            said = below[1].replace("&amp;", "&") if below else ""
    assert len(names) > 3
    assert seen == names


@pytest.mark.feature("3.11")
def test_minutes_tell_who_came_what_was_decided_and_said(county: County, client: Client) -> None:
    with clock.at(DAY):
        rows = goals(county, 0, 2)
        session = held(county, rows)
        office = county.person("performance_office")
        add_party(session=session, kind="cppcc", body="市政协", names="委员一名", duty="监督", person=office)
        say(session=session, item=session.items.all()[1], speaker="政协委员", text="受益户数偏低", person=office)
        decide_item(item=session.items.all()[0], outcome="passed", person=office)
        decide_item(item=session.items.all()[1], outcome="returned", reason="补充受益户数", person=office)
        move_session(session=session, action="seal", person=office)
        sign_in(client, office, county.cycle)
        word = client.get(reverse("goals:session_docx", args=[session.pk]))
        assert client.get(reverse("goals:session_pdf", args=[session.pk])).content.startswith(b"%PDF")
    read = Document(BytesIO(word.content))
    text = "\n".join([*(one.text for one in read.paragraphs), *(cell.text for table in read.tables for row in table.rows for cell in row.cells)])
    told = ("通过 1 项，退回修改 1 项", "市政协", "受益户数偏低", "补充受益户数", rows[0].subject_year.name, session.sealed_hash[:16])
    assert [words for words in told if words not in text] == []
    assert len(session.sealed_hash) == 64


def test_session_that_is_not_held_is_cancelled_with_its_reason_and_lets_its_goals_go(county: County) -> None:
    with clock.at(DAY):
        host, rows = county.person("performance_office"), goals(county, 0)
        session = held(county, rows, open_it=False)
        with pytest.raises(Refused):
            move_session(session=session, action="cancel", person=host)
        move_session(session=session, action="cancel", person=host, comment="领导出差，改期另行召集")
        item = session.items.get()
        assert (session.state, item.outcome, item.reason) == ("cancelled", "dropped", "领导出差，改期另行召集")
        with pytest.raises(Refused, match="已撤销"):
            put_on_agenda(session=session, goals=rows, person=host)
        assert held(county, rows).items.count() == 1
