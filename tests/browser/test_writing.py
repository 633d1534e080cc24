"""A whole goal written by keyboard alone, by paste, by Excel; two windows on one half. Keystrokes and clicks are counted."""

import io
import sys

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.models import Goal, HeldText
from jiheng.stages.goals.services import save_money, start_goal
from tests import make
from tests.browser.live import enter

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("emptied_afterwards"),
]  # fmt: skip

OBJECTIVE = "举办教师信息化教学能力培训2期，培训骨干教师120人次，考核合格率达到95%以上，提升学校信息化教学水平。"
HEADING = "一级指标\t二级指标\t三级指标\t指标值\t计量单位\t分值\t自拟理由\t设定依据\t数据来源"
REST = "指标库中没有相近指标\t年度培训计划\t签到表和考核成绩单"
LINES = [
    ("产出指标", "数量指标", "举办骨干教师培训期数", "≥2", "期", "10"),
    ("", "", "培训骨干教师人次", "≥120", "人次", "15"),
    ("", "质量指标", "参训教师考核合格率", "≥95", "%", "15"),
    ("", "时效指标", "培训完成时间", "11月30日前", "", "10"),
    ("", "成本指标", "人均培训成本", "≤500", "元/人", "10"),
    ("效益指标", "社会效益指标", "信息化教学应用率", "≥80", "%", "20"),
    ("满意度指标", "服务对象满意度指标", "参训教师满意度", "≥90", "%", "10"),
]
SETTLE = "() => document.querySelector('.save-state').dataset.state === 'saved'"


@pytest.fixture
def goal(county: make.County) -> Goal:
    year = make.make_subject(county, name="教师信息化培训", category="培训")
    return start_goal(year=year, person=county.person("unit_project"))


