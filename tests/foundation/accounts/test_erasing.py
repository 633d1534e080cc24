"""Personal data go when a person asks who serves no longer: the chain stays whole, pages say 已清除."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.erasing import erase_person
from jiheng.foundation.accounts.models import Organisation, Place, User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.services import end_appointment, register_person, switch_account
from jiheng.foundation.audit.models import Aside, Entry
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import Denied, Refused
from tests.make import make_organisation, make_person, make_place, sign_in

NAME = "钱一仁"


@pytest.fixture
def security(db: None) -> Person:
    return make_person(make_organisation(make_place(), "bureau", "财政局"), "security_admin")


@pytest.fixture
def gone(security: Person) -> Person:
    """Somebody who acted, left, and whose account is off."""
    place = Place.objects.get(pk=security.place_id)
    bureau = Organisation.objects.get(pk=security.organisation_id)
    with clock.at(date(2023, 3, 1)):
        made, _ = register_person(
            username="qianyiren", name=NAME, organisation=bureau, role="division", valid_from=date(2023, 3, 1),
            reason="财人〔2023〕1号", person=security,
        )  # fmt: skip
        person = person_of(made)
        with act(person):
            record("trial.one", "x:1", {"fen": 3})
    with clock.at(date(2023, 6, 1)):
        end_appointment(appointment=made, day=date(2023, 5, 31), person=security, reason="调离")
        switch_account(user=made.user, place=place, on=False, person=security, reason="调离")
    return person


def erase(security: Person, user_id: int, reason: str = "本人申请") -> None:
    with clock.at(date(2023, 7, 1)):
        user, place = User.objects.get(pk=user_id), Place.objects.get(pk=security.place_id)
        erase_person(user=user, place=place, person=security, reason=reason)


def traces(name: str) -> list[str]:
    """Every place in the chain, beside it and in the accounts where a text still stands."""
    rows = [*Entry.objects.values(), *Aside.objects.values(), *User.objects.values()]
    return [str(one) for one in rows if name in str(one)]


def test_names_never_stand_in_the_chain_itself(security: Person, gone: Person) -> None:
    assert not [one for one in Entry.objects.values() if NAME in str(one) or "qianyiren" in str(one)]
    assert history("x:1")[0].actor == str(gone)


def test_erased_names_are_gone_everywhere_and_the_chain_still_verifies(security: Person, gone: Person) -> None:
    before = list(Entry.objects.order_by("pk").values_list("digest", flat=True))
    erase(security, gone.user_id)
    assert traces(NAME) == []
    assert traces("qianyiren") == []
    assert history("x:1")[0].actor == "已清除"
    assert list(Entry.objects.order_by("pk").values_list("digest", flat=True))[:-1] == before
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.actor) == ("audit.erase", str(security))
    assert first_break(security.place_id) is None


def test_nobody_is_erased_who_serves_or_without_a_reason(security: Person, gone: Person) -> None:
    with pytest.raises(Refused, match="理由"):
        erase(security, gone.user_id, " ")
    other = make_person(Organisation.objects.get(pk=security.organisation_id), "treasury")
    with pytest.raises(Refused, match="停用账号"):
        erase(security, other.user_id)
    with pytest.raises(Denied):
        erase(other, gone.user_id)
    with pytest.raises(Denied):
        erase(security, security.user_id)
    assert traces(NAME)
    erase(security, gone.user_id)
    with pytest.raises(Refused, match="已经清除"):
        erase(security, gone.user_id)


def test_database_lets_names_be_emptied_and_nothing_else(security: Person, gone: Person) -> None:
    held = Aside.objects.filter(text=str(gone))
    for harm in ({"text": "别人"}, {"text": ""}, {"digest": "sha256:0"}, {"about": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            held.update(**harm)
    with pytest.raises(DatabaseError), transaction.atomic():
        Aside.objects.filter(text=str(gone))._raw_delete("default")
    erase(security, gone.user_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        Aside.objects.filter(erased_at__isnull=False).update(text=NAME, erased_at=None)


def test_page_asks_for_the_reason_and_says_what_goes(security: Person, gone: Person, client: Client) -> None:
    with clock.at(date(2023, 7, 1)):
        sign_in(client, security)
        assert "清除个人信息" in client.get(f"/people/{gone.user_id}/").content.decode()
        page = client.get(f"/people/{gone.user_id}/erase/").content.decode()
        assert "不能恢复" in page
        assert client.post(f"/people/{gone.user_id}/erase/", {"reason": ""}).status_code == 422
        done = client.post(f"/people/{gone.user_id}/erase/", {"reason": "本人申请"})
        assert done.status_code == 302
        shown = client.get(f"/people/{gone.user_id}/").content.decode()
        assert NAME not in shown
        assert "已清除" in shown
        assert client.get(f"/people/{gone.user_id}/erase/").status_code == 403
