"""How many planted repeats the radar finds, and what it names besides: `python -m tests.rules.radar.measure [seeds]`.

With `--projects FILE` it also lists the hits on published tables, to be read by eye.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jiheng.rules.money import wan_to_fen
from jiheng.rules.radar.facts import KINDS, Hit, ProjectFacts, Settings
from jiheng.rules.radar.finding import find
from tests.rules.radar.made import LIMIT, TINY, Made, made_county

SETTINGS = Settings(limit_fen=LIMIT, fragment_fen=TINY)


@dataclass
class Score:
    """What was planted and found, by kind; what was hit rightly and wrongly, by the kind that was named."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, frozenset[int]]] = field(default_factory=list)
    wrong: list[Hit] = field(default_factory=list)
    traps: int = 0
    trapped: int = 0

    def recall(self, kind: str | None = None) -> float:
        """Planted ones that were found, under whichever kind."""
        kinds = KINDS if kind is None else (kind,)
        return sum(self.found[one] for one in kinds) / max(1, sum(self.planted[one] for one in kinds))

    def precision(self, kind: str | None = None) -> float:
        """Hits that were planted, of whichever kind."""
        kinds = KINDS if kind is None else (kind,)
        return sum(self.right[one] for one in kinds) / max(1, sum(self.hits[one] for one in kinds))


def covers(hit: Iterable[int], planted: frozenset[int]) -> bool:
    """Whether a hit shows what was planted: both of a pair, two thirds of a group, and little besides."""
    members = frozenset(hit)
    both = members & planted
    return len(both) >= 2 and 3 * len(both) >= 2 * len(members) and 3 * len(both) >= 2 * len(planted)


def inside(hit: Iterable[int], planted: frozenset[int]) -> bool:
    """Whether a hit is right: nothing but, or mostly, what was planted together."""
    members = frozenset(hit)
    return len(members & planted) >= 2 and 3 * len(members & planted) >= 2 * len(members)


def score(made: Made, settings: Settings = SETTINGS, into: Score | None = None) -> Score:
    """Run the radar over made projects and count."""
    told = into or Score()
    hits, _ = find(made.projects, settings)
    keys = [(hit, frozenset(int(str(key)) for key in hit.members)) for hit in hits]
    every = [(kind, one) for kind, groups in made.planted.items() for one in groups]
    for kind, one in every:
        told.planted[kind] += 1
        showing = [hit.kind for hit, members in keys if covers(members, one)]
        if showing:
            told.found[kind] += 1
            told.named[kind] += kind in showing
        else:
            told.missed.append((kind, one))
    for hit, members in keys:
        told.hits[hit.kind] += 1
        if any(inside(members, one) for _, one in every):
            told.right[hit.kind] += 1
        else:
            told.wrong.append(hit)
    told.traps += len(made.traps)
    told.trapped += sum(any(len(members & trap) >= 2 for _, members in keys) for trap in made.traps)
    return told


def table_of(told: Score) -> str:
    """Return the figures as a table."""
    rows = ["| 种类 | 植入 | 查出 | 召回率 | 种类也判对 | 报出 | 确为植入 | 精确率 |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for kind, label in [*KINDS.items(), (None, "合计")]:
        kinds: Sequence[str] = list(KINDS) if kind is None else [kind]
        planted, found, named, hits, right = (
            sum(one[key] for key in kinds) for one in (told.planted, told.found, told.named, told.hits, told.right)
        )
        rows.append(
            f"| {label} | {planted} | {found} | {told.recall(kind):.3f} | {named} | {hits} | {right} | {told.precision(kind):.3f} |"
        )
    return "\n".join(rows)


def published(path: Path) -> list[ProjectFacts]:
    """Return the projects of published tables, as far as they are named."""
    found = []
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        name = row["project_name"] or ""
        if not name or "不在摘录内" in name:
            continue
        money = next((row["budget"][key] for key in ("annual_wan", "adjusted_wan", "executed_wan") if row["budget"].get(key)), 0)
        unit = row["unit"] or row["department"] or ""
        found.append(ProjectFacts(
            at, row["project_code"] or f"无代码{at}", name, row["fiscal_year"] or 0, row["department"] or "", unit,
            wan_to_fen(str(money)), row["annual_objective"] or "", row["sector"] or "", row["fund_type"] or "", row["region"] or "",
        ))  # fmt: skip
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="植入的重复项目查出多少、误报多少")
    parser.add_argument("seeds", nargs="*", type=int, default=[1, 2, 3, 4, 5])
    parser.add_argument("--misses", action="store_true", help="逐个列出漏报和误报")
    parser.add_argument("--projects", type=Path, help="公开的表（projects.jsonl），列出报出的，供逐个阅读")
    parser.add_argument("--one-place", action="store_true", help="把公开的表当作一个地区的项目：没有地区可以区分，误报最多")
    given = parser.parse_args(arguments)
    told, count = Score(), 0
    for seed in given.seeds:
        made = made_county(seed)
        count += len(made.projects)
        before = len(told.missed), len(told.wrong)
        score(made, into=told)
        if given.misses:
            names = {one.key: f"{one.year} {one.department}/{one.unit} {one.name}：{one.content}" for one in made.projects}
            for kind, one in told.missed[before[0] :]:
                say("漏", kind, *(f"\n   {names[key]}" for key in sorted(one)))
            for hit in told.wrong[before[1] :]:
                say("误", hit.kind, hit.score, hit.reasons, *(f"\n   {names[key]}" for key in hit.members))
    say(f"种子 {'、'.join(map(str, given.seeds))}，共 {count} 个项目")
    say(table_of(told))
    say(f"正当的相似项目 {told.traps} 组，误报 {told.trapped} 组")
    if given.projects:
        facts = published(given.projects)
        if given.one_place:
            facts = [ProjectFacts(**{name: getattr(one, name) for name in one.__slots__ if name != "place"}) for one in facts]
        hits, counted = find(facts, SETTINGS)
        say(f"公开的表 {counted.projects} 个项目，其中运转类 {counted.left_out} 个不比较，比较 {counted.compared} 对，报出 {len(hits)} 处")
        by_key = {one.key: one for one in facts}
        for hit in hits:
            say(f"- {KINDS[hit.kind]} {hit.score} {'；'.join(hit.reasons)}")
            for key in hit.members:
                say(f"    {by_key[key].year} {by_key[key].unit}　{by_key[key].name}　{by_key[key].content[:60]}")
    return 0


def say(*words: object) -> None:
    """Write one line."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
