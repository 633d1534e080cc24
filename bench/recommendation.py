"""How often the recommendation proposes what a project really uses, whole sources hidden in turn.

`python -m bench.recommendation FOLDER` reads `projects.jsonl` of the folder: published goal tables, one project a line
(`region`, `department`, `project_name`, `annual_objective`, `sector`, `fund_type`, `source`, `indicators`). For every
source the projects of the other sources and the starter library are the index, and each project of the hidden source
is asked for ten indicators by its name, content, sector, department and fund. A source is a web site; the sites of one
department are one source, so that nobody is advised by their own table. `--misses` prints what was asked, used and
proposed, to be read by eye; `--half` counts only the projects of one half of the sources. `--ranges` draws the sources
anew and says how far the figures may be off; `--begun` gives every other row of a project and asks for the rest;
`--nested` chooses one weight among others on four fifths of the sources and counts on the fifth, so that no project
has part in choosing what it is counted with.
"""

import argparse
import hashlib
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlparse

from jiheng.registers.indicators.starter import starter_library
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.chinese import plain
from jiheng.rules.recommendation import (
    Example,
    Groups,
    Offered,
    Project,
    Recommender,
    Row,
    Weights,
    same_sense,
)

AT = (5, 10)
Way = Callable[[Recommender, Project, int], list[str]]


@dataclass(frozen=True)
class Known:
    """A project whose indicators are known, and the source that is hidden with it."""

    example: Example
    source: str


@dataclass(frozen=True)
class Outcome:
    """What a way of proposing found for one project, by number of proposals."""

    source: str
    strict: dict[int, bool]
    sense: dict[int, bool]
    special: bool


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
    outcomes: list[Outcome] = field(default_factory=list)

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
    weights: Weights | None = None,
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
        recommender = Recommender(offered() if library is None else library, rest, groups, weights)
        usual = by_use(recommender, Project(""), max(AT))
        for one in hidden:
            proposed = {key: way(recommender, one.example.project, max(AT)) for key, way in ways.items()}
            for key, names in proposed.items():
                _count(found[key], recommender, one, names, usual, groups, bounded=ways[key] is not everything)
            if told:
                told(one, proposed)
    return found


def _count(
    hits: Hits,
    recommender: Recommender,
    known: Known,
    names: Sequence[str],
    usual: Sequence[str],
    groups: Groups,
    *,
    bounded: bool,
) -> None:
    example = known.example

    def found(row: Row, proposed: Sequence[str]) -> bool:
        same = any(recommender.concept(name) == recommender.concept(row.name) for name in proposed)
        return same or any(same_sense(name, row.name, groups) for name in proposed)

    hits.projects += 1
    hits.rows += len(example.rows)
    first = names[: max(AT)] if bounded else names
    special = any(found(row, first) and not found(row, usual) for row in example.rows)
    hits.special += special
    outcome = Outcome(known.source, {}, {}, special)
    hits.outcomes.append(outcome)
    for at in AT:
        first = names[:at] if bounded else names
        concepts = {recommender.concept(name) for name in first}
        strict = sum(recommender.concept(row.name) in concepts for row in example.rows)
        sense = sum(any(same_sense(name, row.name, groups) for name in first) for row in example.rows)
        sense = max(strict, sense)
        outcome.strict[at], outcome.sense[at] = bool(strict), bool(sense)
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


DRAWS = 2000
"""How often the sources are drawn anew, with replacement, for the range in which nineteen of twenty draws lie."""
FIGURES: Mapping[str, Callable[[Outcome], bool]] = {
    "严格 hit@5": lambda one: one.strict[5],
    "严格 hit@10": lambda one: one.strict[10],
    "同义 hit@5": lambda one: one.sense[5],
    "同义 hit@10": lambda one: one.sense[10],
    "专有@10": lambda one: one.special,
}


