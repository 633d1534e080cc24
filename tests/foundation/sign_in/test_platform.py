"""Signing in over a platform that the test starts: the way through, and everything that must not get through."""

import base64
import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.sign_in import platform as client_side
from jiheng.foundation.sign_in.services import bind
from tests.foundation.sign_in.provider import CLIENT, FOREIGN_KEY, KEY, SECRET, Platform, published
from tests.foundation.sign_in.test_second_factor import Telephone
from tests.make import PASSWORD, make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    found = make_person(make_organisation(make_place(), "bureau", "财政局"), "division")
    User.objects.filter(pk=found.user_id).update(username="zhang")
    return found


@pytest.fixture
def platform(settings: Any, person: Person) -> Iterator[Platform]:
    made = Platform()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = made.issuer, CLIENT, SECRET
    client_side.forget()
    logging.disable(logging.WARNING)
    yield made
    logging.disable(logging.NOTSET)
    made.stop()


def begun(client: Client, wanted: str = "") -> dict[str, str]:
    """Start at our page and return what the browser carries to the platform."""
    answer = client.get("/sign-in/platform/", {"next": wanted} if wanted else {})
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def back(client: Client, target: str) -> Any:
    parts = urlsplit(target)
    return client.get(f"{parts.path}?{parts.query}")


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def through(platform: Platform, client: Client | None = None, wanted: str = "") -> tuple[Client, Any]:
    client = client or Client()
    return client, back(client, platform.authorize(begun(client, wanted)))


def test_person_gets_in_and_goes_where_wanted(platform: Platform) -> None:
    client, answer = through(platform, wanted="/goals/?state=draft")
    assert (answer.status_code, answer["Location"]) == (302, "/goals/?state=draft")
    assert client.get("/").status_code == 200


def test_request_carries_state_nonce_and_challenge_and_no_secret(platform: Platform) -> None:
    one, two = begun(Client()), begun(Client())
    assert one["scope"].split()[0] == "openid"
    assert one["redirect_uri"] == "http://testserver/sign-in/platform/back/"
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) >= 43
        assert one[name] != two[name]
    assert SECRET not in str(one)


def test_session_gets_a_new_key(platform: Platform) -> None:
    client = Client()
    asked = begun(client)
    before = client.session.session_key
    back(client, platform.authorize(asked))
    assert signed_in(client)
    assert client.session.session_key != before


def test_nobody_is_made_and_nobody_gets_rights(platform: Platform) -> None:
    platform.name = "somebody-new"
    platform.claims = lambda claims: claims | {"roles": ["bureau_leader"], "groups": ["admin"]}
    before = (User.objects.count(), Appointment.objects.count())
    client, answer = through(platform)
    assert answer.status_code == 403
    assert "没有启用的账号" in answer.content.decode()
    assert not signed_in(client)
    assert (User.objects.count(), Appointment.objects.count()) == before


def test_account_that_is_off_stays_off(platform: Platform) -> None:
    User.objects.update(is_active=False)
    client, answer = through(platform)
    assert answer.status_code == 403
    assert not signed_in(client)


def test_other_claim_may_name_the_person(platform: Platform, settings: Any) -> None:
    settings.OIDC_CLAIM = "employee"
    assert through(platform)[1].status_code == 403
    platform.claims = lambda claims: claims | {"employee": "zhang"}
    assert through(platform)[1].status_code == 302


