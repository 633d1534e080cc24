"""A made-up county's projects with planted repeats and with rightful look-alikes, from a seed.

The texts are written for this file alone: none of the radar's lists of words is read here. Each theme has several ways
to say the same thing, so that a planted project can be named or told otherwise than its twin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from jiheng.rules.radar.facts import Kind, ProjectFacts

LIMIT = 500_000_000  # 500万元
TINY = 10_000_000
COUNTIES = ("临川县", "平原县")
CITY = "河阳市"


@dataclass(frozen=True)
class Theme:
    """A purpose: who asks for it, ways to name it, and what it says, each sentence in two ways."""

    key: str
    departments: tuple[str, ...]
    names: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    end: str
    wan: tuple[int, int]
    once: bool = True


THEMES = (
    Theme("road", ("交通运输局", "乡村振兴局"),
          ("{o}路面硬化工程", "{o}沥青铺装项目", "{o}道路提升改造", "{o}通行条件改善工程"),
          (("对{o}全长{a}公里路面进行硬化，路面宽{b}米", "铺设{o}沥青{a}公里，宽度{b}米"),
           ("同步完善边沟、护栏和标志标线", "一并修建排水边沟，安装防护栏，施划标线"),
           ("解决沿线{c}户群众出行难问题", "方便沿线{c}户居民出行，改善交通条件")), "路", (180, 900)),
    Theme("light", ("住房和城乡建设局", "城市管理局"),
          ("{o}路灯安装工程", "{o}亮化改造项目", "{o}照明设施更新"),
          (("在{o}新装太阳能路灯{c}盏", "{o}更换节能灯具{c}盏，配套控制箱"),
           ("敷设电缆{a}公里，消除夜间出行盲区", "铺设线缆{a}公里，提升夜间照明效果")), "大道", (40, 300)),
    Theme("bridge", ("交通运输局", "水务局"),
          ("{o}危桥改造工程", "{o}拆除重建项目", "{o}加固修复工程"),
          (("{o}建于上世纪八十年代，经检测评定为四类危桥", "{o}年久失修，技术状况评定四类，存在安全隐患"),
           ("拆除旧桥，新建桥长{c}米、宽{b}米", "原址重建，桥面宽{b}米，总长{c}米"),
           ("设计荷载公路二级", "按公路二级荷载标准设计施工")), "桥", (120, 800)),
    Theme("reservoir", ("水务局", "农业农村局"),
          ("{o}除险加固工程", "{o}病险治理项目", "{o}大坝维修加固"),
          (("{o}总库容{c}万立方米，坝体渗漏严重", "坝体存在渗水，{o}库容{c}万立方米"),
           ("对大坝进行防渗处理，更换启闭设备{b}台套", "实施坝体灌浆防渗，更新启闭机{b}台套"),
           ("保障下游农田灌溉和群众安全", "确保下游耕地灌溉用水和人民生命财产安全")), "水库", (150, 900)),
    Theme("water", ("水务局", "乡村振兴局"),
          ("{o}饮水安全巩固提升工程", "{o}农村供水保障项目", "{o}自来水管网延伸工程"),
          (("在{o}铺设供水管道{a}公里，新建蓄水池{b}座", "{o}敷设输水管线{a}公里，修建蓄水设施{b}座"),
           ("解决{c}人安全饮水问题", "使{c}名群众喝上放心水"),
           ("安装净化消毒设备", "配套水质净化及消毒装置")), "村", (60, 450)),
    Theme("sewage", ("生态环境局", "住房和城乡建设局"),
          ("{o}生活污水处理设施建设", "{o}污水管网工程", "{o}集镇污水收集治理项目"),
          (("在{o}建设日处理{c}吨污水处理站一座", "{o}新建处理规模每日{c}吨的污水站"),
           ("配套铺设收集管网{a}公里", "同步建设截污管道{a}公里"),
           ("出水达到一级标准排放", "处理后尾水按一级标准排入河道")), "镇", (200, 1200)),
    Theme("school", ("教育体育局", "发展和改革局"),
          ("{o}教学楼维修改造", "{o}校舍安全加固工程", "{o}教学用房修缮项目"),
          (("对{o}教学楼{c}平方米进行抗震加固", "{o}教学用房{c}平方米结构加固并粉刷"),
           ("更换门窗{b}樘，重做屋面防水", "屋面防水翻新，更新门窗{b}樘"),
           ("改善师生教学环境", "为师生提供安全的学习场所")), "小学", (80, 420)),
    Theme("hospital", ("卫生健康局", "医疗保障局"),
          ("{o}CT设备购置", "{o}影像诊断设备采购", "{o}医用影像系统配备项目"),
          (("为{o}购置64排CT一台及配套工作站{b}套", "{o}采购64排螺旋CT一台，配套工作站{b}套"),
           ("提高影像诊断能力，年检查{c}人次", "预计每年服务{c}人次，提升诊断水平")), "医院", (300, 900)),
    Theme("platform", ("政务服务和数据局", "公安局", "应急管理局"),
          ("{o}建设项目", "{o}软件开发及部署", "{o}信息系统开发"),
          (("建设{o}，开发功能模块{b}个，接入终端{c}个", "{o}开发，包含{b}个功能模块，接入{c}个终端"),
           ("实现数据汇聚共享和业务协同", "打通部门数据，实现业务联动"),
           ("采购服务器及存储设备", "购置服务器、存储等硬件")), "平台", (100, 800)),
    Theme("monitor", ("公安局", "应急管理局"),
          ("{o}视频监控补点项目", "{o}高清探头布设工程", "{o}视频联网前端建设"),
          (("在{o}新增高清摄像机{c}路", "{o}布设高清探头{c}路，接入公安专网"),
           ("租用光纤链路{b}条，存储时间不少于30天", "光纤传输{b}条，录像保存30天以上")), "片区", (60, 400)),
    Theme("train_farm", ("农业农村局", "人力资源和社会保障局"),
          ("{o}种植技术培训", "{o}产业实用技能轮训班", "农民{o}栽培能力提升班"),
          (("举办{o}种植技术培训班{b}期，培训{c}人次", "开展{o}栽培技能轮训{b}期，参训{c}人次"),
           ("聘请省级专家授课并到田间指导", "邀请农业专家现场教学、入户指导"),
           ("提高种植户收入", "带动种植户增收致富")), "茶叶", (8, 60), once=False),
    Theme("elder", ("民政局", "卫生健康局"),
          ("{o}居家养老服务", "{o}老人上门照护项目", "{o}高龄老人助餐助浴"),
          (("为{o}{c}名80岁以上老人提供上门照料", "{o}80周岁以上老年人{c}人享受上门照护"),
           ("每人每月服务{b}小时，包括助餐、助浴、保洁", "月均{b}小时，内容为送餐、洗浴、打扫")), "社区", (20, 150), once=False),
    Theme("rubbish", ("城市管理局", "农业农村局"),
          ("{o}垃圾清运服务", "{o}环境卫生外包", "{o}保洁清运购买服务"),
          (("购买{o}垃圾收集转运服务，配保洁员{c}名", "{o}生活垃圾收运外包，聘用保洁人员{c}名"),
           ("配置转运车{b}辆，日产日清", "转运车辆{b}辆，做到日产日清")), "乡", (30, 260), once=False),
    Theme("forest", ("自然资源和林业局", "乡村振兴局"),
          ("{o}荒山造林工程", "{o}植被恢复项目", "{o}国土绿化任务"),
          (("在{o}人工造林{c}亩，栽植侧柏等苗木", "{o}营造侧柏林{c}亩"),
           ("管护期{b}年，成活率85%以上", "连续抚育{b}年，保证成活率不低于85%")), "山", (50, 400)),
    Theme("house", ("住房和城乡建设局", "民政局"),
          ("{o}农房抗震改造", "{o}危旧房屋翻建补助", "{o}困难家庭住房安全保障"),
          (("对{o}{c}户低收入家庭危房实施改造", "{o}{c}户困难群众的危旧住房翻建"),
           ("每户补助{b}万元", "户均补贴{b}万元")), "村", (30, 240), once=False),
    Theme("plaza", ("文化旅游广电局", "住房和城乡建设局"),
          ("{o}文化设施建设", "{o}健身休闲场地工程", "{o}群众文化活动场所改造"),
          (("在{o}铺装场地{c}平方米，安装健身器材{b}套", "{o}硬化铺装{c}平方米，配健身器械{b}套"),
           ("搭建文化舞台，丰富群众文化生活", "修建百姓舞台，满足居民文体需求")), "广场", (50, 380)),
    Theme("river", ("水务局", "生态环境局"),
          ("{o}河道清淤疏浚", "{o}水环境整治工程", "{o}护岸及清淤项目"),
          (("清理{o}淤泥{c}立方米，整治河长{a}公里", "{o}{a}公里河段疏浚，清淤{c}立方米"),
           ("新建生态护岸{b}百米", "修筑生态岸坡{b}百米"),
           ("提高行洪能力，改善水质", "增强防洪能力和水体自净能力")), "河", (120, 900)),
    Theme("law", ("司法局", "教育体育局"),
          ("{o}法治宣传教育", "{o}普法活动", "{o}法律知识进校园进乡村"),
          (("围绕{o}开展宣讲{b}场，印发资料{c}份", "组织{o}专题宣讲{b}场次，发放手册{c}份"),
           ("制作宣传栏和短视频", "拍摄短视频、更新宣传橱窗")), "宪法", (5, 40), once=False),
    Theme("parking", ("城市管理局", "公安局"),
          ("{o}智能收费改造", "{o}车位扩建工程", "{o}立体车库建设"),
          (("{o}新增车位{c}个，安装道闸{b}套", "为{o}扩建泊位{c}个，配道闸{b}套"),
           ("缓解中心区域停车难", "解决城区车辆停放困难问题")), "停车场", (90, 480)),
    Theme("kitchen", ("教育体育局", "市场监督管理局"),
          ("{o}食堂设备更新", "{o}厨房明厨亮灶建设", "{o}学生餐厅改善项目"),
          (("为{o}食堂更新蒸柜、消毒柜{b}台", "{o}学生餐厅更换消毒柜、蒸箱{b}台"),
           ("供{c}名学生就餐，接入监管视频", "满足{c}名学生用餐，实现视频监管")), "中学", (15, 120)),
    Theme("vaccine", ("农业农村局", "市场监督管理局"),
          ("{o}强制免疫疫苗采购", "{o}动物疫病防控", "{o}重大疫病疫苗购买"),
          (("采购{o}疫苗{c}万毫升，免疫密度90%以上", "购进{o}用疫苗{c}万毫升，应免尽免"),
           ("聘用防疫员{b}名", "村级防疫人员{b}名补贴")), "口蹄疫", (12, 90), once=False),
    Theme("archive", ("档案馆", "自然资源和林业局"),
          ("{o}档案数字化加工", "{o}历史资料扫描著录", "{o}纸质卷宗电子化"),
          (("对{o}馆藏{c}卷纸质档案进行扫描著录", "{o}{c}卷卷宗扫描、编目、挂接"),
           ("购置扫描设备{b}台，建立电子目录", "配备扫描仪{b}台，形成电子检索目录")), "不动产", (25, 160)),
)  # fmt: skip

FIRST, SECOND = "青白石永兴和新大金云南北东西高清长安福宝", "龙泉溪岭峰华阳林塘坪湾关庙沟川桃柳杨梅竹"
GOODS = ("茶叶", "核桃", "食用菌", "花椒", "黄桃", "油茶", "中药材", "葡萄", "马铃薯", "辣椒", "蓝莓", "烤烟")
LAWS = ("宪法", "民法典", "反诈骗", "禁毒", "未成年人保护", "安全生产法", "土地管理法", "信访条例")
ILLS = ("口蹄疫", "禽流感", "小反刍兽疫", "布病", "非洲猪瘟", "狂犬病")
FILES = ("不动产", "婚姻登记", "退役军人", "地籍测绘", "水利移民", "林权", "土地确权", "城建")
FUNDS = ("一般公共预算", "政府性基金预算", "上级转移支付", "政府债券")
SYSTEMS = (
    "智慧水务", "城市生命线", "应急指挥", "雪亮工程", "电子证照", "一网通办", "智慧停车", "秸秆焚烧预警", "森林防火预警", "危化品监管",
    "河长制", "综合执法", "不动产登记", "数字乡村", "粮食储备监管", "食品溯源", "医保智能审核", "校园安全", "地质灾害预警", "资产盘活",
)
"""Made-up names of things: roads and villages from two signs, the rest from lists."""
OWN = (
    ("单位公用支出", "保障本单位正常运转"), ("机关后勤保障", "用于机关水电、维修和日常开支"), ("办公区物业保障", "办公区保洁、安保、绿化"),
    ("档案及保密管理", "单位档案整理和保密设备维护"), ("干部教育", "组织干部职工学习教育"),
)  # fmt: skip
TINIES = tuple(
    (words[0], tuple(words[1:]))
    for words in (line.split() for line in """
