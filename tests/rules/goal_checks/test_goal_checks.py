"""Checks of goals: files that must pass, one file that must fail for each check, and the edges."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.rules.duties import MainDuty
from jiheng.rules.goal_checks.check import goal_check
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts, TaskFacts
from jiheng.rules.goal_checks.registry import CHECKS, check_goal
from jiheng.rules.interim_targets import Point
from jiheng.rules.medium_terms import read_term
from jiheng.rules.money import wan_to_fen
from jiheng.rules.policy.loading import load_policy
from jiheng.rules.reading import read_target

HERE = Path(__file__).parent
BRANCHES = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)
SETTINGS = GoalSettings(
    branches=BRANCHES,
    weight_totals=(Decimal(90),),
    fewest=3,
    most=30,
    qualitative_share=Decimal(50),
    satisfaction_floor=Decimal(80),
    largest_weight=Decimal(30),
    longest_name=30,
    money_change=Decimal(30),
    beaten=Decimal(30),
    same_years=3,
    demanded=(("修缮", ("质量指标",)), ("补助", ("满意度指标",))),
    forbidden=("圆满完成", "国内领先"),
    core=1,
    common=2,
    sourced=True,
    points=(Point("july", "1—7月", 7), Point("october", "1—10月", 10)),
    medium_longer=1,
    medium_demanded=True,
    clauses={"goal_weight_total": "《办法》甲", "goal_mandatory_branches": "《办法》乙"},
)


def indicator(number, cells, year):
    level1, level2, level3, text, weight = cells
    target = read_target(text, year=year)
    qualitative = target.kind == "qualitative"
    return IndicatorFacts(
        key=str(number),
        level1=level1,
        level2=level2,
        level3=level3,
        operator="qualitative" if qualitative else ("range" if target.kind == "range" else target.op),
        target_text=text,
        value=target.low if target.kind == "range" else target.value,
        high=target.high,
        unit=target.unit,
        weight=Decimal(weight),
        kind="qualitative" if qualitative else "quantitative",
        due=target.last if target.kind == "date" else None,
    )


def goal(data):
    rows = [indicator(number, cells, data["year"]) for number, cells in enumerate(data["indicators"], 1)]
    medium = data.get("medium_amount")
    return GoalFacts(
        kind=data["kind"],
        year=data["year"],
        objective=data["objective"],
        last_objective=data.get("last_objective", ""),
        amount=wan_to_fen(data["amount"]),
        sources={source: wan_to_fen(amount) for source, amount in data["sources"].items()},
        medium_amount=None if medium is None else wan_to_fen(medium),
        tasks=tuple(TaskFacts(name, wan_to_fen(amount)) for name, amount in data.get("tasks", [])),
        indicators=tuple(rows),
        name=data.get("name", ""),
        last_amount=wan_to_fen(data["last_amount"]) if "last_amount" in data else None,
        asked=wan_to_fen(data["asked"]) if "asked" in data else None,
        main_duties=tuple(MainDuty(name, count) for name, count in data.get("main_duties", [])),
        category=data.get("category", ""),
        core_offered=data.get("core_offered", 0),
        common_offered=data.get("common_offered", 0),
        span=tuple(data.get("span", (0, 0))),
        medium_objective=data.get("medium_objective", ""),
    )


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def changed(case):
    """A passing goal with the case's changes; `rows` changes single cells of its indicators."""
    change = dict(case["change"])
    rows = change.pop("rows", {})
    facts = goal({**load(HERE / "pass" / f"{case.get('base', 'project')}.yaml"), **change})
    numbers = {"value", "high", "weight", "last_value", "last_actual", "reference"}

    def cell(name, value):
        if name == "past":
            return tuple(value)
        if name == "term":
            return read_term(value[0], level2=value[1])
        return Decimal(value) if name in numbers and value is not None else value

    indicators = [
        replace(one, **{name: cell(name, value) for name, value in rows.get(int(one.key), {}).items()})
        for one in facts.indicators
    ]
    return replace(facts, indicators=tuple(indicators))


def good():
    return goal(load(HERE / "pass" / "project.yaml"))


