"""A policy: nearest entry wins whole, dump and restore agree, digests tell differences."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.policy import PackError, Policy, differences, policy_from
from jiheng.rules.policy.plain import canonical, digest_of, from_plain, to_plain
from tests.rules.policy.builders import LIMIT, SOURCES, files

LOWER_SOURCES = SOURCES.replace("law:", "own:").replace("测试办法", "本县办法")
OWN_LIMIT = LIMIT.replace("source: law", "source: own").replace("5000000", "1000000")


def two(**lower):
    return policy_from(
        "lower",
        {
            "upper": files(parameters__a=LIMIT + DAYS),
            "lower": files("lower", extends="upper", sources=LOWER_SOURCES, **lower),
        },
    )


DAYS = """days:
  label: 期限
  unit: 天
  by: event
  floor: true
  floor_direction: not_above
  values:
    - from: 2020-07-01
      value: 20
      cite: {source: law, clause: 第五条}
      assumed: true
"""


def one(text=LIMIT):
    return policy_from("upper", {"upper": files(parameters__a=text)})


@pytest.mark.feature("1.07")
def test_nearer_entry_replaces_the_farther_one_whole():
    policy = two(parameters__a=OWN_LIMIT)
    found = policy.value("limit", budget_year=2021)
    assert (found.value, found.fen, found.origin) == (1000000, 100_000_000, "lower")
    assert str(found.clause) == "《本县办法》（测财〔2020〕1号）第三条"
    assert policy.chain == ("lower", "upper")
    inherited = policy.value("days", day=date(2021, 1, 1))
    assert (inherited.value, inherited.origin, inherited.assumed) == (20, "upper", True)


@pytest.mark.feature("1.06")
def test_the_same_request_meets_two_limits_in_two_years():
    policy = one()
    assert [policy.value("limit", budget_year=year).value for year in (2020, 2021, 2022)] == [
        5000000,
        5000000,
        3000000,
    ]


def test_lookup_before_the_first_value_is_no_guess():
    with pytest.raises(LookupError, match="2019年度没有规定"):
        one().value("limit", budget_year=2019)
    assert one().get("limit", budget_year=2019) is None


def test_unknown_parameter_is_no_missing_value():
    with pytest.raises(LookupError, match="没有参数“limmit”"):
        one().get("limmit", budget_year=2021)


def test_parameter_by_event_needs_a_day():
    policy = two(parameters__a=OWN_LIMIT)
    with pytest.raises(ValueError, match="办理日期"):
        policy.value("days", budget_year=2021)
    with pytest.raises(ValueError, match="预算年度"):
        policy.value("limit", day=date(2021, 1, 1))


def test_policy_at_a_year_and_day_chooses_by_itself():
    at = two(parameters__a=OWN_LIMIT).at(2021, date(2020, 6, 30))
    assert at.value("limit").value == 1000000
    assert at.get("days") is None


def lower_problems(**lower):
    with pytest.raises(PackError) as caught:
        two(**lower)
    return [(problem.file, problem.line, problem.message) for problem in caught.value.problems]


def test_loosened_floor_is_named_with_file_and_line():
    text = DAYS.replace("value: 20", "value: 21").replace("source: law", "source: own")
    found = lower_problems(parameters__a=text)
    assert found[0][:2] == ("lower/parameters/a.yaml", 1)
    assert "高于上级规定（20天，依据《测试办法》（测财〔2020〕1号）第五条）" in found[0][2]


def test_tightened_floor_is_taken():
    text = DAYS.replace("value: 20", "value: 10").replace("source: law", "source: own")
    assert two(parameters__a=text).value("days", day=date(2021, 1, 1)).value == 10


def test_slip_in_a_parameter_name_is_no_new_rule():
    found = lower_problems(parameters__a=OWN_LIMIT.replace("limit:", "limmit:"))
    assert "上级没有参数“limmit”" in found[0][2]
    added = two(parameters__a=OWN_LIMIT.replace("limit:", "limmit:\n  new: true"))
    assert added.value("limmit", budget_year=2021).value == 1000000


def test_unknown_source_is_named_at_its_line():
    found = lower_problems(parameters__a=OWN_LIMIT.replace("own, clause: 第四条", "owm, clause: 第四条"))
    assert found == [("lower/parameters/a.yaml", 10, "没有文件依据“owm”，请写进 sources.yaml")]


def test_source_may_not_hide_one_of_the_farther_pack():
    with pytest.raises(PackError, match="“law”在“upper”里已有"):
        policy_from(
            "lower",
            {
                "upper": files(parameters__a=LIMIT),
                "lower": files("lower", extends="upper", parameters__a=LIMIT),
            },
        )


def test_packs_in_a_circle_are_refused():
    with pytest.raises(PackError, match="绕成了圈"):
        policy_from(
            "one",
            {
                "one": files("one", extends="two", parameters__a=LIMIT),
                "two": files("two", extends="one", parameters__a=LIMIT),
            },
        )


def test_restored_policy_is_equal_and_has_the_same_digest():
    policy = two(parameters__a=OWN_LIMIT)
    stored = json.loads(json.dumps(policy.dump()))
    restored = Policy.restore(stored)
    assert restored == policy
    assert restored.digest == policy.digest
    assert restored.value("limit", budget_year=2021) == policy.value("limit", budget_year=2021)


def test_unknown_format_is_not_restored():
    with pytest.raises(ValueError, match="格式"):
        Policy.restore({**one().dump(), "format": 99})


def test_digest_changes_with_every_word():
    assert one().digest == one().digest
    assert one().digest == one(f"# 注释\n{LIMIT}").digest
    assert one().digest != one(LIMIT.replace("第四条", "第五条")).digest
    assert one().digest != one(LIMIT.replace("3000000", "3000001")).digest


@pytest.mark.feature("1.07")
def test_differences_name_entry_and_change():
    found = differences(
        one(LIMIT + DAYS), one(LIMIT.replace("3000000", "2000000").replace("limit:", "limit:"))
    )
    assert [(one.section, one.key, one.kind) for one in found] == [
        ("parameters", "days", "removed"),
        ("parameters", "limit", "changed"),
    ]
    assert found[1].details == ("values[2].value：3000000 → 2000000",)
    assert differences(one(), one()) == []
    assert [one.kind for one in differences(one(), one(LIMIT + DAYS))] == ["added"]


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet="abc", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(plain_values)
def test_plain_values_come_back(value):
    stored = json.loads(json.dumps(to_plain(value)))
    assert from_plain(stored) == value
    assert digest_of(stored) == digest_of(to_plain(value))


@given(st.dictionaries(st.text(max_size=5), st.integers()))
def test_digest_does_not_depend_on_order(mapping):
    turned = dict(reversed(mapping.items()))
    assert canonical(turned) == canonical(mapping)


def test_float_is_never_stored():
    with pytest.raises(TypeError, match="float"):
        to_plain({"a": 0.1})
