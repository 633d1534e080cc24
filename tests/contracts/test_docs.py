"""The documents say what the program does: settings, conditions, scoring methods, words."""

import argparse
import ast
import re

import pytest
from django.conf import settings

from jiheng.channels.scenarios import demo
from jiheng.channels.scenarios.world import roles_in
from jiheng.foundation.accounts.roles import ROLES
from jiheng.rules.policy import available_places, load_policy
from jiheng.rules.scoring.registry import METHODS
from jiheng.rules.workflow.checks import CHECKS
from jiheng.rules.workflow.handbook import handbook
from jiheng.site.cli import parser
from tests.contracts.sources import PACKAGE, ROOT, python_files

DOCS = ROOT / "docs"
NAME = re.compile(r"JIHENG_[A-Z_]+")
OWN_LISTS = {"JIHENG_STAGES", "JIHENG_REGISTERS", "JIHENG_CHANNELS", "JIHENG_FOUNDATION"}


def first_cells(document: str) -> dict[str, list[str]]:
    """Return, by first cell without its code marks, the cells of every table row of a document."""
    lines = (DOCS / document).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {row[0].strip("`"): row for row in rows}


def test_every_setting_is_in_the_table_and_every_line_a_setting() -> None:
    read = {
        node.value
        for _, tree in python_files(PACKAGE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value)
    }
    documented = {name for name in first_cells("operations/settings.md") if NAME.fullmatch(name)}
    assert documented == read - OWN_LISTS


def test_setting_without_a_use_is_none() -> None:
    rows = first_cells("operations/settings.md")
    assert [name for name, cells in rows.items() if NAME.fullmatch(name) and not (len(cells) == 3 and cells[1])] == []


def test_every_command_is_in_the_table_and_every_line_a_command() -> None:
    actions = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    documented = [name for name in first_cells("operations/commands.md") if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", name)]
    assert sorted(documented) == sorted(actions.choices)


@pytest.mark.parametrize("document", ["operations/commands.md", "operations/settings.md"])
def test_no_line_stands_twice(document: str) -> None:
    lines = (DOCS / document).read_text(encoding="utf-8").splitlines()
    first = [line.split("|")[1].strip() for line in lines if line.startswith("| `")]
    assert sorted(first) == sorted(set(first))


def test_handbook_of_conditions_is_up_to_date() -> None:
    text = (DOCS / "conditions.md").read_text(encoding="utf-8")
    assert text == handbook(), "run: python -m jiheng.rules.workflow.handbook > docs/conditions.md"


def test_every_condition_and_method_is_documented() -> None:
    conditions = (DOCS / "conditions.md").read_text(encoding="utf-8")
    methods = (DOCS / "scoring.md").read_text(encoding="utf-8")
    assert [key for key in CHECKS if f"`{key}`" not in conditions] == []
    assert [key for key in METHODS if f"`{key}`" not in methods] == []


def test_roles_and_stages_are_in_the_glossary() -> None:
    glossary = {cells[1].strip("`"): word for word, cells in first_cells("glossary.md").items() if len(cells) > 1}
    assert {key: glossary.get(key) for key in ROLES} == {key: role.label for key, role in ROLES.items()}
    assert [stage for stage in settings.JIHENG_STAGES if stage not in glossary] == []


def test_states_of_every_workflow_are_in_the_glossary() -> None:
    """By the words of the national pack, or of the first place that has the state: others may call it otherwise."""
    told = {code: cells[1] for code, cells in first_cells("glossary.md").items() if "." in code}
    states: dict[str, str] = {}
    for place in sorted(available_places(), key=lambda one: (one != "national", one)):
        for workflow, table in load_policy(place).workflows.items():
            for state, data in table.states.items():
                states.setdefault(f"{workflow}.{state}", data.label)
    assert told == states


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("#")
        if not (page.parent / target.split("#")[0]).exists()
    ]
    assert broken == []


READMES = ("README.md", "README.zh-CN.md")


def sign_in_names() -> set[str]:
    """Return every sign-in name of the demo county."""
    return {f"{body['code']}.{role}" for body in demo.bodies() for role in roles_in(body["kind"], body)}


@pytest.mark.parametrize("name", READMES)
def test_readme_names_only_commands_that_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "bench"} <= set(re.findall(r"\bmake ([a-z]+)\b", text)) <= targets
    said = re.findall(r"jiheng ((?:explain|scenario|policy|audit|published|import|export) [^`#\n]+)", text)
    assert len(said) >= 5
    for line in said:
        parser().parse_args(line.split())  # ends the program for a wrong call


@pytest.mark.parametrize("name", READMES)
def test_people_of_the_walk_can_sign_in(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    walkers = set(re.findall(r"`([a-z]+(?:-\d)?\.[a-z]+_?[a-z]+)`", text)) - {"pack.yaml"}
    assert len(walkers) >= 8
    assert walkers <= sign_in_names()
    assert demo.PASSWORD in text


def test_both_readmes_say_the_same_figures_and_names() -> None:
    one, two = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    for pattern in (r"`[a-z]+-?\d?\.[a-z_]+`", r"\d[\d,]*\.\d\d", r"\]\((?!README)([^)]+)\)", r"jiheng [a-z]+ [a-z-]+"):
        assert sorted(set(re.findall(pattern, one))) == sorted(set(re.findall(pattern, two)))


def test_documents_name_only_commands_that_exist() -> None:
    actions = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    unknown = [
        f"{page.relative_to(ROOT)}: {verb}"
        for page in pages
        for verb in re.findall(r"(?:^|[`/ ])jiheng ([a-z]+(?:-[a-z]+)*)\b", page.read_text(encoding="utf-8"), re.MULTILINE)
        if verb not in actions.choices
    ]
    assert unknown == []
