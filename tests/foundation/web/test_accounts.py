"""Signing in, out, the password, acting under another appointment, looking at another year."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.audit.models import Entry
from tests.foundation.web.people import START, make_organisation, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.foundation.web.site")]

GOOD = "correct-horse-9"


@pytest.fixture(autouse=True)
def _home(settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = "/"


def sign_in(client: Client, password: str = GOOD, **more: str) -> Any:
    return client.post("/session/login/", {"username": "zhang", "password": password, **more})


def test_sign_in_leads_to_where_the_person_wanted_to_go() -> None:
    make_user()
    client = Client()
    assert sign_in(client, next="/bodies/?kind=unit")["Location"] == "/bodies/?kind=unit"
    assert client.get("/").content.decode() == "张一民（试验县水务局 财务经办）"


def test_sign_in_leads_to_no_other_site() -> None:
    make_user()
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/"


def test_wrong_password_is_refused_without_saying_which_was_wrong() -> None:
    make_user()
    response = sign_in(Client(), "wrong")
    assert response.status_code == 422
    assert "登录名或密码不对" in response.content.decode()


def test_too_many_wrong_passwords_pause_the_sign_in() -> None:
    make_user()
    client = Client()
    answers = [sign_in(client, "wrong").status_code for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert answers[-1] == 429
    assert "登录已暂停" in sign_in(client).content.decode()


def test_sign_out_ends_the_session() -> None:
    make_user()
    client = Client()
    sign_in(client)
    client.post("/session/logout/")
    assert client.get("/").status_code == 302


def test_password_change_is_noted_in_the_chain_without_the_password() -> None:
    user = make_user()
    User.objects.update(must_change_password=True)
    client = Client()
    sign_in(client)
    new = "quiet-river-27"
    form = {"old_password": GOOD, "new_password1": new, "new_password2": new}
    assert client.post("/session/password/", form).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert not user.must_change_password
    entry = Entry.objects.get(action="user.password")
    assert entry.subject == f"accounts.user:{user.pk}"
    assert new not in str(entry.detail)
    assert client.get("/").status_code == 200


def test_weak_password_is_refused_with_the_rule() -> None:
    make_user()
    client = Client()
    sign_in(client)
    form = {"old_password": GOOD, "new_password1": "123", "new_password2": "123"}
    response = client.post("/session/password/", form)
    assert response.status_code == 422
    assert "10" in response.content.decode()
    assert User.objects.get().check_password(GOOD)


def test_person_acts_only_under_own_appointments() -> None:
    user = make_user()
    second = make_organisation("102", "试验县教育局")
    own = Appointment.objects.create(user=user, organisation=second, role="unit_head", valid_from=START)
    other = make_user("li", role=None)
    foreign = Appointment.objects.create(user=other, organisation=second, role="division", valid_from=START)
    client = Client()
    sign_in(client)
    client.post("/session/act-as/", {"appointment": foreign.pk})
    assert "水务局 财务经办" in client.get("/").content.decode()
    client.post("/session/act-as/", {"appointment": own.pk})
    assert "教育局 单位负责人" in client.get("/").content.decode()


def test_chosen_year_is_kept_and_the_person_stays_on_the_page() -> None:
    make_user()
    client = Client()
    sign_in(client)
    response = client.post("/session/cycle/", {"cycle": "7", "next": "/bodies/?kind=unit"})
    assert response["Location"] == "/bodies/?kind=unit"
    assert client.session["cycle"] == "7"