def test_second_factor_is_asked_for_here_too(
    platform: Platform, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    telephone = Telephone(monkeypatch)
    bind(user=User.objects.get(pk=person.user_id), secret=telephone.secret, code=telephone.code(), person=person)
    client, _ = through(platform)
    assert client.get("/")["Location"].startswith("/sign-in/code/")


def test_no_password_here_need_be_changed(platform: Platform) -> None:
    User.objects.update(must_change_password=True)
    client, _ = through(platform)
    assert client.get("/").status_code == 200


class TestAttacks:
    """每一种不可信的答复都进不来。"""

    def refused(self, platform: Platform) -> None:
        client, answer = through(platform)
        assert answer.status_code == 403
        assert "没有通过核对" in answer.content.decode()
        assert not signed_in(client)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"aud": "another-system"},
            {"aud": [CLIENT, "another-system"]},
            {"aud": [CLIENT, "another-system"], "azp": "another-system"},
            {"azp": "another-system"},
            {"iss": "https://evil.example"},
            {"exp": -3600},
            {"exp": None},
            {"iat": 3600},
            {"nbf": 3600},
            {"sub": None},
            {"preferred_username": None},
            {"preferred_username": ["zhang"]},
            {"preferred_username": ""},
        ],
        ids=str,
    )
    def test_claim_that_is_wrong_or_missing(self, platform: Platform, wrong: dict[str, Any]) -> None:
        now = int(time.time())  # times are told as seconds from now: what is in a test's name must be the same always
        told = {name: now + value if isinstance(value, int) else value for name, value in wrong.items()}
        platform.claims = lambda claims: {k: v for k, v in (claims | told).items() if v is not None}
        self.refused(platform)

    def test_token_without_signature(self, platform: Platform) -> None:
        platform.sign = lambda claims: jwt.encode(claims, "", algorithm="none", headers={"kid": "one"})
        self.refused(platform)

    def test_token_signed_with_the_public_key_as_a_shared_secret(self, platform: Platform) -> None:
        shared = json.dumps(published(KEY, "one")).encode()

        def sign(claims: dict[str, Any]) -> str:
            return jwt.encode(claims, shared, algorithm="HS256", headers={"kid": "one"})

        platform.sign = sign
        self.refused(platform)

    def test_token_signed_with_the_clients_secret(self, platform: Platform) -> None:
        platform.sign = lambda claims: jwt.encode(claims, SECRET * 3, algorithm="HS256", headers={"kid": "one"})
        self.refused(platform)

    def test_token_signed_by_somebody_else(self, platform: Platform) -> None:
        platform.sign = lambda claims: jwt.encode(claims, FOREIGN_KEY, algorithm="RS256", headers={"kid": "one"})
        self.refused(platform)

    def test_token_that_brings_its_own_key(self, platform: Platform) -> None:
        head = {"kid": "mine", "jwk": published(FOREIGN_KEY, "mine"), "jku": "http://127.0.0.1:1/keys"}
        platform.sign = lambda claims: jwt.encode(claims, FOREIGN_KEY, algorithm="RS256", headers=head)
        self.refused(platform)

    def test_token_changed_after_signing(self, platform: Platform) -> None:
        def sign(claims: dict[str, Any]) -> str:
            head, _, signature = platform.signed(claims).split(".")
            body = base64.urlsafe_b64encode(json.dumps(claims | {"preferred_username": "x"}).encode())
            return f"{head}.{body.decode().rstrip('=')}.{signature}"

        platform.sign = sign
        self.refused(platform)

    @pytest.mark.parametrize("token", ["", "x", "a.b.c"])
    def test_what_is_no_token(self, platform: Platform, token: str) -> None:
        platform.sign = lambda _: token
        self.refused(platform)

    def test_coming_back_twice(self, platform: Platform) -> None:
        client = Client()
        target = platform.authorize(begun(client))
        assert back(client, target).status_code == 302
        client.post("/accounts/logout/")
        again = back(client, target)
        assert again.status_code == 400
        assert not signed_in(client)

    def test_code_of_another_session(self, platform: Platform) -> None:
        """Somebody sends his own way back to a colleague, who would then work under his name."""
        stolen, victim = platform.authorize(begun(Client())), Client()
        assert back(victim, stolen).status_code == 400
        begun(victim)
        assert back(victim, stolen).status_code == 403
        assert not signed_in(victim)

    def test_code_of_another_session_with_the_own_state(self, platform: Platform) -> None:
        """The code alone is not enough: verifier and nonce are those of the session that asked."""
        stolen = parse_qs(urlsplit(platform.authorize(begun(Client()))).query)["code"][0]
        client = Client()
        state = begun(client)["state"]
        assert client.get("/sign-in/platform/back/", {"code": stolen, "state": state}).status_code == 403
        assert not platform.spent
        assert not signed_in(client)

    def test_replayed_code(self, platform: Platform) -> None:
        client = Client()
        target = platform.authorize(begun(client))
        back(client, target)
        code = parse_qs(urlsplit(target).query)["code"][0]
        thief = Client()
        state = begun(thief)["state"]
        assert thief.get("/sign-in/platform/back/", {"code": code, "state": state}).status_code == 403
        assert not signed_in(thief)

    @pytest.mark.parametrize("given", [{}, {"state": "x", "code": "y"}, {"error": "access_denied"}])
    def test_answer_without_our_state(self, platform: Platform, given: dict[str, str]) -> None:
        client = Client()
        begun(client)
        assert client.get("/sign-in/platform/back/", given).status_code == 403
        assert not signed_in(client)

    def test_answer_in_the_name_of_another_platform(self, platform: Platform) -> None:
        client = Client()
        target = platform.authorize(begun(client))
        assert back(client, f"{target}&iss=https%3A%2F%2Fevil.example").status_code == 403

    def test_error_of_the_platform_is_no_sign_in(self, platform: Platform) -> None:
        client = Client()
        state = begun(client)["state"]
        given = {"state": state, "error": "access_denied", "error_description": "<script>alert(1)</script>"}
        answer = client.get("/sign-in/platform/back/", given)
        assert answer.status_code == 403
        assert "script>alert" not in answer.content.decode()

    @pytest.mark.parametrize(
        "metadata",
        [
            {"issuer": "https://evil.example"},
            {"token_endpoint": "http://10.0.0.1/token"},
            {"jwks_uri": "file:///etc/passwd"},
            {"authorization_endpoint": None},
        ],
        ids=str,
    )
    def test_platform_that_is_not_the_one_of_the_settings(self, platform: Platform, metadata: dict[str, Any]) -> None:
        platform.metadata = metadata
        assert Client().get("/sign-in/platform/").status_code == 503


