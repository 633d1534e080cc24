"""Pages: who may open them, which record, what a refusal, an overtaken act and a redirect become."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client, RequestFactory

from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.web.pages import back_url, every_page, next_url, page
from tests.foundation.web import site
from tests.foundation.web.people import START, make_organisation, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.foundation.web.site")]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def body() -> Organisation:
    return make_organisation()


@pytest.fixture
def client(body: Organisation) -> Client:
    browser = Client()
    browser.force_login(make_user(), backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    return browser


def test_stranger_is_sent_to_sign_in_and_back_with_the_query() -> None:
    response = Client().get("/bodies/?kind=unit&q=%E6%B0%B4")
    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/session/login/?next=%2Fbodies%2F%3Fkind%3Dunit%26q%3D%25E6%25B0%25B4"


def test_user_without_appointment_is_told_so() -> None:
    browser = Client()
    browser.force_login(make_user(role=None), backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    response = browser.get("/")
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "您目前没有任职" in response.content.decode()


def test_public_page_needs_nobody() -> None:
    assert Client().get("/open/").content.decode() == "公开"


def test_record_in_sight_is_handed_to_the_page(client: Client, body: Organisation) -> None:
    assert client.get(f"/body/{body.pk}/").content.decode() == "试验县水务局"


def test_record_out_of_sight_does_not_exist(client: Client) -> None:
    other = Place.objects.create(code="other", name="邻县")
    hidden = Organisation.objects.create(
        place=other, code="9", name="邻县教育局", kind="unit", valid_from=START
    )
    response = client.get(f"/body/{hidden.pk}/")
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "邻县教育局" not in response.content.decode()


def test_denied_page_gives_the_reason_and_its_clause(client: Client, body: Organisation) -> None:
    Organisation.objects.filter(pk=body.pk).update(valid_to=date(2030, 1, 1))
    response = client.get(f"/body/{body.pk}/")
    assert response.status_code == HTTPStatus.FORBIDDEN
    text = response.content.decode()
    assert "该单位已停用，不能再办理。" in text
    assert "依据</span>《试行办法》第十条" in text


def test_denied_part_is_reason_and_clause_alone(client: Client, body: Organisation) -> None:
    Organisation.objects.filter(pk=body.pk).update(valid_to=date(2030, 1, 1))
    response = client.get(f"/body/{body.pk}/", headers=HTMX)
    assert (response.status_code, response.content.decode()) == (403, "该单位已停用，不能再办理。依据：《试行办法》第十条。")


def test_unlisted_method_is_not_allowed(client: Client) -> None:
    response = client.post("/bodies/")
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (HTMX, False)])
def test_refusal_gives_reason_clause_and_remedy(
    client: Client, body: Organisation, headers: dict[str, str], *, whole: bool
) -> None:
    response = client.post(f"/body/{body.pk}/", {"do": "refuse"}, headers=headers)
    text = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for words in ("产出指标", "绩效目标没有填写数量指标", "《试行办法》第九条", "补充至少一条数量指标"):
        assert words in text
    assert ("<html" in text) is whole


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (HTMX, False)])
def test_overtaken_act_offers_the_present_state(
    client: Client, body: Organisation, headers: dict[str, str], *, whole: bool
) -> None:
    came_from = f"http://testserver/body/{body.pk}/?tab=2"
    response = client.post(
        f"/body/{body.pk}/", {"do": "overtaken"}, headers={**headers, "Referer": came_from}
    )
    text = response.content.decode()
    assert response.status_code == HTTPStatus.CONFLICT
    assert f'href="{came_from}"' in text
    assert ("<html" in text) is whole


def test_redirect_of_a_part_moves_the_whole_page(client: Client, body: Organisation) -> None:
    plain = client.post(f"/body/{body.pk}/", {"do": "go"})
    assert (plain.status_code, plain["Location"]) == (302, "/bodies/")
    part = client.post(f"/body/{body.pk}/", {"do": "go"}, headers=HTMX)
    assert (part.status_code, part["HX-Redirect"]) == (204, "/bodies/")


def test_pages_of_a_person_are_not_kept_by_shared_caches(client: Client) -> None:
    response = client.get("/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "HX-Request" in response["Vary"]


def test_answer_carries_the_id_of_the_request(client: Client) -> None:
    assert client.get("/", headers={"X-Request-ID": "from-the-proxy-1"})["X-Request-ID"] == "from-the-proxy-1"
    assert client.get("/", headers={"X-Request-ID": "bad id\t"})["X-Request-ID"] != "bad id\t"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(rf: RequestFactory, target: str) -> None:
    request = rf.post("/", {"next": target}, headers={"Referer": target})
    assert (next_url(request), back_url(request)) == ("", "/")


def test_way_back_keeps_its_query(rf: RequestFactory) -> None:
    request = rf.get("/", {"next": "/bodies/?sort=-name&q=a"})
    assert back_url(request) == "/bodies/?sort=-name&q=a"


def test_every_address_tells_its_rule() -> None:
    rules = {name: access for _, name, access in every_page(site.urlpatterns)}
    listed = {name: (access.public, access.methods) for name, access in rules.items() if access is not None}
    assert listed["body"] == (False, ("GET", "POST"))
    assert listed["open"] == (True, ("GET",))
    assert listed["accounts:login"] == (True, ("GET", "POST"))


@pytest.mark.parametrize("arguments", [{}, {"may": site.may_open, "public": True}])
def test_page_says_who_may_open_it_or_is_public(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="public"):
        page(**arguments)


def test_what_was_typed_is_shown_again_when_a_form_was_not_taken(client: Client) -> None:
    body = make_organisation("102")
    typed = {
        "reason": "已与单位核对\n按会议纪要第3条办理", "old_password": "秘密的口令", "version": "3", "form-0-text": "第一行的话",
        "number": "17",
    }  # fmt: skip
    for do, status in (("refuse", 422), ("overtaken", 409)):
        response = client.post(f"/body/{body.pk}/", {**typed, "do": do})
        text = response.content.decode()
        assert response.status_code == status
        assert "您填写的内容" in text
        assert "按会议纪要第3条办理" in text
        assert "第一行的话" in text
        assert "秘密的口令" not in text
        assert "<dd>17</dd>" not in text, "a number without a name says nothing"


def test_the_address_of_a_button_says_so_when_it_is_opened(client: Client) -> None:
    response = client.get("/button/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "只接收按钮提交的内容" in response.content.decode()
    assert client.put("/button/").status_code == 405


def test_a_button_pressed_after_the_session_has_ended_leads_back_to_its_page() -> None:
    answer = Client().post("/button/", headers={"Referer": "http://testserver/bodies/"})
    assert answer["Location"].endswith("%2Fbodies%2F")
