"""One project's year as the people who live through it: from the empty goal to the page that citizens read."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.office import LAPTOP, PHONE, Office, picture

pytestmark = pytest.mark.browser

PROJECT = "2026年困难老年人居家适老化改造补助项目"
UNIT_PROJECT, UNIT_FINANCE = "mzj-1.unit_project", "mzj-1.unit_finance"
DEPARTMENT, DIVISION = "mzj.department_reviewer", "bureau.division"
OFFICE, CENTRE, TREASURY, LEADER = (
    f"bureau.{role}" for role in ("performance_office", "evaluation_centre", "treasury", "bureau_leader")
)
AGENCY = "agency-1.agency"

OBJECTIVE = "为经济困难的高龄、失能老年人家庭实施居家适老化改造220户，改造验收合格率100%，10月底前完成，降低居家跌倒风险。"
ROWS = (
    "产出指标\t数量指标\t完成居家适老化改造户数\t≥220\t户\t20\t县里特有任务\t民政部门改造计划\t改造台账\n"
    "产出指标\t质量指标\t改造项目验收合格率\t=100\t%\t15\t县里特有任务\t民政部门改造计划\t验收单\n"
    "产出指标\t时效指标\t改造完成时间\t10月31日前\t\t10\t县里特有任务\t民政部门改造计划\t验收单\n"
    "产出指标\t成本指标\t户均改造成本\t≤4000\t元\t5\t县里特有任务\t补助标准\t支付凭证\n"
    "效益指标\t社会效益指标\t应改尽改覆盖率\t≥90\t%\t20\t县里特有任务\t民政部门改造计划\t对象名册\n"
    "效益指标\t可持续影响指标\t改造后回访制度\t制度健全，一户一档，按季回访有记录\t\t10\t县里特有任务\t民政部门改造计划\t回访记录\n"
)
LAST_ROW = ("满意度指标", "服务对象满意度指标", "老年人及家属满意度", "≥95", "%", "10", "县里特有任务", "民政部门改造计划", "问卷")


def test_one_projects_year(office: Office) -> None:
    goal = promise(office)
    approve(office, goal)
    spend(office)
    watch_over(office)
    account_for(office)
    evaluate(office)
    decide(office)
    publish(office)
    read_as_citizen(office)


def do(page: Page, verb: str, comment: str = "") -> None:
    """Press a step's button on a record, confirm where the page asks, wait until it is done."""
    if comment:
        page.locator("#next-comment").fill(comment)
    press(page, page.locator("#next").get_by_role("button", name=verb, exact=True))


def press(page: Page, button: Locator) -> None:
    """Press a button, confirm where the page asks, wait for the message that it is done."""
    asks = button.get_attribute("data-confirm")
    # An earlier message may still stand on the page: wait for the server's own answer.
    with page.expect_response(lambda answer: answer.request.method == "POST", timeout=20_000):
        button.click()
        if asks:
            page.locator("#confirm-yes").click()
    expect(page.locator(".message-success").last).to_be_visible()


def todo(page: Page, name: str, verb: str) -> Locator:
    """Return the link of a to-do on the desk."""
    return page.locator("#todo .todo", has_text=name).get_by_role("link", name=verb, exact=True).first


def promise(office: Office) -> str:
    """The clerk fills the goal by keyboard and from Excel, finance the money; both sign."""
    page = office.sit(UNIT_PROJECT)
    expect(page.locator("#todo")).to_contain_text(PROJECT)
    picture(page, "desk-unit")
    todo(page, PROJECT, "填报绩效目标").click()
    picture(page, "goal-start")
    page.get_by_role("button", name="从空白填报").click()
    page.get_by_label("年度目标").fill(OBJECTIVE)
    fill_grid(page)
    page.locator("#indicators .table-scroll").first.evaluate("box => box.scrollLeft = 0")
    picture(page, "goal-grid", top="#indicators")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".message-success")).to_contain_text("已保存")
    page.get_by_role("link", name="查看整份目标").click()
    address = page.url.removeprefix(office.address)
    finance = office.sit(UNIT_FINANCE)
    todo(finance, PROJECT, "填写资金部分").click()
    finance.get_by_label("财政拨款", exact=True).fill("88.6")
    finance.get_by_label("资金测算说明").fill("220户×4000元，另含评估和验收费用0.6万元")
    picture(finance, "goal-money")
    finance.get_by_role("button", name="保存并查看整份目标").click()
    expect(finance.locator(".message-success")).to_contain_text("已保存")
    for one in (page, finance):
        office.open(one, address)
        do(one, "提交审核")
    picture(finance, "goal-signed")
    return address


