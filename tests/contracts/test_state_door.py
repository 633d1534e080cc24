"""`advance()` is the only door to a change of state."""

import ast

from jiheng.foundation.workflow.models import Case
from jiheng.registers.cycles.models import Cycle, Extension, Turn
from jiheng.registers.exemplars.models import Exemplar
from jiheng.registers.indicators.models import MappedIndicator
from jiheng.registers.plans.models import PlanTask
from tests.contracts.sources import PACKAGE, name_of, python_files

DOOR = "jiheng/foundation/workflow/"
NOT_CASES = {
    "jiheng/registers/cycles/closing.py": "registers.cycles: a year is open or closed, by two people",
    "jiheng/registers/cycles/extensions.py": "registers.cycles: an extension is asked for, then granted or not",
    "jiheng/registers/exemplars/services.py": "registers.exemplars: a case is found, proposed, shown or declined, retired",
    "jiheng/registers/indicators/mapping.py": "registers.indicators: a pair of two libraries is proposed, confirmed or none",
    "jiheng/registers/plans/services.py": "registers.plans: a task is open, handed in or done",
}
"""Where records that no workflow table describes have a few states of their own, each left once and by condition."""
WRITES = {"update", "bulk_update", "update_or_create", "aupdate", "abulk_update", "save"}


def writes_state(node: ast.AST) -> bool:
    """Whether this piece of code changes a record's state."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(one, ast.Attribute) and one.attr == "state" for one in targets)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "setattr":
        return any(isinstance(one, ast.Constant) and one.value == "state" for one in node.args)
    if isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
        named = [one for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value == "state"]
        return bool(named) or any(one.arg == "state" for one in node.keywords)
    return False


def test_nothing_else_writes_a_state() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in python_files(PACKAGE)
        if not name_of(path).startswith((DOOR, "jiheng/rules/")) and name_of(path) not in NOT_CASES
        for node in ast.walk(tree)
        if isinstance(node, ast.expr | ast.stmt) and writes_state(node)
    ]
    assert found == []


def test_what_has_states_of_its_own_is_no_case_of_a_workflow() -> None:
    for model in (Cycle, Turn, Extension, Exemplar, MappedIndicator, PlanTask):
        assert not issubclass(model, Case)


def test_the_check_sees_each_way_of_writing() -> None:
    ways = (
        "goal.state = 'approved'",
        "Goal.objects.filter(pk=1).update(state='approved')",
        "Goal.objects.bulk_update(goals, ['state'])",
        "goal.save(update_fields=['state'])",
        "setattr(goal, 'state', 'approved')",
    )
    for way in ways:
        assert any(writes_state(node) for node in ast.walk(ast.parse(way))), way