def ranges(one: Hits, other: Hits | None = None) -> dict[str, tuple[float, float, float]]:
    """Return each figure of a way (less the other way's, where one is given) and its 95 % range over drawn sources, in points."""
    luck = random.Random("ranges")  # drawn anew the same every time
    by_source: dict[str, list[tuple[Outcome, Outcome | None]]] = defaultdict(list)
    for at, outcome in enumerate(one.outcomes):
        by_source[outcome.source].append((outcome, other.outcomes[at] if other else None))
    sources = sorted(by_source)
    drawn = [luck.choices(sources, k=len(sources)) for _ in range(DRAWS)]
    found = {}
    for key, counts in FIGURES.items():
        told = {
            source: (sum(counts(mine) - (counts(theirs) if theirs else 0) for mine, theirs in pairs), len(pairs))
            for source, pairs in by_source.items()
        }

        def share(chosen: Sequence[str], told: Mapping[str, tuple[int, int]] = told) -> float:
            return 100 * sum(told[one][0] for one in chosen) / sum(told[one][1] for one in chosen)

        spread = sorted(share(chosen) for chosen in drawn)
        found[key] = (share(sources), spread[DRAWS // 40], spread[-1 - DRAWS // 40])
    return found


def begun(known: Sequence[Known], groups: Groups, weights: Sequence[float]) -> dict[float, tuple[int, int, int, int]]:
    """Give every other row of projects that have four, by weights of `chosen`: times asked, hit by name, by sense, rows hit."""
    found = dict.fromkeys(weights, (0, 0, 0, 0))
    for source in sorted({one.source for one in known if len(one.example.rows) >= FOUR}):
        recommender = Recommender(offered(), [one.example for one in known if one.source != source], groups)
        for project in (one for one in known if one.source == source and len(one.example.rows) >= FOUR):
            names = [row.name for row in project.example.rows]
            for have, want in ((names[::2], names[1::2]), (names[1::2], names[::2])):
                for weight in weights:
                    recommender.weights = Weights(chosen=weight)
                    told = [one.offered.name for one in recommender.propose(project.example.project, max(AT), without=have)]
                    concepts = {recommender.concept(name) for name in told}
                    strict = any(recommender.concept(name) in concepts for name in want)
                    rows = sum(any(same_sense(name, other, groups) for other in told) for name in want)
                    asked, by_name, by_sense, hit = found[weight]
                    found[weight] = (asked + 1, by_name + strict, by_sense + bool(rows), hit + rows)
    return found


FOUR = 4
VARIED: Mapping[str, Sequence[float]] = {
    "words": (0.1, 0.5), "family": (0.1, 0.5), "alike": (0.2, 0.8), "usual": (1.1,), "measure": (0.7,), "sector": (0.0, 0.6),
    "balance": (0.3, 0.9), "again": (0.6,),
}  # fmt: skip
"""Weights that are tried instead of those in use, one at a time."""
FOLDS = 5


def nested(known: Sequence[Known], groups: Groups) -> tuple[Hits, list[str]]:
    """Return what is found when each fifth of the sources is counted with the weight that the other four choose."""
    usual = asdict(Weights())
    varied = {f"{key} {one}": Weights(**{**usual, key: one}) for key, values in VARIED.items() for one in values}
    tried = {"原来的": Weights()} | varied
    ways = {"推荐": recommended}
    found = {name: measure(known, groups, ways=ways, weights=weights)["推荐"] for name, weights in tried.items()}
    whole, chosen = Hits(), []
    for fold in range(FOLDS):

        def score(name: str, fold: int = fold) -> int:
            kept = [one for one in found[name].outcomes if fold_of(one.source) != fold]
            return sum(counts(one) for one in kept for counts in FIGURES.values())

        best = max(tried, key=score)  # the first of equals: what is in use
        chosen.append(best)
        whole.outcomes += [one for one in found[best].outcomes if fold_of(one.source) == fold]
    return whole, chosen


def fold_of(source: str) -> int:
    """Return to which fifth of the sources one belongs, by the digest of its name."""
    return hashlib.sha256(source.encode()).digest()[1] % FOLDS


def told_ranges(name: str, found: Mapping[str, tuple[float, float, float]]) -> str:
    """Return the figures with their ranges as a line."""
    return f"{name}：" + "，".join(f"{key} {one:.1f}（{low:.1f}～{high:.1f}）" for key, (one, low, high) in found.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 2 when the folder has no such file."""
    parser = argparse.ArgumentParser(description="推荐的命中率：逐个来源隐去")
    parser.add_argument("folder", type=Path, help="有 projects.jsonl 的目录")
    parser.add_argument("--misses", action="store_true", help="逐个项目列出实际的和推荐的")
    parser.add_argument("--half", type=int, choices=(0, 1), help="只数一半来源")
    parser.add_argument("--ranges", action="store_true", help="数字可能差多少：来源重新抽取")
    parser.add_argument("--begun", action="store_true", help="给出一半指标，推荐另一半")
    parser.add_argument("--nested", action="store_true", help="权重在五分之四的来源上选，在另外五分之一上数")
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
    if given.ranges:
        print(told_ranges("推荐", ranges(found["推荐"])))
        for key in ("人人都推最常用的", "关键词检索"):
            print(told_ranges(f"推荐比{key}多（百分点）", ranges(found["推荐"], found[key])))
    if given.begun:
        for weight, (asked, by_name, by_sense, rows) in begun(known, groups, (0.0, 0.2, 0.5, 0.7, 1.0)).items():
            shares = f"严格 hit@10 {100 * by_name / asked:.1f}%，同义 {100 * by_sense / asked:.1f}%"
            print(f"已有一半指标，chosen {weight}：{asked} 次，{shares}，指标行 {rows}")
    if given.nested:
        whole, chosen = nested(known, groups)
        print(told_ranges(f"权重另选（各五分之一选了{'、'.join(chosen)}）", ranges(whole)))
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
