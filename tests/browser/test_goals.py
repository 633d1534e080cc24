"""Filling and reviewing a goal in a real browser: the library, paste from Excel, drafts, the review table by keys."""


import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.goals.services import start_goal
from tests import make
from tests.browser.live import enter

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("emptied_afterwards"),
]  # fmt: skip

PASTE = """text => {
  const board = new DataTransfer();
  board.setData('text/plain', text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: board, bubbles: true, cancelable: true }));
}"""


def rows_of(goal: Goal) -> list[tuple[str, str, str]]:
    return [(row.name, row.target_text, row.unit) for row in goal.indicators.all()]


def test_a_block_of_excel_is_pasted_into_an_empty_goal(
    page: Page, live_server: LiveServer, county: make.County
) -> None:
    goal = start_goal(year=make.make_subject(county), person=county.person("unit_project"))
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    expect(page.locator("#indicators tbody tr:visible")).to_have_count(1)
    page.locator('[name="rows-0-name"]').focus()
    page.evaluate(PASTE, "参训单位数\t≥20\t个\t10\n培训合格率\t≥95\t%\t15\n资料印制册数\t≥300\t册\t5")
    expect(page.locator(".grid-say")).to_have_text("已粘贴 3 行")
    expect(page.locator("#indicators tbody tr:visible")).to_have_count(3)
    page.fill("[name=objective]", "举办教师培训2期。")
    page.click("button[value=save]")
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert rows_of(goal) == [
        ("参训单位数", "≥20", "个"), ("培训合格率", "≥95", "%"), ("资料印制册数", "≥300", "册"),
    ]  # fmt: skip


def test_goal_is_filled_from_the_library_and_from_excel(
    page: Page, live_server: LiveServer, county: make.County
) -> None:
    year = make.make_subject(county, name="教师培训", category="培训")
    goal = start_goal(year=year, person=county.person("unit_project"))
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    page.locator("[data-pick]").first.click()
    expect(page.locator("[data-library-note]")).to_contain_text("已加入第 1 行：举办培训班期数")
    page.fill("[name=words]", "参训人员满意度")
    expect(page.locator("#library-found .library-item")).to_have_count(1)
    page.locator("[data-pick]").first.click()
    page.click("[data-grid-add]")
    page.locator('[name="rows-2-name"]').focus()
    page.evaluate(PASTE, "参训单位数\t≥20\t个\t10\n资料印制册数\t大幅增加\t册\t5")
    expect(page.locator(".grid-say")).to_have_text("已粘贴 2 行")
    fourth = page.locator("#indicators tbody tr").nth(3)
    expect(fourth.locator(".row-finding").first).to_be_visible()
    expect(fourth).to_contain_text("大幅")
    expect(page.locator(".save-state")).to_contain_text("草稿已于")
    page.fill("[name=objective]", "举办教师培训2期，培训120人次。")
    expect(page.locator(".save-state")).to_have_attribute("data-state", "saved")
    page.click("button[value=save]")
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert rows_of(goal) == [
        ("举办培训班期数", "≥2", "期"),
        ("参训人员满意度", "≥90", "%"),
        ("参训单位数", "≥20", "个"),
        ("资料印制册数", "大幅增加", "册"),
    ]


def test_refused_submission_says_why_beside_the_button(
    page: Page, live_server: LiveServer, county: make.County
) -> None:
    goal = make.make_goal(county, make.make_subject(county), rows=make.make_rows(make.ROWS[:3]))
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/")
    page.click(".next-buttons button")
    expect(page.locator("#next-refusals")).to_contain_text("没有设置效益指标")
    expect(page.locator("#next-refusals .clause").first).to_be_visible()
    goal.refresh_from_db()
    assert goal.state == "draft"


def test_review_table_works_by_keys(page: Page, live_server: LiveServer, county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    enter(page, live_server, county.person("department_reviewer"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/review/")
    page.locator("[data-item] input[type=radio]").first.focus()
    for key in "12111111":
        page.keyboard.press(key)
    expect(page.locator("[data-card-total]")).to_have_text("98.00")
    page.fill("#opinion", "表述宜再清晰")
    page.click("text=保存评分")
    expect(page.locator(".messages")).to_contain_text("审核得 98.00 分")
    assert GoalReview.objects.get().total == 98


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_fit_the_screen_with_long_names_and_many_rows(
    page: Page, live_server: LiveServer, county: make.County, width: int
) -> None:
    name = "农村义务教育薄弱环节改善与能力提升及教学仪器设备购置与信息化升级改造综合项目（二期续建）" * 2
    rows = make.make_rows(
        [(*make.ROWS[0][:2], f"第{at}所学校完成实验室改造间数", *make.ROWS[0][3:]) for at in range(30)]
    )
    goal = make.make_goal(county, make.make_subject(county, name=name), rows=rows)
    enter(page, live_server, county.person("unit_project"), county)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("", f"{goal.pk}/", f"{goal.pk}/edit/", f"{goal.pk}/upload/"):
        page.goto(f"{live_server.url}/goals/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
