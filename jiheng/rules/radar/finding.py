"""The radar: from the facts of projects to the hits, sorted by the money at stake."""

from collections import Counter
from collections.abc import Sequence

from jiheng.rules.radar.facts import Counted, Hit, ProjectFacts, Settings
from jiheng.rules.radar.grouping import groups
from jiheng.rules.radar.index import Index
from jiheng.rules.radar.judging import pair_hit
from jiheng.rules.radar.reading import read


def find(projects: Sequence[ProjectFacts], settings: Settings) -> tuple[list[Hit], Counted]:
    """Return what is alike among projects, most money first, and what was looked at.

    The same projects in any order give the same answer. A pair inside a group of pieces is told once, as the group.
    """
    ordered = sorted(projects, key=lambda facts: (facts.place, facts.year, facts.code, str(facts.key)))
    readings = [read(facts) for facts in ordered]
    index = Index(ordered, readings)
    near = list(index.pairs())
    grouped = groups(index, near, settings)
    taken = {key: at for at, hit in enumerate(grouped) for key in hit.members if hit.kind == "split"}
    found = list(grouped)
    for one, other in near:
        mine, theirs = taken.get(ordered[one].key), taken.get(ordered[other].key)
        if mine is None or mine != theirs:
            hit = pair_hit(index, one, other, settings)
            if hit is not None:
                found.append(hit)
    found.sort(key=lambda hit: (-hit.money_fen, -hit.score, tuple(map(str, hit.members))))
    counted = Counted(
        len(ordered), sum(one.running for one in readings), len(near), dict(sorted(Counter(hit.kind for hit in found).items()))
    )
    return found, counted
