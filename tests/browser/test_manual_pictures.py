"""Pictures for the user manual of the tasks that one project's year does not pass through, and that they still work so."""

import io

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.office import PHONE, Office, picture
from tests.browser.test_one_projects_year import do, press

pytestmark = pytest.mark.browser

OFFICE, DIVISION, TREASURY, LEADER = (
    f"bureau.{role}" for role in ("performance_office", "division", "treasury", "bureau_leader")
)
AUDITOR, CONGRESS = "audit.auditor", "congress.congress"
GOAL_2027 = "2027年乡镇中心幼儿园户外活动场地改造项目"
RETURNED = "2027年农产品质量安全检测及追溯体系建设项目"
MAJOR = "2027年老旧小区供水管网改造工程（含计量设施更新）"
LATE = "2025年农村公路日常养护项目"
GOOD_LIST = (
    "项目代码,项目名称,预算类型,预算金额,批复日期,文号\nP01,,预算调整,-2.5,2026-10-08,示例财预〔2026〕31号\n"
)
WRONG_LIST = GOOD_LIST + "P99,,预算调整,8万左右,2026-10-08,\n"


def follow(page: Page, name: str) -> None:
    """Press the link of this name in the page's main part."""
    page.locator("#main").get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()


def test_pictures_of_what_everybody_uses(office: Office) -> None:
    """Signing in, a list with its menus, notices, search, the desk on a phone."""
    page = office.window()
    office.open(page, "/accounts/login/")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    picture(page, "login", height=520)
    page = office.sit(OFFICE)
    office.open(page, "/subjects/")
    page.locator("summary", has_text="列与行高").click()
    expect(page.get_by_role("button", name="按此显示")).to_be_visible()
    picture(page, "list")
    page.locator(".who").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    office.open(page, "/notices/")
    expect(page.locator(".todo").first).to_be_visible()
    picture(page, "notices", height=560)
    page.get_by_role("searchbox").first.fill("供水")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_contain_text(MAJOR)
    page = office.sit("jyj-1.unit_project", PHONE)
    expect(page.locator("#todo")).to_contain_text(GOAL_2027)
    picture(page, "desk-phone")


def test_pictures_of_goals_refused_returned_and_offline(office: Office) -> None:
    """A weight too many is refused with row and clause; single rows go back; the table travels as Excel."""
    page = office.sit("jyj-1.unit_project")
    page.locator("#todo .todo", has_text=GOAL_2027).get_by_role("link").first.click()
    address = page.url.removeprefix(office.address)
    office.open(page, f"{address}edit/")
    weight = page.locator("#indicators tbody [data-key=weight] input").first
    right = weight.input_value()
    weight.fill("25")
    page.get_by_role("button", name="保存并查看整份目标").click()
    page.locator("#next").get_by_role("button", name="提交审核").click()
    expect(page.locator("#next-refusals")).to_contain_text("分值合计")
    picture(page, "goal-refused")
    office.open(page, f"{address}edit/")
    page.locator("#indicators tbody [data-key=weight] input").first.fill(right)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".message-success")).to_be_visible()
    offline(page, office, address)
    page = office.sit("nyj-1.unit_project")
    expect(page.locator("#returned")).to_contain_text(RETURNED)
    picture(page, "desk-returned")
    page.locator("#returned .todo", has_text=RETURNED).get_by_role("link").last.click()
    expect(page.locator(".goal-note").first).to_contain_text("只退回了")
    picture(page, "goal-returned")
    page = office.sit("jyj.department_reviewer")
    page.locator("#todo .todo").get_by_role("link").first.click()
    follow(page, "退回个别指标")
    page.locator("tbody [name=row]").nth(4).check()
    page.locator("tbody [name^=reason-]").nth(4).fill("成本指标缺少标准依据")
    page.get_by_label("退回意见").fill("请补充成本标准的文件依据")
    picture(page, "goal-return")
    page = office.sit("jyj-2.unit_project")
    office.open(page, "/goals/")
    page.locator("main tbody").get_by_role("link").first.click()
    follow(page, "调整目标")
    page.get_by_label("调整情形").select_option(index=0)
    page.get_by_label("调整原因").fill(
        "春季学期受助学生比批复时增加120人，按文件追加资金，受益人数随之调整。"
    )
    picture(page, "goal-adjust", height=640)


