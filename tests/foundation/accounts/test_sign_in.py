"""Signing in as an attacker would try it: guessing, fixed sessions, sessions that outlive their right."""

from datetime import date, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.person import Person
from tests.make import PASSWORD, make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db

LOGIN, HOME = "/accounts/login/", "/"


@pytest.fixture
def person() -> Person:
    return make_person(make_organisation(make_place(), "bureau", "财政局"), "division")


def name_of(person: Person) -> str:
    return User.objects.get(pk=person.user_id).username


def sign_in(client: Client, username: str, password: str = PASSWORD, address: str = "10.0.0.1") -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


class TestThrottling:
    """登录限次：同一账号同一地址、同一账号、同一地址，三种数法。"""

    def test_sixth_try_is_locked_out_even_with_the_right_password(self, person: Person) -> None:
        name = name_of(person)
        assert settings.AXES_FAILURE_LIMIT == 5
        answers = [sign_in(Client(), name, f"wrong-{n}") for n in range(4)]
        assert [one.status_code for one in answers] == [422] * 4
        sign_in(Client(), name, "wrong-5")
        sixth = sign_in(Client(), name)
        assert sixth.status_code == 429
        assert "登录已暂停" in sixth.content.decode()
        assert "15 分钟" in sixth.content.decode()

    def test_others_are_not_locked_out_with_him(self, person: Person) -> None:
        other = make_person(make_organisation(make_place("elsewhere", "邻县"), "bureau", "甲"), "division")
        for n in range(6):
            sign_in(Client(), name_of(person), f"wrong-{n}")
        assert sign_in(Client(), name_of(other)).status_code == 302
        assert sign_in(Client(), name_of(person), address="10.0.0.2").status_code == 302
        assert sign_in(Client(), name_of(person)).status_code == 429

    def test_success_forgets_the_wrong_tries(self, person: Person) -> None:
        for _ in range(2):
            for n in range(4):
                assert sign_in(Client(), name_of(person), f"wrong-{n}").status_code == 422
            assert sign_in(Client(), name_of(person)).status_code == 302

    def test_address_sent_by_the_browser_itself_does_not_count(self, person: Person) -> None:
        for n in range(6):
            Client().post(
                LOGIN,
                {"username": name_of(person), "password": "wrong"},
                REMOTE_ADDR="10.0.0.1",
                headers={"x-forwarded-for": f"172.16.0.{n}"},
            )
        assert sign_in(Client(), name_of(person)).status_code == 429

    def test_behind_a_proxy_its_last_word_counts(self, person: Person, settings: Any) -> None:
        settings.AXES_CLIENT_IP_CALLABLE = "jiheng.foundation.web.proxy.address_behind_proxy"

        def attempt(forwarded: str, password: str) -> int:
            given = {"username": name_of(person), "password": password}
            headers = {"x-forwarded-for": forwarded}
            return Client().post(LOGIN, given, REMOTE_ADDR="127.0.0.1", headers=headers).status_code

        for n in range(6):
            attempt(f"1.2.3.{n}, 172.16.0.9", "wrong")
        assert attempt("9.9.9.9, 172.16.0.9", PASSWORD) == 429
        assert attempt("172.16.0.10", PASSWORD) == 302

    def test_name_is_not_guessed_from_many_addresses(self, person: Person, settings: Any) -> None:
        name = name_of(person)
        assert (settings.LOGIN_TRIES_NAME, settings.LOGIN_TRIES_ADDRESS) == (20, 100)
        for n in range(20):
            assert sign_in(Client(), name, f"wrong-{n}", f"10.0.1.{n}").status_code in {422, 429}
        assert sign_in(Client(), name, address="10.0.2.1").status_code == 429

    def test_stranger_locks_nobody_out_of_the_own_office(self, person: Person) -> None:
        name = name_of(person)
        assert sign_in(Client(), name, address="10.0.0.7").status_code == 302
        for n in range(25):
            sign_in(Client(), name, "wrong", f"10.0.1.{n}")
        assert sign_in(Client(), name, address="10.0.9.9").status_code == 429
        assert sign_in(Client(), name, address="10.0.0.7").status_code == 302
        for n in range(5):
            sign_in(Client(), name, f"wrong-{n}", "10.0.0.7")
        assert sign_in(Client(), name, address="10.0.0.7").status_code == 429

    def test_one_password_is_not_tried_on_every_name(self, person: Person, settings: Any) -> None:
        settings.LOGIN_TRIES_ADDRESS = 12
        codes = [sign_in(Client(), f"guessed-{n}", "spring-2023").status_code for n in range(12)]
        assert codes == [422] * 11 + [429]
        assert sign_in(Client(), name_of(person)).status_code == 429
        assert sign_in(Client(), name_of(person), address="10.0.0.2").status_code == 302

    def test_own_success_does_not_reset_the_count_of_others(self, person: Person, settings: Any) -> None:
        settings.LOGIN_TRIES_ADDRESS = 12
        for n in range(11):
            sign_in(Client(), f"guessed-{n}", "spring-2023")
        assert sign_in(Client(), name_of(person)).status_code == 302
        assert sign_in(Client(), "guessed-11", "spring-2023").status_code == 429

    def test_pause_ends_when_the_tries_are_old(self, person: Person) -> None:
        for n in range(25):
            sign_in(Client(), name_of(person), "wrong", f"10.0.1.{n}")
        assert sign_in(Client(), name_of(person)).status_code == 429
        AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=16))
        assert sign_in(Client(), name_of(person)).status_code == 302


def test_unknown_name_and_wrong_password_are_answered_alike(person: Person) -> None:
    wrong = sign_in(Client(), name_of(person), "wrong").content.decode()
    unknown = sign_in(Client(), "nobody-at-all", "wrong").content.decode()
    assert "登录名或密码不对" in wrong
    assert wrong.replace(name_of(person), "X").count("alert") == unknown.count("alert")


