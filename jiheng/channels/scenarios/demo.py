"""The demo county: a made-up place half-way through a year, built through the same services as the pages."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from jiheng.channels.scenarios.vocabulary import perform
from jiheng.channels.scenarios.world import World, settle, username_of
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place, User
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.accounts.services import appoint, create_user
from jiheng.registers.experts.services import EvaluatorData, enter_register
from jiheng.registers.indicators.services import load_library

CODE = "ningxia-yanchi"
NAME = "演示县"
PASSWORD = "jiheng-demo-2026"  # noqa: S105  # printed on the screen: a demo for one's own machine

DEPARTMENTS = (
    ("jyj", "教育体育局", ("县实验中学", "县第二小学", "县特殊教育学校")),
    ("nyj", "农业农村局", ("农业技术推广服务中心", "动物疾病预防控制中心")),
    ("zjj", "住房和城乡建设局", ("环境卫生服务中心", "市政设施养护中心")),
    ("wjj", "卫生健康局", ("县人民医院", "疾病预防控制中心")),
    ("jtj", "交通运输局", ("公路养护中心",)),
    ("mzj", "民政局", ("社会福利服务中心",)),
)
PROJECTS = (
    ("实验室设备更新项目", "教育", "120.00"),
    ("义务教育营养改善计划补助项目", "教育", "386.50"),
    ("校舍屋面防水及外墙维修改造工程", "教育", "268.00"),
    ("高标准农田节水灌溉设施管护项目", "农业", "455.20"),
    ("动物疫病强制免疫及无害化处理补助项目", "农业", "96.80"),
    ("城区道路清扫保洁与生活垃圾收运服务采购项目", "城乡社区", "1280.00"),
    ("市政路灯节能改造及智能控制平台建设项目（二期）", "城乡社区", "640.00"),
    ("基本公共卫生服务补助项目", "卫生健康", "512.30"),
    ("县级疾控实验室能力提升及应急物资储备项目", "卫生健康", "178.40"),
    ("农村公路日常养护项目", "交通运输", "820.00"),
    ("困难老年人居家适老化改造补助项目", "社会保障", "88.60"),
    ("农产品质量安全检测及追溯体系建设项目", "农业", "132.50"),
    ("雨污分流管网清淤疏浚及检查井维修项目", "城乡社区", "298.40"),
    ("农村公路危桥改造项目", "交通运输", "366.00"),
    ("特困人员供养机构消防设施改造项目", "社会保障", "75.20"),
    ("人民医院急诊急救设备购置项目", "卫生健康", "428.00"),
    ("乡镇中心幼儿园户外活动场地改造项目", "教育", "146.80"),
)
DUTIES = {
    "jyj": (
        {
            "1": "贯彻执行教育、体育工作方针政策，拟订全县教育体育事业发展规划并组织实施",
            "2": "统筹推进义务教育优质均衡发展，改善中小学办学条件，落实学生营养改善和资助政策",
            "3": "指导特殊教育、学前教育、职业教育和民族教育工作",
            "4": "组织开展群众体育活动，管理公共体育设施",
        },
        ["1", "2", "3"],
        {
            "Z1": ["完成县域义务教育优质均衡发展省级评估", "2"],
            "Z2": ["新建特殊教育资源中心，适龄残疾儿童少年入学率稳定在98%以上", "3"],
            "Z3": ["举办全民健身运动会"],
        },
    ),
    "nyj": (
        {
            "1": "组织高标准农田建设和管护，推进农业节水增效",
            "2": "负责动物疫病防控和病死畜禽无害化处理监督管理",
            "3": "负责农产品质量安全监督管理",
        },
        ["1", "2", "3"],
        {"Z1": ["高标准农田设施完好率达到95%", "1"], "Z2": ["强制免疫密度达到国家规定", "2"]},
    ),
}
"""By department: its duties by number, which are the chief ones, the main works of the year with the duty each serves."""
DUTY_MONEY = {"P01": {"2": "100"}, "P02": {"2": "100"}, "P03": {"1": "30", "2": "70"}, "P05": {"2": "100"}}
"""Which duties the money of projects serves, per cent; 高标准农田 (P04) is left for the gap map to show."""
TRANSFER = {"code": "T01", "name": "义务教育薄弱环节改善与能力提升补助资金", "unit": "jyj-2", "wan": "236.00", "sector": "教育"}
FULL_YEAR = 11  # the first projects run in every year; the others are new promises for the year to come
OUTSIDE = (
    ("agency-1", "示例绩效评价咨询有限公司", "agency", ("agency",)),
    ("experts", "评审专家库", "expert_pool", ("expert",)),
    ("congress", "人大财政经济委员会", "overseer", ("congress",)),
    ("audit", "审计局", "overseer", ("auditor",)),
    ("discipline", "纪委监委派驻财政局纪检监察组", "overseer", ("discipline",)),
    ("organisation", "委组织部", "overseer", ("organisation_department",)),
    ("government", "委县政府督查室", "overseer", ("government",)),
    ("cppcc", "政协经济委员会", "overseer", ("cppcc",)),
    ("supervisor", "示例财政监管局", "overseer", ("central_supervisor",)),
    ("city", "示例市财政局", "overseer", ("upper_finance",)),
)
READERS = ("investment_centre", "finance_supervision", "funds_committee")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "民禾川平安文和正明仁"  # 张一民, 王一川: plainly made up
LATER_NAMES = 200
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


def bodies() -> list[dict[str, str]]:
    """Return the bodies of the demo county, parents first."""
    found: list[dict[str, str]] = [
        {
            "code": "bureau",
            "name": f"{NAME}财政局",
            "kind": "bureau",
            "roles": " ".join(
                ("division", "performance_office", "evaluation_centre", "treasury", "bureau_leader", *ADMINISTRATORS)
            ),
        }
    ]
    for code, name, units in DEPARTMENTS:
        found.append({"code": code, "name": f"{NAME}{name}", "kind": "department"})
        found += [
            {"code": f"{code}-{number}", "name": unit, "kind": "unit", "parent": code}
            for number, unit in enumerate(units, 1)
        ]
    found += [
        {"code": code, "name": f"{NAME}{name}" if _of_the_county(kind, name) else name, "kind": kind, "roles": " ".join(roles)}
        for code, name, kind, roles in OUTSIDE
    ]
    return found


def _of_the_county(kind: str, name: str) -> bool:
    return kind == "overseer" and not name.startswith("示例")


def names() -> Iterator[str]:
    """Yield made-up names, no two alike."""
    for at in range(len(SURNAMES) * len(GIVEN)):
        yield f"{SURNAMES[at % len(SURNAMES)]}一{GIVEN[(at + at // len(SURNAMES)) % len(GIVEN)]}"


def units_by_turn() -> list[str]:
    """Return the unit of each project: by the department whose field it is."""
    of = {"教育": "jyj", "农业": "nyj", "城乡社区": "zjj", "卫生健康": "wjj", "交通运输": "jtj", "社会保障": "mzj"}
    counts = {code: len(units) for code, _, units in DEPARTMENTS}
    used = dict.fromkeys(counts, 0)
    chosen = []
    for _, sector, _ in PROJECTS:
        code = of[sector]
        chosen.append(f"{code}-{used[code] % counts[code] + 1}")
        used[code] += 1
    return chosen


def subjects(prefix: str, year: int, count: int, change: str = "continuing") -> list[dict[str, Any]]:
    """Return the first `count` projects as a script says them."""
    return [
        {"code": f"{prefix}{number:02d}", "name": f"{year}年{name}", "unit": unit, "wan": wan, "sector": sector, "change": change}
        for number, ((name, sector, wan), unit) in enumerate(zip(PROJECTS, units_by_turn(), strict=True), 1)
    ][:count]


def script(year: int) -> list[tuple[date, str, dict[str, Any]]]:
    """Return what people did, so that in October of `year` every stage has something under way."""
    before, after = year - 1, year + 1
    new = [
        {"code": "N01", "name": f"{after}年特殊教育资源中心建设及康复设备采购项目", "unit": "jyj-3", "wan": "980.00"},
        {"code": "N02", "name": f"{after}年病死畜禽无害化处理中心扩建项目", "unit": "nyj-2", "wan": "1560.00"},
        {"code": "N03", "name": f"{after}年老旧小区供水管网改造工程（含计量设施更新）", "unit": "zjj-2", "wan": "2340.00"},
        {"code": "N04", "name": f"{after}年养老服务综合信息平台项目", "unit": "mzj-1", "wan": "320.00"},
    ]
    last = subjects("P", before, FULL_YEAR)
    now = subjects("P", year, FULL_YEAR)
    coming = subjects("P", after, len(PROJECTS))
    codes = [one["code"] for one in now]
    return [
        (date(before - 1, 11, 2), "open_years", {"years": [before, year], "ground": "局务会议审议确认"}),
        (date(before - 1, 11, 5), "register", {"year": before, "subjects": last}),
        (date(before - 1, 11, 10), "enter", {"year": before, "codes": "all"}),
        (date(before - 1, 11, 15), "set_goals", {"year": before, "codes": "all"}),
        (date(before, 1, 18), "budget", {"year": before, "codes": "all"}),
        (date(before, 2, 10), "publish", {"year": before}),
        (date(before, 3, 28), "pay", {"year": before, "codes": "all", "share": "0.22"}),
        (date(before, 4, 8), "monitor", {"year": before, "checkpoint": "q1"}),
        (date(before, 6, 25), "pay", {"year": before, "codes": "all", "share": "0.46"}),
        (date(before, 7, 8), "monitor", {"year": before, "checkpoint": "q2"}),
        (date(before, 9, 26), "pay", {"year": before, "codes": "all", "share": "0.74"}),
        (date(before, 10, 9), "monitor", {"year": before, "checkpoint": "q3"}),
        (date(before, 11, 4), "register", {"year": year, "subjects": now}),
        (date(before, 11, 8), "enter", {"year": year, "codes": "all"}),
        (date(before, 11, 16), "set_goals", {"year": year, "codes": codes[:9]}),
        (date(before, 11, 18), "set_goals", {"year": year, "codes": codes[9:10]}),
        (date(before, 12, 22), "pay", {"year": before, "codes": "all", "share": "0.97"}),
        (date(year, 1, 8), "monitor", {"year": before, "checkpoint": "q4"}),
        (date(year, 1, 20), "budget", {"year": year, "codes": codes[:10]}),
        (
            date(year, 1, 25),
            "extend",
            {
                "year": year, "item": "goals_submit", "unit": "mzj-1", "due": date(year, 12, 20),
                "reason": "上级补助资金年中下达，绩效目标随预算追加申报",
            },
        ),
        (date(year, 2, 10), "publish", {"year": year}),
        (date(year, 2, 20), "self_evaluate", {"year": before, "codes": codes[:7], "until": "submitted"}),
        (date(year, 2, 26), "self_evaluate", {"year": before, "codes": codes[10:], "until": "draft"}),
        (date(year, 3, 18), "self_evaluate", {"year": before, "codes": codes[7:9], "until": "submitted"}),
        (date(year, 3, 20), "recheck", {"year": before, "count": 2, "seed": f"{year}0320"}),
        (date(year, 3, 24), "accept_rest", {"year": before}),
        (date(year, 3, 26), "self_evaluate", {"year": before, "codes": codes[9:10], "until": "department"}),
        (date(year, 3, 28), "pay", {"year": year, "codes": "all", "share": "0.21"}),
        (date(year, 4, 8), "monitor", {"year": year, "checkpoint": "q1"}),
        (
            date(year, 4, 20),
            "evaluate",
            {
                "year": before, "kind": "fiscal", "card": "project_evaluation", "evaluator": "agency-1",
                "subjects": {"P01": "excellent", "P06": "fair", "P10": "good"},
            },
        ),
        (date(year, 6, 24), "pay", {"year": year, "codes": "all", "share": "0.44"}),
        (date(year, 7, 6), "monitor", {"year": year, "checkpoint": "q2", "codes": codes[:6]}),
        (date(year, 7, 6), "monitor", {"year": year, "checkpoint": "q2", "codes": codes[6:9], "until": "department"}),
        (date(year, 7, 8), "monitor", {"year": year, "checkpoint": "q2", "codes": codes[9:], "until": "draft"}),
        (date(year, 7, 10), "open_years", {"years": [after], "ground": "局务会议审议确认"}),
        (date(year, 7, 12), "register", {"year": after, "subjects": new, "change": "new"}),
        (date(year, 7, 25), "appraise", {"year": after, "levels": {"strong": ["N01"], "improvable": ["N02"], "weak": ["N04"]}}),
        (date(year, 8, 24), "decide", {"year": before, "ratios": {"P06": "15"}, "reason": "背街小巷清扫频次不达标", "kind": "fiscal"}),
        (date(year, 8, 26), "propose", {"year": before, "codes": ["P10"], "kind": "fiscal"}),
        (
            date(year, 8, 27),
            "evaluate",
            {
                "year": before, "kind": "fiscal", "card": "project_evaluation", "evaluator": "agency-1",
                "subjects": {"P04": "good"}, "days": 75, "until": "consultation",
            },
        ),
        (date(year, 8, 28), "rectify", {"year": before, "codes": ["P01"]}),
        (
            date(year, 9, 2),
            "evaluate",
            {
                "year": before, "kind": "fiscal", "card": "project_evaluation", "evaluator": "agency-1",
                "subjects": {"P08": "good"}, "days": 75, "until": "scoring",
            },
        ),
        (date(year, 9, 4), "register", {"year": after, "subjects": coming}),
        (date(year, 9, 8), "enter", {"year": after, "codes": [one["code"] for one in coming]}),
        (date(year, 9, 10), "rectify", {"year": before, "codes": ["P06"], "until": "reported"}),
        (date(year, 9, 11), "rectify", {"year": before, "codes": ["P10"], "until": "issued"}),
        (date(year, 9, 14), "appraise", {"year": after, "levels": {"strong": ["N03"]}, "until": "bureau"}),
        (date(year, 9, 18), "set_goals", {"year": after, "codes": ["P02", "P12"], "until": "department"}),
        (date(year, 9, 21), "set_goals", {"year": after, "codes": ["P04", "P05"], "until": "division"}),
        (date(year, 9, 22), "set_goals", {"year": after, "codes": ["P08", "P13"], "until": "performance"}),
        (date(year, 9, 23), "set_goals", {"year": after, "codes": ["P10", "P14"], "until": "reviewed"}),
        (date(year, 9, 24), "set_goals", {"year": after, "codes": ["P01", "P17"], "until": "draft"}),
        (date(year, 9, 25), "pay", {"year": year, "codes": "all", "share": "0.71"}),
        (date(year, 9, 25), "publish", {"year": before}),
        (
            date(year, 9, 27),
            "return_goals",
            {
                "year": after, "codes": ["P12"], "comment": "时效指标与实施计划不一致，成本指标缺少测算依据",
                "rows": {"时效指标": "完成时间应与招标计划对应", "成本指标": "请补充分项测算"},
            },
        ),
        (date(year, 9, 28), "assess", {"year": before, "confirm": False}),
        *_linked(year),
        *_handed_down(year),
        (date(year, 9, 29), "find_exemplars", {}),
        (date(year, 9, 29), "nominate_exemplars", {"count": 3, "ground": "目标量化清楚、指标可核实，可供同类项目参考"}),
        (date(year, 9, 30), "show_exemplars", {"count": 2}),
    ]  # fmt: skip


def _linked(year: int) -> list[tuple[date, str, dict[str, Any]]]:
    """Two departments write what they are for, their main works and which money serves what."""
    steps: list[tuple[date, str, dict[str, Any]]] = []
    for body, (duties, main, works) in DUTIES.items():
        told = {"body": body, "source": "机构改革“三定”规定", "since": date(year - 3, 1, 1), "duties": duties, "main": main}
        steps.append((date(year, 9, 12), "write_duty_list", told))
        year_told = {"year": year, "body": body, "source": f"{year}年政府工作报告任务分工", "works": works}
        steps.append((date(year, 9, 12), "write_main_works", year_told))
    return [*steps, (date(year, 9, 12), "serve_duties", {"year": year, "shares": DUTY_MONEY})]


def _handed_down(year: int) -> list[tuple[date, str, dict[str, Any]]]:
    """A transfer is handed down with its goal: one school has taken its share over, the other not yet."""
    code = TRANSFER["code"]
    named = {**TRANSFER, "name": f"{year}年{TRANSFER['name']}"}
    return [
        (date(year, 9, 13), "register", {"year": year, "subjects": [named], "kind": "transfer"}),
        (date(year, 9, 13), "enter", {"year": year, "codes": [code]}),
        (date(year, 9, 15), "set_goals", {"year": year, "codes": [code]}),
        (
            date(year, 9, 17),
            "split_transfer",
            {"year": year, "code": code, "weights": {"jyj-1": 5, "jyj-3": 3}, "paper": f"演财教〔{year}〕18号"},
        ),
        (date(year, 9, 18), "take_transfer", {"year": year, "code": code, "unit": "jyj-1", "own_code": "T01-1"}),
    ]  # fmt: skip


def build(day: date | None = None) -> list[str]:
    """Build the demo county when it is not there; say what there is and how to get in."""
    if Place.objects.filter(code=CODE).exists():
        lines = [f"{NAME}已经建好，沿用现有数据。"]
        place = Place.objects.get(code=CODE)
    else:
        with transaction.atomic():  # a build that is stopped half-way leaves nothing behind
            place = _build(day or clock.today()).place
        lines = [f"{NAME}已建好。"]
    lines.append(f"各角色的登录名（密码都是 {PASSWORD}）：")
    return lines + [f"  {username:<28}{label}" for username, label in accounts(place)]


def _build(today: date) -> World:
    year = today.year if today.month >= 10 else today.year - 1  # the script ends in September
    since = date(year - 3, 1, 1)
    world = settle(
        code=CODE, name=NAME, region_code="640323", bodies=bodies(), since=since, seed="demo", password=PASSWORD,
        names=names(),
    )  # fmt: skip
    office = world.bureau("performance_office")
    with clock.at(date(year - 2, 10, 20)):
        load_library(place=world.place, person=office)
        for code, name, kind in (("agency-1", OUTSIDE[0][1], "agency"), ("experts", "专家甲（工程造价）", "expert")):
            body, day = world.body(code), clock.today()
            data = EvaluatorData(name, kind, organisation=body, fields="财政绩效评价", qualification="", entered_on=day)
            enter_register(data=data, person=office)
    for day, word, said in sorted(script(year), key=lambda step: step[0]):
        perform(world, day, word, said)
    _two_hats(world, since)
    _readers(world, since)
    return world


def _two_hats(world: World, since: date) -> None:
    """One person with two appointments, to try the switch of roles."""
    user = create_user(username="two.hats", name="兼任人员", password=PASSWORD)
    for body, role in (("jtj-1", "unit_project"), ("jtj-1", "unit_head")):
        appoint(user=user, organisation=Organisation.objects.get(place=world.place, code=body), role=role, valid_from=since)


def _readers(world: World, since: date) -> None:
    """Those of the bureau who only look on; registered last, so that nobody else's name changes."""
    bureau = Organisation.objects.get(place=world.place, code="bureau")
    for role, name in zip(READERS, islice(names(), LATER_NAMES, None), strict=False):
        user = create_user(username=username_of(world.place, "bureau", role), name=name, password=PASSWORD)
        appoint(user=user, organisation=bureau, role=role, valid_from=since)


def accounts(place: Place) -> list[tuple[str, str]]:
    """Return one account for each role: sign-in name, and whose it is."""
    wanted = {
        "unit_project": "jyj-1", "unit_finance": "jyj-1", "unit_head": "jyj-1", "department_reviewer": "jyj",
        "agency": "agency-1", "expert": "experts", "congress": "congress", "auditor": "audit",
        "discipline": "discipline", "organisation_department": "organisation", "government": "government",
        "cppcc": "cppcc", "central_supervisor": "supervisor", "upper_finance": "city",
    }  # fmt: skip
    found = []
    for role in ROLES:
        username = username_of(place, wanted.get(role, "bureau"), role)
        user = User.objects.filter(username=username).prefetch_related("appointments__organisation").first()
        if user is not None:
            held = user.appointments.all()[0]
            found.append((username, f"{ROLES[role].label}　{held.organisation.name}"))
    return found

