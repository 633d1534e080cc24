"""Every refusal names its clause: who makes one passes it, or says that no rule stands behind it."""

import ast

from tests.contracts.sources import PACKAGE, name_of, python_files

MAKERS = {"Refusal", "refuse", "deny", "Denied"}
HOME = "jiheng/rules/refusal.py"
WITHOUT = {"mistake", "clause_to_come"}  # the only functions that make a refusal without a clause
CALLERS_KNOW = ("jiheng/rules/workflow/", "jiheng/rules/scoring/")  # the step, the scorecard puts it on


def name_called(call: ast.Call) -> str:
    """Return the bare name of what is called."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def says_no_clause(call: ast.Call) -> bool:
    """Whether the call leaves the clause out or writes an empty one."""
    given = call.args[1:2] + [one.value for one in call.keywords if one.arg == "clause"]
    return not given or all(isinstance(one, ast.Constant) and not one.value for one in given)


def bare(tree: ast.Module) -> list[int]:
    """Return the lines with a refusal that has no clause."""
    makers = MAKERS | {
        made.name
        for made in ast.walk(tree)
        if isinstance(made, ast.ClassDef) and any(getattr(one, "id", "") == "Refusal" for one in made.bases)
    }
    allowed = {
        id(call)
        for made in ast.walk(tree)
        if isinstance(made, ast.FunctionDef) and made.name in WITHOUT
        for call in ast.walk(made)
    }
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and name_called(call) in makers and says_no_clause(call)
        if id(call) not in allowed
    ]


def test_every_refusal_names_its_clause() -> None:
    found = {f"{name_of(path)}:{line}" for path, tree in python_files(PACKAGE) for line in bare(tree)}
    assert sorted(found) == []


def test_a_refusal_without_a_clause_is_found() -> None:
    lines = [
        'Refusal("否")',
        'refuse("否", "", "办法")',
        'refuse("否", remedy="办法", clause="")',
        'refused.refuse("否")',
        'deny("否")',
        'class Found(Refusal): ...\nFound("否", "", "办法")',
        'def other():\n    return Refusal("否", remedy="办法")',
    ]
    assert [len(bare(ast.parse(line))) for line in lines] == [1] * len(lines)
    good = ['Refusal("否", clause)', 'deny("否", clause=rule.clause)', 'def mistake():\n    return Refusal("否", "")']
    assert [bare(ast.parse(line)) for line in good] == [[]] * len(good)


def test_only_tables_leave_the_clause_to_their_caller() -> None:
    found = [
        name_of(path)
        for path, tree in python_files(PACKAGE)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and name_called(call) == "clause_to_come"
        if not name_of(path).startswith(CALLERS_KNOW)
    ]
    assert found == []


def test_what_leaves_the_clause_out_is_made_in_one_place() -> None:
    trees = [(name_of(path), tree) for path, tree in python_files(PACKAGE)]
    made = {
        (node.name, file)
        for file, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in WITHOUT
    }
    assert made == {(name, HOME) for name in WITHOUT}
    verdicts = {
        file
        for file, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_called(node) == "Verdict"
    }
    assert verdicts == {"jiheng/foundation/accounts/person.py"}
