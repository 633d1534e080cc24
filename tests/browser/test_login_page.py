"""The first page that anybody sees, in a real browser."""

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_login_page_is_styled_and_asks_nobody_else(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    button = page.get_by_role("button", name="登录")
    colour = button.evaluate("button => getComputedStyle(button).backgroundColor")
    assert colour not in {"rgba(0, 0, 0, 0)", "rgb(239, 239, 239)"}, "Tabler's style sheet did not arrive"
    assert page.evaluate("document.fonts.size") > 0


def test_wrong_password_says_so_in_place(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("登录名").fill("nobody")
    page.get_by_label("密码").fill("not the password")
    page.get_by_role("button", name="登录").click()
    assert page.get_by_role("alert").inner_text().strip() != ""
    assert page.get_by_label("登录名").input_value() == "nobody"
