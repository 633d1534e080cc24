"""The documents say what the program does: settings, conditions, scoring methods, words."""

import argparse
import ast
import re

from django.conf import settings

from jiheng.foundation.accounts.roles import ROLES
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
    documented = [name for name in first_cells("operations/commands.md") if re.fullmatch(r"[a-z]+", name)]
    assert sorted(documented) == sorted(actions.choices)


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
