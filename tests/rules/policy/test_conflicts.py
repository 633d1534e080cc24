"""Conflicts with an upper pack: found by the direction on the entry, told with both clauses, excused by a reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.policy import PackError, load_policy, policy_from
from jiheng.rules.policy.conflicts import conflicts, unreasoned
from jiheng.rules.policy.loading import layers, resolve
from jiheng.rules.strictness import looser
from tests.rules.policy.builders import files

NUMBER = """limit:
  label: 限额
  unit: {unit}
{more}  values:
    - {{from_budget_year: {year}, value: {value}, cite: {{source: {source}, clause: {clause}}}{assumed}}}
"""
OWN = "own:\n  title: 本地办法\n  level: county\n"


def number(value, *, unit="元", year=2020, source="law", clause="第三条", more="", assumed=""):
    return NUMBER.format(
        value=value, unit=unit, year=year, source=source, clause=clause, more=more, assumed=assumed
    )


def packs(near, far, *, near_section="parameters__a", far_section="parameters__a"):
    given = {
        "upper": files("upper", **{far_section: far}),
        "lower": files("lower", extends="upper", sources=OWN, **{near_section: near}),
    }
    return layers("lower", given)


def found(value, far_value, direction, **more):
    near = number(value, source="own", clause="第九条", **more)
    return conflicts(packs(near, number(far_value, more=f"  stricter: {direction}\n")))


@pytest.mark.parametrize(
    ("direction", "value", "far", "words"),
    [
        ("lower", 300, 200, "高于上级规定"),
        ("lower", 200, 200, ""),
        ("lower", 100, 200, ""),
        ("higher", 100, 200, "低于上级规定"),
        ("higher", 300, 200, ""),
        ("lower_or_none", "null", 200, ""),
        ("lower_or_none", 300, 200, "高于上级规定"),
        ("lower_or_none", 200, "null", "上级不设下限"),
        ("lower", "null", 200, "取消了上级规定"),
        ("same", 100, 200, "改变了"),
    ],
)
def test_direction_tells_what_is_looser(direction, value, far, words):
    one = found(value, far, direction)
    assert [words in conflict.why for conflict in one] == ([True] if words else [])


@pytest.mark.feature("1.07")
def test_conflict_cites_both_clauses_and_both_values():
    (one,) = found(300_0000, 200_0000, "lower")
    assert (one.said, one.upper_said) == (("300.00 万元",), ("200.00 万元",))
    assert (one.clause, one.upper_clause) == ("《本地办法》第九条", "《测试办法》（测财〔2020〕1号）第三条")
    assert one.where == ("lower/parameters/a.yaml", 1)
    assert not one.binding
    assert "没有写明理由" in str(one)


def test_looser_rule_needs_a_reason_and_a_reason_needs_a_looser_rule():
    far = number(200, more="  stricter: lower\n")
    bare = packs(number(300, source="own"), far)
    assert ["looser_because" in one.message for one in unreasoned(bare)] == [True]
    said = packs(number(300, source="own", more="  looser_because: 财力不足，已报上级备案\n"), far)
    assert unreasoned(said) == []
    assert [one.reason for one in conflicts(said)] == ["财力不足，已报上级备案"]
    idle = packs(number(100, source="own", more="  looser_because: 多余\n"), far)
    assert ["没有比上级放宽" in one.message for one in unreasoned(idle)] == [True]


def test_reason_does_not_excuse_a_floor_and_both_clauses_are_told():
    far = number(200, more="  floor: true\n  floor_direction: not_above\n")
    near = number(300, source="own", clause="第九条", more="  looser_because: 想放宽\n")
    with pytest.raises(PackError, match="底线") as caught:
        resolve(packs(near, far))
    assert "《本地办法》第九条" in str(caught.value)
    assert "《测试办法》（测财〔2020〕1号）第三条" in str(caught.value)
    (one,) = conflicts(packs(near, far))
    assert one.binding
    assert len(unreasoned(packs(near, far))) == 1


def test_what_the_upper_pack_only_assumes_binds_nobody():
    far = number(200, more="  stricter: lower\n", assumed=", assumed: true")
    assert conflicts(packs(number(300, source="own"), far)) == []


def test_only_years_in_which_the_nearer_pack_says_something_count():
    far = number(200, more="  stricter: lower\n") + (
        "    - {from_budget_year: 2024, value: 100, cite: {source: law, clause: 第四条}}\n"
    )
    near = number(150, year=2022, source="own")
    assert [(one.since, one.upper_said) for one in conflicts(packs(near, far))] == [("2024 年度起", ("0.01 万元",))]


def test_direction_is_handed_down_over_a_pack_between():
    given = {
        "national": files("national", parameters__a=number(100, more="  stricter: lower\n")),
        "middle": files(
            "middle", extends="national", sources="mid:\n  title: 省办法\n  level: province\n",
            parameters__a=number(80, source="mid"),
        ),
        "county": files("county", extends="middle", sources=OWN, parameters__a=number(90, source="own")),
    }  # fmt: skip
    (one,) = conflicts(layers("county", given))
    assert (one.place, one.upper, one.upper_clause) == ("county", "middle", "《省办法》第三条")


def test_dates_grades_and_lists_are_compared_too():
    day = """task:
  label: 申报
  stage: goals
  due: {{year: -1, month: {month}, day: 31}}
  roles: [unit_project]
  cite: {{source: {source}, clause: 第一条}}
{more}"""
    far = day.format(month=10, source="law", more="  stricter: earlier\n")
    near = day.format(month=12, source="own", more="")
    (one,) = conflicts(packs(near, far, near_section="calendar", far_section="calendar"))
    assert (one.said, one.upper_said, one.why) == (("上年12月31日",), ("上年10月31日",), "晚于上级规定的期限")
    bands = "evaluation:\n  label: 等级\n  cite: {{source: {source}, clause: 第二条}}\n{more}  bands:\n"
    bands += "    - {{key: good, label: 良, low: {low}}}\n    - {{key: poor, label: 差, low: 0}}\n"
    (two,) = conflicts(
        packs(
            bands.format(source="own", low=70, more=""),
            bands.format(source="law", low=80, more="  stricter: higher\n"),
            near_section="grades", far_section="grades",
        )
    )  # fmt: skip
    assert (two.said, two.upper_said) == (("良 70 分起",), ("良 80 分起",))
    assert looser("superset", [{"key": "a", "label": "甲"}], [{"key": "a"}, {"key": "b", "label": "乙"}]) == "缺少乙"
    assert looser("more", [1], [1, 2]) == "只有1项，少于上级的2项"


def test_tables_are_compared_by_the_columns_that_have_a_direction():
    rule = {"fiscal": {"fair": {"min_ratio": 10, "max_ratio": 30}, "poor": {"min_ratio": 100, "max_ratio": 100}}}
    columns: dict[str, Any] = {"min_ratio": "higher"}
    assert looser(columns, rule, rule) == ""
    near = {"fiscal": {"fair": {"min_ratio": 5, "max_ratio": 90}, "poor": rule["fiscal"]["poor"]}}
    assert looser(columns, near, rule) == "fiscal/fair/min_ratio低于上级规定（10）"
    assert looser(columns, {"fiscal": {"fair": near["fiscal"]["fair"]}}, rule).endswith("没有规定fiscal/poor")
    assert looser(columns, {}, rule) == "没有规定fiscal"


numbers = st.one_of(st.none(), st.integers(0, 50))


@given(st.sampled_from(["lower", "higher", "lower_or_none"]), numbers, numbers, numbers)
def test_being_no_looser_is_an_order(direction, one, two, three):
    """As strict as itself; as strict as what is as strict; of two values one is as strict as the other."""
    assert looser(direction, one, one) == ""
    if not looser(direction, one, two) and not looser(direction, two, three):
        assert not looser(direction, one, three)
    assert not looser(direction, one, two) or not looser(direction, two, one)


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(0, 9), unique=True))
def test_list_is_looser_exactly_when_it_lacks_something(near, far):
    assert bool(looser("superset", near, far)) == bool(set(far) - set(near))
    assert bool(looser("more", near, far)) == (len(near) < len(far))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_conflict_is_found_exactly_when_the_number_is_on_the_loose_side(near, far):
    assert bool(found(near, far, "lower")) == (near > far)
    assert bool(found(near, far, "higher")) == (near < far)


@pytest.mark.parametrize(
    ("unit", "direction", "words"),
    [("清单", "lower", "不能用于单位“清单”"), ("元", "{a: lower}", "单位须为“表”"), ("是否", "lower", "可用 higher")],
)
def test_direction_must_fit_the_unit(unit, direction, words):
    value = {"清单": "[甲]", "元": "1", "是否": "true"}[unit]
    given = {"upper": files("upper", parameters__a=number(value, unit=unit, more=f"  stricter: {direction}\n"))}
    with pytest.raises(PackError, match=words):
        policy_from("upper", given)


def test_direction_and_reason_change_nothing_that_is_frozen():
    far = number(200, more="  stricter: lower\n")
    plain = resolve(packs(number(300, source="own"), number(200)))
    assert resolve(packs(number(300, source="own", more="  looser_because: 有理由\n"), far)).dump() == plain.dump()


@pytest.mark.parametrize("place", ["ningxia-yanchi", "heilongjiang-hailin", "hunan-tianyuan"])
def test_places_say_why_where_they_are_looser(place):
    assert load_policy(place).place == place
    assert [str(one) for one in unreasoned(layers(place))] == []
