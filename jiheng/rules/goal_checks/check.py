"""What a check of goals is: a function over the facts under `@goal_check`, its docstring the rule."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

from jiheng.rules.goal_checks.facts import Finding, GoalFacts, GoalSettings, Severity


class Found(NamedTuple):
    """What a check's function yields; `severity` left out means as the check's own says.

    `suggested` is a text that could stand in the cell instead, empty where only people can say it. `parameter` is the
    one whose clause applies, where it is not the check's own.
    """

    where: str
    fact: str
    remedy: str
    severity: Severity | None = None
    suggested: str = ""
    parameter: str = ""


Finder = Callable[[GoalFacts, GoalSettings], Iterator[Found]]


@dataclass(frozen=True)
class Check:
    """A registered check. `parameter` is the key of the parameter whose clause it applies.

    `halves` says that it holds the money, which one officer writes, against the content, which another writes.
    """

    id: str
    label: str
    rule: str
    severity: Severity
    parameter: str
    good: str
    find: Finder
    halves: bool = False

    def __call__(self, facts: GoalFacts, settings: GoalSettings) -> list[Finding]:
        """Everything the check finds in a goal, as severe as the place says. ValueError for another severity."""
        asked = settings.severities.get(self.id)
        if asked not in {None, "block", "warn", "note", "off"}:
            raise ValueError(f"审核项“{self.id}”的严格程度“{asked}”不认识，应为block、warn、note或off")
        if asked == "off":
            return []
        clause = settings.clauses.get(self.parameter, "")

        def severity(found: Found) -> Severity:
            own = found.severity or self.severity
            return own if asked is None else cast("Severity", asked)

        return [
            Finding(
                self.id, one.where, one.fact, settings.clauses.get(one.parameter, clause), one.remedy, severity(one),
                one.suggested, self.good,
            )
            for one in self.find(facts, settings)
        ]


def goal_check(
    label: str, *, severity: Severity, parameter: str, good: str, halves: bool = False
) -> Callable[[Finder], Check]:
    """Make a function a check; `good` is an example of how it should be, `halves` as in `Check`. ValueError without a rule."""

    def make(find: Finder) -> Check:
        rule = inspect.getdoc(find)
        if not rule or not good:
            raise ValueError(f"目标审核项“{label}”须写明规则和正确的例子")
        return Check(find.__name__, label, rule, severity, parameter, good, find, halves)

    return make


def row(key: str, column: str) -> str:
    """The place of a cell in findings: indicators.<row>.<column>."""
    return f"indicators.{key}.{column}"
