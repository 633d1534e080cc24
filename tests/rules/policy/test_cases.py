"""Cases: a wrong expectation fails in words, a slip of the pen is named."""

import pytest

from jiheng.rules.policy import PackError, load_policy
from jiheng.rules.policy.cases import NEUTRAL, run_cases
from jiheng.rules.workflow.checks import CHECKS
from jiheng.rules.workflow.ways import WAYS

NATIONAL = load_policy("national")
GOALS = "  - {name: 甲, budget_year: 2023, stage: goals, "


def run(text):
    return run_cases(NATIONAL, {"cases/a.yaml": "cases:\n" + text})


def message(text):
    (result,) = run(text)
    assert not result.passed
    return result.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  - {name: 甲, grades: evaluation, total: 90, expect: {grade: good}}\n", "等级应为良，实为优"),
        ("  - {name: 甲, grades: evaluation, total: 101, expect: {grade: good}}\n", "不在0至100"),
        ("  - {name: 甲, budget_year: 2023, parameter: publication_days, expect: {value: 21}}\n", "值应为21，实为20"),
        ("  - {name: 甲, budget_year: 2023, parameter: publication_days, expect: {assumed: true}}\n", "assumed应为是"),
        ("  - {name: 甲, budget_year: 2023, parameter: publication_days, expect: {clause: npc-budget-law 第十五条}}\n", "第十四条"),
        ("  - {name: 甲, budget_year: 2023, parameter: publication_days, expect: {none: true}}\n", "应没有规定，实为20天"),
        ("  - {name: 甲, budget_year: 2000, parameter: publication_days, expect: {value: 20}}\n", "没有规定"),
        ("  - {name: 甲, budget_year: 2023, parameter: no_such, expect: {value: 20}}\n", "没有参数"),
        ("  - {name: 甲, budget_year: 2023, calendar: goals_submit, expect: {due: 2022-11-01}}\n", "期限应为2022-11-01"),
        ("  - {name: 甲, method: proportional, indicator: {weight: 10, target: 100}, actual: 90, expect: {points: 10}}\n", "得分应为10，实为9.00"),
        ("  - {name: 甲, method: proportional, indicator: {weight: 10, target: 100}, actual: 90, expect: {not_scored: true}}\n", "应不能计分"),
        ("  - {name: 甲, method: proportional, indicator: {weight: 10}, actual: 90, expect: {points: 10}}\n", "不能计分"),
        (GOALS + "action: submit, facts: {goal_size: 1}, expect: {allowed: true}}\n", "没有这些事实：goal_size"),
        (GOALS + "action: fly, expect: {allowed: true}}\n", "没有这样的步骤"),
        (GOALS + "action: submit, expect: {allowed: false}}\n", "应被退回，实际通过"),
        (GOALS + "action: submit, expect: {because: 任何理由}}\n", "应被退回，实际通过"),
        (GOALS + "action: submit, facts: {change_kind: new}, expect: {allowed: true}}\n", "应通过，实际被退回"),
        (GOALS + "action: submit, facts: {change_kind: new}, expect: {refused_by: npc-budget-law 第一条}}\n", "应依据"),
        (GOALS + "action: submit, facts: {change_kind: new}, expect: {because: 天气}}\n", "天气"),
        (GOALS + "action: submit, expect: {allowed: true, state: approved}}\n", "状态应为approved"),
        (GOALS + "action: submit, state: draft, expect: {no_step: true}}\n", "应没有这一步，实有“提交审核”"),
        (GOALS + "action: submit, state: nowhere, expect: {no_step: true}}\n", "没有状态“nowhere”"),
        ("  - {name: 甲, outline: evaluation_report, expect: {parts: [一]}}\n", "各部分应为"),
        ("  - {name: 甲, outline: evaluation_report, expect: {optional: [一]}}\n", "可以不写的部分应为"),
        ("  - {name: 甲, outline: evaluation_report, expect: {clause: npc-budget-law 第一条}}\n", "依据应为"),
        ("  - {name: 甲, outline: no_such, expect: {parts: []}}\n", "没有提纲“no_such”"),
    ],
)  # fmt: skip
def test_wrong_expectation_fails_in_words(text, words):
    assert words in message(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  - {name: 甲, expect: {value: 1}}\n", 2),
        ("  - {name: 甲, parameter: a, grades: b, expect: {value: 1}}\n", 2),
        ("  - {name: 甲, stage: goals, expect: {allowed: true}}\n", 2),
        ("  - {name: 甲, stage: goals, action: submit, expect: {no_step: true}}\n", 2),
        ("  - {name: 甲, parameter: a, outline: b, expect: {parts: []}}\n", 2),
        ("  - {name: 甲, parameter: a, expect: {}}\n", 2),
        ("  - {name: 甲, parameter: a, expect: {valeu: 1}}\n", 2),
    ],
)
def test_wrong_case_is_named_with_its_line(text, line):
    with pytest.raises(PackError) as caught:
        run(text)
    assert [problem.line for problem in caught.value.problems] == [line]


def test_a_step_that_is_not_there_and_the_parts_of_an_outline_can_be_asked():
    listed = ", ".join(f'"{one.title}"' for one in NATIONAL.documents["evaluation_report"].sections)
    asked = GOALS + "action: submit, state: approved, expect: {no_step: true}}\n"
    asked += f"  - {{name: 乙, outline: evaluation_report, expect: {{parts: [{listed}]}}}}\n"
    assert [str(one) for one in run(asked) if not one.passed] == []


def test_every_fact_of_every_condition_has_a_neutral_value():
    read = {name for condition in CHECKS.values() for name in condition.reads} - {"policy"}
    assert read - set(NEUTRAL) == set()
    assert set(NEUTRAL) - read - set(WAYS) == set()


def test_result_is_a_line_for_people():
    (passed,) = run("  - {name: 恰90分为优, grades: evaluation, total: 90, expect: {grade: excellent}}\n")
    assert str(passed) == "符合：恰90分为优（national/cases/a.yaml）"
