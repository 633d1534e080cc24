"""Every address has an access rule and a name; pages ask queries, never tables."""

import ast

from tests.contracts.matrix import addresses
from tests.contracts.sources import PACKAGE, name_of, python_files


def test_every_address_has_an_access_rule() -> None:
    assert [one.route for one in addresses() if one.access is None] == []


def test_every_address_has_a_name_of_its_own() -> None:
    names = [one.name for one in addresses()]
    assert "" not in names
    assert sorted(names) == sorted(set(names))


def test_pages_ask_queries_never_tables() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in python_files(PACKAGE)
        if path.stem.endswith("pages") or path.parent.name == "pages"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert found == []