@pytest.mark.parametrize("path", sorted((HERE / "pass").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_well_filled_goal_has_no_findings(path):
    assert check_goal(goal(load(path)), SETTINGS) == []


@pytest.mark.feature("10.14")
def test_every_check_has_a_file_that_must_fail():
    assert sorted(path.stem for path in (HERE / "fail").glob("*.yaml")) == sorted(CHECKS)


@pytest.mark.feature("3.26")
@pytest.mark.parametrize(
    ("value", "unit", "reference", "above"),
    [
        ("5000", "元/台", "5000", False),
        ("5000.01", "元/台", "5000", True),
        ("4999.99", "元/台", "5000", False),
        ("1.2", "万元/公里", "1", True),
        ("5001", "元/台", None, False),
        ("5001", "次/台", "5000", False),
    ],
)
def test_a_unit_cost_is_held_against_its_standard(value, unit, reference, above):
    cost = replace(good().indicators[3], level3="单台成本", value=Decimal(value), unit=unit, operator="<=")
    cost = replace(cost, reference=Decimal(reference) if reference else None)
    found = check_goal(replace(good(), indicators=(*good().indicators[:3], cost, *good().indicators[4:])), SETTINGS)
    assert [one.where for one in found if one.check == "unit_cost_standard"] == (["indicators.4.target_text"] if above else [])


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_finds_what_its_file_expects_and_no_more(name):
    case = load(HERE / "fail" / f"{name}.yaml")
    found = [one for one in check_goal(changed(case), SETTINGS) if one.check == name]
    assert len(found) == len(case["expect"])
    for expected in case["expect"]:
        assert any(
            one.where == expected["where"]
            and expected["says"] in one.fact + one.remedy
            and one.blocking is expected["blocking"]
            for one in found
        ), expected
    assert all(one.remedy and one.message == one.fact for one in found)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_says_its_rule_and_a_good_example(name):
    check = CHECKS[name]
    assert check.rule.endswith("。")
    assert check.good
    assert check.id == name


def test_findings_that_stop_the_goal_come_first_with_their_clause():
    facts = replace(good(), objective="", last_objective="x")
    facts = replace(facts, indicators=facts.indicators[:2])
    found = check_goal(facts, SETTINGS)
    assert [one.blocking for one in found] == sorted((one.blocking for one in found), reverse=True)
    assert {one.clause for one in found if one.check == "weight_sum"} == {"《办法》甲"}
    assert {one.clause for one in found if one.check == "completeness"} == {"《办法》乙"}


def test_settings_come_from_a_policy():
    settings = GoalSettings.of(load_policy("national").at(2022, date(2022, 1, 10)))
    assert settings.mandatory == ("产出指标", "效益指标")
    assert settings.weight_totals == (90,)
    assert (settings.fewest, settings.most, settings.qualitative_share) == (3, 30, 50)
    assert set(settings.severities) <= set(CHECKS)
    assert "财预〔2015〕88号" in settings.clauses["goal_requirements"]
    assert {check.parameter for check in CHECKS.values()} <= set(settings.clauses)


@pytest.mark.feature("3.02")
@pytest.mark.feature("3.03")
def test_weights_make_the_stated_total_and_mandatory_branches_are_present():
    outputs = tuple(one for one in good().indicators if one.level1 == "产出指标")
    found = [one for one in check_goal(replace(good(), indicators=outputs), SETTINGS) if one.blocking]
    assert [one.fact for one in found] == ["没有设置效益指标", "指标分值合计为50，应为90"]


@pytest.mark.feature("3.05")
@pytest.mark.parametrize("words", ["显著提升", "有效改善，作用明显", "逐步完善", "较好", "持续优化"])
def test_plain_adjectives_are_refused_and_graded_words_are_not(words):
    row = replace(good().indicators[6], target_text=words)
    refused = CHECKS["vague_target"](replace(good(), indicators=(row,)), SETTINGS)
    assert [one.blocking for one in refused] == [True]
    graded = replace(row, target_text=f"达成：{words}，检查无问题；部分达成：问题已整改；未达成：问题未整改")
    assert CHECKS["vague_target"](replace(good(), indicators=(graded,)), SETTINGS) == []


@pytest.mark.parametrize(("severity", "blocking"), [("block", [True]), ("warn", [False]), ("note", [False]), ("off", [])])
def test_how_strict_a_check_is_is_a_setting_of_the_place(severity, blocking):
    facts = replace(good(), last_objective=good().objective)
    settings = replace(SETTINGS, severities={"copied_objective": severity})
    assert [one.blocking for one in check_goal(facts, settings)] == blocking


def test_an_unknown_severity_is_named():
    with pytest.raises(ValueError, match="严格程度“fatal”不认识"):
        check_goal(good(), replace(SETTINGS, severities={"source_sum": "fatal"}))


def test_a_nearly_copied_objective_is_named():
    facts = replace(good(), last_objective=good().objective.replace("18公里", "19公里"))
    assert [one.fact for one in check_goal(facts, SETTINGS)] == ["总体目标与上年几乎相同"]


def test_too_many_indicators_are_named():
    found = CHECKS["indicator_count"](good(), replace(SETTINGS, most=7))
    assert [one.fact for one in found] == ["设了8个指标，多于7个"]


def test_both_totals_pass_where_a_place_states_none():
    weights = GoalSettings().weight_totals
    assert weights == (90, 100)
    hundred = replace(good().indicators[0], weight=Decimal(25))
    facts = replace(good(), indicators=(hundred, *good().indicators[1:]))
    assert CHECKS["weight_sum"](facts, GoalSettings()) == []


def test_an_empty_goal_is_answered_and_not_a_failure():
    empty = GoalFacts("department", 2022, "", 0, {})
    assert {one.check for one in check_goal(empty, SETTINGS)} == {"completeness", "source_sum", "task_sum"}


@pytest.mark.parametrize(
    ("level3", "operator", "finding"),
    [
        ("投诉办结率", ">=", False),
        ("投诉率", ">=", True),
        ("成本节约率", ">=", False),
        ("设备故障次数（次）", ">", True),
        ("群众投诉件数", "<=", False),
        ("政策知晓率", "<", True),
        ("里程", "<=", False),
    ],
)
def test_directions_that_names_tell(level3, operator, finding):
    facts = replace(good(), indicators=(replace(good().indicators[0], level3=level3, operator=operator),))
    assert bool(CHECKS["direction_mismatch"](facts, SETTINGS)) is finding


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("≥1,200人次", False),
        ("2022年9月、10月", False),
        ("培训3期、200人次", True),
        ("100%，无超支", False),
        ("第一季度30%，第二季度60%", True),
    ],
)
def test_several_figures_in_one_row(text, finding):
    facts = replace(good(), indicators=(replace(good().indicators[0], target_text=text),))
    assert bool(CHECKS["compound_indicator"](facts, SETTINGS)) is finding


