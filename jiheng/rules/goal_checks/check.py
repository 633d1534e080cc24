"""What a check of goals is: a function over the facts under `@goal_check`, its docstring the rule."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from jiheng.rules.goal_checks.facts import Finding, GoalFacts, GoalSettings


class Found(NamedTuple):
    """What a check's function yields; `blocking` left out means as the check's severity says."""

    where: str
    fact: str
    remedy: str
    blocking: bool | None = None


Finder = Callable[[GoalFacts, GoalSettings], Iterator[Found]]


@dataclass(frozen=True)
class Check:
    """A registered check. `parameter` is the key of the parameter whose clause it applies."""

    id: str
    label: str
    rule: str
    blocks: bool
    parameter: str
    good: str
    find: Finder

    def __call__(self, facts: GoalFacts, settings: GoalSettings) -> list[Finding]:
        """Everything the check finds in a goal, as severe as the place says. ValueError for another severity."""
        severity = settings.severities.get(self.id)
        if severity not in {None, "block", "warn", "off"}:
            raise ValueError(f"审核项“{self.id}”的严格程度“{severity}”不认识，应为block、warn或off")
        if severity == "off":
            return []
        clause = settings.clauses.get(self.parameter, "")

        def blocking(found: Found) -> bool:
            own = self.blocks if found.blocking is None else found.blocking
            return own if severity is None else severity == "block"

        return [
            Finding(self.id, found.where, found.fact, clause, found.remedy, blocking(found))
            for found in self.find(facts, settings)
        ]


def goal_check(label: str, *, blocks: bool, parameter: str, good: str) -> Callable[[Finder], Check]:
    """Make a function a check; `good` is an example of how it should be. ValueError without a rule."""

    def make(find: Finder) -> Check:
        rule = inspect.getdoc(find)
        if not rule or not good:
            raise ValueError(f"目标审核项“{label}”须写明规则和正确的例子")
        return Check(find.__name__, label, rule, blocks, parameter, good, find)

    return make


def row(key: str, column: str) -> str:
    """The place of a cell in findings: indicators.<row>.<column>."""
    return f"indicators.{key}.{column}"
