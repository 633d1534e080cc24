"""Tokens: shown once, kept as a digest, tied to one appointment, revoked at once; nothing else opens the interface."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client, override_settings

from jiheng.channels.api.models import Token
from jiheng.channels.api.tokens import create_token, revoke_token
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Refused
from tests.channels.api.callers import BASE, call, token_for
from tests.make import County, make_county, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> County:
    return make_county()


def status(token: str, path: str = "me") -> int:
    return int(call(token, "GET", path).status_code)


def test_a_token_is_shown_once_and_kept_as_a_digest(place: County, client: Client) -> None:
    person = place.person("unit_project")
    sign_in(client, person)
    sent = {"name": "一体化对接", "expires_on": str(clock.today() + timedelta(days=90)), "areas": ["goals"]}
    shown = client.post("/api/tokens/new/", sent)
    assert shown["Cache-Control"] == "no-store"
    text = next(word for word in shown.content.decode().replace("<", " ").replace(">", " ").split() if word.startswith("jh_"))
    kept = Token.objects.get()
    assert text not in client.get("/api/tokens/").content.decode()
    assert kept.read_only
    secret = text.rsplit("_", 1)[1] if text.count("_") == 2 else text.split("_", 2)[2]
    for one in (kept.digest, str(Entry.objects.filter(action="token.create").get().detail)):
        assert secret not in one
    assert status(text, "goals") == HTTPStatus.OK
    assert status(text, "me") == HTTPStatus.FORBIDDEN  # another area


def test_a_token_may_do_no_more_than_it_says(place: County) -> None:
    person = place.person("performance_office")
    reader = token_for(person, name="只读", read_only=True)
    assert status(reader, "goals") == HTTPStatus.OK
    refused = call(reader, "POST", "assessments/compute")
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (403, "这个令牌只能读取")
    narrow = token_for(person, name="台账", areas=["ledger"])
    assert status(narrow, "ledger-entries") == HTTPStatus.OK
    assert status(narrow, "goals") == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "end", ["revoked", "expired", "appointment", "account", "password", "wrong secret", "wrong mark"]
)
def test_what_has_ended_opens_nothing_and_does_not_say_why(place: County, end: str) -> None:
    person = place.person("unit_project")
    text = token_for(person)
    assert status(text) == HTTPStatus.OK
    held = Appointment.objects.filter(pk=person.appointment_id)
    yesterday = clock.today() - timedelta(days=1)
    match end:
        case "revoked":
            revoke_token(token=Token.objects.get(), person=person)
        case "expired":
            Token.objects.update(expires_on=yesterday)
        case "appointment":
            held.update(valid_from=yesterday - timedelta(days=9), valid_to=yesterday)
        case "account":
            User.objects.filter(pk=person.user_id).update(is_active=False)
        case "password":
            User.objects.filter(pk=person.user_id).update(must_change_password=True)
        case "wrong secret":
            text += "x"
        case _:
            text = text.replace("jh_", "jh_0")
    answer = call(text, "GET", "me")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"].startswith("令牌无效：写错、已过期、已吊销、任职已结束")


def test_a_session_opens_no_endpoint(place: County, client: Client) -> None:
    """No cookie is looked at, so no other site's page can make a browser act."""
    sign_in(client, place.person("performance_office"))
    assert client.get("/goals/").status_code == HTTPStatus.OK
    assert client.get(f"{BASE}goals").status_code == HTTPStatus.UNAUTHORIZED
    posted = client.post(f"{BASE}assessments/compute", headers={"Idempotency-Key": "by-cookie-1"})
    assert posted.status_code == HTTPStatus.UNAUTHORIZED
    assert not posted.cookies


def test_one_appointments_token_is_not_the_others(place: County) -> None:
    """Of two appointments of one user the token acts under its own."""
    unit = Appointment.objects.get(pk=place.person("unit_project").appointment_id)
    other = Appointment.objects.create(
        user=unit.user, organisation=unit.organisation, role="unit_finance", valid_from=unit.valid_from
    )
    assert call(token_for(unit), "GET", "me").json()["role"] == "unit_project"
    assert call(token_for(other, name="财务"), "GET", "me").json()["role"] == "unit_finance"


def test_the_security_administrator_sees_and_revokes_with_a_reason(place: County, client: Client) -> None:
    keeper = place.person("security_admin")
    text = token_for(place.person("unit_project"), name="旧系统")
    token = Token.objects.get()
    sign_in(client, keeper)
    assert "旧系统" in client.get("/api/tokens/all/").content.decode()
    assert client.post(f"/api/tokens/{token.pk}/revoke/", {"reason": ""}).status_code == 422
    assert status(text) == HTTPStatus.OK
    assert client.post(f"/api/tokens/{token.pk}/revoke/", {"reason": "怀疑泄露"}).status_code == 302
    assert status(text) == HTTPStatus.UNAUTHORIZED
    entry = Entry.objects.get(action="token.revoke")
    assert entry.detail["reason"] == "怀疑泄露"
    sign_in(client, place.person("division"))
    assert client.get("/api/tokens/all/").status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"/api/tokens/{token.pk}/revoke/", {"reason": "x"}).status_code == HTTPStatus.NOT_FOUND


def test_others_of_the_place_cannot_revoke(place: County) -> None:
    token_for(place.person("unit_project"))
    for stranger in (place.person("unit_finance"), make_person(place.bureau, "division")):
        with pytest.raises(Refused):
            revoke_token(token=Token.objects.get(), person=stranger, reason="无")


def test_a_token_cannot_be_made_too_long_too_often_or_by_a_token(place: County) -> None:
    person: Person = place.person("unit_project")
    today = clock.today()

    def refused(**told: Any) -> str:
        given: dict[str, Any] = {"name": "甲", "expires_on": today} | told
        with pytest.raises(Refused) as said:
            create_token(person=person, **given)
        assert all(one.clause for one in said.value.refusals)
        return str(said.value)

    assert "最长一年" in refused(expires_on=today + timedelta(days=400))
    assert "用途" in refused(name=" ")
    assert "范围" in refused(areas=["everything"])
    for number in range(10):
        create_token(person=person, name=f"第 {number} 个", expires_on=today)
    assert "最多同时有 10 个" in refused()


@override_settings(API_RATE=3, API_WRONG_TOKENS=2)
def test_calls_are_throttled_by_token_and_guesses_by_address(place: County) -> None:
    one, two = token_for(place.person("division")), token_for(place.person("treasury"))
    with clock.at(clock.today()):
        assert [status(one) for _ in range(4)] == [200, 200, 200, 429]
        assert status(two) == HTTPStatus.OK
        limited = call(one, "GET", "me")
        assert 0 < int(limited["Retry-After"]) <= 60
        assert [status("jh_0_guess") for _ in range(3)] == [401, 401, 429]


def test_unknown_addresses_answer_alike_and_in_the_interfaces_words(place: County) -> None:
    token = token_for(place.person("division"))
    for path in ("nothing", "goals/abc", "goals/-1", "goals/99999999999999999999999", f"goals/{2**62}"):
        answer = call(token, "GET", path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), path
    other = call(token, "PUT", "goals")
    assert other.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "GET" in other["Allow"]