def test_a_negative_task_is_named():
    facts = goal(load(HERE / "pass" / "department.yaml"))
    tasks = (TaskFacts("甲", facts.amount + 1), TaskFacts("乙", -1))
    assert [one.fact for one in CHECKS["task_sum"](replace(facts, tasks=tasks), SETTINGS)] == [
        "任务“乙”的金额为负数"
    ]


def test_a_check_without_rule_is_refused():
    declare = goal_check("新审核项", severity="block", parameter="x", good="好")
    with pytest.raises(ValueError, match="须写明规则"):
        declare(lambda _facts, _settings: iter(()))


texts = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from("≥ 100 % 及时 合格率 （ ） 万元 2022年 总成本 培训 人次 显著 增长率 ， … - 1e9".split()), max_size=6
    ).map("".join),
)
figures = st.one_of(st.none(), st.decimals(-10**12, 10**12, places=2))
any_row = st.builds(
    IndicatorFacts,
    key=st.sampled_from(["1", "2", "3"]),
    level1=st.one_of(texts, st.sampled_from([label for label, _ in BRANCHES])),
    level2=st.one_of(texts, st.sampled_from(["数量指标", "时效指标", "成本指标", "社会效益指标"])),
    level3=texts,
    operator=st.sampled_from(["", ">=", ">", "=", "<=", "<", "range", "qualitative"]),
    target_text=texts,
    value=figures,
    high=figures,
    unit=st.one_of(texts, st.sampled_from(["%", "元", "万元", "人次", "公里", "天", "元/人·天"])),
    weight=st.decimals(-5, 100, places=2),
    kind=st.sampled_from(["quantitative", "qualitative"]),
    direction=st.sampled_from(["", "higher", "lower"]),
    due=st.one_of(st.none(), st.dates()),
    explanation=texts,
    library_unit=texts,
    reference=figures,
    last_value=figures,
    last_unit=texts,
    last_actual=figures,
    past=st.lists(texts, max_size=3).map(tuple),
    core=st.booleans(),
    common=st.booleans(),
    data_source=st.one_of(st.none(), texts),
)
any_goal = st.builds(
    GoalFacts,
    kind=st.sampled_from(["project", "department"]),
    year=st.integers(2000, 2100),
    objective=texts,
    amount=st.integers(-(10**15), 10**15),
    sources=st.dictionaries(texts, st.integers(-(10**15), 10**15), max_size=2),
    indicators=st.lists(any_row, max_size=4).map(tuple),
    last_objective=texts,
    medium_amount=st.one_of(st.none(), st.integers(-(10**15), 10**15)),
    name=texts,
    last_amount=st.one_of(st.none(), st.integers(-(10**15), 10**15)),
    category=texts,
    core_offered=st.integers(0, 3),
    common_offered=st.integers(0, 3),
)


