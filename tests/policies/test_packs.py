"""Every pack of the system: reads, runs its cases, survives storage, says all its year needs."""

import json
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date

import pytest

from jiheng.rules.policy import Policy, available_places, load_policy
from jiheng.rules.policy.cases import run_cases
from jiheng.rules.policy.explain import missing_entries
from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.loading import PACKS, pack_files, policy_from

PLACES = available_places()


@pytest.mark.parametrize("place", PLACES)
def test_pack_runs_its_cases(place):
    results = run_cases(load_policy(place))
    assert [str(result) for result in results if not result.passed] == []
    assert len(results) >= 25


@pytest.mark.parametrize("place", PLACES)
def test_case_names_are_told_apart(place):
    names = Counter(result.name for result in run_cases(load_policy(place)))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("place", PLACES)
def test_pack_has_all_that_a_year_needs(place):
    assert missing_entries(load_policy(place)) == []


@pytest.mark.parametrize("place", PLACES)
def test_policy_survives_storage(place):
    policy = load_policy(place)
    restored = Policy.restore(json.loads(json.dumps(policy.dump())))
    assert restored == policy
    assert restored.digest == policy.digest
    assert restored.workflows["goals"].clause_of(restored.workflows["goals"].steps[0]).startswith("《")


@pytest.mark.feature("1.14")
@pytest.mark.parametrize("place", PLACES)
def test_every_value_of_a_year_has_a_clause(place):
    policy = load_policy(place)
    for key, parameter in policy.parameters.items():
        found = policy.get(key, budget_year=2023, day=date(2023, 6, 30))
        if found is not None:
            assert found.clause.title, key
            assert found.clause.clause, key
        assert all(setting.cite.clause for setting in parameter.values), key


@pytest.mark.parametrize("place", PLACES)
def test_what_rests_on_a_convention_of_the_system_is_assumed(place):
    policy = load_policy(place)
    system = {key for key, source in policy.sources.items() if source.level == "system"}
    not_marked = [
        key
        for key, parameter in policy.parameters.items()
        for setting in parameter.values
        if setting.cite.source in system and not setting.assumed
    ]
    not_marked += [
        key for key, item in policy.calendar.items() if item.cite.source in system and not item.assumed
    ]
    not_marked += [
        key for key, table in policy.grades.items() if table.cite.source in system and not table.assumed
    ]
    assert not_marked == []


@pytest.mark.parametrize("place", PLACES)
def test_workflow_diagrams_hold_every_state_and_step(place):
    for workflow in load_policy(place).workflows.values():
        svg = workflow.diagram()
        assert "style=" not in svg
        assert "<script" not in svg
        said = "".join(ET.fromstring(svg).itertext())  # noqa: S314 - our own text
        for state in workflow.states.values():
            assert state.label in said
        for step in workflow.steps:
            assert step.label in said


def test_every_parameter_is_explained_in_the_manual():
    manual = (PACKS / "README.md").read_text(encoding="utf-8")
    keys = {key for place in PLACES for key in load_policy(place).parameters}
    assert sorted(key for key in keys if f"`{key}`" not in manual) == []


def test_yanchi_has_its_three_conclusions_and_four_checkpoints():
    policy = load_policy("ningxia-yanchi")
    conclusions = policy.value("appraisal_conclusions", budget_year=2022).value
    assert [row["label"] for row in conclusions] == ["予以支持", "调整完善后予以支持", "不予支持"]
    checkpoints = policy.value("monitoring_checkpoints", budget_year=2022).value
    assert [(row["month"], row["day"]) for row in checkpoints] == [(3, 31), (6, 30), (9, 30), (12, 31)]


def test_statutory_clocks_are_floors():
    policy = load_policy("national")
    clocks = [
        "publication_days",
        "department_approval_days",
        "unit_approval_days",
        "accounts_department_approval_days",
        "accounts_unit_approval_days",
        "draft_before_congress_days",
        "accounts_before_session_days",
    ]
    assert [key for key in clocks if not policy.parameters[key].floor] == []


@pytest.mark.parametrize(
    ("old", "new", "odd"),
    [
        ("key: duplicate_project,", "key: duplicate,", "duplicate、duplicate_project"),
        ("label: 违法违规筹资}", "label: 筹资不合规}", "unlawful_financing"),
    ],
)
def test_vetoes_of_the_parameter_and_of_the_scorecard_are_one_list(old: str, new: str, odd: str) -> None:
    files = pack_files("national")
    name = "parameters/appraisal.yaml"
    assert old in files[name]
    amended = {"national": files | {name: files[name].replace(old, new)}}
    with pytest.raises(PackError) as caught:
        policy_from("national", amended)
    (problem,) = caught.value.problems
    assert problem.file.endswith(name)
    assert f"vetoes 不同：{odd}，" in problem.message


@pytest.mark.parametrize(
    ("file", "old", "new", "odd"),
    [
        ("parameters/evaluation.yaml", "{outline: self_evaluation_report,", "{outline: no_such,", "须写明 outline"),
        ("parameters/evaluation.yaml", "label: 部门自评报告}", "kinds: [ship]}", "没有的对象类别“ship”"),
        ("workflows/self_evaluation.yaml", "      self_report_written: true\n", "", "须有条件 self_report_written"),
    ],
)
def test_reports_of_self_evaluations_rest_on_an_outline_and_a_condition(file: str, old: str, new: str, odd: str) -> None:
    files = pack_files("hunan-tianyuan")
    assert old in files[file]
    amended = {"hunan-tianyuan": files | {file: files[file].replace(old, new)}}
    with pytest.raises(PackError) as caught:
        policy_from("hunan-tianyuan", amended)
    assert odd in caught.value.problems[0].message