文化旅游广电局 送戏下乡演出 戏曲进乡村专场 乡村戏曲巡演补贴 地方戏展演 戏曲名家送演 戏曲惠民演出季 周末戏曲小舞台 戏曲校园行
司法局 人民调解员补贴 调解案件以奖代补 调解室标牌制作 金牌调解员评选 行业调解委员会启动 调解案卷评查 调解工作站挂牌 调解业务交流
农业农村局 秸秆禁烧巡查 秸秆禁烧宣传条幅 秸秆禁烧督导用车 秸秆离田奖励 秸秆焚烧火点处置 秸秆禁烧值守补贴 秸秆利用示范点 秸秆台账建设
应急管理局 防汛物资补充 防汛值班补助 防汛演练 防汛宣传手册 防汛哨兵预警喇叭 防汛仓库维护 防汛责任牌更新 防汛隐患排查
民政局 殡葬改革宣传 殡葬领域整治 殡葬信息员补贴 惠民殡葬服务减免 殡葬设施看护 殡葬移风易俗活动 散埋乱葬殡葬督查 殡葬政策入户
市场监督管理局 电梯应急演练 电梯安全宣传周 电梯维保质量抽查 电梯监督抽检 电梯应急标识张贴 电梯隐患举报奖励 老旧电梯评估 电梯安全员考核
教育体育局 校园足球联赛 足球裁判培训 足球特色校奖励 足球训练营 足球器材补充 女子足球队集训 足球教练聘用 校园足球文化节
卫生健康局 无偿献血表彰 献血宣传日活动 献血者关爱 献血招募短信 团体献血组织补贴 献血屋维护 献血志愿者服务 献血知识竞赛
""".strip().splitlines())
)
"""A department's purposes that are asked for in crumbs, each under names of their own."""
PIECES = (
    ("一标段", "二标段", "三标段", "四标段"), ("（东段）", "（西段）", "（南段）", "（北段）"), ("A包", "B包", "C包", "D包"),
    ("第一部分", "第二部分", "第三部分", "第四部分"), ("1号", "2号", "3号", "4号"), ("（土建）", "（安装）", "（配套）", "（附属）"),
    ("（一）", "（二）", "（三）", "（四）"), ("上游段", "中游段", "下游段", "入河口段"),
)  # fmt: skip