def filled_offline(page: Page, link: str, name: str) -> None:
    """Download a table, change a value in it as one would in a spreadsheet, send it back under this name."""
    with page.expect_download() as got:
        page.locator("#main").get_by_role("link", name=link).first.click()
    book = openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes()))
    sheet = book.worksheets[0]
    cell = next(one for row in sheet.iter_rows() for one in row if one.value and "≥" in str(one.value))
    cell.value = "≥3"
    out = io.BytesIO()
    book.save(out)
    page.get_by_label("填好的表").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    )
    page.get_by_role("button", name="上传并核对").click()


def offline(page: Page, office: Office, address: str) -> None:
    """Fill the table of one goal in offline and see what would be written."""
    office.open(page, f"{address}upload/")
    filled_offline(page, "下载填报表", "绩效目标申报表.xlsx")
    expect(page.locator("#differences")).to_contain_text("将写入的变动")
    picture(page, "goal-upload")


def test_pictures_of_appraisal(office: Office) -> None:
    """Register a project, see that it needs an appraisal, fill its papers; score and conclude one; enter the library."""
    page = office.sit("jtj-1.unit_project")
    office.choose_year(page, 2027)
    office.open(page, "/subjects/register/")
    page.get_by_label("项目名称").fill("2027年农村客运候车亭建设项目")
    page.get_by_label("项目代码").fill("N21")
    page.get_by_label("起始年").fill("2027")
    page.get_by_label("终止年").fill("2027")
    page.get_by_label("项目属性").select_option(label="新增")
    page.get_by_label("本年申报金额").fill("156")
    page.get_by_label("项目概况").fill("在12条农村客运线路新建候车亭36座，方便群众候车。")
    page.get_by_label("立项依据").fill("县政府年度民生实事清单第7项")
    expect(page.locator("#verdict")).to_contain_text("须做事前绩效评估")
    picture(page, "project-register", height=1080)
    page.get_by_role("button", name="登记项目").click()
    expect(page.locator(".message-success")).to_be_visible()
    follow(page, "评估与入库")
    picture(page, "appraisal-gate")
    page.get_by_role("button", name="发起事前绩效评估").click()
    expect(page.locator("#materials")).to_be_visible()
    picture(page, "appraisal-papers")
    page = office.sit(OFFICE)
    office.open(page, "/")
    page.locator("#todo .todo", has_text=MAJOR).get_by_role("link").last.click()
    follow(page, "逐项评分")
    score_all(page)
    picture(page, "appraisal-score")
    page.get_by_role("button", name="保存评分").click()
    expect(page.locator(".message-success")).to_be_visible()
    follow(page, "作出结论")
    page.get_by_label("调整完善后予以支持").check()
    page.get_by_label("同意金额").fill("2100")
    page.get_by_label("评估意见和理由").fill("计量设施单价高于同类项目，按市场询价核减；过程控制措施需补充。")
    first = page.locator("#conditions tbody tr").first
    first.locator("[data-key=text] input").fill("补充施工期间临时供水和应急预案")
    first.locator("[data-key=due] input").fill("2026-10-25")
    picture(page, "appraisal-conclude")
    press(page, page.get_by_role("button", name="作出结论"))
    page = office.sit("zjj-2.unit_project")
    page.locator("#todo .todo", has_text=MAJOR).get_by_role("link", name="登记完成情况").click()
    expect(page.locator("#conditions")).to_contain_text("登记完成情况")
    picture(page, "appraisal-conditions")
    page = office.sit(DIVISION)
    page.locator("#todo .todo", has_text="特殊教育资源中心").get_by_role("link").last.click()
    expect(page.get_by_role("button", name="办理入库")).to_be_enabled()
    picture(page, "library-enter")


def score_all(page: Page) -> None:
    """Give every item its full points but one, with the fact that is missing."""
    points = page.locator("[data-row] .score-points input")
    for at, one in enumerate(points.all()):
        one.fill("3.5" if at == 5 else one.get_attribute("data-score") or "")
    page.locator("[data-row] .score-missing input").nth(5).fill("水表单价没有三家以上询价材料")
    expect(page.locator("[data-total-score]")).to_have_text("98.50")


