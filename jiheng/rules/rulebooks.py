"""Departments' own rules of performance management: which links of the process they leave out, for which kinds of object."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

LINKS: Mapping[str, str] = {
    "appraisal": "事前绩效评估",
    "goals": "绩效目标",
    "monitoring": "运行监控",
    "evaluation": "绩效评价",
    "results": "结果应用",
    "disclosure": "信息公开",
}
"""The links of the process that a rule may cover, as a place's parameter names them."""
REGISTERED = "registered"
"""What a parameter says instead of a list of kinds: every kind of object that the department has in the year."""


@dataclass(frozen=True)
class Covered:
    """What one rule covers: links of the process, kinds of object, each by key."""

    links: frozenset[str]
    kinds: frozenset[str]


def left_out(links: Iterable[str], kinds: Collection[str], rules: Collection[Covered]) -> dict[str, list[str]]:
    """Return by link the kinds of object that no rule covers for it, both in the order in which they are asked for.

    A link without any kind asked for is covered by any rule that names it; it stands with no kinds when none does.
    """
    found: dict[str, list[str]] = {}
    for link in links:
        covered = {kind for one in rules if link in one.links for kind in one.kinds}
        missing = [kind for kind in kinds if kind not in covered]
        if missing or not any(link in one.links for one in rules):
            found[link] = missing
    return found


def left_out_words(missing: Mapping[str, Collection[str]], kinds: Mapping[str, str], asked: int) -> str:
    """Return what is left out in words: 运行监控；绩效评价（政府债券项目）. `asked` is how many kinds are asked for."""
    parts = []
    for link, keys in missing.items():
        names = "、".join(kinds.get(key, key) for key in keys)
        parts.append(LINKS[link] if not keys or len(keys) == asked else f"{LINKS[link]}（{names}）")
    return "；".join(parts)
