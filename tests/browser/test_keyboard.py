"""Work without a mouse: the way to the text, folded filters, scoring by digits and Enter, menus that close."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.office import LAPTOP, Office

pytestmark = pytest.mark.browser

OFFICE = "bureau.performance_office"


def focused(page: Page) -> str:
    """Return the id or the name of what has the focus."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def test_first_key_leads_past_the_menu(office: Office) -> None:
    page = office.sit(OFFICE)
    office.open(page, "/subjects/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_filters_stand_on_one_line_and_the_folded_ones_work_by_keyboard(office: Office) -> None:
    page = office.sit(OFFICE)
    office.open(page, "/subjects/")
    for width in (1440, LAPTOP[0]):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".list-bar").evaluate("bar => bar.clientHeight") <= 64, width
    more = page.locator("#list-library-more")
    more.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "list-library-state"
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile(r"state=\w+"))
    expect(more).to_have_attribute("open", "")
    expect(more.locator("summary")).to_contain_text("已用 1")
    assert focused(page) == "list-library-state"
    page.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", "")
    expect(more.locator("summary")).to_be_focused()
    expect(page.get_by_role("link", name="清除筛选").first).to_be_visible()


def test_points_are_given_by_digits_and_enter(office: Office) -> None:
    page = office.sit(OFFICE)
    office.open(page, "/")
    page.locator("#todo").get_by_role("link", name="评分并作出结论").click()
    page.get_by_role("link", name="逐项评分").click()
    rows = page.locator("[data-row]")
    rows.nth(0).locator("input").first.focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(rows.nth(0).locator(".score-missing .form-control")).to_be_focused()
    page.keyboard.type("缺少行业规划")
    page.keyboard.press("Enter")
    expect(rows.nth(1).locator("input").first).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(rows.nth(2).locator("input").first).to_be_focused()
    expect(page.locator("[data-progress]")).to_contain_text("已评 2")
    expect(page.locator("[data-total-score]")).to_have_text("9.00")
