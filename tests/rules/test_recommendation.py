"""Recommending indicators: what counts as the same, why each is proposed, and how often it hits on made-up projects."""

import json
import random

import pytest

from bench import recommendation as measured
from jiheng.registers.indicators.starter import starter_library
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.recommendation import (
    Example,
    Offered,
    Project,
    Recommender,
    Row,
    Weights,
    concept_of,
    is_general,
    same_sense,
    shared_words,
    shown,
)

GROUPS = synonyms()
COMPARED = {key: measured.WAYS[key] for key in ("推荐", "关键词检索")}
TWINS = {
    "会议": ("全县经济形势分析大会保障", "召开年度各类会议，落实会议计划，压减会期，参会人员到会"),
    "培训": ("干部能力提升班", "举办业务骨干培训班，组织参训人员集中学习并考核"),
    "印刷": ("年鉴和宣传手册编印", "印制年鉴、手册等资料并发放到乡镇"),
    "设备购置": ("检测仪器采购", "采购检测仪器，安装调试后投入使用"),
    "信息化": ("政务数据共享软件系统升级", "升级软件系统，保障系统稳定运行，接入各部门数据"),
    "修缮": ("办公楼屋面渗漏治理", "维修老办公楼屋面和管线，消除渗漏"),
    "课题调研": ("县域产业发展研究", "委托高校开展课题研究，形成研究报告供决策采用"),
    "补助发放": ("困难群众临时补贴", "按标准核定对象，及时兑付补贴资金"),
    "物业与运转": ("机关大院后勤保障", "购买保洁、保安、绿化等物业服务，保障机关运转"),
    "车辆运行": ("公务用车保障", "保障公务车辆加油、保险、维修"),
    "义务教育": ("乡村学校学生营养餐", "为农村义务教育学生提供营养膳食，改善办学条件"),
    "公共卫生": ("慢性病患者健康管理", "为居民建立健康档案，随访高血压患者，老年人体检"),
    "农村供水": ("乡镇饮用水管网延伸", "延伸供水管网，改善农村居民饮水水质"),
    "公路建设养护": ("通村道路硬化", "新建改建农村道路，开展日常养护"),
    "养老与儿童福利": ("居家适老化改造", "为失能老年人家庭实施适老化改造，提供上门服务"),
    "造林与管护": ("荒山绿化", "完成荒山人工造林和森林抚育，落实管护"),
    "老旧小区改造": ("城区小区提升", "改造老旧小区外墙和管线，加装电梯"),
    "生活垃圾与保洁": ("城乡环卫一体化", "清扫道路，收运生活垃圾并无害化处理"),
}
"""For classes of the starter library a project that nobody has, in other words than the library's own."""


def twins() -> list[measured.Known]:
    """Made-up projects of three counties: each uses six indicators of one class, some under another name."""
    by_class: dict[str, list[Offered]] = {}
    for one in measured.offered():
        by_class.setdefault(one.category, []).append(one)
    found = []
    for county in range(3):
        for at, (category, (name, content)) in enumerate(sorted(TWINS.items())):
            rows = by_class[category]
            chosen = random.Random(f"{county} {at}").sample(rows, min(6, len(rows)))
            own = tuple(Row(_said(one.name, county), one.level1, one.level2, "≥95", "%") for one in chosen)
            found.append(measured.Known(Example(Project(f"{'甲乙丙'[county]}县{name}", content), own), f"source {county}"))
    return found


def _said(name: str, county: int) -> str:
    """Return another way of writing a name: as forms of three counties do."""
    return (name, f"{name}(≥**%)", f"★{name.replace('及时率', '按时率').replace('满意度', '满意率')}")[county]


@pytest.mark.feature("4.08")
def test_made_up_projects_are_hit_far_more_often_than_by_keywords() -> None:
    found = measured.measure(twins(), GROUPS, ways=COMPARED)
    best, plain = found["推荐"], found["关键词检索"]
    assert best.projects == 3 * len(TWINS)
    assert best.share(best.strict, 10) >= 0.9
    assert best.share(best.strict, 10) >= plain.share(plain.strict, 10) + 0.15
    assert best.share(best.strict_rows, 10, of_rows=True) >= plain.share(plain.strict_rows, 10, of_rows=True) + 0.15


@pytest.mark.feature("4.08")
def test_from_the_library_alone_seven_of_ten_projects_are_hit() -> None:
    alone = [measured.Known(one.example, "hidden together") for one in twins()]
    found = measured.measure(alone, GROUPS, ways=COMPARED)
    best, plain = found["推荐"], found["关键词检索"]
    assert best.share(best.strict, 10) >= 0.7
    assert best.share(best.strict, 10) >= plain.share(plain.strict, 10) + 0.15


def test_measuring_fails_where_proposals_are_blind() -> None:
    blind = {"反着推": lambda recommender, project, limit: measured.recommended(recommender, project, 200)[-limit:]}
    found = measured.measure(twins()[:6], GROUPS, ways=blind)["反着推"]
    assert found.share(found.strict, 10) < 0.5


