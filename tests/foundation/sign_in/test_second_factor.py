"""The second factor: bound once, asked for at every sign-in, a code counts once, nothing is seen before it."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.people.access import may_reset_factor
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Denied, Refused
from jiheng.foundation.sign_in import codes
from jiheng.foundation.sign_in.models import RecoveryCode, SecondFactor
from jiheng.foundation.sign_in.services import bind, check_code, reset_factor
from tests.make import PASSWORD, make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000


class Telephone:
    """Shows the code of a secret at a step that the test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.step = NOW // codes.STEP_SECONDS
        self.secret = codes.new_secret()
        monkeypatch.setattr(codes, "present_step", lambda: self.step)

    def code(self, ahead: int = 0) -> str:
        return pyotp.TOTP(self.secret).generate_otp(self.step + ahead)


@pytest.fixture
def telephone(monkeypatch: pytest.MonkeyPatch) -> Telephone:
    return Telephone(monkeypatch)


@pytest.fixture
def keeper() -> Person:
    return make_person(make_organisation(make_place(), "bureau", "财政局"), "security_admin")


@pytest.fixture
def person(keeper: Person) -> Person:
    return make_person(make_organisation(place_of(keeper), "unit", "一中"), "unit_finance")


def place_of(person: Person) -> Any:
    return User.objects.get(pk=person.user_id).appointments.get().organisation.place


def user_of(person: Person) -> User:
    return User.objects.get(pk=person.user_id)


def bound(person: Person, telephone: Telephone) -> list[str]:
    made = bind(user=user_of(person), secret=telephone.secret, code=telephone.code(), person=person)
    telephone.step += 2
    return made


def entered(person: Person) -> Client:
    client = Client()
    client.post("/accounts/login/", {"username": user_of(person).username, "password": PASSWORD})
    return client


def check(person: Person, code: str) -> str:
    return check_code(user=user_of(person), code=code, person=person)


def words(person: Person) -> list[str]:
    return [one.action for one in Entry.objects.filter(subject=f"accounts.user:{person.user_id}").order_by("number")]


def found(pattern: str, text: str) -> str:
    [one] = re.findall(pattern, text)
    return str(one)