def test_new_key_of_the_platform_is_fetched(platform: Platform) -> None:
    assert through(platform)[1].status_code == 302
    platform.kid = "two"
    assert through(platform)[1].status_code == 302
    assert platform.calls.count("/keys") == 2
    assert platform.calls.count("/.well-known/openid-configuration") == 1


def test_platform_that_is_away_is_said_and_passwords_still_work(platform: Platform) -> None:
    platform.stop()
    answer = Client().get("/sign-in/platform/")
    assert answer.status_code == 503
    assert "没有应答" in answer.content.decode()
    sent = {"username": "zhang", "password": PASSWORD}
    assert Client().post("/accounts/login/", sent).status_code == 302


def test_sign_in_page_offers_the_platform(platform: Platform, settings: Any) -> None:
    settings.OIDC_LABEL = "盐池县统一身份认证"
    shown = Client().get("/accounts/login/?next=/goals/").content.decode()
    assert "用盐池县统一身份认证登录" in shown
    assert "/sign-in/platform/?next=%2Fgoals%2F" in shown


def test_without_settings_there_is_no_platform() -> None:
    assert Client().get("/sign-in/platform/").status_code == 404
    assert Client().get("/sign-in/platform/back/").status_code == 404
    assert "sign-in/platform" not in Client().get("/accounts/login/").content.decode()


def test_passwords_switched_off_count_for_emergency_accounts_only(
    platform: Platform, settings: Any, person: Person
) -> None:
    sent = {"username": "zhang", "password": PASSWORD}
    settings.PASSWORDS, settings.BREAK_GLASS = False, frozenset({"emergency"})
    answer = Client().post("/accounts/login/", sent)
    assert answer.status_code == 422
    assert "应急账号" in answer.content.decode()
    settings.BREAK_GLASS = frozenset({"zhang"})
    assert Client().post("/accounts/login/", sent).status_code == 302
    settings.BREAK_GLASS = frozenset()
    assert through(platform)[1].status_code == 302