class Hands:
    """A clerk at the keyboard: counts keys pressed and clicks; text is typed key by key."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.clicks = page, 0, 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1

    def tell(self, how: str) -> None:
        sys.stdout.write(f"{how}：{self.keys} 次击键，{self.clicks} 次点击\n")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name"))


def whole(goal: Goal, county: make.County) -> list[str]:
    """What still keeps the goal from leaving once its money is there."""
    goal.refresh_from_db()
    save_money(goal=goal, person=county.person("unit_finance"), fiscal_fen=6_000_000, other_fen=0, note="120人次，每人500元")
    goal.refresh_from_db()
    return [str(one) for one in findings_of(goal) if one.blocking]


@pytest.mark.feature("3.04")
def test_a_whole_goal_is_written_by_keyboard_alone(
    page: Page, live_server: LiveServer, county: make.County, goal: Goal
) -> None:
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    page.evaluate("document.querySelector('[name=objective]').focus()")
    hands = Hands(page)
    hands.type(OBJECTIVE)
    page.locator('[name="rows-0-level2"]').focus()
    for at, (_, level2, name, target, unit, weight) in enumerate(LINES):
        if at:
            hands.press("Alt+Enter", "Tab")
        assert focused(page) == f"rows-{at}-level2"
        for _ in range(_down(page, level2 or _above(at))):
            hands.press("ArrowDown")
        hands.press("Tab")
        hands.type(name)
        hands.press("Tab")
        for text in (target, unit, weight, *REST.split("\t")):
            hands.type(text)
            hands.press("Tab")
    hands.press("Control+s")
    expect(page.locator(".messages")).to_contain_text("已保存")
    hands.tell("全部用键盘填写一份目标（自拟 7 项指标）")
    assert hands.clicks == 0
    assert [(row.level1, row.name) for row in goal.indicators.all()] == [
        (_first(at), line[2]) for at, line in enumerate(LINES)
    ]
    assert whole(goal, county) == []


def _above(at: int) -> str:
    return next(LINES[one][1] for one in range(at, -1, -1) if LINES[one][1])


def _first(at: int) -> str:
    return next(LINES[one][0] for one in range(at, -1, -1) if LINES[one][0])


def _down(page: Page, label: str) -> int:
    """How many times down in the open choice of the focused cell."""
    return int(
        page.evaluate(
            "label => { const one = document.activeElement;"
            " return [...one.options].findIndex(option => option.text === label) - one.selectedIndex; }",
            label,
        )
    )


@pytest.mark.feature("3.04")
def test_typing_a_name_offers_the_library_and_enter_takes_it(
    page: Page, live_server: LiveServer, county: make.County, goal: Goal
) -> None:
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    page.locator('[name="rows-0-name"]').focus()
    hands = Hands(page)
    for at, (words, weight) in enumerate((("举办培训", "20"), ("参训人员满意", "10"))):
        hands.type(words)
        expect(page.locator("#picker li").first).to_be_visible()
        hands.press("ArrowDown", "Enter")
        assert focused(page) == f"rows-{at}-target_text"
        hands.press("Tab", "Tab")
        hands.type(weight)
        if not at:
            hands.press("Alt+Enter", "Tab", "Tab")
    expect(page.locator(".save-state")).to_contain_text("草稿已于")
    page.wait_for_function(SETTLE)
    hands.tell("从指标库选用 2 项指标")
    rows = list(goal.indicators.all())
    assert [(row.name, row.library is not None, row.weight) for row in rows] == [
        ("举办培训班期数", True, 20),
        ("参训人员满意度", True, 10),
    ]
    assert rows[0].level1 == "产出指标"
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    page.locator('[name="rows-1-name"]').focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator('[name="rows-0-name"]')).to_have_value("参训人员满意度")
    page.keyboard.press("Alt+Delete")
    expect(page.locator("#indicators tbody tr:visible")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator("#indicators tbody tr:visible")).to_have_count(2)
    page.locator('[name="rows-0-unit"]').fill("")
    page.keyboard.press("?")
    expect(page.locator(".grid-help[open]")).to_contain_text("删除这一行")
    page.keyboard.press("Escape")
    expect(page.locator(".grid-help[open]")).to_have_count(0)
    page.wait_for_timeout(2500)
    page.wait_for_function(SETTLE)
    assert [row.name for row in goal.indicators.all()] == ["参训人员满意度", "举办培训班期数"]


@pytest.mark.feature("3.03")
def test_a_whole_goal_is_pasted_with_its_heading_and_every_problem_is_told(
    page: Page, live_server: LiveServer, county: make.County, goal: Goal
) -> None:
    enter(page, live_server, county.person("unit_project"), county)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    block = "\n".join([HEADING, *("\t".join((*line, REST)) for line in LINES)])
    hands = Hands(page)
    page.evaluate("text => navigator.clipboard.writeText(text)", OBJECTIVE)
    hands.click("[name=objective]")
    hands.press("Control+v")
    page.evaluate("text => navigator.clipboard.writeText(text)", block)
    hands.click('[name="rows-0-name"]')
    hands.press("Control+v")
    expect(page.locator(".grid-say")).to_contain_text("已粘贴 7 行（按表头对应各列）")
    hands.press("Control+s")
    expect(page.locator(".messages")).to_contain_text("已保存")
    hands.tell("粘贴填写一份目标（7 项指标）")
    assert [(row.level1, row.level2, row.name) for row in goal.indicators.all()] == [
        (_first(at), _above(at), line[2]) for at, line in enumerate(LINES)
    ]
    assert whole(goal, county) == []
    bad = '想象指标\t数量指标\t"修订\n教材册数"\t≥5\t册\t十来分\n产出\t数量\t印发材料份数\t≥100\t份\t5'
    page.evaluate("text => navigator.clipboard.writeText(text)", bad)
    page.click("[data-grid-add]")
    page.keyboard.press("Control+v")
    expect(page.locator(".grid-say")).to_contain_text("已粘贴 2 行，2 处有问题")
    expect(page.locator(".grid-troubles li")).to_have_text(
        ["第 8 行 一级指标：“想象指标”不在可选项中，请从列表中选择", "第 8 行 分值：“十来分”不是数"]
    )
    expect(page.locator(".save-state")).to_contain_text("有 1 处没有存入")
    expect(page.locator("#indicators tbody tr").nth(7).locator(".cell-held")).to_contain_text("分值须为")
    assert HeldText.objects.get().typed == "十来分"
    assert goal.indicators.count() == 9


@pytest.mark.feature("10.05")
def test_a_whole_goal_comes_by_excel(page: Page, live_server: LiveServer, county: make.County, goal: Goal) -> None:
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    hands = Hands(page)
    with page.expect_download() as told:
        hands.click("text=下载填报表")
    filled = fill(told.value.path().read_bytes())
    hands.click("text=导入填好的表")
    hands.click("input[type=file]")
    page.set_input_files("input[type=file]", FilePayload(name="填好.xlsx", mimeType="application/zip", buffer=filled))
    hands.clicks += 1  # the file in the system's window
    hands.click("button:has-text('上传并核对')")
    hands.click("button:has-text('确认写入')")
    expect(page.locator(".messages")).to_contain_text("已按上传的表填入")
    hands.tell("用填报表导入一份目标（7 项指标，表内填写不计）")
    assert [(row.level1, row.level2, row.name, f"{row.weight:f}") for row in goal.indicators.all()] == [
        (_first(at), _above(at), line[2], f"{line[5]}.00") for at, line in enumerate(LINES)
    ]


def fill(content: bytes) -> bytes:
    """Type the goal into the form: the year's rows beside their second level, each explained below."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    named = {str(cell.value): cell.row for cell in sheet["F"] if cell.value}
    below = next(cell.row for cell in sheet["D"] if cell.value == "指标解释")
    goal = next(cell for cell in sheet["F"] if cell.value == "年度目标")
    sheet.cell(goal.row + 1, goal.column).value = OBJECTIVE
    used: dict[str, int] = {}
    for at, (_, _, name, target, unit, weight) in enumerate(LINES):
        label = _above(at)
        row = named[label] + used.setdefault(label, 0)
        used[label] += 1
        sheet[f"G{row}"], sheet[f"H{row}"] = name, target + unit
        sheet[f"B{below + 1 + at}"], sheet[f"E{below + 1 + at}"] = name, int(weight)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def targets(goal: Goal) -> list[str]:
    return list(goal.indicators.values_list("target_text", flat=True))


