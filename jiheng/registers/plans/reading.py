"""Plan files: written like a pack, read strictly, every problem named."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from jiheng.rules.entry import Strict
from jiheng.rules.policy.calendar import YearDay
from jiheng.rules.policy.strict_yaml import read_yaml
from jiheng.rules.workflow.roles import ROLES

FOLDER = Path(__file__).parent / "files"


class Measure(Strict):
    """What of the system's own data proves a task.

    `share_done`: at least so many per cent of a task of the calendar are done; `in_time`: so many per cent of what
    was handed in came in time; `clock_done`: the statutory clock ended.
    """

    kind: Literal["share_done", "in_time", "clock_done"]
    item: str
    at_least: int = Field(default=100, ge=1, le=100)


class TaskFile(Strict):
    """One task of a plan file."""

    label: str = Field(min_length=1, max_length=200)
    aspect: str = ""
    role: str
    due: YearDay
    clause: str
    assumed: bool = False
    note: str = ""
    measure: Measure | None = None


class PlanFile(Strict):
    """A plan file: `year` 0 of its days is the budget year of the cycle that takes it up."""

    key: str
    name: str
    source: str
    note: str = ""
    tasks: tuple[TaskFile, ...] = Field(min_length=1)


class PlanError(Exception):
    """A plan file cannot be read; the text names what is wrong."""


def parse_plan(name: str, text: str) -> PlanFile:
    """Read a plan from its text. Raises PlanError for bad YAML, unknown keys, roles and kinds of measure."""
    document, problems = read_yaml(name, text)
    if problems:
        raise PlanError("；".join(str(one) for one in problems))
    try:
        found = PlanFile.model_validate(document.value)
    except ValueError as error:
        raise PlanError(f"{name}：{error}") from error
    unknown = sorted({task.role for task in found.tasks} - set(ROLES))
    if unknown:
        raise PlanError(f"{name}：没有这些角色：{'、'.join(unknown)}")
    return found


@cache
def plan_files() -> dict[str, PlanFile]:
    """Return every plan that comes with the system, by key."""
    files = [parse_plan(one.name, one.read_text(encoding="utf-8")) for one in sorted(FOLDER.glob("*.yaml"))]
    return {one.key: one for one in files}