class TestSession:
    """A session is the person's, and lasts no longer than the person's right."""

    def test_id_that_an_attacker_planted_is_changed_by_signing_in(self, person: Person) -> None:
        client = Client()
        client.post(LOGIN, {"username": "x", "password": "y"})
        session = client.session
        session["planted"] = 1
        session.save()
        before = str(session.session_key)
        sign_in(client, name_of(person))
        assert client.session.session_key != before
        attacker = Client()
        attacker.cookies[settings.SESSION_COOKIE_NAME] = before
        assert attacker.get(HOME).status_code == 302

    def test_cookie_is_closed_to_scripts_and_other_sites(self, person: Person) -> None:
        cookie = sign_in(Client(), name_of(person)).cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    def test_next_person_on_the_same_machine_inherits_no_office(self, person: Person) -> None:
        client = Client()
        sign_in(client, name_of(person))
        bureau = Appointment.objects.get().organisation
        other = make_person(bureau, "treasury")
        sign_in(client, name_of(other))
        assert client.get(HOME).wsgi_request.person.role == "treasury"  # type: ignore[attr-defined]

    def test_office_that_ended_ends_in_the_running_session(self, person: Person) -> None:
        client = Client()
        sign_in(client, name_of(person))
        assert client.get(HOME).status_code == 200
        yesterday = clock.today() - timedelta(days=1)
        Appointment.objects.filter(pk=person.appointment_id).update(valid_to=yesterday)
        answer = client.get(HOME)
        assert answer.status_code == 403
        assert "没有任职" in answer.content.decode()

    def test_user_who_is_switched_off_is_out_at_once(self, person: Person) -> None:
        client = Client()
        sign_in(client, name_of(person))
        User.objects.update(is_active=False)
        assert client.get(HOME)["Location"].startswith(LOGIN)
        assert sign_in(Client(), name_of(person)).status_code == 422

    def test_new_password_ends_the_other_sessions(self, person: Person) -> None:
        here, elsewhere = Client(), Client()
        sign_in(here, name_of(person))
        sign_in(elsewhere, name_of(person))
        new = "quiet-river-27"
        form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert here.post("/accounts/password/", form).status_code == 302
        assert here.get(HOME).status_code == 200
        assert elsewhere.get(HOME).status_code == 302

    def test_pages_of_a_person_are_kept_by_nobody_else(self, person: Person) -> None:
        client = Client()
        sign_in(client, name_of(person))
        for address in (HOME, "/goals/", "/nothing-here/"):
            assert "private" in client.get(address)["Cache-Control"], address

    def test_signing_out_leaves_nothing_in_the_browser(self, person: Person) -> None:
        client = Client()
        sign_in(client, name_of(person))
        assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
        assert client.get(HOME).status_code == 302

    def test_signing_out_needs_a_form(self, person: Person) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(
            User.objects.get(pk=person.user_id), backend="jiheng.foundation.sign_in.backend.PasswordBackend"
        )
        assert client.get("/accounts/logout/").status_code == 405
        assert client.post("/accounts/logout/").status_code == 403
        assert client.get(HOME).status_code == 200


class TestFirstPassword:
    """初始密码须先修改。"""

    def test_must_be_changed_before_anything_else(self, person: Person) -> None:
        User.objects.update(must_change_password=True)
        client = Client()
        sign_in(client, name_of(person))
        for address in (HOME, "/goals/", "/appraisal/", "/files/1/", "/audit/"):
            assert client.get(address)["Location"] == "/accounts/password/", address
        assert client.post("/accounts/act-as/", {"appointment": 1})["Location"] == "/accounts/password/"
        assert client.get("/accounts/password/").status_code == 200

    def test_is_not_changed_without_the_old_one(self, person: Person) -> None:
        client = Client()
        sign_in(client, name_of(person))
        form = {"old_password": "guess", "new_password1": "quiet-river-27", "new_password2": "quiet-river-27"}
        assert client.post("/accounts/password/", form).status_code == 422
        assert User.objects.get().check_password(PASSWORD)

    def test_does_not_lead_elsewhere(self) -> None:
        assert Client().get("/accounts/password/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    "weak", ["short-1a", "1234567890123", "password123", "zhangyimin", "zhangyimin1", "qwertyuiop"]
)
def test_weak_password_is_refused_in_chinese(weak: str) -> None:
    user = User(username="zhangyimin", name="张一民")
    with pytest.raises(ValidationError) as refused:
        validate_password(weak, user)
    assert all(any("一" <= letter <= "鿿" for letter in text) for text in refused.value.messages)


def test_good_password_is_taken() -> None:
    validate_password("quiet-river-27", User(username="zhangyimin", name="张一民"))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "http:///evil.example",
        "\thttps://evil.example",
        "https:evil.example",
    ],
)
def test_sign_in_never_leads_to_another_site(person: Person, target: str) -> None:
    client = Client()
    answer = client.post(LOGIN, {"username": name_of(person), "password": PASSWORD, "next": target})
    assert answer["Location"] == HOME
    assert client.post("/accounts/cycle/", {"cycle": "1", "next": target})["Location"] == HOME


def test_foreign_referer_is_no_way_back(person: Person) -> None:
    client = Client()
    sign_in(client, name_of(person))
    answer = client.post("/accounts/cycle/", {"cycle": "1"}, headers={"referer": "https://evil.example/"})
    assert answer["Location"] == HOME


def test_day_is_never_that_of_the_machine_zone() -> None:
    with clock.at(date(2023, 1, 1), hour=0):
        assert clock.today() == date(2023, 1, 1)