@pytest.mark.feature("1.09")
def test_two_windows_on_one_half_lose_no_key(
    context: BrowserContext, live_server: LiveServer, county: make.County
) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    one = context.new_page()
    enter(one, live_server, county.person("unit_project"), county)
    two = context.new_page()
    for page in (one, two):
        page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    one.fill('[name="rows-4-target_text"]', "≥97")
    one.wait_for_function(SETTLE)
    two.fill('[name="rows-4-target_text"]', "≥99")
    two.fill('[name="rows-0-target_text"]', "≥130")
    expect(two.locator(".cell-held")).to_contain_text("≥97")
    expect(two.locator('[name="rows-4-target_text"]')).to_have_value("≥99")
    assert targets(goal)[4] == "≥97"
    assert targets(goal)[0] == "≥130"
    two.click("button[value=save]")
    expect(two.locator('[name="rows-4-target_text"]')).to_be_focused()
    third = context.new_page()
    third.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    expect(third.locator("#left-over")).to_contain_text("≥99")
    third.close()
    two.click("text=用我写的")
    expect(two.locator(".cell-held")).to_have_count(0)
    two.click("button[value=save]")
    expect(two.locator(".messages")).to_contain_text("已保存")
    assert targets(goal)[4] == "≥99"
    one.fill('[name="rows-1-weight"]', "12")
    one.wait_for_function("() => document.querySelector('[name=\"rows-4-target_text\"]').value === '≥99'")
    expect(one.locator("[data-together-say]")).to_contain_text("另一处改了")
    expect(one.locator('[name="rows-0-target_text"]')).to_have_value("≥130")


def test_keys_typed_while_a_draft_is_on_its_way_are_kept(
    page: Page, live_server: LiveServer, county: make.County
) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    enter(page, live_server, county.person("unit_project"), county)
    page.goto(f"{live_server.url}/goals/{goal.pk}/edit/")
    page.locator('[name="rows-4-name"]').focus()
    page.keyboard.press("End")
    text = "（理化生三科合计）"
    for letter in text:  # slower than drafts are sent
        page.keyboard.type(letter)
        page.wait_for_timeout(700)
    page.wait_for_function(SETTLE)
    page.wait_for_timeout(2000)
    assert goal.indicators.all()[4].name.endswith(text)
    page.click("button[value=save]")
    expect(page.locator(".messages")).to_contain_text("已保存")
