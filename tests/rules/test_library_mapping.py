"""Two libraries side by side: pairs proposed, coverage and loss."""

import pytest

from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.library_mapping import Item, counterparts, coverage

GROUPS = synonyms()


def item(key: str, name: str, level2: str = "质量指标", **told: str) -> Item:
    return Item(key, name, "产出指标", level2, told.get("definition", ""), told.get("unit", "%"), told.get("direction", "positive"))


OWN = [
    item("1", "培训考核合格率", definition="参加考核人员中合格人数的比例"),
    item("2", "设备验收合格率", definition="一次验收合格的设备台数占采购台数的比例"),
    item("3", "培训人次", "数量指标", unit="人次"),
    Item("4", "道路修建里程", "产出指标", "数量指标", "完成修建并验收的道路长度", "公里", "positive", ("公路建设公里数",)),
]


@pytest.mark.feature("4.10")
def test_pairs_are_proposed_by_name_alias_and_likeness_with_their_ground() -> None:
    others = [
        item("a", "培训考核合格率"),
        item("b", "★设备验收达标率(≥**%)"),
        item("c", "公路建设里程", "数量指标", unit="公里"),
        item("d", "培训人员考核合格率", definition="参加考核人员中考核合格人数的比例"),
        item("e", "电影放映场次", "数量指标"),
        item("f", "培训人次", "社会效益指标"),
    ]
    found = counterparts(others, OWN, GROUPS)
    assert {key: one.key for key, one in found.items()} == {"a": "1", "b": "2", "c": "4", "d": "1"}
    assert found["a"].ground == "名称相同"
    assert found["b"].ground == "名称去掉符号、合并同义词后相同"
    assert found["d"].likeness < found["b"].likeness < found["a"].likeness == 1
    assert "解释相似" in found["d"].ground


@pytest.mark.feature("4.10")
def test_coverage_counts_both_sides_and_names_what_is_lost() -> None:
    others = [item("a", "甲"), item("b", "乙"), item("c", "丙", unit="个"), item("d", "丁", direction="reverse"), item("e", "戊")]
    found = coverage(others, OWN, {"a": "1", "b": "1", "c": "2", "d": "3", "x": "1", "e": "gone"})
    assert (found.others, found.mapped, found.own, found.reached, found.merged) == (5, 4, 4, 3, 2)
    assert (found.share, found.own_share, found.lossless) == (0.8, 0.75, 0)
    assert found.losses["a"] == "2 项并作一项，转过来后分不开"
    assert found.losses["c"] == "单位“个”与“%”不同，数值不能直接转"
    assert found.losses["d"] == "单位“%”与“人次”不同，数值不能直接转；方向不同"
    assert coverage([], [], {}).share == 0
    clean = coverage(others[:1], OWN, {"a": "1"})
    assert (clean.lossless, clean.losses) == (1, {})


def test_a_library_maps_onto_itself_whole() -> None:
    assert {key: one.key for key, one in counterparts(OWN, OWN, GROUPS).items()} == {one.key: one.key for one in OWN}