@dataclass
class Made:
    """Projects with what was planted: kind → groups of keys."""

    projects: list[ProjectFacts] = field(default_factory=list)
    planted: dict[Kind, list[frozenset[int]]] = field(default_factory=dict)
    traps: list[frozenset[int]] = field(default_factory=list)


class Maker:
    """Makes the projects of a county and a neighbour, year by year."""

    def __init__(self, seed: int, stems: Sequence[str] = ()) -> None:
        self.random = Random(seed)
        self._stems = list(stems)
        self.made = Made()
        self._used: set[str] = set()

    def stem(self) -> str:
        """Return two signs that name a thing; the stems that were given are used up one by one."""
        return self._stems.pop() if self._stems else self.random.choice(FIRST) + self.random.choice(SECOND)

    def thing(self, theme: Theme) -> str:
        """Return a thing that no other project of the run has; one that was used gets a second name before it."""
        pools = {"茶叶": GOODS, "宪法": LAWS, "口蹄疫": ILLS, "不动产": FILES, "平台": tuple(f"{one}平台" for one in SYSTEMS)}
        front = self._stems.pop() if self._stems else ""
        while True:
            made = front + (self.random.choice(pools[theme.end]) if theme.end in pools else self.stem() + theme.end)
            if made not in self._used:
                self._used.add(made)
                return made
            front = self.stem()

    def figures(self) -> dict[str, str]:
        """Return three quantities."""
        pick = self.random
        return {"a": f"{pick.randint(8, 95) / 10:g}", "b": str(pick.randint(3, 24)), "c": str(pick.randint(30, 980))}

    def text(self, theme: Theme, thing: str, figures: dict[str, str], way: int, *, mixed: bool = False) -> str:
        """Return the content in one of its ways; `mixed` in another order."""
        told = [ways[way % 2].format(o=thing, **figures) for ways in theme.told]
        if mixed:
            self.random.shuffle(told)
        return "；".join(told) + "。"

    def wan(self, theme: Theme) -> int:
        """Return an amount in fen."""
        return self.random.randint(*theme.wan) * 1_000_000 + self.random.randint(0, 99) * 10_000

    def put(self, **said: object) -> ProjectFacts:
        """Add a project."""
        key = len(self.made.projects)
        usual = {"place": COUNTIES[0], "above": (CITY,), "year": 2026, "fund": FUNDS[0], "change": "new", "code": f"P{key:06d}"}
        made = ProjectFacts(**{"key": key, **usual, **said})  # type: ignore[arg-type]
        self.made.projects.append(made)
        return made

    def body(self, theme: Theme, at: int = 0) -> dict[str, str]:
        """Return department and unit of a theme."""
        name = theme.departments[at % len(theme.departments)]
        return {"department": f"{COUNTIES[0]}{name}", "unit": f"{COUNTIES[0]}{name}"}

    def base(self, theme: Theme, **said: object) -> tuple[ProjectFacts, str, dict[str, str], int]:
        """Add an ordinary project; return it with its thing, figures and the name that was used."""
        thing, figures = self.thing(theme), self.figures()
        at = self.random.randrange(len(theme.names))
        told = {"name": theme.names[at].format(o=thing), "content": self.text(theme, thing, figures, 0), "amount_fen": self.wan(theme)}
        return self.put(**{**self.body(theme), **told, **said}), thing, figures, at

    def keep(self, kind: Kind, *projects: ProjectFacts) -> None:
        """Note what was planted."""
        self.made.planted.setdefault(kind, []).append(frozenset(int(str(one.key)) for one in projects))

    def trap(self, *projects: ProjectFacts) -> None:
        """Note a rightful look-alike."""
        self.made.traps.append(frozenset(int(str(one.key)) for one in projects))

    def other(self, at: int, theme: Theme) -> int:
        """Return another name of the theme."""
        return (at + self.random.randint(1, len(theme.names) - 1)) % len(theme.names)

    def near(self, fen: int, share: int) -> int:
        """Return an amount within so many per cent."""
        return fen * self.random.randint(100 - share, 100 + share) // 100

    # ── planted

    def renamed(self, theme: Theme) -> None:
        """The same application under another name; a sentence may be missing."""
        first, thing, figures, at = self.base(theme)
        told = [ways[0].format(o=thing, **figures) for ways in theme.told]
        if self.random.random() < 0.4:
            self.random.shuffle(told)
        name = theme.names[self.other(at, theme)].format(o=thing)
        if self.random.random() < 0.4:
            name = f"{first.year}年{COUNTIES[0]}" + name
        second = self.put(**{**self.body(theme, self.random.randint(0, 1)), "name": name, "content": "。".join(told),
                             "amount_fen": self.near(first.amount_fen, 6), "fund": self.random.choice(FUNDS)})  # fmt: skip
        self.keep("renamed", first, second)

    def reworded(self, theme: Theme) -> None:
        """Another name, other sentences, another department; one figure may differ."""
        first, thing, figures, at = self.base(theme)
        if self.random.random() < 0.35:
            figures = figures | {self.random.choice("abc"): str(self.random.randint(2, 99))}
        second = self.put(**{**self.body(theme, 1), "name": theme.names[self.other(at, theme)].format(o=thing),
                             "content": self.text(theme, thing, figures, 1, mixed=True), "fund": self.random.choice(FUNDS),
                             "amount_fen": self.near(first.amount_fen, 12)})  # fmt: skip
        self.keep("reworded", first, second)

    def split(self, theme: Theme) -> None:
        """One work in pieces, each below the limit."""
        thing, figures = self.thing(theme), self.figures()
        number, marks = self.random.randint(2, 4), self.random.choice(PIECES)
        name = self.random.choice(theme.names).format(o=thing)
        made = []
        for at in range(number):
            amount = LIMIT * self.random.randint(58, 99) // 100
            told = self.text(theme, thing, self.figures() if self.random.random() < 0.5 else figures, self.random.randint(0, 1))
            made.append(self.put(**self.body(theme), name=name + marks[at], content=told, amount_fen=amount))
        self.keep("split", *made)

    def fragments(self, at: int) -> None:
        """Crumbs of one purpose, in one department."""
        department, names = TINIES[at % len(TINIES)]
        front = self.stem() if self._stems else ""
        chosen = self.random.sample(names, self.random.randint(6, 8))
        made = []
        for name in chosen:
            unit = self.random.choice(("", "综合服务中心", "事务中心"))
            made.append(self.put(department=f"{COUNTIES[0]}{department}", unit=f"{COUNTIES[0]}{department}{unit}", name=front + name,
                                 content=f"用于{name}，计划{self.random.randint(2, 30)}次。", year=2024 + at % 3,
                                 amount_fen=self.random.randint(100, 950) * 10_000))  # fmt: skip
        self.keep("fragments", *made)

    def same_object(self, theme: Theme) -> None:
        """One thing paid twice: another year or fund, told in other words, with other figures."""
        first, thing, _, at = self.base(theme, year=2025)
        year = self.random.choice((2025, 2026, 2027))
        name = theme.names[self.random.choice((at, self.other(at, theme)))].format(o=thing)
        second = self.put(**{**self.body(theme, self.random.randint(0, 1)), "name": name, "year": year, "fund": FUNDS[self.random.randint(1, 3)],
                             "content": self.text(theme, thing, self.figures(), 1, mixed=True), "amount_fen": self.wan(theme)})  # fmt: skip
        self.keep("same_object", first, second)

    # ── rightful look-alikes

    def continued(self, theme: Theme) -> None:
        """The same project next year: by its code, or by its own word."""
        first, thing, figures, at = self.base(theme, year=2025)
        code = first.code if self.random.random() < 0.5 else f"Q{first.code}"
        second = self.put(**{**self.body(theme), "code": code, "name": theme.names[at].format(o=thing), "year": 2026, "change": "continuing",
                             "content": self.text(theme, thing, figures, 0), "amount_fen": first.amount_fen})  # fmt: skip
        self.trap(first, second)

    def phases(self, theme: Theme) -> None:
        """一期, then 二期."""
        thing, at = self.thing(theme), self.random.randrange(len(theme.names))
        name = theme.names[at].format(o=thing)
        made = [
            self.put(**self.body(theme), name=name + mark, year=year, content=self.text(theme, thing, self.figures(), 0),
                     amount_fen=self.wan(theme))
            for mark, year in ((f"（{self.random.choice('一1')}期）", 2025), ("二期", 2026))
        ]  # fmt: skip
        self.trap(*made)

    def neighbours(self, theme: Theme) -> None:
        """The same name and words in two counties."""
        first, thing, figures, at = self.base(theme)
        department = COUNTIES[1] + theme.departments[0]
        second = self.put(name=theme.names[at].format(o=thing), content=self.text(theme, thing, figures, 0), place=COUNTIES[1],
                          department=department, unit=department, amount_fen=first.amount_fen)  # fmt: skip
        self.trap(first, second)

    def own_costs(self) -> None:
        """Running costs that each unit has: marked as such, or told by the name alone."""
        name, told = self.random.choice(OWN)
        departments = sorted({one for theme in THEMES for one in theme.departments})
        made = [
            self.put(department=COUNTIES[0] + one, unit=COUNTIES[0] + one, name=name, content=told, running=True,
                     amount_fen=self.random.randint(5, 80) * 1_000_000)
            for one in self.random.sample(departments, 6)
        ]  # fmt: skip
        self.trap(*made)

    def shares(self, theme: Theme) -> None:
        """A transfer shared out to towns: the same words in each."""
        figures, thing = self.figures(), self.thing(theme)
        linked = f"上级专项{self.random.randint(1, 99)}号" if self.random.random() < 0.5 else ""
        made = []
        for _ in range(5):
            town = self.random.choice(FIRST) + self.random.choice(SECOND) + "镇人民政府"
            made.append(self.put(department=f"{COUNTIES[0]}{theme.departments[0]}", unit=town, transfer=linked, fund=FUNDS[2],
                                 name=theme.names[0].format(o="") + "补助资金", content=self.text(theme, "", figures, 0).replace(thing, ""),
                                 amount_fen=self.random.randint(10, 99) * 1_000_000))  # fmt: skip
        self.trap(*made)

    def different_work(self, theme: Theme) -> None:
        """One thing, two works: it is designed, built, planted, looked after."""
        first, thing, _, _ = self.base(theme)
        name, told = self.random.choice((
            ("{o}日常养护经费", "{o}年度日常巡查和养护，聘用管护员3名。"), ("{o}绿化苗木补植", "{o}两侧补植香樟、红叶石楠共800株。"),
            ("{o}可行性研究报告编制", "委托咨询机构编制{o}可行性研究报告。"), ("{o}运营补贴", "补贴{o}运营亏损，按考核结果拨付。"),
            ("{o}征地拆迁补偿", "{o}用地范围内房屋和青苗补偿。"),
        ))  # fmt: skip
        second = self.put(**self.body(theme), name=name.format(o=thing), content=told.format(o=thing), amount_fen=self.wan(theme))
        self.trap(first, second)

    def ordinary(self, theme: Theme) -> None:
        """A project like many others: its own thing, its own figures; in any year."""
        year = self.random.choice((2024, 2025, 2026))
        way = self.random.randint(0, 1)
        thing, figures = self.thing(theme), self.figures()
        self.put(**self.body(theme, self.random.randint(0, 1)), name=self.random.choice(theme.names).format(o=thing), year=year,
                 content=self.text(theme, thing, figures, way), amount_fen=self.wan(theme), fund=self.random.choice(FUNDS))  # fmt: skip

    def yearly(self, theme: Theme) -> None:
        """What is done every year anew, under a new code, by the same body."""
        thing = self.thing(theme)
        made = [
            self.put(**self.body(theme), name=f"{year}年{theme.names[0].format(o=thing)}", year=year,
                     content=self.text(theme, thing, self.figures(), 0), amount_fen=self.wan(theme))
            for year in (2024, 2025, 2026)
        ]  # fmt: skip
        self.trap(*made)


