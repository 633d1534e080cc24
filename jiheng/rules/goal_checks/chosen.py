"""What two checks of the library's indicators share: of those that it offers for the category, enough were chosen."""

from collections.abc import Iterator

from jiheng.rules.goal_checks.check import Found
from jiheng.rules.goal_checks.facts import GoalFacts


def too_few(facts: GoalFacts, *, asked: int | None, offered: int, chosen: int, kind: str, remedy: str) -> Iterator[Found]:
    """Find a goal with fewer indicators of a kind than the place asks for; never more than the library offers."""
    needed = min(asked or 0, offered)
    if facts.indicators and chosen < needed:
        fact = f"指标库中“{facts.category}”类有 {offered} 个{kind}指标，本目标选用了 {chosen} 个，至少选用 {needed} 个"
        yield Found("indicators", fact, remedy)
