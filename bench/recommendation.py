"""How often the recommendation proposes what a project really uses, whole sources hidden in turn.

`python -m bench.recommendation FOLDER` reads `projects.jsonl` of the folder: published goal tables, one project a line
(`region`, `department`, `project_name`, `annual_objective`, `sector`, `fund_type`, `source`, `indicators`). For every
source the projects of the other sources and the starter library are the index, and each project of the hidden source
is asked for ten indicators by its name, content, sector, department and fund. A source is a web site; the sites of one
department are one source, so that nobody is advised by their own table. `--misses` prints what was asked, used and
proposed, to be read by eye; `--half` counts only the projects of one half of the sources.
"""

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlparse

from jiheng.registers.indicators.starter import starter_library
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.chinese import plain
from jiheng.rules.recommendation import Example, Groups, Offered, Project, Recommender, Row, same_sense

AT = (5, 10)
Way = Callable[[Recommender, Project, int], list[str]]


@dataclass(frozen=True)
class Known:
    """A project whose indicators are known, and the source that is hidden with it."""

    example: Example
    source: str


@dataclass
class Hits:
    """What a way of proposing found, over the projects asked: counts by number of proposals."""

    projects: int = 0
    rows: int = 0
    strict: Counter[int] = field(default_factory=Counter)
    sense: Counter[int] = field(default_factory=Counter)
    strict_rows: Counter[int] = field(default_factory=Counter)
    sense_rows: Counter[int] = field(default_factory=Counter)
    special: int = 0
    """Projects of which a row is found that the ten of everybody would not find."""

    def share(self, found: Mapping[int, int], at: int, *, of_rows: bool = False) -> float:
        """Return a count as a share of the projects, or of the rows."""
        return found.get(at, 0) / ((self.rows if of_rows else self.projects) or 1)


def offered() -> list[Offered]:
    """Return the starter library as what can be proposed."""
    return [
        Offered(
            one.code, one.name, one.level1, one.level2, one.sector, one.category, one.purpose,
            tuple(filter(None, one.aliases.split("、"))), one.definition, one.value, one.unit,
        )
        for one in starter_library().indicators
    ]  # fmt: skip


def read_projects(lines: Iterable[str]) -> list[Known]:
    """Read published projects that have indicators, each with its source."""
    told = [json.loads(line) for line in lines if line.strip()]
    sources = _sources(told)
    return [
        Known(_example(one), source) for one, source in zip(told, sources, strict=True) if one["indicators"]
    ]


def _example(one: Mapping[str, Any]) -> Example:
    def text(key: str) -> str:
        return str(one.get(key) or "")

    project = Project(
        text("project_name"), text("annual_objective"), text("sector"), "", text("department"), text("fund_type")
    )
    rows = tuple(
        Row(*(str(row.get(key) or "") for key in ("level3", "level1", "level2", "target", "unit")))
        for row in one["indicators"]
    )
    return Example(project, tuple(row for row in rows if row.name))