def test_pictures_of_lists_and_ledger(office: Office) -> None:
    """A list with mistakes writes nothing and says every cell; the ledger says where each amount comes from."""
    page = office.sit(OFFICE)
    office.open(page, "/exchange/")
    picture(page, "exchange-home")
    page = office.sit(TREASURY)
    upload(page, office, WRONG_LIST)
    expect(page.locator("#problems")).to_contain_text("8万左右")
    picture(page, "exchange-wrong")
    page.get_by_role("button", name="放弃这次上传").click()
    upload(page, office, GOOD_LIST)
    expect(page.get_by_role("button", name="确认导入")).to_be_visible()
    picture(page, "exchange-ready")
    page.get_by_role("button", name="放弃这次上传").click()
    office.open(page, "/budgets/")
    picture(page, "ledger-list")
    page.locator("main tbody").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="冲销这一笔")).to_be_visible()
    picture(page, "ledger-entry")


def upload(page: Page, office: Office, text: str) -> None:
    """Upload a list of budgets."""
    office.open(page, "/exchange/budgets/upload/")
    page.get_by_label("清单文件").set_input_files(
        {"name": "预算调整清单.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}
    )
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("button", name="放弃这次上传")).to_be_visible()


def test_pictures_of_overviews(office: Office) -> None:
    """Dashboard, reports, missing units, rules, calendar and extension, assessment, published, indicators, experts."""
    page = office.sit(LEADER)
    office.open(page, "/dashboards/")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    picture(page, "dashboard", height=1100)
    page = office.sit(CONGRESS)
    office.open(page, "/reports/")
    picture(page, "reports", height=480)
    page = office.sit(OFFICE)
    office.open(page, "/monitoring/missing/")
    expect(page.get_by_role("button", name="催报")).to_be_visible()
    picture(page, "monitoring-missing", height=480)
    office.open(page, "/policies/?q=挂钩")
    expect(page.locator("#rule-result_consequences")).to_be_visible()
    picture(page, "policies")
    office.open(page, "/policies/workflows/")
    picture(page, "policies-workflows")
    office.open(page, "/indicators/")
    picture(page, "indicators")
    office.open(page, "/cycles/")
    follow(page, "2027 年度")
    picture(page, "calendar")
    follow(page, "申请延期")
    page.get_by_label("事项").select_option(label="申报绩效目标（2026-10-31 截止）")
    page.locator("#field-organisation select").select_option(label="县第二小学")
    page.get_by_label("延至").fill("2026-11-10")
    page.get_by_label("理由").fill("学校整体搬迁，资料移交中，经局务会议同意")
    picture(page, "calendar-extend", height=640)
    office.choose_year(page, 2025)
    office.open(page, "/assessment/")
    picture(page, "assessment-list", height=640)
    follow(page, "演示县民政局")
    picture(page, "assessment-record")
    office.open(page, "/assessment/facts/new/")
    page.get_by_label("考核事项").select_option(index=1)
    picture(page, "assessment-fact", height=720)
    office.open(page, "/disclosure/published/")
    page.locator("main tbody").get_by_role("link").first.click()
    page.get_by_label("撤回原因").fill("附表单位名称有误，更正后重新公开")
    picture(page, "disclosure-published", height=720)


def test_pictures_of_rechecking_rectifying_and_answering(office: Office) -> None:
    """The bureau re-checks a self-evaluation and accepts what was put right; the unit reports it."""
    page = office.sit("jtj.department_reviewer")
    office.choose_year(page, 2025)
    office.open(page, "/evaluation/")
    follow(page, LATE)
    do(page, "审核通过")
    page = office.sit(OFFICE)
    office.choose_year(page, 2025)
    office.open(page, "/evaluation/draws/")
    picture(page, "draws", height=640)
    office.open(page, "/evaluation/")
    follow(page, LATE)
    follow(page, "逐项复核")
    page.locator("#indicators [data-key=points] input").first.fill("9")
    page.locator("#indicators [data-key=reason] textarea").first.fill("抽查3条线路，养护记录缺2个月")
    expect(page.locator("#sum")).to_contain_text("97.30")
    picture(page, "recheck")
    office.open(page, "/results/")
    picture(page, "results-list", height=640)
    office.open(page, "/results/rectifications/")
    page.locator("main tbody tr", has_text="已报整改情况").first.get_by_role("link").first.click()
    expect(page.get_by_role("button", name="验收销号")).to_be_visible()
    picture(page, "rectification-accept")
    page = office.sit("jtj-1.unit_project")
    office.open(page, "/")
    page.locator("#todo .todo", has_text=LATE).get_by_role("link", name="填报整改情况").first.click()
    page.get_by_label("整改措施").fill("补齐全年养护巡查记录，逐月归档，指定专人负责。")
    page.get_by_label("整改结果").fill("12个月的记录已补齐并装订，抽查无缺漏。")
    picture(page, "rectification-report", height=1000)


