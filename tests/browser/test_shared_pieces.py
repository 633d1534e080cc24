"""The shared pieces in a real browser: the list, the record's panel, the grid, drafts, the frame on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiheng.foundation.accounts.models import Organisation, Place, User
from jiheng.foundation.web import navigation
from tests.foundation.web.people import START, make_place, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAGES = ["APPRAISAL", "GOALS", "MONITORING", "EVALUATION", "RESULTS", "ASSESSMENT", "DISCLOSURE"]
PASTED = '村内排水管网\t≥8.2\t公里\t10\n"群众\n满意度"\t≥95\t%\t20\n多出一行\t1\t个\t5\n再多一行\t1\t个\t5\n'

NAMELESS = """[...document.querySelectorAll(
    'main a, main button, main input:not([type=hidden]), main select, main textarea')]
  .filter(one => one.checkVisibility())
  .filter(one => !(one.innerText || one.ariaLabel || one.labels?.length || one.title))
  .map(one => one.outerHTML)"""


@pytest.fixture
def address(live_server: LiveServer, settings: Any) -> Iterator[str]:
    """Serve the style guide with 120 rows and one person."""
    settings.INSTALLED_APPS = [
        *(one for one in settings.INSTALLED_APPS if ".registers." not in one and ".channels." not in one),
        "tests.foundation.web.guide",
    ]
    settings.JIHENG_STAGES = [f"tests.foundation.web.guide.stages.{name}" for name in STAGES]
    settings.ROOT_URLCONF = "tests.foundation.web.guide.urls"
    settings.LOGIN_REDIRECT_URL = "/"
    navigation.find_again()
    make_user()
    Organisation.objects.bulk_create(
        Organisation(
            place=make_place(), code=f"2{at:05}", name=f"第{at}批项目", kind="unit", valid_from=START
        )
        for at in range(120)
    )
    yield live_server.url
    navigation.find_again()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/session/login/")
    page.fill("[name=username]", "zhang")
    page.fill("[name=password]", "correct-horse-9")
    page.click("main button")
    expect(page.locator(".side-item[aria-current]")).to_have_text("工作台7")


def test_list_sorts_turns_and_acts_without_leaving_the_page(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/list/")
    page.click("thead a:has-text('项目')")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("项目")
    first = page.locator("tbody td.cell-title").first.inner_text()
    page.keyboard.press("n")
    expect(page.locator("[rel=prev]")).to_be_visible()
    assert page.locator("tbody td.cell-title").first.inner_text() != first
    page.go_back()
    expect(page.locator("tbody td.cell-title").first).to_have_text(first)
    expect(page.locator("header.top")).to_have_count(1)
    page.check("[data-pick-all]")
    page.uncheck("tbody input >> nth=0")
    page.click("button:has-text('批量同意（49 项）')")
    expect(page.locator("#confirm-text")).to_have_text("将同意 49 项绩效目标并送财政局审核，不能撤回。")
    page.click("#confirm-yes")
    expect(page.locator(".message-success")).to_contain_text("已同意 49 项")


def test_refusals_stand_beside_the_button(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/record/")
    page.fill("#next-comment", "同意")
    page.click("button:has-text('审核通过')")
    expect(page.locator("#next-refusals li")).to_have_count(2)
    assert page.input_value("#next-comment") == "同意"
    page.click("button:has-text('确认核减')")
    page.click("dialog >> text=返回不办")
    page.fill("#next-comment", "太快")
    page.click(".next-buttons >> text=退回修改")
    expect(page.locator("#next-refusals")).to_contain_text("刚被他人处理")


def test_grid_takes_a_block_from_excel_and_gives_it_back(
    context: BrowserContext, page: Page, address: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    sign_in(page, address)
    page.goto(f"{address}/form/")
    total = page.locator("output[data-sum=weight]")
    expect(total).to_have_text("80（应为 100，差 20）")
    page.evaluate("text => navigator.clipboard.writeText(text)", PASTED)
    page.click("#id_form-3-name")
    page.keyboard.press("Control+v")
    expect(page.locator(".grid-say")).to_have_text("已粘贴 4 行")
    expect(total).to_have_text("120（应为 100，多 20）")
    assert page.input_value("#id_form-6-name") == "再多一行"
    page.keyboard.press("Control+z")
    expect(total).to_have_text("80（应为 100，差 20）")
    assert page.input_value("#id_form-3-name") == ""
    page.fill("#id_form-3-weight", "20")
    expect(total).to_have_text("100")


def test_grid_is_walked_by_keyboard(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/form/")
    seen = []
    page.focus("#id_form-0-name")
    for key in ("Enter", "ArrowDown", "End", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.id"))
    assert seen == [f"id_form-{name}" for name in ("1-name", "2-name", "2-name", "2-target", "1-target")]
    page.focus("#id_form-0-unit")
    page.keyboard.press("Control+d")
    assert [page.input_value(f"#id_form-{at}-unit") for at in (1, 2, 3)] == ["公里", "公里", ""]


def test_draft_saves_itself_and_says_so(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/form/")
    page.fill("#id_overall", "硬化道路 12.5 公里")
    expect(page.locator(".save-state[data-state=saved]")).to_contain_text("草稿已于", timeout=10_000)
    page.fill("#id_name", "冲突")
    expect(page.locator(".save-state[data-state=failed]")).to_contain_text("刚被他人修改", timeout=10_000)


def test_form_works_without_scripts(chromium: Browser, address: str) -> None:
    window = chromium.new_context(java_script_enabled=False)
    page = window.new_page()
    sign_in(page, address)
    page.goto(f"{address}/form/")
    page.click("button:has-text('提交审核')")
    assert "处需要修改" in page.inner_text("main")
    page.goto(f"{address}/list/?sort=name")
    page.click("[rel=next]")
    expect(page.locator("[rel=prev]")).to_be_visible()
    window.close()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 768), (390, 844)])
def test_pages_fit_the_screen_and_name_their_controls(
    page: Page, address: str, width: int, height: int
) -> None:
    sign_in(page, address)
    page.set_viewport_size({"width": width, "height": height})
    for path in ("/", "/list/", "/record/", "/form/", "/charts/", "/empty/"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(NAMELESS) == [], path


def test_menu_opens_on_a_phone(page: Page, address: str) -> None:
    sign_in(page, address)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#side")).to_be_hidden()
    page.click(".top-menu")
    expect(page.locator("#side >> text=绩效目标")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 1024, 768, 390])
def test_the_longest_names_fit_the_top_bar(page: Page, address: str, width: int) -> None:
    longest = {Place: "试验自治州", Organisation: "试验县山区水利工程建设管理服务中心", User: "阿依古丽·"}
    for model, words in longest.items():
        size = model._meta.get_field("name").max_length or 0
        model._default_manager.update(name=(words * size)[:size])
    sign_in(page, address)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/record/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in (".top-place", ".top-bell", ".who strong", ".top-end summary .ti"):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        assert box["width"] >= 14, (part, box)
        assert box["x"] + box["width"] <= width, (part, box)
    page.locator(".top-end summary").click()
    expect(page.locator(".top-end .menu-body")).to_contain_text(longest[Place] * 12)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