def fill_grid(page: Page) -> None:
    """Paste six rows from Excel, type the seventh by keyboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", ROWS)
    page.locator("#indicators tbody tr").first.locator("[data-key=level1] select").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#indicators .grid-say")).to_have_text("已粘贴 6 行")
    rows = page.locator("#indicators tbody tr")
    rows.nth(5).locator("[data-key=name] input").focus()
    page.keyboard.press("Enter")
    last = rows.nth(6)
    expect(last.locator("[data-key=name] input")).to_be_focused()
    level1, level2, name, *others = LAST_ROW
    page.keyboard.type(name)
    for one in others:
        page.keyboard.press("ArrowRight")
        page.keyboard.type(one)
    last.locator("[data-key=level1] select").select_option(level1)
    last.locator("[data-key=level2] select").select_option(level2)
    expect(page.locator("output[data-sum=weight]")).to_have_text("90")
    expect(page.locator("#findings")).to_contain_text("资金")


def approve(office: Office, goal: str) -> None:
    """Department, division, performance office (with its review table) and leader."""
    page = office.sit(DEPARTMENT)
    picture(page, "desk-department")
    office.open(page, goal)
    picture(page, "goal-department")
    do(page, "审核通过")
    page = office.sit(DIVISION)
    office.open(page, goal)
    do(page, "初审通过")
    page = office.sit(OFFICE)
    picture(page, "desk-office")
    office.open(page, goal)
    page.get_by_role("link", name="审核评分").click()
    for group in page.get_by_role("radiogroup").all():
        group.locator("label").first.click()
    page.get_by_label("审核意见").fill("目标明确，指标可衡量，资金与任务相匹配。")
    picture(page, "goal-review")
    page.get_by_role("button", name="保存评分").click()
    expect(page.locator(".message-success")).to_be_visible()
    office.open(page, goal)
    do(page, "复审通过")
    page = office.sit(LEADER)
    picture(page, "desk-leader")
    office.open(page, goal)
    do(page, "随预算批复")
    expect(page.locator(".record-title")).to_contain_text("已批复")


def spend(office: Office) -> None:
    """The treasury books the money that came during the year, and what was paid."""
    page = office.sit(TREASURY)
    for kind, wan, number in (("预算调整", "88.6", "示例财预〔2026〕12号"), ("支付", "63.2", "ZF20260928-07")):
        office.open(page, "/budgets/book/")
        page.get_by_label("项目代码").fill("P11")
        page.get_by_label("类型").select_option(kind)
        page.get_by_label("金额").fill(wan)
        page.get_by_label("日期").fill("2026-09-28")
        page.get_by_label("凭证号或文号").fill(number)
        page.get_by_label("登记原因").fill("上级补助资金年中下达，按文件补录")
        if kind == "支付":
            picture(page, "ledger-book")
        press(page, page.get_by_role("button", name="登记台账"))


def watch_over(office: Office) -> None:
    """The bureau opens the third quarter; the unit reads its indicators; department and division pass it."""
    page = office.sit(OFFICE)
    office.open(page, "/monitoring/")
    press(page, page.get_by_role("button", name="开启监控").first)
    unit, finance = office.sit(UNIT_PROJECT), office.sit(UNIT_FINANCE)
    office.open(unit, "/")
    todo(unit, PROJECT, "填写监控表").click()
    told = {
        "完成居家适老化改造户数": "156", "改造项目验收合格率": "100", "改造完成时间": "按计划推进",
        "户均改造成本": "3960", "应改尽改覆盖率": "92", "改造后回访制度": "制度已印发，156户已建档",
        "老年人及家属满意度": "96",
    }  # fmt: skip
    for name, actual in told.items():
        row = unit.locator("#readings tbody tr", has_text=name)
        row.locator("[data-key=actual_text] input").fill(actual)
        row.locator("[data-key=likelihood] select").select_option("确定能")
    unit.get_by_label("情况说明").fill("前三季度完成156户，剩余64户已签订合同，10月底前完工。")
    picture(unit, "monitoring-fill", top="#readings")
    unit.get_by_role("button", name="保存并查看整份监控表").click()
    address = unit.url.removeprefix(office.address)
    for one in (unit, finance):
        office.open(one, address)
        do(one, "提交审核")
    picture(unit, "monitoring-record")
    page = office.sit(DEPARTMENT)
    office.open(page, address)
    do(page, "审核通过")
    page = office.sit(DIVISION)
    office.open(page, address)
    do(page, "办结")
    office.open(page, "/monitoring/")
    picture(page, "monitoring-overview")


def account_for(office: Office) -> None:
    """The unit evaluates itself: points computed by rule, reasons, proof, two signatures; the bureau accepts."""
    page, finance = office.sit(UNIT_PROJECT), office.sit(UNIT_FINANCE)
    office.open(page, "/evaluation/missing/")
    page.locator("main tbody tr", has_text=PROJECT).get_by_role("link", name="开展自评").click()
    page.get_by_role("button", name="建立自评并填写").click()
    page.get_by_label("年度总体目标实际完成情况").fill("完成改造198户，全部验收合格；22户因住户外出顺延。改造后未发生居家跌倒事故。")
    told = {
        "完成居家适老化改造户数": "198", "改造项目验收合格率": "100%", "改造完成时间": "2026-11-06",
        "户均改造成本": "3960元", "应改尽改覆盖率": "92%", "改造后回访制度": "制度已印发，198户建档，按季回访",
        "老年人及家属满意度": "96%",
    }  # fmt: skip
    for name, actual in told.items():
        page.get_by_label(f"{name}的实际完成值").fill(actual)
    page.get_by_label("改造后回访制度的档次").select_option(index=1)
    page.get_by_label("改造后回访制度的自评分").fill("9")
    reasons = {
        "完成居家适老化改造户数": "22户住户外出务工，已与住户约定次年一季度入户改造",
        "改造完成时间": "受材料到货影响延后6天，已调整供货安排",
        "改造后回访制度": "个别回访记录不及时，已补录",
    }
    for name, reason in reasons.items():
        page.get_by_label(f"{name}的偏差原因和改进措施").fill(reason)
    expect(page.locator("#indicators tr", has_text="完成居家适老化改造户数")).to_contain_text("18.00")
    picture(page, "self-evaluation-fill", top="#indicators")
    page.get_by_role("button", name="保存并查看整份自评").click()
    address = page.url.removeprefix(office.address)
    page.get_by_label("文件").set_input_files(
        {"name": "改造验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    press(page, page.get_by_role("button", name="上传", exact=True))
    office.open(finance, "/")
    todo(finance, PROJECT, "填写执行偏差原因").click()
    finance.get_by_label("执行偏差原因").fill("22户顺延改造，对应资金结转次年支付")
    picture(finance, "self-evaluation-money")
    press(finance, finance.get_by_role("button", name="保存", exact=True))
    for one in (page, finance):
        office.open(one, address)
        do(one, "提交审核")
    picture(finance, "self-evaluation-record")
    reviewer = office.sit(DEPARTMENT)
    office.open(reviewer, address)
    do(reviewer, "审核通过")
    bureau = office.sit(OFFICE)
    office.open(bureau, address)
    do(bureau, "认可自评")


def evaluate(office: Office) -> None:
    """The bureau orders an evaluation, the agency scores and reports, the unit is heard, the bureau confirms."""
    bureau, agency = office.sit(OFFICE), office.sit(AGENCY, LAPTOP)
    office.open(bureau, "/evaluation/order/")
    bureau.locator("main tbody").get_by_role("link", name=PROJECT).click()
    bureau.get_by_label("完成期限").fill("2026-12-10")
    picture(bureau, "evaluation-order")
    press(bureau, bureau.get_by_role("button", name="下达评价任务"))
    office.open(agency, "/")
    picture(agency, "desk-agency")
    agency.locator("#todo .todo", has_text=PROJECT).get_by_role("link").last.click()
    address = agency.url.removeprefix(office.address).removesuffix("score/")
    office.open(agency, f"{address}score/")
    points = agency.locator("#card [data-key=points] input")
    full = [float((row.get_attribute("aria-label") or "").rsplit(" ", 1)[1]) for row in points.all()]
    block = "\n".join(f"{one * 0.72:.2f}\t抽查32户，佐证和记录不完整，见工作底稿" for one in full)
    agency.evaluate("text => navigator.clipboard.writeText(text)", block)
    points.first.focus()
    agency.keyboard.press("Control+v")
    expect(agency.locator("#card .grid-say")).to_have_text(f"已粘贴 {len(full)} 行")
    expect(agency.locator(".form-bar")).to_contain_text("中")
    picture(agency, "evaluation-score")
    agency.get_by_role("button", name="保存并撰写报告").click()
    row = agency.locator("#findings tbody tr").first
    row.locator("select").select_option(index=2)
    row.locator("[data-key=text] input, [data-key=text] textarea").fill("改造对象评估表和回访记录不完整")
    row.locator("[data-key=advice] input, [data-key=advice] textarea").fill("逐户补齐资料，回访记录按季归档")
    for part in agency.locator("#report textarea").all():
        if not part.input_value():
            part.fill("经现场核查和资料复核，情况属实，详见评分表和工作底稿。")
    picture(agency, "evaluation-report")
    agency.get_by_role("button", name="保存并查看评价").click()
    do(agency, "提交报告初稿")
    office.open(bureau, address)
    do(bureau, "征求单位意见")
    unit = office.sit(UNIT_PROJECT)
    office.open(unit, "/")
    todo(unit, PROJECT, "答复评价报告").click()
    picture(unit, "evaluation-respond")
    press(unit, unit.get_by_role("button", name="没有意见"))
    office.open(bureau, address)
    picture(bureau, "evaluation-record")
    do(bureau, "确认评价结果", comment="被评价单位没有意见")


def decide(office: Office) -> None:
    """The performance office proposes by rule, the leader decides a cut within the bounds."""
    bureau, leader = office.sit(OFFICE), office.sit(LEADER)
    office.open(bureau, "/results/waiting/")
    bureau.locator("main tbody tr", has_text=PROJECT).get_by_role("checkbox").check()
    picture(bureau, "results-waiting")
    press(bureau, bureau.get_by_role("button", name="提出处理意见"))
    office.open(leader, "/")
    leader.locator("#todo .todo", has_text=PROJECT).get_by_role("link").last.click()
    leader.get_by_label("核减比例").fill("12")
    expect(leader.locator(".live")).to_contain_text("10.63")
    leader.get_by_label("决定理由").fill("评估和回访记录不完整，22户顺延，按最低档附近核减。")
    picture(leader, "decision-form")
    press(leader, leader.get_by_role("button", name="作出决定"))
    expect(leader.locator(".record-title")).to_contain_text("已决定")
    picture(leader, "decision-record")


def publish(office: Office) -> None:
    """The performance office makes goal, self-evaluation and result public."""
    page = office.sit(OFFICE)
    office.open(page, "/disclosure/")
    expect(page.locator("main tbody tr", has_text=PROJECT)).to_have_count(3)
    picture(page, "disclosure-due")
    press(page, page.get_by_role("button", name="公开所选"))
    office.open(page, "/subjects/")
    page.get_by_role("link", name=PROJECT).click()
    expect(page.locator(".life, .lifeline").first).to_contain_text("中")
    picture(page, "project-life")


def read_as_citizen(office: Office) -> None:
    """A citizen finds the project on a phone and reads what was promised and what came of it."""
    page = office.window(PHONE)
    office.open(page, "/public/")
    page.get_by_label("项目或单位").fill("适老化")
    page.get_by_label("年度").select_option("2026")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".portal-item")).to_have_count(3)
    picture(page, "portal-list")
    page.locator(".portal-item a").filter(has_text="自评").first.click()
    for said in ("承诺", "结果", "花了多少钱", "198"):
        expect(page.locator("main")).to_contain_text(said)
    picture(page, "portal-record")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