def test_a_range_holds_the_figure_and_widens_where_sources_are_few() -> None:
    def hits(sources: list[str], hit: list[bool]) -> measured.Hits:
        both = [measured.Outcome(source, {5: one, 10: one}, {5: one, 10: one}, special=one) for source, one in zip(sources, hit, strict=True)]
        return measured.Hits(projects=len(both), outcomes=both)

    half = [True, False] * 20
    eight, forty = [f"{at // 10} {at % 2}" for at in range(40)], [str(at) for at in range(40)]
    few, many = (measured.ranges(hits(sources, half))["同义 hit@10"] for sources in (eight, forty))
    assert few[0] == many[0] == 50
    assert few[1] < many[1] < 50 < many[2] < few[2]
    alone = hits(["one", "two"], [True, True])
    assert measured.ranges(alone)["专有@10"] == (100, 100, 100)
    assert measured.ranges(alone, alone)["专有@10"] == (0, 0, 0)


def test_weights_are_chosen_away_from_what_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [measured.Known(one.example, f"source {at % 6}") for at, one in enumerate(twins()[:18])]
    monkeypatch.setattr(measured, "VARIED", {"alike": (0.0,)})
    whole, chosen = measured.nested(known, GROUPS)
    assert len(whole.outcomes) == len(known)
    assert len(chosen) == measured.FOLDS
    assert set(chosen) <= {"原来的", "alike 0.0"}


def test_sources_of_one_department_are_hidden_together() -> None:
    told = [
        {"source": "https://www.a.example/1", "department": "甲局", "indicators": [{"level3": "项目数"}]},
        {"source": "https://m.a.example/2", "department": "乙局", "indicators": [{"level3": "项目数"}]},
        {"source": "https://b.example/3", "department": "乙局", "indicators": [{"level3": "项目数"}]},
        {"source": "https://c.example/4", "department": "丙局", "indicators": [{"level3": "项目数"}]},
        {"source": "https://d.example/5", "department": "丙局", "indicators": []},
    ]
    found = measured.read_projects(json.dumps(one, ensure_ascii=False) for one in told)
    assert [len({one.source for one in found[:3]}), len({one.source for one in found}), len(found)] == [1, 2, 4]


@pytest.mark.parametrize(
    ("one", "other", "same", "sense"),
    [
        ("项目(工程)验收合格率", "工程验收达标率", True, True),
        ("受益群众满意度(≥**%)", "服务对象满意率", True, True),
        ("★完成及时率", "按期完成率", True, True),
        ("验收合格率", "修缮工程验收合格率", False, True),
        ("农户满意度", "学生满意度", False, False),
        ("老年人体检人数", "老年人健康体检人数", False, True),
        ("培训人次", "清扫道路面积", False, False),
        ("培训人次", "体检人次", False, False),
    ],
)
def test_names_of_one_indicator(one: str, other: str, same: bool, sense: bool) -> None:
    assert (concept_of(one, GROUPS) == concept_of(other, GROUPS)) is same
    assert same_sense(one, other, GROUPS) is sense
    assert same_sense(other, one, GROUPS) is sense


def test_name_is_proposed_without_its_form() -> None:
    assert shown("★★★受益脱贫户人口数(≥**户)") == "受益脱贫户人口数"
    assert shown("贫困地区旅游基础设施建设质量达标率100%") == "贫困地区旅游基础设施建设质量达标率"
    assert shown("项目(工程)验收合格率") == "项目(工程)验收合格率"


def test_shared_words_are_whole_and_telling() -> None:
    assert shared_words("农村义务教育学生营养改善项目资金", "享受营养改善计划的学生数、义务教育资金") == ["义务教育", "营养改善", "学生"]


def some(name: str, level2: str = "数量指标", **told: object) -> Offered:
    level1 = {"满意度指标": "满意度指标", "社会效益指标": "效益指标"}.get(level2, "产出指标")
    return Offered(name, name, level1, level2, **told)  # type: ignore[arg-type]


EXAMPLES = [
    Example(Project(f"第{at}小学校舍维修", "维修校舍屋面", "教育"), (Row("校舍维修验收合格率", "产出指标", "质量指标", value, "%"),))
    for at, value in enumerate(("≥95", "≥98", "100"), start=1)
]


def test_every_proposal_says_why_and_the_value_is_what_others_promised() -> None:
    offered = [some("校舍维修面积", sector="教育", picks=7, judged=20, met=14), some("道路长度", sector="交通")]
    found = Recommender(offered, EXAMPLES, GROUPS).propose(Project("第九小学校舍维修", "维修校舍", "教育"))
    by_name = {one.offered.name: one for one in found}
    quality = by_name["校舍维修验收合格率"]
    assert (quality.value.value, quality.value.unit, quality.value.number) == ("≥98", "%", 3)
    assert (quality.value.low, quality.value.high) == (95, 100)
    assert any("最相近的 3 个项目中 3 个采用" in one for one in quality.reasons)
    area = by_name["校舍维修面积"]
    assert "自评过 20 次，14 次达到（70%）" in area.reasons
    assert any("“校舍维修”" in one for one in area.reasons)
    assert "同属“教育”领域" in area.reasons
    assert all(one.reasons for one in found)