class TestCodes:
    """验证码只用一次；前后各宽一步；恢复码只用一次。"""

    def test_code_counts_once_and_none_before_it(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        assert check(person, telephone.code()) == "passed"
        assert check(person, telephone.code()) == "wrong"
        assert check(person, telephone.code(-1)) == "wrong"
        assert check(person, telephone.code(1)) == "passed"

    def test_code_that_bound_does_not_count_again(self, person: Person, telephone: Telephone) -> None:
        bind(user=user_of(person), secret=telephone.secret, code=telephone.code(), person=person)
        assert check(person, telephone.code()) == "wrong"

    @pytest.mark.parametrize(("ahead", "answer"), [(-2, "wrong"), (-1, "passed"), (1, "passed"), (2, "wrong")])
    def test_clock_may_be_off_by_one_step(
        self, person: Person, telephone: Telephone, ahead: int, answer: str
    ) -> None:
        bound(person, telephone)
        telephone.step += 5
        assert check(person, telephone.code(ahead)) == answer

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "x" * 40])
    def test_what_is_no_code_is_wrong(self, person: Person, telephone: Telephone, code: str) -> None:
        bound(person, telephone)
        assert check(person, code) == "wrong"

    def test_recovery_code_counts_once(self, person: Person, telephone: Telephone) -> None:
        made = bound(person, telephone)
        assert len(set(made)) == 10
        assert check(person, made[3].upper().replace("-", " ")) == "recovery"
        assert check(person, made[3]) == "wrong"
        assert words(person) == ["user.factor_bound", "user.factor_recovery"]
        assert Entry.objects.get(action="user.factor_recovery").detail["left"] == 9

    def test_neither_secret_nor_recovery_codes_stand_in_the_database(
        self, person: Person, telephone: Telephone
    ) -> None:
        made = bound(person, telephone)
        kept = SecondFactor.objects.get().secret + "".join(RecoveryCode.objects.values_list("digest", flat=True))
        assert telephone.secret not in kept
        assert not [one for one in made if one in kept or one.replace("-", "") in kept]

    def test_secret_of_another_key_is_said(self, person: Person, telephone: Telephone, settings: Any) -> None:
        bound(person, telephone)
        settings.SECRET_KEY = "another-" * 10
        assert check(person, telephone.code()) == "unreadable"

    def test_too_many_wrong_ones_pause_even_the_right_one(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        assert [check(person, "000000") for _ in range(6)] == ["wrong"] * 5 + ["paused"]
        assert check(person, telephone.code()) == "paused"
        assert words(person)[-1] == "user.factor_paused"
        SecondFactor.objects.update(failed_at=clock.now() - timedelta(minutes=16))
        assert check(person, telephone.code()) == "passed"

    def test_wrong_first_code_binds_nothing(self, person: Person, telephone: Telephone) -> None:
        with pytest.raises(Refused, match="验证码不对"):
            bind(user=user_of(person), secret=telephone.secret, code="000000", person=person)
        assert not SecondFactor.objects.exists()

    def test_second_binding_is_refused(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        with pytest.raises(Refused, match="已经绑定"):
            bind(user=user_of(person), secret=telephone.secret, code=telephone.code(), person=person)


class TestSession:
    """没有通过第二因素的会话什么也看不到。"""

    def test_password_alone_opens_nothing(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        client = entered(person)
        for path in ("/", "/goals/", "/accounts/password/", "/sign-in/factor/", "/audit/", "/evaluation/", "/nowhere/"):
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert answer["Location"].startswith("/sign-in/code/?next="), path
        assert client.post("/accounts/act-as/")["Location"] == "/sign-in/code/"
        part = client.get("/", headers={"HX-Request": "true"})
        assert (part.status_code, part["HX-Redirect"]) == (204, "/sign-in/code/")
        asked = client.get("/sign-in/code/").content.decode()
        assert "输入验证码" in asked
        assert "工作台" not in asked

    def test_right_code_lets_in_to_where_the_person_wanted_to_go(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        client = entered(person)
        before = client.session.session_key
        answer = client.post("/sign-in/code/", {"code": telephone.code(), "next": "/goals/"})
        assert (answer.status_code, answer["Location"]) == (302, "/goals/")
        assert client.session.session_key != before
        assert client.get("/goals/").status_code == 200

    def test_wrong_code_is_422_and_a_pause_429(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        client = entered(person)
        tries = [client.post("/sign-in/code/", {"code": "000000"}).status_code for _ in range(6)]
        assert tries == [422] * 5 + [429]
        assert client.get("/").status_code == 302

    def test_next_leads_to_no_other_site(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        sent = {"code": telephone.code(), "next": "https://evil.example/"}
        assert entered(person).post("/sign-in/code/", sent)["Location"] == "/"

    def test_factor_bound_anew_must_be_passed_anew(
        self, person: Person, telephone: Telephone, keeper: Person
    ) -> None:
        bound(person, telephone)
        client = entered(person)
        client.post("/sign-in/code/", {"code": telephone.code()})
        reset_factor(user=user_of(person), place=place_of(person), person=keeper, reason="手机丢失")
        telephone.step += 2
        bound(person, telephone)
        assert client.get("/")["Location"].startswith("/sign-in/code/")

    def test_initial_password_is_changed_after_the_code_never_before(
        self, person: Person, telephone: Telephone
    ) -> None:
        bound(person, telephone)
        User.objects.filter(pk=person.user_id).update(must_change_password=True)
        client = entered(person)
        assert client.get("/accounts/password/")["Location"].startswith("/sign-in/code/")
        client.post("/sign-in/code/", {"code": telephone.code()})
        assert client.get("/")["Location"] == "/accounts/password/"

    def test_leaving_and_the_public_pages_stay_open(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        client = entered(person)
        assert client.get("/healthz").status_code in {200, 503}
        assert client.get("/public/").status_code == 200
        assert client.post("/accounts/logout/")["Location"] == reverse("accounts:login")
        assert client.get("/sign-in/code/")["Location"].startswith("/accounts/login/")

    def test_without_a_second_factor_nothing_changes(self, person: Person) -> None:
        assert entered(person).get("/").status_code == 200

    def test_wrong_password_is_refused_before_any_code(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        client = Client()
        sent = {"username": user_of(person).username, "password": "wrong-wrong"}
        assert client.post("/accounts/login/", sent).status_code == 422
        assert client.get("/sign-in/code/")["Location"].startswith("/accounts/login/")


class TestBinding:
    """绑定：岗位要求的，先绑定才能办理；恢复码只显示一次。"""

    @pytest.fixture(autouse=True)
    def _asked(self, settings: Any) -> None:
        settings.SECOND_FACTOR_ROLES = frozenset({"unit_finance"})

    def test_role_that_needs_one_is_led_to_bind_it(self, person: Person, telephone: Telephone) -> None:
        client = entered(person)
        assert client.get("/goals/")["Location"] == "/sign-in/bind/?next=%2Fgoals%2F"
        shown = client.get("/sign-in/bind/").content.decode()
        assert "<svg" in shown
        assert "http" not in re.sub(r'xmlns="[^"]+"', "", shown)
        telephone.secret = found(r'class="secret">([A-Z2-7 ]+)<', shown).replace(" ", "")
        answer = client.post("/sign-in/bind/", {"code": telephone.code(), "next": "/goals/"})
        made = re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.content.decode())
        assert len(made) == 10
        assert answer["Cache-Control"] == "no-store"
        assert client.get("/goals/").status_code == 200
        assert not [one for one in made if one in client.get("/sign-in/factor/").content.decode()]
        assert words(person) == ["user.factor_bound"]

    def test_wrong_first_code_shows_the_same_drawing_again(self, person: Person, telephone: Telephone) -> None:
        client = entered(person)
        first = client.get("/sign-in/bind/").content.decode()
        answer = client.post("/sign-in/bind/", {"code": "000000"})
        assert answer.status_code == 422
        secret = r'class="secret">([A-Z2-7 ]+)<'
        assert found(secret, first) == found(secret, answer.content.decode())
        assert client.get("/")["Location"].startswith("/sign-in/bind/")

    def test_other_roles_need_none(self, keeper: Person) -> None:
        assert entered(keeper).get("/").status_code == 200

    def test_new_recovery_codes_make_the_old_ones_void(self, person: Person, telephone: Telephone) -> None:
        old = bound(person, telephone)
        client = entered(person)
        client.post("/sign-in/code/", {"code": telephone.code()})
        telephone.step += 2
        assert client.post("/sign-in/factor/", {"code": "000000", "action": "codes"}).status_code == 422
        answer = client.post("/sign-in/factor/", {"code": telephone.code(), "action": "codes"})
        made = re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.content.decode())
        assert check(person, old[0]) == "wrong"
        assert check(person, made[0]) == "recovery"

    def test_unbinding_wants_a_code_and_leads_back_to_binding(self, person: Person, telephone: Telephone) -> None:
        bound(person, telephone)
        client = entered(person)
        client.post("/sign-in/code/", {"code": telephone.code()})
        telephone.step += 2
        answer = client.post("/sign-in/factor/", {"code": telephone.code(), "action": "unbind"})
        assert answer["Location"] == "/sign-in/bind/"
        assert client.get("/")["Location"].startswith("/sign-in/bind/")
        assert words(person)[-1] == "user.factor_unbound"


class TestReset:
    """安全管理员核实本人后解除别人的第二因素，写明理由。"""

    def test_reason_and_factor_are_wanted_and_the_chain_tells(
        self, person: Person, telephone: Telephone, keeper: Person
    ) -> None:
        bound(person, telephone)
        given = {"user": user_of(person), "place": place_of(person), "person": keeper}
        with pytest.raises(Refused, match="没有填写理由"):
            reset_factor(**given)
        reset_factor(**given, reason="当面核实")
        with pytest.raises(Refused, match="没有绑定"):
            reset_factor(**given, reason="当面核实")
        entry = Entry.objects.get(action="user.factor_reset")
        assert (entry.detail["reason"], entry.actor_id) == ("当面核实", keeper.user_id)

    def test_only_the_security_administrator_and_never_his_own(
        self, person: Person, telephone: Telephone, keeper: Person
    ) -> None:
        bound(keeper, telephone)
        given = {"user": user_of(keeper), "place": place_of(keeper), "reason": "手机丢失"}
        for who in (person, keeper):
            with pytest.raises(Denied):
                reset_factor(**given, person=who)
        assert not may_reset_factor(keeper, user_of(keeper))
        neighbour = make_person(make_organisation(make_place("national", "邻县"), "bureau", "局"), "security_admin")
        with pytest.raises(Denied):
            reset_factor(**given, person=neighbour)

    def test_page_takes_the_reason(self, person: Person, telephone: Telephone, keeper: Person) -> None:
        bound(person, telephone)
        client = entered(keeper)
        assert "解除第二因素" in client.get(f"/people/{person.user_id}/").content.decode()
        client.post(f"/people/{person.user_id}/factor/", {"reason": "当面核实"})
        assert not SecondFactor.objects.exists()
        assert client.get(f"/people/{person.user_id}/factor/").status_code == 403