def test_pictures_of_the_chain(office: Office) -> None:
    """The auditor reads the chain and lets it be computed again."""
    page = office.sit(AUDITOR)
    office.open(page, "/audit/")
    picture(page, "audit-chain")
    follow(page, "核验审计链")
    page.get_by_role("button", name="开始核验").click()
    expect(page.locator("#main")).to_contain_text("完整")
    picture(page, "audit-verify", height=640)


def test_pictures_of_people(office: Office) -> None:
    """The security administrator's list, the form for somebody new, one person's record."""
    page = office.sit("bureau.security_admin")
    office.open(page, "/people/")
    picture(page, "people-list")
    follow(page, "登记人员")
    page.get_by_label("登录名").fill("wangyichuan")
    page.get_by_label("姓名").fill("王一川")
    page.locator("#field-organisation select").select_option(label="县第二小学")
    page.get_by_label("岗位").select_option(label="财务经办")
    page.get_by_label("任职起日").fill("2026-10-12")
    page.get_by_label("任职依据").fill("示例教发〔2026〕18号，岗位调整")
    picture(page, "people-register", height=760)
    office.open(page, "/people/")
    page.locator("main tbody tr", has_text="县第二小学").first.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="重置密码")).to_be_visible()
    picture(page, "people-record", height=760)


AMENDED_SOURCES = """county-2026-3:
  title: 关于调整事前绩效评估门槛的通知
  number: 演财〔2026〕3号
  issued: 2026-09-01
  level: county
"""
AMENDED = """appraisal_major_threshold:
  label: 须做事前绩效评估的资金下限（含本数）
  unit: 元
  values:
    - from_budget_year: 2021
      value: 3000000
      cite: {source: county-2026-3, clause: 第二条}
"""
AMENDED_CASES = """cases:
  - name: 300万元起
    budget_year: 2027
    parameter: appraisal_major_threshold
    expect: {value: 3000000, clause: county-2026-3 第二条}
"""


def test_pictures_of_rules_that_change(office: Office) -> None:
    """An amendment is uploaded by one and tried on the open years; the leader judges it."""
    page = office.sit(OFFICE)
    office.open(page, "/policies/amendments/new/")
    page.get_by_label("修订名称").fill("调整事前绩效评估门槛")
    page.get_by_label("依据和理由").fill("局长办公会议纪要〔2026〕12号")
    sheets = {
        "sources.yaml": AMENDED_SOURCES,
        "parameters.appraisal.yaml": AMENDED,
        "cases.appraisal.yaml": AMENDED_CASES,
    }
    page.get_by_label("文件").set_input_files(
        [FilePayload(name=name, mimeType="text/yaml", buffer=text.encode()) for name, text in sheets.items()]
    )
    picture(page, "amendment-new", height=720)
    page.get_by_role("button", name="检查并提交").click()
    expect(page.locator("#main")).to_contain_text("演财〔2026〕3号")
    page = office.sit(LEADER)
    office.open(page, "/policies/amendments/")
    follow(page, "调整事前绩效评估门槛")
    expect(page.get_by_role("button", name="批准修订")).to_be_visible()
    picture(page, "amendment-trial", height=1100)
    office.open(page, "/policies/changes/")
    picture(page, "policy-changes", height=760)


def test_pictures_of_the_year_its_plan_and_its_end(office: Office) -> None:
    """The month's calendar, statutory clocks, the plan of tasks, what must be done before a year is closed."""
    page = office.sit(OFFICE)
    office.choose_year(page, 2026)
    office.open(page, "/cycles/")
    follow(page, "2026 年度")
    for link, name in (("月历", "calendar-months"), ("法定期限", "clocks"), ("关闭年度", "year-close")):
        address = page.url.removeprefix(office.address)
        follow(page, link)
        picture(page, name, height=760)
        office.open(page, address)
    office.open(page, "/plans/take-up/")
    page.get_by_role("button", name="采用").click()
    page.wait_for_load_state()
    office.open(page, "/plans/")
    expect(page.locator("#main tbody tr").first).to_be_visible()
    picture(page, "plan-tasks", height=860)
    page.locator("#main tbody").get_by_role("link").first.click()
    picture(page, "plan-task", height=760)


