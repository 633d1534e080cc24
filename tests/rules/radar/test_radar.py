"""The radar for repeats: each kind with the words that it says, the rightful look-alikes, and what is found of what was planted."""

from dataclasses import replace

import pytest

from jiheng.rules.radar.facts import KINDS, Hit, ProjectFacts, Settings
from jiheng.rules.radar.finding import find
from tests.rules.radar.made import LIMIT, made_county, shuffled
from tests.rules.radar.measure import SETTINGS, score

ROAD = ProjectFacts(
    "one", "P1", "滨河路路面硬化工程", 2026, "交通运输局", "交通运输局", 300_000_000,
    content="对滨河路全长2.4公里路面进行硬化，配套边沟护栏，解决沿线420户出行难问题", place="平原县", fund="一般公共预算",
)  # fmt: skip
TWIN = replace(
    ROAD, key="two", code="P2", name="滨河路通行条件改善项目", department="乡村振兴局", unit="乡村振兴局", amount_fen=280_000_000, fund="上级转移支付"
)


def found(*projects: ProjectFacts, settings: Settings = SETTINGS) -> list[Hit]:
    """Return the hits among a few projects."""
    return find(projects, settings)[0]


def only(*projects: ProjectFacts, settings: Settings = SETTINGS) -> Hit:
    """Return the one hit among a few projects."""
    (hit,) = found(*projects, settings=settings)
    return hit


@pytest.mark.feature("2.12")
def test_an_application_under_another_name_is_found_with_the_facts_of_both_sides() -> None:
    hit = only(ROAD, TWIN)
    assert (hit.kind, hit.members, hit.money_fen) == ("renamed", ("one", "two"), 280_000_000)
    said = "；".join(hit.reasons)
    for words in ("都写到“滨河路”", "内容用词 100% 相同", "2400米", "分属交通运输局和乡村振兴局", "一般公共预算、上级转移支付"):
        assert words in said
    assert "金额 300.00 万元，280.00 万元" in hit.reasons
    assert hit.strength == "高度相似"


def test_one_thing_paid_in_two_years_from_two_funds_is_one_thing_paid_twice() -> None:
    later = replace(
        TWIN, year=2027, name="滨河路沥青铺装", content="铺设滨河路沥青路面1.8公里，安装护栏，施划标线，方便居民出行和车辆通行，改善交通条件"
    )
    hit = only(replace(ROAD, year=2025), later)
    assert hit.kind == "same_object"
    assert "分属 2025 年度和 2027 年度" in hit.reasons


@pytest.mark.parametrize(
    ("years", "hits"), [(3, 1), (2, 1), (1, 0)]
)  # fmt: skip
def test_years_further_apart_than_the_place_asks_are_not_compared(years: int, hits: int) -> None:
    told = found(replace(ROAD, year=2025), replace(TWIN, year=2027), settings=replace(SETTINGS, years=years))
    assert len(told) == hits


@pytest.mark.parametrize(
    ("amounts", "hits"),
    [
        ((250_000_000, 249_999_999), 0),  # together a fen below the limit
        ((250_000_000, 250_000_000), 1),  # together at the limit
        ((300_000_000, 300_000_000), 1),
        ((LIMIT, 300_000_000), 0),  # one reaches the limit by itself and is appraised
    ],
)
def test_pieces_are_a_split_where_each_is_below_the_limit_and_all_reach_it(amounts: tuple[int, int], hits: int) -> None:
    first, second = (
        replace(ROAD, key=mark, code=mark, name=f"滨河路路面硬化工程{mark}", amount_fen=amount)
        for mark, amount in zip(("一标段", "二标段"), amounts, strict=True)
    )
    told = [hit for hit in found(first, second) if hit.kind == "split"]
    assert len(told) == hits
    if told:
        assert told[0].money_fen == sum(amounts)
        assert "每个都低于 500.00 万元" in told[0].reasons[0]


def test_a_project_in_three_parts_is_told_once_as_a_group() -> None:
    parts = [replace(ROAD, key=mark, code=mark, name=f"滨河路改造（{mark}段）", amount_fen=420_000_000) for mark in "东中西"]
    hit = only(*parts)
    assert (hit.kind, len(hit.members), hit.money_fen) == ("split", 3, 1_260_000_000)
    assert "其中 3 个在限额的 80% 以上" in hit.reasons


