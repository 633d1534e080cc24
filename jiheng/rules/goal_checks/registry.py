"""All checks of goals, found by their being in `checks/`, and the run over a goal."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from jiheng.rules.goal_checks import checks
from jiheng.rules.goal_checks.check import Check
from jiheng.rules.goal_checks.facts import SEVERITIES, Finding, GoalFacts, GoalSettings


def _find_checks() -> Mapping[str, Check]:
    found: dict[str, Check] = {}
    for info in pkgutil.iter_modules(checks.__path__):
        module = import_module(f"{checks.__name__}.{info.name}")
        check = getattr(module, info.name, None)
        if not isinstance(check, Check):
            raise TypeError(f"checks/{info.name}.py 须有同名的审核项 {info.name}")
        found[info.name] = check
    return MappingProxyType(dict(sorted(found.items())))


CHECKS: Mapping[str, Check] = _find_checks()


def check_goal(facts: GoalFacts, settings: GoalSettings) -> list[Finding]:
    """Every finding of every check, the gravest first."""
    findings = [finding for check in CHECKS.values() for finding in check(facts, settings)]
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