@pytest.mark.feature("3.16")
@settings(max_examples=300, deadline=None)
@given(facts=any_goal)
def test_any_text_is_answered_in_the_same_way_and_is_no_failure(facts):
    found = check_goal(facts, SETTINGS)
    assert found == check_goal(facts, SETTINGS)
    columns = {"level1", "level2", "level3", "target_text", "unit", "operator", "weight", "data_source"}
    for one in found:
        area, *rest = one.where.split(".")
        assert area in {"objective", "indicators", "money", "tasks"}
        assert rest in ([], ["weight"]) or (rest[0] in {"1", "2", "3"} and rest[1] in columns)
        assert one.fact
        assert one.remedy
        assert one.good


@pytest.mark.feature("3.06")
def test_money_cut_by_thirty_percent_with_outputs_unchanged_is_named():
    row = good().indicators[0]
    facts = replace(good(), indicators=(replace(row, last_value=row.value, last_unit=row.unit),))
    check = CHECKS["money_and_outputs"]
    cut = replace(facts, last_amount=facts.amount * 10 // 7 + 1)
    assert ["减少30%" in one.fact for one in check(cut, SETTINGS)] == [True]
    assert check(replace(cut, last_amount=facts.amount * 10 // 8), SETTINGS) == []
    assert check(cut, replace(SETTINGS, money_change=None)) == []


@pytest.mark.feature("3.18")
def test_a_copied_value_that_was_beaten_by_thirty_percent_must_be_justified():
    row = replace(good().indicators[4], last_actual=Decimal(4160))
    facts = replace(good(), indicators=(row,))
    assert [one.suggested for one in CHECKS["beaten_last_year"](facts, SETTINGS)] == ["≥4160户"]
    less = replace(row, last_actual=Decimal(4159))
    assert CHECKS["beaten_last_year"](replace(facts, indicators=(less,)), SETTINGS) == []


def test_rules_frozen_before_a_limit_existed_do_without_it():
    policy = load_policy("national")
    old = {key: one for key, one in policy.parameters.items() if key != "goal_satisfaction_floor"}
    frozen = policy.model_copy(update={"parameters": old})
    assert GoalSettings.of(frozen.at(2022, date(2022, 1, 10))).satisfaction_floor is None


@pytest.mark.feature("3.06")
@pytest.mark.parametrize(
    ("number", "unit", "cost", "found"),
    [
        ("120", "台", "8000", False),
        ("120", "台", "8400", False),
        ("120", "台", "8401", True),
        ("0.012", "万台", "9000", True),
        ("120", "间", "9000", False),
    ],
)
def test_quantity_times_unit_cost_is_held_against_the_money(number, unit, cost, found):
    rows = good().indicators
    quantity = replace(rows[0], level2="数量指标", level3="购置设备", value=Decimal(number), unit=unit, operator=">=")
    price = replace(rows[3], level2="成本指标", level3="单台成本", value=Decimal(cost), unit="元/台", operator="<=")
    facts = replace(good(), amount=wan_to_fen("96"), medium_amount=None, indicators=(quantity, price))
    told = [one.where for one in check_goal(facts, SETTINGS) if one.check == "quantity_times_cost"]
    assert told == ([f"indicators.{price.key}.target_text"] if found else [])
    two = replace(facts, indicators=(quantity, replace(quantity, key="9", level3="安装设备"), price))
    assert not [one for one in check_goal(two, SETTINGS) if one.check == "quantity_times_cost"]


@pytest.mark.parametrize(("offered", "had", "named"), [(0, 0, 0), (1, 0, 1), (1, 1, 0), (2, 1, 1), (2, 2, 0), (5, 1, 1), (5, 2, 0), (5, 3, 0)])
def test_common_indicators_are_asked_for_only_as_far_as_the_library_has_them(offered, had, named):
    facts = good()
    rows = [replace(one, common=at < had) for at, one in enumerate(facts.indicators)]
    found = CHECKS["common_indicators"](replace(facts, category="培训", common_offered=offered, indicators=tuple(rows)), SETTINGS)
    assert len(found) == named


def test_a_place_without_the_parameters_asks_for_none_of_them():
    facts = replace(good(), category="培训", core_offered=3, common_offered=3)
    rows = tuple(replace(one, data_source="") for one in facts.indicators)
    plain = replace(SETTINGS, core=None, common=None, sourced=False)
    asked = {"core_indicators", "common_indicators", "data_source"}
    assert not asked & {one.check for one in check_goal(replace(facts, indicators=rows), plain)}
    assert asked <= {one.check for one in check_goal(replace(facts, indicators=rows), SETTINGS)}