def made_county(seed: int, *, planted: int = 20, ordinary: int = 500, stems: Sequence[str] = ()) -> Made:
    """Return a county's projects: so many of each kind planted, the look-alikes, so many ordinary ones.

    `stems` are names of things to use instead of those from few signs, so that large places have things enough.
    """
    maker = Maker(seed, stems)
    pick = maker.random
    lasting = [theme for theme in THEMES if theme.once]
    repeated = [theme for theme in THEMES if not theme.once]
    dear = [theme for theme in lasting if theme.wan[1] >= 300]
    named = [theme for theme in lasting if theme.end != "不动产"]
    for _ in range(planted):
        maker.renamed(pick.choice(THEMES))
        maker.reworded(pick.choice(THEMES))
        maker.split(pick.choice(dear))
        maker.same_object(pick.choice(named))
        maker.continued(pick.choice(THEMES))
        maker.phases(pick.choice(named))
        maker.neighbours(pick.choice(named))
        maker.different_work(pick.choice(named))
        maker.yearly(pick.choice(repeated))
    for at in range(max(2, planted // 3)):
        maker.fragments(at)
        maker.own_costs()
        maker.shares(pick.choice(lasting))
    for _ in range(ordinary):
        maker.ordinary(pick.choice(named))
    return maker.made


def shuffled(projects: Sequence[ProjectFacts], seed: int) -> list[ProjectFacts]:
    """Return the projects in another order."""
    found = [replace(one) for one in projects]
    Random(seed).shuffle(found)
    return found