def test_without_a_limit_nothing_is_split() -> None:
    parts = [replace(ROAD, key=mark, code=mark, name=f"滨河路改造（{mark}段）", amount_fen=420_000_000) for mark in "东中西"]
    assert not [hit for hit in found(*parts, settings=replace(SETTINGS, limit_fen=None)) if hit.kind == "split"]


@pytest.mark.parametrize(("number", "hits"), [(4, 0), (5, 1), (6, 1)])
def test_crumbs_of_one_purpose_are_fragments_from_the_number_that_the_place_sets(number: int, hits: int) -> None:
    names = ("秸秆禁烧巡查", "秸秆离田奖励", "秸秆台账建设", "秸秆利用示范点", "秸秆督导用车", "秸秆火点处置")
    crumbs = [
        replace(ROAD, key=name, code=name, name=name, content="", amount_fen=10_000_000, department="农业农村局", unit="农业农村局")
        for name in names[:number]
    ]
    told = found(*crumbs)
    assert len(told) == hits
    if told:
        assert told[0].kind == "fragments"
        assert "名称都写有“秸秆”的小项目" in told[0].reasons[0]
        assert not [hit for hit in found(*(replace(one, amount_fen=10_000_001) for one in crumbs)) if hit.kind == "fragments"]


@pytest.mark.parametrize(
    "twin",
    [
        replace(ROAD, key="two", year=2027),  # the same code next year
        replace(ROAD, key="two", code="P9", year=2027, change="continuing"),  # another code, said to be carried on
        replace(TWIN, place="临川县"),  # the same words in another county
        replace(TWIN, running=True),  # a running cost
        replace(TWIN, name="滨河路绿化养护", content="滨河路行道树浇水、修剪、病虫害防治，聘用管护人员三名，按月考核"),
        replace(TWIN, name="青龙滨河路路面硬化工程", content=ROAD.content.replace("滨河路", "青龙滨河路")),
        replace(TWIN, name="沿山路路面硬化工程", content=ROAD.content.replace("滨河路", "沿山路")),
    ],
)
def test_rightful_look_alikes_are_no_hits(twin: ProjectFacts) -> None:
    assert found(ROAD, twin) == []


def test_phases_and_shares_of_a_transfer_are_rightful() -> None:
    assert not found(replace(ROAD, name="滨河路改造（一期）", year=2025), replace(TWIN, name="滨河路改造二期"))
    shares = [
        replace(ROAD, key=town, code=town, name="农村公路养护补助", content="县乡公路日常养护", unit=f"{town}人民政府", transfer="专项七号")
        for town in ("青山镇", "白水镇", "大河镇")
    ]
    assert not found(*shares)


def test_two_levels_are_compared_where_both_name_one_thing() -> None:
    county, city = replace(ROAD, above=("河阳市",)), replace(TWIN, place="河阳市")
    assert len(found(county, city)) == 1
    assert not found(county, replace(city, place="远方市"))


def test_every_body_has_its_running_costs() -> None:
    own = [
        replace(ROAD, key=unit, code=unit, unit=unit, name="机关运行公用经费", content="保障机关正常运转")
        for unit in ("财政局", "水务局", "民政局")
    ]
    assert not found(*own)


def test_the_order_of_the_projects_changes_nothing() -> None:
    made = made_county(5, planted=4, ordinary=40).projects
    told, counted = find(made, SETTINGS)
    assert (told, counted) == find(shuffled(made, 1), SETTINGS)
    assert told == sorted(told, key=lambda hit: -hit.money_fen)


def test_nothing_and_one_project_have_no_hits() -> None:
    assert find([], SETTINGS)[0] == []
    assert found(ROAD) == []
    assert found(replace(ROAD, name="", content=""), replace(TWIN, name="", content="")) == []


@pytest.mark.feature("2.12")
def test_what_was_planted_is_found_and_little_else() -> None:
    told = score(made_county(7, planted=14, ordinary=300))
    assert told.recall() >= 0.90, told.missed
    assert told.precision() >= 0.70, told.wrong
    for kind in KINDS:
        assert told.recall(kind) >= 0.80, (kind, told.missed)
    assert told.trapped <= 0.03 * told.traps


def test_a_year_and_a_day_are_no_quantity_in_common() -> None:
    one = replace(ROAD, content=f"{ROAD.content}，2026年10月31日前完工")
    other = replace(TWIN, content=f"{TWIN.content}，2026年10月31日前完工")
    said = "；".join(only(one, other).reasons)
    assert "2400米" in said
    assert "2026年" not in said
    assert "31日" not in said
