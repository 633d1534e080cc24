"""What is reported upward: whom the place names, one paper after the other, receipts once, referrals for few."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.stages.disclosure.models import Dispatch
from jiheng.stages.disclosure.reporting.access import REFERRAL, may_note_receipt, visible_dispatches
from jiheng.stages.disclosure.reporting.queries import lines_of
from jiheng.stages.disclosure.reporting.services import Paper, note_dispatch, note_receipt
from tests.channels.api.callers import call, token_for
from tests.make import County, make_county, sign_in

SENT = date(2024, 6, 10)
PARTY = "同级党委"


@pytest.fixture
def county(db: None) -> County:
    return make_county("hunan-tianyuan")


def send(county: County, recipient: str = PARTY, title: str = "评价结果报告", matter: str = "results_reported_to", note: str = "") -> Dispatch:
    with clock.at(SENT):
        paper = Paper(matter, recipient, title, SENT, note=note)
        return note_dispatch(cycle=county.cycle, paper=paper, person=county.person("performance_office"))


def test_every_recipient_of_the_rules_stands_with_how_far_it_is(county: County) -> None:
    made = send(county)
    assert made.clause == str(rules_at(county.cycle).value("results_reported_to").clause)
    office = county.person("performance_office")
    states = {one.recipient: one.state[0] for one in lines_of(county.cycle, office) if one.matter == "results_reported_to"}
    assert states == {PARTY: "已报送", "同级政府": "未报送", "组织人事部门": "未报送"}
    with clock.at(date(2024, 6, 12)):
        note_receipt(dispatch=made, day=date(2024, 6, 11), receipt="签收", person=office)
    told = {(one.matter, one.recipient): one.state[0] for one in lines_of(county.cycle, office)}
    assert told["results_reported_to", PARTY] == "已收到"
    assert told["assessment_reported_to", PARTY] == "未报送"  # another matter, reported to the same party committee
    assert {one.action for one in history(made)} == {"dispatch.send", "dispatch.receive"}


@pytest.mark.parametrize(("day", "fine"), [(date(2024, 6, 9), False), (SENT, True), (date(2024, 6, 12), True), (date(2024, 6, 13), False)])
def test_a_receipt_lies_between_sending_and_today(county: County, day: date, fine: bool) -> None:
    made, office = send(county), county.person("performance_office")
    with clock.at(date(2024, 6, 12)):
        if not fine:
            with pytest.raises(Refused, match="须在报送日期"):
                note_receipt(dispatch=made, day=day, receipt="", person=office)
            return
        note_receipt(dispatch=made, day=day, receipt="签收", person=office)
        with pytest.raises(Refused, match="回执已经登记"):
            note_receipt(dispatch=made, day=day, receipt="再签", person=office)


def test_everything_against_a_paper_is_said_at_once(county: County) -> None:
    with clock.at(SENT), pytest.raises(Refused) as refused:
        note_dispatch(
            cycle=county.cycle,
            paper=Paper("results_reported_to", "某协会", " ", date(2024, 6, 11)),
            person=county.person("performance_office"),
        )
    assert [one.where for one in refused.value.refusals] == ["recipient", "title", "sent_on"]
    send(county)
    with pytest.raises(Refused, match="已登记报送"):
        send(county)
    with pytest.raises(Refused, match="没有规定"):
        send(county, matter="goals_reported_to")
    with clock.at(SENT), pytest.raises(Refused, match="由绩效管理股登记"):
        note_dispatch(cycle=county.cycle, paper=Paper("results_reported_to", PARTY, "二", SENT), person=county.person("division"))


def test_a_recipient_has_received_once_every_paper_was_received(county: County) -> None:
    office = county.person("performance_office")

    def state() -> str:
        return next(one.state[0] for one in lines_of(county.cycle, office) if one.sent)

    papers = [send(county, title=title) for title in ("报告", "补充报告")]
    told = [state()]
    for one in papers:
        with clock.at(SENT):
            note_receipt(dispatch=one, day=SENT, receipt="签收", person=office)
        told.append(state())
    assert told == ["已报送", "部分收到", "已收到"]


def test_what_was_noted_stays_and_a_receipt_is_added_once(county: County) -> None:
    made, office = send(county), county.person("performance_office")
    stale = Dispatch.objects.get(pk=made.pk)
    with clock.at(SENT):
        note_receipt(dispatch=made, day=SENT, receipt="签收", person=office)
        with pytest.raises(Refused, match="回执已经登记"):
            note_receipt(dispatch=stale, day=SENT, receipt="又签", person=office)
    for change in ({"title": "另一份"}, {"sent_on": date(2024, 6, 1)}, {"received_on": None}, {"receipt": "改签"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Dispatch.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


@pytest.mark.feature("1.11")
def test_a_closed_year_takes_the_receipt_that_came_later_and_nothing_else(client: Client, county: County) -> None:
    made, office = send(county), county.person("performance_office")
    Cycle.objects.filter(pk=county.cycle.pk).update(state="closed")
    made = Dispatch.objects.get(pk=made.pk)
    with pytest.raises(Refused, match="关闭"):
        send(county, title="另一份")
    for change in ({"title": "另一份"}, {"note": "补"}, {"title": "另一份", "received_on": SENT}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Dispatch.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dispatch.objects.filter(pk=made.pk).delete()
    assert not Dispatch.objects.exclude(pk=made.pk).exists()
    shown = sign_in(client, office, county.cycle).get(reverse("disclosure:reporting")).content.decode()
    assert made.title in shown
    assert "登记报送" not in shown
    assert "登记移送" not in shown
    assert "封存后收到的回执仍可补登" in shown
    assert not may_note_receipt(county.person("division"), made)
    later = {"received_on": "2024-06-12", "receipt": "函复收悉"}
    assert client.post(reverse("disclosure:reporting_receipt", args=[made.pk]), later).status_code == 302
    made.refresh_from_db()
    assert (made.received_on, made.receipt) == (date(2024, 6, 12), "函复收悉")
    assert any(one.action == "dispatch.receive" for one in history(made))
    with pytest.raises(Refused, match="回执已经登记"):
        note_receipt(dispatch=made, day=SENT, receipt="再签", person=office)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dispatch.objects.filter(pk=made.pk).update(receipt="改签")


@pytest.mark.feature("7.12")
def test_what_is_handed_over_is_for_few(county: County) -> None:
    with pytest.raises(Refused, match="没有写明移送给哪个机关"):
        send(county, " ", "问题线索", REFERRAL, note="虚报完成数量")
    with pytest.raises(Refused, match="移送须写明"):
        send(county, "区纪委监委", "问题线索", REFERRAL)
    made = send(county, "区纪委监委", "问题线索", REFERRAL, note="虚报完成数量")
    for role in ("performance_office", "bureau_leader"):
        assert made in visible_dispatches(county.person(role))
    for role in ("division", "treasury", "congress", "unit_head", "department_reviewer"):
        assert made not in visible_dispatches(county.person(role))
    (line,) = [one for one in history(made) if one.action == "dispatch.send"]
    assert "虚报" not in str(line.detail)
    assert "问题线索" not in str(line.detail)


def test_the_page_notes_paper_and_receipt(client: Client, county: County) -> None:
    sign_in(client, county.person("performance_office"), county.cycle)
    page = reverse("disclosure:reporting")
    shown = client.get(page).content.decode()
    assert "未报送" in shown
    assert "登记移送" in shown
    told = {"prefix": "p0", "p0-matter": "results_reported_to", "p0-recipient": PARTY, "p0-title": "报告", "p0-sent_on": "2024-06-10"}
    assert client.post(reverse("disclosure:reporting_send"), told).status_code == 302
    made = Dispatch.objects.get()
    answer = client.post(reverse("disclosure:reporting_receipt", args=[made.pk]), {"received_on": "2024-06-11", "receipt": "签收"})
    assert answer.status_code == 302
    assert "已收到" in client.get(page).content.decode()
    sign_in(client, county.person("unit_project"), county.cycle)
    assert client.get(page).status_code == 403


def test_the_interface_notes_paper_and_receipt(county: County) -> None:
    office, division = (token_for(county.person(role)) for role in ("performance_office", "division"))
    body = {"matter": "results_reported_to", "recipient": PARTY, "title": "报告", "sent_on": f"{clock.today()}"}
    made = call(office, "POST", "dispatches/new", body, key="send-00001")
    assert made.status_code == 200, made.content.decode()
    assert call(office, "POST", "dispatches/new", body, key="send-00001").content == made.content
    assert "已登记报送" in call(office, "POST", "dispatches/new", body).json()["detail"]
    path = f"dispatches/{made.json()['id']}"
    told = {"received_on": f"{clock.today()}", "receipt": "签收"}
    assert call(office, "POST", f"{path}/receipt", told).status_code == 428
    assert call(office, "POST", f"{path}/receipt", told, etag=f'"{"0" * 32}"').status_code == 412
    assert call(division, "POST", f"{path}/receipt", told, etag=made["ETag"]).status_code == 403
    assert call(office, "POST", f"{path}/receipt", told, etag=made["ETag"]).json()["receipt"] == "签收"
    assert "回执已经登记" in call(office, "POST", f"{path}/receipt", told, etag=made["ETag"]).json()["detail"]
    lines = call(division, "GET", "dispatches").json()["items"]
    assert [one["state"] for one in lines if one["dispatch_ids"]] == ["已收到"]
    secret = {**body, "matter": REFERRAL, "recipient": "区纪委监委", "note": "虚报完成数量"}
    handed = call(office, "POST", "dispatches/new", secret).json()["id"]
    assert call(division, "GET", f"dispatches/{handed}").status_code == 404
    assert REFERRAL not in {one["matter"] for one in call(division, "GET", "dispatches").json()["items"]}