def test_pictures_of_bodies_in_periods(office: Office) -> None:
    """The tree on a day, a merger being written, the year as by today's bodies, the places below."""
    page = office.sit(OFFICE)
    office.open(page, "/bodies/")
    picture(page, "bodies", height=640)
    follow(page, "演示县民政局")
    follow(page, "更名或改隶")
    picture(page, "body-rename", height=640)
    office.open(page, "/bodies/restated/")
    expect(page.locator("#main")).to_contain_text("两种口径")
    picture(page, "bodies-restated", height=640)
    office.open(page, "/dashboards/places/")
    picture(page, "places", height=480)


def test_pictures_of_rights_and_tokens(office: Office) -> None:
    """Why somebody may see a record and do what; tokens for programs."""
    page = office.sit(DIVISION)
    office.open(page, "/goals/")
    page.locator("main tbody").get_by_role("link").first.click()
    follow(page, "为什么我看得到、能办什么")
    expect(page.locator("#main")).to_contain_text("依据")
    picture(page, "rights", height=860)
    office.open(page, "/api/tokens/")
    picture(page, "tokens", height=480)


def test_pictures_of_a_plan_of_evaluations(office: Office) -> None:
    """The bureau's plan: what it holds, what may be added, how far it is from the shares demanded."""
    page = office.sit(OFFICE)
    office.choose_year(page, 2026)
    office.open(page, "/evaluation/plans/")
    page.get_by_role("button", name="编制评价计划").click()
    expect(page.locator("#choices")).to_be_visible()
    page.locator("#choices [name=subject]").first.check()
    page.get_by_label("理由").fill("资金量大，群众关注")
    page.get_by_role("button", name="列入计划").click()
    expect(page.locator("#lines tbody tr")).to_have_count(1)
    picture(page, "evaluation-plan", height=900)


def test_picture_of_a_record_that_somebody_else_has_moved(office: Office) -> None:
    """A form sent from an old page: nothing was done, and what was typed is there to be copied."""
    page = office.sit("jyj.department_reviewer")
    office.open(page, "/")
    page.locator("#todo .todo").get_by_role("link").first.click()
    follow(page, "退回个别指标")
    page.locator("tbody [name=row]").nth(4).check()
    page.locator("tbody [name^=reason-]").nth(4).fill("成本指标缺少标准依据")
    page.get_by_label("退回意见").fill("请补充成本标准的文件依据")
    page.locator("main form [name=version]").evaluate("one => one.value = 0")
    button = page.locator("main form button.btn-primary, main form button.btn-danger").first
    asks = button.get_attribute("data-confirm")
    button.click()
    if asks:
        page.locator("#confirm-yes").click()
    expect(page.locator("#main")).to_contain_text("您填写的内容")
    picture(page, "overtaken", height=420)


def test_pictures_of_many_goals_in_one_file(office: Office) -> None:
    """All goals of a unit in one workbook: changed offline, every change shown before anything is written."""
    page = office.sit("jyj-1.unit_project")
    office.open(page, "/goals/many/")
    filled_offline(page, "下载清单", "绩效目标清单.xlsx")
    expect(page.locator("#main")).to_contain_text("≥3")
    picture(page, "goals-many", height=760)


def test_pictures_of_what_stands_around_goals(office: Office) -> None:
    """Gaps between duties, money and indicators; pass marks; one sheet of the library; examples; money first."""
    page = office.sit(OFFICE)
    office.choose_year(page, 2026)
    for address, name, height in (
        ("/goals/duties/", "duty-map", 720),
        ("/goals/marks/", "goal-marks", 900),
        ("/goals/checklist/", "goal-checklist", 720),
        ("/indicators/1/", "indicator-sheet", 900),
        ("/exemplars/", "exemplars", 820),
    ):
        office.open(page, address)
        picture(page, name, height=height)
    page = office.sit(LEADER)
    office.choose_year(page, 2026)
    office.open(page, "/goals/express/decide/")
    expect(page.get_by_role("button", name="决定先行下达")).to_be_visible()
    picture(page, "express-decide", height=760)