def test_own_former_year_comes_first_with_its_value() -> None:
    own = Example(Project("防汛物资储备", "储备编织袋"), (Row("编织袋储备数", "产出指标", "数量指标", "≥2000", "条"),), own=True)
    found = Recommender([some("会议次数")], [*EXAMPLES, own], GROUPS).propose(Project("防汛物资储备", "储备编织袋"))
    assert found[0].offered.name == "编织袋储备数"
    assert (found[0].value.value, found[0].value.unit) == ("≥2000", "条")
    assert found[0].reasons[0] == "本项目以前年度用过，当时的指标值是“≥2000条”"


def test_counts_of_others_are_no_value_for_this_project() -> None:
    other = Example(Project("防汛物资储备", "储备编织袋"), (Row("编织袋储备数", "产出指标", "数量指标", "≥2000", "条"),))
    found = Recommender([], [other], GROUPS).propose(Project("抗旱物资储备", "储备编织袋"))
    assert [(one.value.value, one.value.unit) for one in found] == [("", "条")]


@pytest.mark.feature("4.08")
def test_what_the_only_goal_of_a_place_has_counts_as_what_one_of_eight_has() -> None:
    other = Example(Project("村道硬化", "硬化村道"), (Row("路面厚度", "产出指标", "数量指标", "≥18", "厘米"),))
    alike = Weights(words=0, family=0, usual=0, measure=0, sector=0, category=0, own=0, alike=1)
    asked = Project("组道硬化", "硬化组道")
    one, eight = (Recommender([], [other] * number, GROUPS, alike).scores(asked)["路面厚度"] for number in (1, 8))
    assert (round(one**2, 3), round(eight**2, 3)) == (0.125, 1.0)


@pytest.mark.parametrize(
    ("concept", "general"),
    [("服务对象满意度", True), ("项目完成及时率", True), ("学生满意度", False), ("路面厚度合格率", False), ("培训人次", False)],
)
def test_general_is_a_measure_without_an_object_of_its_own(concept: str, general: bool) -> None:
    assert is_general(concept) is general


def test_what_the_goal_has_is_not_proposed_and_a_missing_branch_is_named() -> None:
    offered = [some("培训人次"), some("参训人员满意度", "满意度指标", category="培训"), some("培训期数")]
    found = Recommender(offered, [], GROUPS).propose(Project("干部培训"), without=["培训人次(≥**人)"])
    assert [one.offered.name for one in found] == ["参训人员满意度", "培训期数"]
    assert "目标中还没有“满意度”方面的指标" in found[0].reasons


@pytest.mark.feature("4.08")
def test_what_goes_with_the_rows_that_are_there_comes_first() -> None:
    classes = {"资料份数": "宣传", "场地天数": "会议", "参会人数": "会议", "展板块数": "宣传"}
    offered = [some(name, category=category) for name, category in classes.items()]
    rows = tuple(Row(name, "产出指标", "数量指标") for name in ("资料份数", "横幅条数"))
    others = [Example(Project("乡镇活动"), rows)] * 4
    proposed = Recommender(offered, others, GROUPS, Weights(usual=0, alike=0, again=0, balance=0))
    project = Project("资料展板场地参会横幅")
    blank = proposed.scores(project)
    begun = proposed.scores(project, without=["参会人数"])
    assert begun["场地天数"] > blank["场地天数"]
    assert begun["展板块数"] == blank["展板块数"]
    # Four projects that have the row have the banners too: used together, of no class.
    assert proposed.scores(project, without=["资料份数"])["横幅条数"] > blank["横幅条数"]
    found = proposed.propose(project, without=["参会人数"])
    assert found[0].offered.name == "场地天数"
    assert "目标中已有“会议”类的指标" in found[0].reasons
    assert not any("目标中已有" in reason for one in found[1:] for reason in one.reasons)


def test_at_least_one_effect_is_proposed() -> None:
    offered = [*(some(f"培训{at}班人次") for at in "甲乙丙丁戊己"), some("培训成果应用率", "社会效益指标")]
    found = Recommender(offered, [], GROUPS).propose(Project("培训甲乙丙丁戊己班人次"), 3)
    assert [one.offered.level2 for one in found].count("社会效益指标") == 1


def test_proposals_are_the_same_every_time() -> None:
    project = Project("乡村学校学生营养餐", "为学生提供营养膳食")
    first, second = (
        Recommender(measured.offered(), [one.example for one in twins()], GROUPS).propose(project) for _ in range(2)
    )
    assert first == second
    assert Recommender([], [], GROUPS).propose(project) == []
    assert Recommender(measured.offered(), [], GROUPS).propose(Project("")) == []


def test_twins_are_of_the_library() -> None:
    assert set(TWINS) <= {one.category for one in starter_library().indicators}
