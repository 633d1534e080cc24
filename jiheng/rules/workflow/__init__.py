"""Workflow tables: the engine, the conditions a table may name, the picture."""

from jiheng.rules.workflow.steps import Attempt, Outcome, Signed, State, Step
from jiheng.rules.workflow.table import Workflow

__all__ = ["Attempt", "Outcome", "Signed", "State", "Step", "Workflow"]