def _sources(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the source of each project: its site, joined with the other sites of its department."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    sites = [re.sub(r"^(www|m|wap)\.", "", urlparse(one["source"]).hostname or one["source"]) for one in told]
    for one, site in zip(told, sites, strict=True):
        if one["department"]:
            parent[root(f"department {one['department']}")] = root(site)
    return [root(site) for site in sites]


def recommended(recommender: Recommender, project: Project, limit: int) -> list[str]:
    """Propose as the product does."""
    return [one.offered.name for one in recommender.propose(project, limit)]


def by_keywords(recommender: Recommender, project: Project, limit: int) -> list[str]:
    """Propose by plain keyword search: pairs of characters of the name that stand in an indicator's name or class."""
    runs = re.findall(r"[^\W_]+", plain(project.name))
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    counted = [
        (sum(pair in one.offered.category + one.offered.name for pair in pairs), one.at, one.offered.name)
        for one in recommender.concepts.values()
    ]
    return [name for number, _, name in sorted(counted, key=lambda one: (-one[0], one[1]))[:limit] if number]


def by_use(recommender: Recommender, _project: Project, limit: int) -> list[str]:
    """Propose to everybody what most projects use."""
    ordered = sorted(recommender.concepts.values(), key=lambda one: (-len(one.users), one.at))
    return [one.offered.name for one in ordered[:limit]]


def everything(recommender: Recommender, _project: Project, _limit: int) -> list[str]:
    """Propose all there is: what no way of choosing can exceed."""
    return [one.offered.name for one in recommender.concepts.values()]


WAYS: Mapping[str, Way] = {"推荐": recommended, "关键词检索": by_keywords, "人人都推最常用的": by_use, "上限": everything}


def measure(
    known: Sequence[Known],
    groups: Groups,
    *,
    ways: Mapping[str, Way] = WAYS,
    library: Sequence[Offered] | None = None,
    wanted: Callable[[str], bool] = lambda _source: True,
    told: Callable[[Known, Mapping[str, list[str]]], None] | None = None,
) -> dict[str, Hits]:
    """Ask every way for every project, its whole source hidden; `told` is given what each way proposed."""
    found = {key: Hits() for key in ways}
    by_source: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        by_source[one.source].append(one)
    for source, hidden in sorted(by_source.items()):
        if not wanted(source):
            continue
        rest = [one.example for one in known if one.source != source]
        recommender = Recommender(offered() if library is None else library, rest, groups)
        usual = by_use(recommender, Project(""), max(AT))
        for one in hidden:
            proposed = {key: way(recommender, one.example.project, max(AT)) for key, way in ways.items()}
            for key, names in proposed.items():
                _count(found[key], recommender, one.example, names, usual, groups, bounded=ways[key] is not everything)
            if told:
                told(one, proposed)
    return found


def _count(
    hits: Hits,
    recommender: Recommender,
    example: Example,
    names: Sequence[str],
    usual: Sequence[str],
    groups: Groups,
    *,
    bounded: bool,
) -> None:
    def found(row: Row, proposed: Sequence[str]) -> bool:
        same = any(recommender.concept(name) == recommender.concept(row.name) for name in proposed)
        return same or any(same_sense(name, row.name, groups) for name in proposed)

    hits.projects += 1
    hits.rows += len(example.rows)
    first = names[: max(AT)] if bounded else names
    hits.special += any(found(row, first) and not found(row, usual) for row in example.rows)
    for at in AT:
        first = names[:at] if bounded else names
        concepts = {recommender.concept(name) for name in first}
        strict = sum(recommender.concept(row.name) in concepts for row in example.rows)
        sense = sum(any(same_sense(name, row.name, groups) for name in first) for row in example.rows)
        sense = max(strict, sense)
        hits.strict[at] += bool(strict)
        hits.sense[at] += bool(sense)
        hits.strict_rows[at] += strict
        hits.sense_rows[at] += sense


def half_of(source: str) -> int:
    """Return 0 or 1: to which half of the sources one belongs, by the digest of its name."""
    return hashlib.sha256(source.encode()).digest()[0] % 2


def table_of(found: Mapping[str, Hits]) -> list[str]:
    """Return the figures as lines of a table."""
    lines = [
        "| | 项目 | 严格 hit@5 | 严格 hit@10 | 同义 hit@5 | 同义 hit@10 | 指标行@10（严格） | 指标行@10（同义） | 专有@10 |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for key, one in found.items():
        cells = [
            *(one.share(one.strict, at) for at in AT),
            *(one.share(one.sense, at) for at in AT),
            one.share(one.strict_rows, max(AT), of_rows=True),
            one.share(one.sense_rows, max(AT), of_rows=True),
            one.special / (one.projects or 1),
        ]
        lines.append(f"| {key} | {one.projects} | {' | '.join(f'{100 * cell:.1f}%' for cell in cells)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 2 when the folder has no such file."""
    parser = argparse.ArgumentParser(description="推荐的命中率：逐个来源隐去")
    parser.add_argument("folder", type=Path, help="有 projects.jsonl 的目录")
    parser.add_argument("--misses", action="store_true", help="逐个项目列出实际的和推荐的")
    parser.add_argument("--half", type=int, choices=(0, 1), help="只数一半来源")
    given = parser.parse_args(arguments)
    path = given.folder / "projects.jsonl"
    if not path.is_file():
        print(f"没有 {path.name}", file=sys.stderr)
        return 2
    known = read_projects(path.read_text(encoding="utf-8").splitlines())
    groups = synonyms()

    def told(one: Known, proposed: Mapping[str, list[str]]) -> None:
        names = [row.name for row in one.example.rows]
        hit = any(same_sense(name, other, groups) for name in names for other in proposed["推荐"])
        print(f"{'中' if hit else '未中'}　{one.example.project.name}\n  实际：{'、'.join(names)}\n  推荐：{'、'.join(proposed['推荐'])}")

    def wanted(source: str) -> bool:
        return given.half is None or half_of(source) == given.half

    found = measure(known, groups, wanted=wanted, told=told if given.misses else None)
    print(f"{len(known)} 个有指标的项目，{len({one.source for one in known})} 个来源，{sum(len(one.example.rows) for one in known)} 行指标")
    print("\n".join(table_of(found)))
    recommender = Recommender(offered(), [one.example for one in known], groups)
    taken = []
    for one in known:
        start = time.perf_counter()
        recommender.propose(one.example.project)
        taken.append(time.perf_counter() - start)
    print(f"每个项目推荐一次：中位 {1000 * median(taken):.1f} 毫秒，最长 {1000 * max(taken):.1f} 毫秒")
    return 0


if __name__ == "__main__":
    sys.exit(main())
